"""Shell. What a measuring server's machine does while it serves: how many tests, how busy, what its interface moves.

Every connection of a test has a place here and says what it moves, so that what is the test's own can be told from what
passes beside it. Knows nothing of protocols, and keeps no address once a test is over.
"""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from probe.body.conditions import LinkType
from probe.body.speed_test import Direction
from probe.condition import busy, way
from probe.condition.busy import Busy, read_busy
from probe.condition.link import Link, read_link
from probe.condition.traffic import grown, read_counted
from probe.throughput.host.told import Working
from probe.throughput.tcp_info import TcpInfo, header_bytes

_READ_EVERY_S = 0.1  # the kernel is not asked about its cores more often, however many tell of them
_ETHERNET_HEADER_BYTES = 14
_Key = tuple[str, str]  # a client's address, and its name for the test


@dataclass(slots=True)
class _Test:
    """Every connection of one test. `moved_bytes`: of packets, all connections together, ended ones inside."""

    key: _Key
    connections: int = 0
    moved_bytes: int = 0
    most_tests: int = 0


@dataclass(slots=True)
class Place:
    """One connection of a test, for the thread that serves it."""

    test: _Test
    direction: Direction
    link: Link | None
    ipv6: bool
    busy: Busy
    interface_bytes: int | None
    before_bytes: int  # what the test had moved when this connection began
    moved_bytes: int = field(default=0)


class Work:
    """Asked from every client's thread. `elsewhere`: how many tests other servers of this process serve now."""

    def __init__(self, elsewhere: Callable[[], int] = lambda: 0) -> None:
        self._elsewhere = elsewhere
        self._lock = threading.Lock()
        self._tests: dict[_Key, _Test] = {}
        self._busy, self._busy_at = read_busy(), time.monotonic()

    @property
    def tests_count(self) -> int:
        """Tests under way."""
        with self._lock:
            return len(self._tests) + self._elsewhere()

    def begin(self, sock: socket.socket, direction: Direction, *, client: str, test: str) -> Place:
        """A place for one connection of the `test` that `client`, an address, has begun. `end` gives it back."""
        found = way.of_socket(sock)
        link = None if found.interface is None else read_link(found.interface)
        with self._lock:
            shared = self._tests.setdefault((client, test), _Test((client, test)))
            shared.connections += 1
            self._count()
            return Place(
                test=shared,
                direction=direction,
                link=link,
                ipv6=sock.family == socket.AF_INET6 and not client.startswith("::ffff:"),
                busy=self._read_busy(),
                interface_bytes=_interface_bytes(link, direction),
                before_bytes=shared.moved_bytes,
            )

    def end(self, place: Place) -> None:
        """The connection is over."""
        with self._lock:
            place.test.connections -= 1
            if not place.test.connections:
                self._tests.pop(place.test.key, None)

    def note(self, place: Place, info: TcpInfo) -> None:
        """What the connection has moved so far in its direction, as its kernel counts."""
        download = place.direction is Direction.DOWNLOAD
        payload, packets = (info.bytes_sent, info.segs_out) if download else (info.bytes_received, info.segs_in)
        moved = (payload or 0) + (packets or 0) * (header_bytes(info, ipv6=place.ipv6) + _ETHERNET_HEADER_BYTES)
        with self._lock:
            place.test.moved_bytes += max(0, moved - place.moved_bytes)
            place.moved_bytes = max(moved, place.moved_bytes)

    def working(self, place: Place) -> Working:
        """How busy the machine was since the place was given."""
        with self._lock:
            now, own_bytes = self._read_busy(), place.test.moved_bytes - place.before_bytes
            moved = grown(place.interface_bytes, _interface_bytes(place.link, place.direction))
            self._count()
            return Working(
                tests_count=place.test.most_tests,
                cpu_share=busy.busiest(place.busy, now),
                process_cpu_share=busy.process_share(place.busy, now),
                cpu_pressure_share=busy.cpu_pressure(place.busy, now),
                other_bytes=None if moved is None else max(0, moved - own_bytes),
                link_bps=None if place.link is None else place.link.link_bps,
            )

    def _count(self) -> None:
        tests = len(self._tests) + self._elsewhere()
        for one in self._tests.values():
            one.most_tests = max(one.most_tests, tests)

    def _read_busy(self) -> Busy:
        now = time.monotonic()
        if now - self._busy_at >= _READ_EVERY_S:
            self._busy, self._busy_at = read_busy(), now
        return self._busy


def _interface_bytes(link: Link | None, direction: Direction) -> int | None:
    """What has left for clients, or come from them. Loopback counts both directions as one, and so tells nothing."""
    if link is None or link.link_type is LinkType.LOOPBACK:
        return None
    towards = Direction.UPLOAD if direction is Direction.DOWNLOAD else Direction.DOWNLOAD  # seen from this end
    return read_counted(link.interface).towards(towards)
