"""Shell. Asks by ICMP echo, over one socket for all targets of an IP version.

A datagram socket where the kernel grants it (net.ipv4.ping_group_range), else a raw one (CAP_NET_RAW). The kernel
stamps each answer as it comes in, so that a busy process does not make the line look slow, and hands over what routers
report, so that *unreachable* is told from *timed out*. Knows nothing of minutes.
"""

import asyncio
import errno
import secrets
import socket
import struct
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from probe import clock
from probe.body.reachability import NoAnswer, ProbeMethod
from probe.reach import packet
from probe.reach.gateway import bare, sockaddr
from probe.reach.minute import Outcome
from probe.reach.target import Endpoint
from probe.units import epoch_us

Settle = Callable[[int, Outcome], None]  # the number of a question and what came of it; called once at most

_VERSION = {socket.AF_INET: 4, socket.AF_INET6: 6}
_PROTOCOL = {4: socket.IPPROTO_ICMP, 6: socket.IPPROTO_ICMPV6}
RECVERR: dict[int, tuple[int, int]] = {
    socket.AF_INET: (packet.SOL_IP, packet.IP_RECVERR),
    socket.AF_INET6: (packet.SOL_IPV6, packet.IPV6_RECVERR),
}
_SOL_RAW, _ICMP_FILTER = 255, 1  # linux/icmp.h
_ICMP6_FILTER = 1  # linux/icmpv6.h, at level IPPROTO_ICMPV6
NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})
_MOST_PENDING = 4096
_AT_ONCE = 64  # messages read before other work has its turn
_BUFFER_BYTES = 2048


@dataclass(frozen=True, slots=True)
class _Pending:
    question: int
    address: str
    sent_ns: int
    sent_wall_ns: int


class Ping:
    """Open until `close`. Its outcomes come by `settle`, from the event loop."""

    method = ProbeMethod.ICMP

    def __init__(self, sock: socket.socket, settle: Settle) -> None:
        """Takes over `sock`, from `open_socket`."""
        self._socket = sock
        self._settle = settle
        self._version = _VERSION[socket.AddressFamily(sock.family)]
        self._raw = sock.type == socket.SOCK_RAW
        self._ident = secrets.randbelow(1 << 16)
        self._token = secrets.token_bytes(8)
        self._pending: dict[int, _Pending] = {}
        asyncio.get_running_loop().add_reader(sock, self._read)

    def ask(self, question: int, to: Endpoint, *, port: int | None = None) -> None:
        """Sends one echo request, numbered `question` modulo 65536. `port` has no meaning here."""
        del port
        number = question & 0xFFFF
        echo = packet.echo_request(packet.Echo(self._ident, number, self._token), version=self._version)
        failed = self._send(echo, to, _Pending(question, to.address, 0, 0))
        if failed is not None:
            self._pending.pop(number, None)
            self._settle(question, NoAnswer.UNREACHABLE if failed in NO_WAY else NoAnswer.NOT_SENT)

    def close(self) -> None:
        """Hears nothing more."""
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _send(self, echo: bytes, to: Endpoint, pending: _Pending) -> int | None:
        """None, or the errno of why nothing was sent."""
        code: int | None = None
        for _ in range(2):  # the kernel reports an earlier packet's error on the next call, whomever that is for
            self._remember(pending)
            try:
                self._socket.sendto(echo, sockaddr(to, 0))
            except OSError as error:
                code = error.errno
                self._read()
            else:
                return None
        return code

    def _remember(self, pending: _Pending) -> None:
        if len(self._pending) >= _MOST_PENDING:
            del self._pending[next(iter(self._pending))]
        self._pending[pending.question & 0xFFFF] = _Pending(
            pending.question, pending.address, clock.monotonic_ns(), epoch_us(clock.now()) * 1000
        )

    def _read(self) -> None:
        """Both queues, errors first: an error's packet is otherwise mistaken for the next call's failure."""
        for _ in range(_AT_ONCE):
            if not (self._read_error() or self._read_answer()):
                return

    def _read_answer(self) -> bool:
        """Whether there was anything to read."""
        try:
            message, ancillary, _, source = self._socket.recvmsg(_BUFFER_BYTES, 512)
        except BlockingIOError:
            return False
        except OSError:  # an error report's shadow; the report itself is in the error queue
            return True
        if self._raw and self._version == 4:
            message = packet.without_ip_header(message)
        echo = packet.parse_echo(message, expected_type=packet.ECHO_REPLY[self._version])
        if echo is not None and echo.token == self._token:
            self._answered(echo.number, source[0], packet.received_wall_ns(ancillary))
        return True

    def _read_error(self) -> bool:
        """Whether there was anything to read."""
        try:
            message, ancillary, _, to = self._socket.recvmsg(_BUFFER_BYTES, 512, socket.MSG_ERRQUEUE)
        except OSError:
            return False
        echo = packet.parse_echo(message, expected_type=packet.ECHO_REQUEST[self._version])
        report = packet.report(ancillary)
        if echo is None or report is None or (self._raw and echo.ident != self._ident):
            return True
        address = bare(to[0])
        if report.offender == address:  # the target itself refused: it is there
            self._answered(echo.number, address, packet.received_wall_ns(ancillary))
        elif (pending := self._pending.get(echo.number)) is not None and pending.address == address:
            del self._pending[echo.number]
            self._settle(pending.question, NoAnswer.UNREACHABLE)
        return True

    def _answered(self, number: int, source: str, received_wall_ns: int | None) -> None:
        pending = self._pending.get(number)
        if pending is None or pending.address != bare(source):
            return
        del self._pending[number]
        waited_ns = clock.monotonic_ns() - pending.sent_ns
        self._settle(
            pending.question,
            packet.round_trip_ms(
                sent_wall_ns=pending.sent_wall_ns, received_wall_ns=received_wall_ns, waited_ns=waited_ns
            ),
        )


def open_socket(family: socket.AddressFamily) -> socket.socket | None:
    """A socket that may send ICMP echo; None where this user may not, or the kernel lacks that IP version."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        with suppress(OSError), ExitStack() as undo:
            sock = undo.enter_context(socket.socket(family, kind | socket.SOCK_NONBLOCK, _PROTOCOL[_VERSION[family]]))
            sock.setsockopt(packet.SOL_SOCKET, packet.SO_TIMESTAMPNS, 1)
            sock.setsockopt(*RECVERR[family], 1)
            if kind == socket.SOCK_RAW:
                _only_replies(sock, _VERSION[family])
            undo.pop_all()
            return sock
    return None


def _only_replies(sock: socket.socket, version: int) -> None:
    """A raw socket hears every ICMP message of the machine; this one shall wake for echo replies alone."""
    if version == 4:
        sock.setsockopt(_SOL_RAW, _ICMP_FILTER, struct.pack("=I", 0xFFFFFFFF & ~(1 << packet.ECHO_REPLY[4])))
    else:
        blocked = (1 << 256) - 1 - (1 << packet.ECHO_REPLY[6])
        words = [(blocked >> (32 * n)) & 0xFFFFFFFF for n in range(8)]
        sock.setsockopt(socket.IPPROTO_ICMPV6, _ICMP6_FILTER, struct.pack("=8I", *words))
