"""Pure. What one end of a test still has to send: control and text frames first, then bulk messages without end.

Bulk frames are prepared once for each message size. Knows nothing of sockets.
"""

from collections import deque

from probe.throughput.websocket import frame
from probe.throughput.websocket.dialect import LARGEST_MESSAGE_BYTES, next_message_bytes
from probe.throughput.websocket.frame import Opcode, Status

_NOTHING = memoryview(b"")


class Outbox:
    """`masked`: whether this end is a client. `payload_bytes`: of the messages that were sent whole."""

    def __init__(self, *, masked: bool) -> None:
        self.payload_bytes = 0
        self._masked = masked
        self._said: deque[tuple[bytes, int]] = deque()
        self._payload: memoryview | None = None  # of bulk; None while there is none
        self._frame = b""
        self._message_bytes = 0
        self._bulk_bytes = 0
        self._rest = _NOTHING  # of the frame under way
        self._under_way = 0  # payload of the same

    @property
    def empty(self) -> bool:
        """Whether there is nothing to send, now or ever, unless something is said."""
        return not self._rest and not self._said and self._payload is None

    def say(self, opcode: Opcode, payload: bytes) -> None:
        """A whole text or control message, ahead of the next bulk message."""
        whole = frame.encode_header(opcode, len(payload), masked=self._masked) + payload
        self._said.append((whole, len(payload) if opcode is Opcode.TEXT else 0))

    def say_close(self, status: Status, reason: str = "") -> None:
        """The last message: bulk ends."""
        self._payload = None
        self._said.append((frame.encode_close(status, reason, masked=self._masked), 0))

    def begin_bulk(self, payload: bytes, first_message_bytes: int) -> None:
        """Binary messages from now on, each the beginning of `payload`, which is of the largest size."""
        assert len(payload) == LARGEST_MESSAGE_BYTES
        self._payload = memoryview(payload)
        self._prepare(first_message_bytes)

    def chunk(self) -> memoryview:
        """What to send next; empty where there is nothing."""
        if not self._rest:
            if self._said:
                whole, self._under_way = self._said.popleft()
                self._rest = memoryview(whole)
            elif self._payload is not None:
                self._rest = memoryview(self._next_bulk())
        return self._rest

    @property
    def bulk_frame(self) -> bytes | None:
        """The whole frame that `chunk` is the rest of, where that is of bulk. Such frames of one length are equal."""
        return self._frame if self._rest and self._rest.obj is self._frame else None

    def sent(self, count: int) -> None:
        """The first `count` bytes of `chunk` are on their way."""
        self._rest = self._rest[count:]
        if not self._rest:
            self.payload_bytes += self._under_way
            self._under_way = 0

    def _next_bulk(self) -> bytes:
        size = next_message_bytes(self._message_bytes, self._bulk_bytes)
        if size != self._message_bytes:
            self._prepare(size)
        self._bulk_bytes += size
        self._under_way = size
        return self._frame

    def _prepare(self, size: int) -> None:
        assert self._payload is not None
        self._message_bytes = size
        self._frame = frame.encode_header(Opcode.BINARY, size, masked=self._masked) + bytes(self._payload[:size])
