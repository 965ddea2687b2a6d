"""Pure. What the kernel tells of links and neighbours, as bytes of rtnetlink (RFC 3549, rtnetlink(7)).

Knows nothing of sockets, nor of which interface matters.
"""

import ipaddress
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag

from probe.condition.netlink import attributes

LINK_GROUP = 1  # RTMGRP_LINK: who listens to it hears of every change of a link
_HEAD = struct.Struct("=IHHII")  # struct nlmsghdr: length, type, flags, sequence, port
_LINK = struct.Struct("=BBHiII")  # struct ifinfomsg: family, padding, type, index, flags, change
_NEIGHBOUR = struct.Struct("=BBHiHBB")  # struct ndmsg: family, padding, padding, index, state, flags, type
_ERROR, _DONE, _NEW_LINK, _NEW_NEIGHBOUR, _GET_NEIGHBOUR = 2, 3, 16, 28, 30
_REQUEST, _DUMP = 0x1, 0x300
_IFLA_IFNAME, _IFLA_CARRIER = 3, 33
_NDA_DST, _NDA_PROBES = 1, 4
_FAMILIES = {4: 2, 6: 10}  # AF_INET, AF_INET6


class State(IntFlag):
    """A neighbour's state (linux/neighbour.h)."""

    INCOMPLETE = 0x01
    REACHABLE = 0x02
    STALE = 0x04
    DELAY = 0x08
    PROBE = 0x10
    FAILED = 0x20
    NOARP = 0x40
    PERMANENT = 0x80


@dataclass(frozen=True, slots=True)
class LinkTold:
    """One link, as it is now. `carrier` None where the message does not say."""

    interface: str
    carrier: bool | None


@dataclass(frozen=True, slots=True)
class NeighbourTold:
    """One entry of the neighbour table. `probes`: how often it was asked without an answer."""

    address: str
    interface_index: int
    state: State
    probes: int


def links(data: bytes) -> Iterator[LinkTold]:
    """The links that a packet of messages tells of."""
    for kind, body in _messages(data):
        if kind != _NEW_LINK or len(body) < _LINK.size:
            continue
        told = dict(attributes(body[_LINK.size :]))
        name, carrier = told.get(_IFLA_IFNAME, b"").rstrip(b"\0"), told.get(_IFLA_CARRIER)
        if name:
            yield LinkTold(name.decode("ascii", "replace"), None if not carrier else carrier[0] != 0)


def neighbours_wanted(version: int) -> bytes:
    """Asks for every neighbour of that IP version."""
    body = _NEIGHBOUR.pack(_FAMILIES[version], 0, 0, 0, 0, 0, 0)
    return _HEAD.pack(_HEAD.size + len(body), _GET_NEIGHBOUR, _REQUEST | _DUMP, 1, 0) + body


def neighbours(data: bytes) -> Iterator[NeighbourTold]:
    """The neighbours that a packet of messages tells of."""
    for kind, body in _messages(data):
        if kind != _NEW_NEIGHBOUR or len(body) < _NEIGHBOUR.size:
            continue
        _, _, _, index, state, _, _ = _NEIGHBOUR.unpack_from(body)
        told = dict(attributes(body[_NEIGHBOUR.size :]))
        address, probes = told.get(_NDA_DST, b""), told.get(_NDA_PROBES, b"")
        if len(address) in {4, 16}:
            count = struct.unpack("=I", probes)[0] if len(probes) == 4 else 0
            yield NeighbourTold(str(ipaddress.ip_address(address)), index, State(state), count)


def is_last(data: bytes) -> bool:
    """Whether this packet ends an answer of several packets, or is a refusal."""
    return any(kind in {_DONE, _ERROR} for kind, _ in _messages(data))


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _HEAD.size <= len(data):
        length, kind, _, _, _ = _HEAD.unpack_from(data, at)
        if length < _HEAD.size:
            return
        yield kind, data[at + _HEAD.size : at + length]
        at += (length + 3) & ~3
