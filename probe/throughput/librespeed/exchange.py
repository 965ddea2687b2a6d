"""Shell. One HTTP connection under load: a request with as much body as it announces, answers as events.

Without TLS the bodies of answers are dropped by the kernel (MSG_TRUNC, tcp(7)), never copied. It blocks nowhere but in
one wait that has an end. Knows nothing of what is asked.
"""

import os
import select
import socket
import ssl
import time

from probe.throughput import kernel
from probe.throughput.librespeed.answer import AnswerReader, Event, Fault
from probe.throughput.tcp_info import TcpInfo

_BLOCK_BYTES = 1 << 20  # of what an upload repeats: bytes that nothing on the way can compress
_DROP_BYTES = 1 << 22  # at most, in one call; the buffer is never touched
_PLAIN_READ_BYTES = 1 << 12
_TLS_READ_BYTES = 1 << 18
_SPELL_S = 0.005  # reading or writing goes on for so long at most before the other gets its turn
_ALWAYS = select.POLLIN | select.POLLERR | select.POLLHUP


class Exchange:
    """Owns `sock`. Once `ended`, nothing more comes or goes."""

    def __init__(self, sock: socket.socket) -> None:
        self.ended = False
        self._sock = sock
        self._tls = sock if isinstance(sock, ssl.SSLSocket) else None
        self._reader = AnswerReader()
        self._block = memoryview(os.urandom(_BLOCK_BYTES))
        self._rest = memoryview(b"")  # of what is being sent
        self._body_left = 0  # of the request under way, behind `_rest`
        self._read = bytearray(_TLS_READ_BYTES if self._tls else _PLAIN_READ_BYTES)
        self._dropped = bytearray(0 if self._tls else _DROP_BYTES)
        self._poll = select.poll()
        self._poll.register(sock, _ALWAYS)
        sock.setblocking(False)

    @property
    def sending(self) -> bool:
        """Whether the request is not with the kernel yet."""
        return bool(self._rest or self._body_left)

    def ask(self, head: bytes, body_bytes: int = 0) -> None:
        """Sends a request in the next turns; the one before is answered."""
        self._rest, self._body_left = memoryview(head), body_bytes

    def tcp_info(self) -> TcpInfo:
        """The kernel's counters now. Raises OSError once closed."""
        return kernel.tcp_info(self._sock)

    def turn(self, until: float) -> list[Event]:
        """Waits for the socket, at most until the monotonic `until`, then reads and writes what it can."""
        if not (self.ended or (self._tls and self._tls.pending())):
            self._poll.modify(self._sock, _ALWAYS | select.POLLOUT if self.sending else _ALWAYS)
            self._poll.poll(max(0.0, until - time.monotonic()) * 1000)
        events = self._receive()
        self._send()
        return events

    def close(self) -> None:
        """At once; what is not sent yet is lost."""
        self.ended = True
        self._sock.close()

    def _receive(self) -> list[Event]:
        events: list[Event] = []
        spell_end = time.monotonic() + _SPELL_S
        while not self.ended and time.monotonic() < spell_end:
            try:
                count = self._receive_some(events)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                break
            except OSError:  # reset by the peer, or TLS broken off: the end, whatever its name
                count = 0
            if count == 0 or (events and isinstance(events[-1], Fault)):
                self.ended = True
        return events

    def _receive_some(self, events: list[Event]) -> int:
        droppable = self._reader.droppable
        if droppable and not self._tls:
            count = self._sock.recv_into(self._dropped, min(droppable, _DROP_BYTES), socket.MSG_TRUNC)
            events += self._reader.dropped(count)
            return count
        count = self._sock.recv_into(self._read)
        events += self._reader.feed(memoryview(self._read)[:count])
        return count

    def _send(self) -> None:
        spell_end = time.monotonic() + _SPELL_S
        while not self.ended and self.sending and time.monotonic() < spell_end:
            if not self._rest:
                self._rest = self._block[: min(self._body_left, _BLOCK_BYTES)]
                self._body_left -= len(self._rest)
            try:
                self._rest = self._rest[self._sock.send(self._rest) :]
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError:
                # The server may have said why before it went: what it sent is still to be read.
                self._rest, self._body_left = memoryview(b""), 0
                return
