"""Pure. The question which way an address is reached, and its answer, as bytes of rtnetlink (RFC 3549, rtnetlink(7)).

Answered by the kernel with every rule and table, as for a packet of this process. Knows nothing of sockets.
"""

import ipaddress
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

_HEAD = struct.Struct("=IHHII")  # struct nlmsghdr: length, type, flags, sequence, port
_ROUTE = struct.Struct("=BBBBBBBBI")  # struct rtmsg: family, dst_len, src_len, tos, table, protocol, scope, type, flags
_ATTRIBUTE = struct.Struct("=HH")  # struct rtattr: length, type
_RTM_NEWROUTE, _RTM_GETROUTE, _NLM_F_REQUEST = 24, 26, 1
_RTA_DST, _RTA_SRC, _RTA_OIF, _RTA_GATEWAY, _RTA_VIA = 1, 2, 4, 5, 18
_RTN_UNICAST, _RTN_LOCAL = 1, 2
_RTM_F_FIB_MATCH = 0x2000  # answer with the table's own entry, whose prefix is then told
_FAMILIES = {4: 2, 6: 10}  # AF_INET, AF_INET6
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One route. `local`: the address is this machine's own. `prefix_bits`: of the entry, where that was asked."""

    local: bool
    interface_index: int | None
    gateway: Address | None
    has_gateway: bool
    prefix_bits: int


def question(there: Address, *, source: Address | None, interface_index: int = 0, entry: bool = False) -> bytes:
    """Which way to `there`, from `source`? `interface_index` counts for link-local addresses; 0: any."""
    bits = there.max_prefixlen
    source_bits = bits if source is not None else 0
    flags = _RTM_F_FIB_MATCH if entry else 0
    body = _ROUTE.pack(_FAMILIES[there.version], bits, source_bits, 0, 0, 0, 0, 0, flags)
    body += attribute(_RTA_DST, there.packed)
    if source is not None:
        body += attribute(_RTA_SRC, source.packed)
    if interface_index:
        body += attribute(_RTA_OIF, struct.pack("=I", interface_index))
    return _HEAD.pack(_HEAD.size + len(body), _RTM_GETROUTE, _NLM_F_REQUEST, 1, 0) + body


def answer(message: bytes) -> Answer | None:
    """The kernel's route; None where it has none to give, or forbids the way."""
    if len(message) < _HEAD.size + _ROUTE.size:
        return None
    length, kind, *_ = _HEAD.unpack_from(message)
    if kind != _RTM_NEWROUTE:
        return None
    _, prefix_bits, *_, route_type, _ = _ROUTE.unpack_from(message, _HEAD.size)
    if route_type not in {_RTN_UNICAST, _RTN_LOCAL}:
        return None
    told = dict(attributes(message[_HEAD.size + _ROUTE.size : length]))
    gateway = told.get(_RTA_GATEWAY)
    index = told.get(_RTA_OIF)
    return Answer(
        local=route_type == _RTN_LOCAL,
        interface_index=None if index is None or len(index) != 4 else struct.unpack("=I", index)[0],
        gateway=None if gateway is None or len(gateway) not in {4, 16} else ipaddress.ip_address(gateway),
        has_gateway=gateway is not None or _RTA_VIA in told,
        prefix_bits=prefix_bits,
    )


def attribute(kind: int, value: bytes) -> bytes:
    """One attribute, filled up to the next multiple of four bytes."""
    return _ATTRIBUTE.pack(_ATTRIBUTE.size + len(value), kind) + value + bytes(-len(value) % 4)


def attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and value of each attribute in `data`, up to the first that cannot be one."""
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size:
            return
        yield kind, data[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3
