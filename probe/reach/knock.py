"""Shell. Asks without ICMP, where this user may not send it: a TCP connection, or a UDP packet to a port nobody uses.

Being refused is an answer: the host is there. Each question has a socket of its own. The kernel times an accepted TCP
connection; all else is timed as this process reads it. Knows nothing of minutes.
"""

import asyncio
import errno
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass

from probe import clock
from probe.body.reachability import NoAnswer, ProbeMethod
from probe.reach.gateway import sockaddr
from probe.reach.minute import Outcome
from probe.reach.ping import NO_WAY, RECVERR, Settle
from probe.reach.target import Endpoint

_PORT = {ProbeMethod.TCP: 443, ProbeMethod.UDP: 33_434}  # for UDP the first one of traceroute, where nobody listens
_KIND = {ProbeMethod.TCP: socket.SOCK_STREAM, ProbeMethod.UDP: socket.SOCK_DGRAM}
_GIVE_UP_S = 10.0
_TCP_INFO_RTT = struct.Struct("@I")
_TCP_INFO_RTT_AT = 68  # tcpi_rtt, in microseconds; linux/tcp.h


@dataclass(frozen=True, slots=True)
class _Open:
    socket: socket.socket
    asked_ns: int
    expiry: asyncio.TimerHandle


class Knock:
    """Open until `close`. Its outcomes come by `settle`, from the event loop or from within `ask`."""

    def __init__(self, method: ProbeMethod, settle: Settle) -> None:
        self.method = method
        self._settle = settle
        self._open: dict[int, _Open] = {}

    def ask(self, question: int, to: Endpoint, *, port: int | None = None) -> None:
        """Knocks once, at the method's own port where `port` is None."""
        try:
            sock = socket.socket(to.family, _KIND[self.method] | socket.SOCK_NONBLOCK)
        except OSError:  # no such IP version here, or no descriptors left
            self._settle(question, NoAnswer.NOT_SENT)
            return
        loop = asyncio.get_running_loop()
        expiry = loop.call_later(_GIVE_UP_S, self._forget, question)
        self._open[question] = _Open(sock, clock.monotonic_ns(), expiry)
        try:
            sock.setsockopt(*RECVERR[to.family], 1)  # or routers' reports would be kept from us
            with suppress(BlockingIOError):
                sock.connect(sockaddr(to, port or _PORT[self.method]))
            if self.method is ProbeMethod.UDP:
                sock.send(b"")
        except OSError as error:
            self._conclude(question, error.errno)
        else:
            wait = loop.add_writer if self.method is ProbeMethod.TCP else loop.add_reader
            wait(sock, self._ready, question)

    def close(self) -> None:
        """Hears nothing more."""
        for question in list(self._open):
            self._forget(question)

    def _ready(self, question: int) -> None:
        self._conclude(question, self._open[question].socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))

    def _conclude(self, question: int, code: int | None) -> None:
        """`code`: an errno, 0 where the host accepted or answered."""
        opened = self._open[question]
        waited_ms = (clock.monotonic_ns() - opened.asked_ns) / 1e6
        outcome: Outcome
        if code == 0:
            outcome = self._handshake_ms(opened.socket) or waited_ms
        elif code == errno.ECONNREFUSED:
            outcome = waited_ms
        else:
            outcome = _no_answer(code)
        self._forget(question)
        self._settle(question, outcome)

    def _handshake_ms(self, sock: socket.socket) -> float | None:
        """None where the kernel did not time it."""
        if self.method is not ProbeMethod.TCP:
            return None
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_RTT_AT + _TCP_INFO_RTT.size)
        (rtt_us,) = _TCP_INFO_RTT.unpack_from(info, _TCP_INFO_RTT_AT)
        return rtt_us / 1000 or None

    def _forget(self, question: int) -> None:
        opened = self._open.pop(question)
        opened.expiry.cancel()
        loop = asyncio.get_running_loop()
        loop.remove_reader(opened.socket)
        loop.remove_writer(opened.socket)
        opened.socket.close()


def _no_answer(code: int | None) -> NoAnswer:
    if code in NO_WAY:
        return NoAnswer.UNREACHABLE
    return NoAnswer.TIMED_OUT if code == errno.ETIMEDOUT else NoAnswer.NOT_SENT
