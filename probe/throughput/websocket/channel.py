"""Shell. One WebSocket over one connected TCP or TLS socket: frames in, frames out, and a wait that has an end.

Both ends of a test use it. It blocks nowhere but in that wait. Without TLS the payload of bulk messages is dropped by
the kernel (MSG_TRUNC, tcp(7)), never copied, and within a bulk message a wait ends with much to drop or at its limit
(SO_RCVLOWAT, socket(7)): a fast line would wake this end for every few packets. Knows nothing of any protocol's texts
and times.
"""

import contextlib
import os
import select
import socket
import ssl
import time

from probe.throughput import kernel
from probe.throughput.tcp_info import BbrInfo, TcpInfo
from probe.throughput.websocket.bulk import BulkFrames
from probe.throughput.websocket.dialect import LARGEST_MESSAGE_BYTES
from probe.throughput.websocket.frame import Close, Event, FrameReader, Opcode, Status, Violation
from probe.throughput.websocket.outbox import Outbox

_DROP_BYTES = 1 << 20  # at most in one call, and what a wait within bulk is for; the buffer is never touched
_PLAIN_READ_BYTES = 1 << 12  # headers and texts: what is read of bulk is copied for nothing
_TLS_READ_BYTES = 1 << 18
_SPELL_S = 0.005  # reading or writing goes on for so long at most before the other gets its turn
_LAST = (Close, Violation)  # nothing is read behind them
_ALWAYS = select.POLLIN | select.POLLERR | select.POLLHUP


class Channel:
    """Owns `sock`. `early`: what was read behind the handshake. Once `ended`, nothing more comes or goes."""

    def __init__(self, sock: socket.socket, *, client: bool, early: bytes = b"") -> None:
        self.ended = False
        self._sock = sock
        self._tls = sock if isinstance(sock, ssl.SSLSocket) else None
        self._reader = FrameReader(masked=not client)
        self._outbox = Outbox(masked=client)
        self._early = early
        self._deaf = False  # whether the peer takes nothing more
        self._dropped = bytearray(0 if self._tls else _DROP_BYTES)
        self._read = memoryview(bytearray(_TLS_READ_BYTES if self._tls else _PLAIN_READ_BYTES))
        self._poll = select.poll()
        self._poll.register(sock, _ALWAYS)
        self._polled = _ALWAYS
        self._awaited_bytes = 1
        self._closing = False
        self._bulk: BulkFrames | None = None
        sock.setblocking(False)

    def begin_bulk(self, first_message_bytes: int) -> None:
        """Sends binary messages from now on, of bytes that nothing on the way can compress."""
        self._outbox.begin_bulk(os.urandom(LARGEST_MESSAGE_BYTES), first_message_bytes)
        if self._tls is None:
            with contextlib.suppress(OSError):  # without such memory, bulk is copied as everything else
                self._bulk = BulkFrames()

    def say(self, opcode: Opcode, payload: bytes) -> None:
        """Sends a text or control message in one of the next turns."""
        self._outbox.say(opcode, payload)

    def say_close(self, status: Status, reason: str = "") -> None:
        """Sends the closing frame in one of the next turns, and no more bulk."""
        self._closing = True
        self._outbox.say_close(status, reason)

    @property
    def drained(self) -> bool:
        """Whether nothing is left to send, or nobody to take it."""
        return self._deaf or self._outbox.empty

    @property
    def payload_sent(self) -> int:
        """Bytes of the messages that were handed to the kernel whole."""
        return self._outbox.payload_bytes

    @property
    def payload_received(self) -> int:
        """Bytes of messages that came, the one under way included."""
        return self._reader.payload_bytes

    def tcp_info(self) -> TcpInfo:
        """The kernel's counters now. Raises OSError once closed."""
        return kernel.tcp_info(self._sock)

    def bbr_info(self, in_use: str) -> BbrInfo | None:
        """What BBR thinks of the path, if it is `in_use`."""
        return kernel.bbr_info(self._sock, in_use)

    def turn(self, until: float) -> list[Event]:
        """Waits for the socket, at most until the monotonic `until`, then reads and writes what it can."""
        self._wait(until)
        events = self._receive()
        self._send()
        return events

    def close(self) -> None:
        """At once; what is not sent yet is lost."""
        self.ended = True
        self._sock.close()
        if self._bulk is not None:
            self._bulk.close()
            self._bulk = None

    def _wait(self, until: float) -> None:
        if self.ended or self._early or (self._tls and self._tls.pending()):
            return
        polled = _ALWAYS if self.drained else _ALWAYS | select.POLLOUT
        if polled != self._polled:
            self._poll.modify(self._sock, polled)
            self._polled = polled
        if self._tls is None:
            self._await_bytes(_DROP_BYTES if self._reader.droppable and not self._closing else 1)
        self._poll.poll(max(0.0, until - time.monotonic()) * 1000)

    def _await_bytes(self, count: int) -> None:
        """The socket counts as readable from `count` bytes on, or once the peer has ended."""
        if count != self._awaited_bytes:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)
            self._awaited_bytes = count

    def _receive(self) -> list[Event]:
        events = self._reader.feed(self._early) if self._early else []
        self._early = b""
        spell_end = time.monotonic() + _SPELL_S
        try:
            while not self.ended and self._receive_some(events) and time.monotonic() < spell_end:
                pass
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:  # reset by the peer, or TLS broken off: the end, whatever its name
            self.ended = True
        return events

    def _receive_some(self, events: list[Event]) -> bool:
        """Whether there may be more to read at once: there is not, where less came than was asked for."""
        droppable = 0 if self._tls else self._reader.droppable
        if droppable:
            wanted = min(droppable, _DROP_BYTES)
            count = self._sock.recv_into(self._dropped, wanted, socket.MSG_TRUNC)
            self._reader.dropped(count)
        else:
            wanted = len(self._read)
            count = self._sock.recv_into(self._read)
            events += self._reader.feed(self._read[:count])
            if self._tls and count:  # TLS gives one record at a time
                wanted = count
        self.ended = count == 0
        return count == wanted and not (events and isinstance(events[-1], _LAST))

    def _send(self) -> None:
        spell_end = time.monotonic() + _SPELL_S
        while not (self.ended or self.drained) and time.monotonic() < spell_end:
            chunk = self._outbox.chunk()
            try:
                count = self._send_some(chunk)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError:
                self._deaf = True  # the peer may have said why before it went: what it sent is still to be read
                return
            self._outbox.sent(count)
            if count < len(chunk) and self._tls is None:  # TLS takes one record at a time
                return

    def _send_some(self, chunk: memoryview) -> int:
        frame = None if self._bulk is None else self._outbox.bulk_frame
        if self._bulk is None or frame is None:
            return self._sock.send(chunk)
        return self._bulk.send(self._sock, frame, len(frame) - len(chunk))
