"""Pure. What one end of a test still has to send: control and text frames first, then bulk messages without end.

Bulk frames are prepared once for each message size. Knows nothing of sockets.
"""

from collections import deque

from probe.throughput.ndt7 import protocol as ndt7
from probe.throughput.websocket import frame as websocket
from probe.throughput.websocket.frame import Opcode, Status

_NOTHING = memoryview(b"")


class Outbox:
    """`masked`: whether this end is a client."""

    def __init__(self, *, masked: bool) -> None:
        self._masked = masked
        self._said: deque[bytes] = deque()
        self._payload: memoryview | None = None  # of bulk; None while there is none
        self._frame = b""
        self._message_bytes = 0
        self._bulk_bytes = 0
        self._rest = _NOTHING  # of the frame under way

    @property
    def empty(self) -> bool:
        """Whether there is nothing to send, now or ever, unless something is said."""
        return not self._rest and not self._said and self._payload is None

    def say(self, opcode: Opcode, payload: bytes) -> None:
        """A whole text or control message, ahead of the next bulk message."""
        self._said.append(websocket.encode_header(opcode, len(payload), masked=self._masked) + payload)

    def say_close(self, status: Status, reason: str = "") -> None:
        """The last message: bulk ends."""
        self._payload = None
        self._said.append(websocket.encode_close(status, reason, masked=self._masked))

    def begin_bulk(self, payload: bytes) -> None:
        """Binary messages from now on, each the beginning of `payload`, which is of ndt7's largest size."""
        assert len(payload) == ndt7.LARGEST_MESSAGE_BYTES
        self._payload = memoryview(payload)

    def chunk(self) -> memoryview:
        """What to send next; empty where there is nothing."""
        if not self._rest:
            if self._said:
                self._rest = memoryview(self._said.popleft())
            elif self._payload is not None:
                self._rest = memoryview(self._next_bulk(self._payload))
        return self._rest

    def sent(self, count: int) -> None:
        """The first `count` bytes of `chunk` are on their way."""
        self._rest = self._rest[count:]

    def _next_bulk(self, payload: memoryview) -> bytes:
        size = ndt7.next_message_bytes(self._message_bytes, self._bulk_bytes) or ndt7.FIRST_MESSAGE_BYTES
        if size != self._message_bytes:
            self._message_bytes = size
            self._frame = websocket.encode_header(Opcode.BINARY, size, masked=self._masked) + bytes(payload[:size])
        self._bulk_bytes += size
        return self._frame
