"""Shell. What surrounds a test, put together from its sources (`probe.condition`): before it, after it, the difference.

What cannot be read is None. Knows nothing of what a disturbance means for a result.
"""

import socket
from dataclasses import dataclass
from datetime import datetime

from probe import clock
from probe.body.conditions import Conditions, LinkType, Source
from probe.body.speed_test import Direction
from probe.condition import busy, way
from probe.condition.busy import Busy, read_busy
from probe.condition.link import Link, read_link
from probe.condition.traffic import Counted, count_neighbours, grown, read_counted
from probe.condition.way import Way

_ETHERNET_HEADER_BYTES = 14  # counted by the interfaces that have one
_NOTHING = Counted(None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The counters at the start of a test, for `conclude`."""

    at: datetime
    direction: Direction
    way: Way
    link: Link | None
    counted: Counted
    busy: Busy


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The same counters at the end of it, for `conclude`."""

    at: datetime
    counted: Counted
    busy: Busy


def default_link() -> Link | None:
    """The interface of the way to the internet; None where there is none."""
    interface = way.to_anywhere().interface
    return None if interface is None else read_link(interface)


def begin(sock: socket.socket, direction: Direction) -> Before:
    """Reads what a test over the connected `sock` will change."""
    found = way.of_socket(sock)
    return Before(
        at=clock.now(),
        direction=direction,
        way=found,
        link=None if found.interface is None else read_link(found.interface),
        counted=_NOTHING if found.interface is None else read_counted(found.interface),
        busy=read_busy(),
    )


def end(before: Before) -> After:
    """Reads the same again. The test's own counters are read right after: the line's last bytes still come in."""
    counted = _NOTHING if before.link is None else read_counted(before.link.interface)
    return After(at=clock.now(), counted=counted, busy=read_busy())


def conclude(before: Before, after: After, *, own_ip_bytes: int | None, own_packets: int | None) -> Conditions:
    """What changed meanwhile. The test's own share, in its direction and at IP, is taken off the interface's."""
    link, counted = before.link, after.counted
    reverse = Direction.UPLOAD if before.direction is Direction.DOWNLOAD else Direction.DOWNLOAD
    loopback = link is not None and link.link_type is LinkType.LOOPBACK  # it receives what it sends
    moved = grown(before.counted.towards(before.direction), counted.towards(before.direction))
    return Conditions(
        path=before.way.path,
        interface=None if link is None else link.interface,
        link_type=None if link is None else link.link_type,
        link_bps=None if link is None else link.link_bps,
        full_duplex=None if link is None else link.full_duplex,
        mtu_bytes=None if link is None else link.mtu_bytes,
        signal_dbm=None if link is None else link.signal_dbm,
        other_bytes=_other_bytes(link, moved, own_ip_bytes, own_packets),
        reverse_bytes=None if loopback else grown(before.counted.towards(reverse), counted.towards(reverse)),
        neighbours_count=None if link is None else count_neighbours(link.interface, gateway=before.way.gateway),
        cpu_share=busy.busiest(before.busy, after.busy),
        process_cpu_share=busy.process_share(before.busy, after.busy),
        cpu_pressure_share=busy.cpu_pressure(before.busy, after.busy),
        memory_pressure_share=busy.memory_pressure(before.busy, after.busy),
        sources=_sources(before, after.at),
    )


def _other_bytes(link: Link | None, moved: int | None, own_ip_bytes: int | None, own_packets: int | None) -> int | None:
    if link is None or moved is None or own_ip_bytes is None or own_packets is None:
        return None
    headers = 0 if link.link_type is LinkType.TUNNEL else own_packets * _ETHERNET_HEADER_BYTES
    # A card that cuts packets itself counts their headers once for many: never below zero for that.
    return max(0, moved - own_ip_bytes - headers)


def _sources(before: Before, now: datetime) -> tuple[Source, ...]:
    """Where each value came from. One that is None was looked for there."""
    folder = f"/sys/class/net/{before.way.interface}" if before.way.interface else "/sys/class/net"
    link = "link_type link_bps full_duplex mtu_bytes"
    return (
        Source(of="path interface", origin=before.way.origin or "unknown", at=(before.at,)),
        Source(of=link, origin=folder, at=(before.at,)),
        Source(of="other_bytes reverse_bytes", origin=f"{folder}/statistics", at=(before.at, now)),
        Source(of="neighbours_count", origin="/proc/net/arp", at=(now,)),
        Source(of="cpu_share", origin="/proc/stat", at=(before.at, now)),
        Source(of="cpu_pressure_share memory_pressure_share", origin="/proc/pressure", at=(before.at, now)),
    )
