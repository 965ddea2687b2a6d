"""Shell. Watches the interface towards the gateway: carrier as the kernel tells it, its counters, the neighbour table.

Needs no privilege. Sends nothing. Knows nothing of what a lost carrier means.
"""

import asyncio
import socket
from contextlib import suppress

from probe import clock
from probe.body.rung import LinkSeen, Neighbour, Occasion
from probe.condition import way
from probe.condition.tree import KERNEL, Tree
from probe.reach.gateway import default_gateways
from probe.record import Stamp
from probe.rung import kernel_message
from probe.rung.kernel_message import NeighbourTold, State
from probe.rung.link_book import Failure, LinkBook

_ANSWER_WITHIN_S = 0.5
_PACKET_BYTES = 65_536
_MOST_PACKETS = 64  # of one answer, or of one wake-up: the rest is told by the counters
_UNANSWERED_PROBES = 2  # an ARP request is answered within a second or not at all


class LinkWatch:
    """One run of watching, until `close`."""

    def __init__(self, tree: Tree = KERNEL) -> None:
        self._tree = tree
        self._book: LinkBook | None = None
        self._gateways: dict[int, tuple[str, int]] = {}
        self._failure = Failure()
        self._socket = _listening()
        if self._socket is not None:
            asyncio.get_running_loop().add_reader(self._socket, self._read)

    @property
    def events(self) -> bool:
        """Whether the kernel tells of changes as they happen; else they are looked for every second."""
        return self._socket is not None

    @property
    def interface(self) -> str | None:
        """The one that is watched, None as long as there is none."""
        return None if self._book is None else self._book.interface

    @property
    def carrier(self) -> bool | None:
        """As it was at the last look."""
        return None if self._book is None else self._book.carrier

    def look(self, now: Stamp) -> bool:
        """To be called every second. Whether a record is due because something changed."""
        if self._book is not None:
            self._book.note(now.monotonic_ns, carrier=self._carrier(self._book.interface))
            return self._book.is_due(now.monotonic_ns)
        return False

    def follow(self, now: Stamp) -> None:
        """Finds out which interface leads to the internet; the last one stays where none does any more."""
        for one in default_gateways():
            self._gateways[one.version] = one.address, one.scope
        interface = way.to_anywhere().interface
        if interface is not None and interface != self.interface:
            self._book = LinkBook(interface, now, carrier=self._carrier(interface))

    def break_off(self, now: Stamp) -> None:
        """Nobody watched until now: the stretch under way begins anew."""
        if self._book is not None:
            self._book.close(now)

    def seen(
        self, occasion: Occasion, now: Stamp, *, dhcp_answered: bool | None = None
    ) -> tuple[Stamp, LinkSeen] | None:
        """What happened since the last time, and when that began; None where there is no interface to speak of."""
        if self._book is None:
            return None
        stretch = self._book.close(now)
        folder = f"sys/class/net/{stretch.interface}"
        return stretch.began, LinkSeen(
            interface=stretch.interface,
            carrier=stretch.carrier,
            changes=stretch.changes,
            carrier_up_count=self._tree.number(f"{folder}/carrier_up_count"),
            carrier_down_count=self._tree.number(f"{folder}/carrier_down_count"),
            neighbour_ipv4=self.neighbour(4, now),
            neighbour_ipv6=self.neighbour(6, now),
            dhcp_answered=dhcp_answered,
            occasion=occasion,
        )

    def ask_neighbours(self, now: Stamp) -> None:
        """Looks at each gateway's state, so that a failure is remembered until the next record."""
        for version in self._gateways:
            self.neighbour(version, now)

    def neighbour(self, version: int, now: Stamp) -> Neighbour | None:
        """The gateway of that IP version; None where there is none, or the kernel does not say."""
        gateway = self._gateways.get(version)
        if gateway is None:
            return None
        try:
            told = [one for one in _neighbours(version) if one.address == gateway[0]]
        except OSError:
            return None
        return self._failure.note(version, _state(told), now.monotonic_ns)

    def close(self) -> None:
        """Hears nothing more."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()

    def _carrier(self, interface: str) -> bool | None:
        """From sysfs, which gives an error for an interface that is switched off: it has none then."""
        folder = f"sys/class/net/{interface}"
        carrier = self._tree.number(f"{folder}/carrier")
        if carrier is None and self._tree.exists(folder):
            return False
        return None if carrier is None else carrier == 1

    def _read(self) -> None:
        assert self._socket is not None
        for _ in range(_MOST_PACKETS):
            try:
                data = self._socket.recv(_PACKET_BYTES)
            except BlockingIOError:
                return
            except OSError:  # more came than the kernel keeps: the next look tells
                continue
            for told in kernel_message.links(data):
                if self._book is not None and told.interface == self._book.interface:
                    self._book.note(clock.monotonic_ns(), carrier=told.carrier)


def _state(told: list[NeighbourTold]) -> Neighbour:
    """FAILED lasts only until the next packet makes the kernel ask again: one that was asked in vain failed too."""
    state = State(0)
    for one in told:
        state |= one.state
        if one.state & State.INCOMPLETE and one.probes >= _UNANSWERED_PROBES:
            state |= State.FAILED
    if state & (State.REACHABLE | State.PERMANENT):
        return Neighbour.REACHABLE
    return Neighbour.FAILED if state & State.FAILED else Neighbour.UNKNOWN


def _neighbours(version: int) -> list[NeighbourTold]:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as sock:
        sock.settimeout(_ANSWER_WITHIN_S)
        sock.send(kernel_message.neighbours_wanted(version))
        found: list[NeighbourTold] = []
        for _ in range(_MOST_PACKETS):
            data = sock.recv(_PACKET_BYTES)
            found += kernel_message.neighbours(data)
            if kernel_message.is_last(data):
                break
        return found


def _listening() -> socket.socket | None:
    """None where there is no netlink: a container's policy, another system."""
    with suppress(OSError):
        sock = socket.socket(
            socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE
        )
        try:
            sock.bind((0, kernel_message.LINK_GROUP))
        except OSError:
            sock.close()
        else:
            return sock
    return None
