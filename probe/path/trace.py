"""Shell. Finds the hops to an address by UDP packets of one flow and the errors that come back. Needs no privilege.

One socket and so one pair of ports for the whole path, which keeps it on one way where routers share load by flow. One
packet at a time, so that an answer can belong to it alone. A host that drops UDP is not seen to be reached, and no path
MTU is tried. Knows nothing of what the hops mean.
"""

import errno
import select
import socket
import struct
from collections.abc import Callable
from contextlib import suppress

from probe import clock
from probe.path.job import MOST_HOPS, HopSeen, Said
from probe.reach import packet
from probe.reach.gateway import bare, sockaddr
from probe.reach.ping import RECVERR
from probe.reach.target import Endpoint

METHOD = "udp"
PORT = 33_434
_TRIES = 2
_HOP_WITHIN_S = 0.7
_MOST_SILENT = 5  # hops in a row that say nothing: what comes behind is seldom told either
_HEED_S = 0.1
_TTL = {socket.AF_INET: (socket.IPPROTO_IP, socket.IP_TTL), socket.AF_INET6: (socket.IPPROTO_IPV6, 16)}


def trace(to: Endpoint, within_s: float, halted: Callable[[], bool]) -> Said:
    """The hops up to `to`, or as far as `within_s` goes. Blocks; ends soon after `halted` says so."""
    until_ns = clock.monotonic_ns() + int(within_s * 1e9)
    try:
        with socket.socket(to.family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sock:
            sock.setsockopt(*RECVERR[to.family], 1)
            sock.connect(sockaddr(to, PORT))
            return _walk(sock, to, lambda: halted() or clock.monotonic_ns() > until_ns)
    except OSError as error:
        return Said(cannot=errno.errorcode.get(error.errno or 0, "unknown"), method=METHOD)


def _walk(sock: socket.socket, to: Endpoint, over: Callable[[], bool]) -> Said:
    hops: list[HopSeen] = []
    for ttl in range(1, MOST_HOPS + 1):
        sock.setsockopt(*_TTL[socket.AddressFamily(to.family)], ttl)
        hop, reached = _hop(sock, ttl, to, over)
        hops.append(hop)
        silent = all(one.address is None for one in hops[-_MOST_SILENT:]) and len(hops) >= _MOST_SILENT
        if reached or silent or over():
            return Said(method=METHOD, reached=reached, hops=tuple(hops))
    return Said(method=METHOD, hops=tuple(hops))


def _hop(sock: socket.socket, ttl: int, to: Endpoint, over: Callable[[], bool]) -> tuple[HopSeen, bool]:
    errors = select.poll()
    errors.register(sock, select.POLLERR)
    for _ in range(_TRIES):
        while _error(sock, to) is not None:  # a late answer to the packet before
            pass
        sent_ns = clock.monotonic_ns()
        with suppress(OSError):  # the kernel reports an earlier packet's error on the next call
            sock.send(struct.pack("!H", ttl))
        while (waited_s := (clock.monotonic_ns() - sent_ns) / 1e9) < _HOP_WITHIN_S and not over():
            errors.poll(min(_HOP_WITHIN_S - waited_s, _HEED_S) * 1000)
            offender = _error(sock, to)
            if offender is not None:
                rtt_ms = round((clock.monotonic_ns() - sent_ns) / 1e6, 3)
                return HopSeen(ttl=ttl, address=offender, rtt_ms=rtt_ms), offender == to.address
        if over():
            break
    return HopSeen(ttl=ttl), False


def _error(sock: socket.socket, to: Endpoint) -> str | None:
    """Whose hop was told of last, None where none was. Who says "unreachable" on the way is no hop: the path ends."""
    try:
        _, ancillary, _, _ = sock.recvmsg(512, 512, socket.MSG_ERRQUEUE)
    except OSError:
        return None
    report = packet.report(ancillary)
    if report is None or report.offender is None:
        return None
    offender = bare(report.offender)
    return offender if report.expired or offender == to.address else None
