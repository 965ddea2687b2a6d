"""Pure. What goes over the wire and comes back from the kernel: ICMP echo, error reports, receive times.

Sources: RFC 792 and RFC 4443 (echo), RFC 1071 (checksum), ip(7) and linux/errqueue.h (error reports),
linux/socket.h (receive times). Knows nothing of sockets.
"""

import ipaddress
import struct
from collections.abc import Iterable
from dataclasses import dataclass

ECHO_REQUEST = {4: 8, 6: 128}  # by IP version
ECHO_REPLY = {4: 0, 6: 129}
SOL_IP, IP_RECVERR = 0, 11
SOL_IPV6, IPV6_RECVERR = 41, 25
SOL_SOCKET, SO_TIMESTAMPNS = 1, 35  # as on every architecture but alpha, mips, parisc and sparc
_HEADER = struct.Struct("!BBHHH")
_TIMESPEC = struct.Struct("@ll")
_EXTENDED_ERROR = struct.Struct("@IBBBBII")  # struct sock_extended_err; the offender's address follows it
_FROM_THIS_MACHINE = 1  # SO_EE_ORIGIN_LOCAL
_TIME_EXCEEDED = frozenset({(2, 11), (3, 3)})  # SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6 and their types
_AF_INET, _AF_INET6 = 2, 10

Ancillary = Iterable[tuple[int, int, bytes]]


@dataclass(frozen=True, slots=True)
class Echo:
    """An ICMP echo message. `ident` names the socket, `number` the question, `token` the process."""

    ident: int
    number: int
    token: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """Why a packet was not delivered. `offender` is who said so, None where it was this machine's own kernel.

    `expired`: it ran out of hops there (ICMP time exceeded).
    """

    errno: int
    offender: str | None
    expired: bool = False


def echo_request(echo: Echo, *, version: int) -> bytes:
    """The bytes of a request. The kernel fills in IPv6's checksum, and `ident` where the socket is a datagram one."""
    unsummed = _HEADER.pack(ECHO_REQUEST[version], 0, 0, echo.ident, echo.number) + echo.token
    summed = checksum(unsummed) if version == 4 else 0
    return _HEADER.pack(ECHO_REQUEST[version], 0, summed, echo.ident, echo.number) + echo.token


def parse_echo(message: bytes, *, expected_type: int) -> Echo | None:
    """The echo of that type in `message`, its token cut off where a router quoted no more; None for anything else."""
    if len(message) < _HEADER.size:
        return None
    kind, code, _, ident, number = _HEADER.unpack_from(message)
    return Echo(ident, number, message[_HEADER.size :]) if (kind, code) == (expected_type, 0) else None


def without_ip_header(message: bytes) -> bytes:
    """What an IPv4 raw socket received, without the header in front (RFC 791: its length counts words of 4 bytes)."""
    return message[(message[0] & 0x0F) * 4 :] if message else message


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071).

    >>> hex(checksum(bytes.fromhex("0001f203f4f5f6f7")))
    '0x220d'
    """
    padded = data + b"\0" * (len(data) % 2)
    total = int(sum(struct.unpack(f"!{len(padded) // 2}H", padded)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total


def received_wall_ns(ancillary: Ancillary) -> int | None:
    """When the kernel received a packet, by the wall clock; None where it did not say."""
    for level, kind, data in ancillary:
        if (level, kind) == (SOL_SOCKET, SO_TIMESTAMPNS) and len(data) >= _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return None


def report(ancillary: Ancillary) -> Report | None:
    """The error report that came with a packet from a socket's error queue; None where there is none."""
    for level, kind, data in ancillary:
        if (level, kind) in {(SOL_IP, IP_RECVERR), (SOL_IPV6, IPV6_RECVERR)} and len(data) >= _EXTENDED_ERROR.size:
            errno, origin, icmp_type, *_ = _EXTENDED_ERROR.unpack_from(data)
            offender = None if origin == _FROM_THIS_MACHINE else _address(data[_EXTENDED_ERROR.size :])
            return Report(errno, offender, expired=(origin, icmp_type) in _TIME_EXCEEDED)
    return None


def round_trip_ms(*, sent_wall_ns: int, received_wall_ns: int | None, waited_ns: int) -> float:
    """The round-trip time: by the kernel's receive time where it can be true, else `waited_ns`, until it was read.

    The kernel stamps with the wall clock. A time before the sending, or after the reading, means that the clock was
    set in between.
    """
    if received_wall_ns is not None and 0 <= received_wall_ns - sent_wall_ns <= waited_ns + 1_000_000:
        return (received_wall_ns - sent_wall_ns) / 1e6
    return waited_ns / 1e6


def _address(sockaddr: bytes) -> str | None:
    """The address in a C sockaddr; None for a family other than IP's."""
    family = struct.unpack_from("=H", sockaddr)[0] if len(sockaddr) >= 2 else 0
    if family == _AF_INET and len(sockaddr) >= 8:
        return str(ipaddress.IPv4Address(sockaddr[4:8]))
    if family == _AF_INET6 and len(sockaddr) >= 24:
        return str(ipaddress.IPv6Address(sockaddr[8:24]))
    return None
