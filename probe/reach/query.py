"""Shell. Asks name servers by DNS over UDP, a socket and a port of its own for each question.

A refusal is told from silence: the server's machine is there and names nothing. The kernel stamps the answer as it
comes in. Knows nothing of minutes.
"""

import asyncio
import errno
import socket
from dataclasses import dataclass

from probe import clock
from probe.body.reachability import NoAnswer, ProbeMethod
from probe.reach import dns, packet
from probe.reach.gateway import sockaddr
from probe.reach.minute import Outcome
from probe.reach.ping import NO_WAY, RECVERR, Settle
from probe.reach.target import Endpoint
from probe.units import epoch_us

_GIVE_UP_S = 10.0
_BUFFER_BYTES = 2048
_AT_ONCE = 8  # packets of one socket before other work has its turn


@dataclass(frozen=True, slots=True)
class _Open:
    socket: socket.socket
    question: dns.Question
    sent_ns: int
    sent_wall_ns: int
    expiry: asyncio.TimerHandle


class Query:
    """Open until `close`. Its outcomes come by `settle`, from the event loop or from within `ask`."""

    method = ProbeMethod.DNS

    def __init__(self, settle: Settle) -> None:
        self._settle = settle
        self._open: dict[int, _Open] = {}

    def ask(self, number: int, to: Endpoint, question: dns.Question, *, port: int | None = None) -> None:
        """Sends one question."""
        try:
            sock = socket.socket(to.family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        except OSError:
            self._settle(number, NoAnswer.NOT_SENT)
            return
        loop = asyncio.get_running_loop()
        expiry = loop.call_later(_GIVE_UP_S, self._forget, number)
        self._open[number] = _Open(sock, question, clock.monotonic_ns(), epoch_us(clock.now()) * 1000, expiry)
        try:
            sock.setsockopt(packet.SOL_SOCKET, packet.SO_TIMESTAMPNS, 1)
            sock.setsockopt(*RECVERR[to.family], 1)  # or routers' reports would be kept from us
            sock.connect(sockaddr(to, port or dns.PORT))
            sock.send(dns.encode(question))
        except OSError as error:
            self._fail(number, error.errno)
        else:
            loop.add_reader(sock, self._read, number)

    def close(self) -> None:
        """Hears nothing more."""
        for number in list(self._open):
            self._forget(number)

    def _read(self, number: int) -> None:
        for _ in range(_AT_ONCE):
            opened = self._open[number]
            try:
                message, ancillary, _, _ = opened.socket.recvmsg(_BUFFER_BYTES, 512)
            except BlockingIOError:
                return
            except OSError as error:
                self._fail(number, error.errno)
                return
            answer = dns.decode(message, opened.question)
            if answer is not None:
                self._conclude(number, answer, packet.received_wall_ns(ancillary))
                return

    def _conclude(self, number: int, answer: dns.Answer, received_wall_ns: int | None) -> None:
        opened = self._open[number]
        outcome: Outcome = NoAnswer.DNS_FAILED
        if dns.is_good(answer, opened.question):
            outcome = packet.round_trip_ms(
                sent_wall_ns=opened.sent_wall_ns,
                received_wall_ns=received_wall_ns,
                waited_ns=clock.monotonic_ns() - opened.sent_ns,
            )
        self._forget(number)
        self._settle(number, outcome)

    def _fail(self, number: int, code: int | None) -> None:
        outcome = NoAnswer.NOT_SENT
        if code in NO_WAY:
            outcome = NoAnswer.UNREACHABLE
        elif code == errno.ECONNREFUSED:  # nobody serves there: the machine is up, and gives no name
            outcome = NoAnswer.DNS_FAILED
        self._forget(number)
        self._settle(number, outcome)

    def _forget(self, number: int) -> None:
        opened = self._open.pop(number)
        opened.expiry.cancel()
        asyncio.get_running_loop().remove_reader(opened.socket)
        opened.socket.close()
