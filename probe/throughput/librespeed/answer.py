"""Pure. HTTP answers (RFC 9112) as they come in, one after another, in pieces of any size.

Made for bulk: a body is counted, never looked at, so that a caller may drop it unseen. Whatever a peer sends ends as an
event; what the protocol forbids ends as `Fault`. Knows nothing of sockets.
"""

from dataclasses import dataclass

from probe.router.message import MAX_HEAD_BYTES, Head, MessageError, chunk_bytes, parse_head

_END = b"\r\n\r\n"
_MOST_LINE_BYTES = 256  # of a chunk's size, and of a trailer
_UNBOUNDED = 1 << 62  # a body that ends with the connection


@dataclass(frozen=True, slots=True)
class Began:
    """An answer's head came."""

    status: int


@dataclass(frozen=True, slots=True)
class Ended:
    """An answer is whole. `body_bytes`: as sent, coding off. `stays`: whether the connection may be asked again."""

    body_bytes: int
    stays: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """The peer broke the protocol. Nothing more is read after it."""

    reason: str


Event = Began | Ended | Fault


class AnswerReader:
    """Turns what a server sends into events."""

    def __init__(self) -> None:
        self._kept = bytearray()  # a head or a line while it is not whole
        self._head: Head | None = None  # of the answer under way
        self._chunked = False
        self._left = 0  # of the body, or of the chunk under way
        self._body_bytes = 0
        self._trailing = False
        self._dead = False

    @property
    def droppable(self) -> int:
        """How many bytes, from the next one on, the caller may drop unseen if it tells `dropped`."""
        return self._left

    def dropped(self, count: int) -> list[Event]:
        """`count` of the `droppable` bytes came and were not kept."""
        assert count <= self._left
        self._left -= count
        self._body_bytes += count
        return [] if self._left or self._chunked else self._end()

    def feed(self, data: bytes | memoryview) -> list[Event]:
        """The events that `data` completes, in order; may be empty, and is after a `Fault`."""
        events: list[Event] = []
        view = memoryview(data)
        while view and not self._dead:
            if self._left:
                count = min(self._left, len(view))
                events += self.dropped(count)
                view = view[count:]
            else:
                view = self._read_text(view, events)
        return events

    def _read_text(self, view: memoryview, events: list[Event]) -> memoryview:
        """A head, or one line of a body in chunks: looked at byte by byte only as far as its end."""
        end, most = (_END, MAX_HEAD_BYTES) if self._head is None else (b"\n", _MOST_LINE_BYTES)
        before = len(self._kept)
        self._kept += view[: most + len(end) - before]
        at = self._kept.find(end, max(0, before - len(end)))
        if at < 0 and len(self._kept) > most:
            return self._fail("a head or a line without an end", events)
        if at < 0:
            return view[len(view) :]
        text = bytes(self._kept[: at + len(end)])
        self._kept.clear()
        try:
            events += self._begin(text) if self._head is None else self._read_line(text)
        except MessageError as error:
            return self._fail(str(error), events)
        return view[len(text) - before :]

    def _begin(self, text: bytes) -> list[Event]:
        head = parse_head(text)
        if head.status < 200:  # an interim answer, RFC 9110 section 15.2
            return []
        length = head.length
        self._head, self._chunked, self._body_bytes = head, head.chunked, 0
        if not self._chunked:
            self._left = _UNBOUNDED if length is None else length
        return [Began(head.status), *(self._end() if length == 0 and not self._chunked else [])]

    def _read_line(self, line: bytes) -> list[Event]:
        """The end of a chunk, the size of the next, or the trailers behind the last."""
        bare = line.strip()
        if self._trailing:
            return self._end() if not bare else []
        if bare:
            self._left = chunk_bytes(line)
            self._trailing = self._left == 0
        return []

    def _end(self) -> list[Event]:
        assert self._head is not None
        stays = "close" not in self._head.value("connection").lower()
        ended = Ended(self._body_bytes, stays)
        self._head, self._chunked, self._trailing, self._left = None, False, False, 0
        return [ended]

    def _fail(self, reason: str, events: list[Event]) -> memoryview:
        self._dead = True
        self._left = 0
        events.append(Fault(reason))
        return memoryview(b"")
