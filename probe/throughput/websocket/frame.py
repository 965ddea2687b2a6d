"""Pure. WebSocket frames (RFC 6455, section 5) as bytes; the opening handshake is in `upgrade`.

Made for bulk: the payload of binary messages is counted, never looked at, so a caller may drop it unseen. Whatever a
peer sends ends as an event; what the protocol forbids ends as `Violation`. No extensions. Knows nothing of sockets.
"""

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct

MAX_MESSAGE_BYTES = 1 << 24  # ndt7 allows no lower limit
KEPT_TEXT_BYTES = 1 << 16  # a longer text is passed over: no speed test needs one
_LONG = Struct("!H")
_LONGER = Struct("!Q")


class Opcode(IntEnum):
    """Section 11.8."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


_OPCODES = frozenset(Opcode)


class Status(IntEnum):
    """Section 7.4.1."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED = 1003
    TOO_BIG = 1009


@dataclass(frozen=True, slots=True)
class Text:
    """A whole text message, unmasked, not decoded."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Binary:
    """A frame of a binary message begins: `length` bytes follow."""

    length: int


@dataclass(frozen=True, slots=True)
class Ping:
    """To be answered with a pong of the same payload."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a ping."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """The peer ends the conversation. `status` is None where it gives none."""

    status: int | None


@dataclass(frozen=True, slots=True)
class Violation:
    """The peer broke the protocol. Nothing more is read after it."""

    status: Status
    reason: str


Event = Text | Binary | Ping | Pong | Close | Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One frame's header; `size` is its own length in bytes."""

    fin: bool
    opcode: Opcode
    length: int
    mask: bytes | None
    size: int


def encode_header(opcode: Opcode, length: int, *, masked: bool) -> bytes:
    """The header of a whole message. A client must mask; the key is zero, so that the payload goes out as it is.

    Section 5.3 asks for an unpredictable key to protect proxies from payloads that a page chooses; here nobody does.

    >>> encode_header(Opcode.TEXT, 5, masked=False).hex()
    '8105'
    """
    mask_bit = 0x80 if masked else 0
    first = bytes([0x80 | opcode])
    if length < 126:
        head = first + bytes([mask_bit | length])
    elif length < 1 << 16:
        head = first + bytes([mask_bit | 126]) + _LONG.pack(length)
    else:
        head = first + bytes([mask_bit | 127]) + _LONGER.pack(length)
    return head + bytes(4) if masked else head


def encode_close(status: Status, reason: str = "", *, masked: bool) -> bytes:
    """A close frame; `reason` is cut to what a control frame can hold."""
    payload = _LONG.pack(status) + reason.encode()[:100]
    return encode_header(Opcode.CLOSE, len(payload), masked=masked) + payload


def decode_header(data: bytes | bytearray) -> Header | Violation | None:
    """The header that `data` begins with; None while it is not whole."""
    if len(data) < 2:
        return None
    fin, opcode, short, masked = bool(data[0] & 0x80), data[0] & 0x0F, data[1] & 0x7F, bool(data[1] & 0x80)
    if data[0] & 0x70:
        return Violation(Status.PROTOCOL_ERROR, "a reserved bit is set though no extension was agreed")
    if opcode not in _OPCODES:
        return Violation(Status.PROTOCOL_ERROR, f"opcode {opcode} is reserved")
    if opcode >= Opcode.CLOSE and (not fin or short > 125):
        return Violation(Status.PROTOCOL_ERROR, "a control frame must be whole and of at most 125 bytes")
    bare = 2 + {126: 2, 127: 8}.get(short, 0)
    size = bare + 4 if masked else bare
    if len(data) < size:
        return None
    length = int.from_bytes(data[2:bare], "big") if short > 125 else short
    mask = bytes(data[bare:size]) if masked else None
    return Header(fin=fin, opcode=Opcode(opcode), length=length, mask=mask, size=size)


def unmask(payload: bytes, mask: bytes | None) -> bytes:
    """Section 5.3."""
    if not payload or mask is None or mask == bytes(4):
        return payload
    repeated = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(payload), "big")


class FrameReader:
    """Turns what a peer sends, in pieces of any size, into events. `masked`: whether the peer is a client."""

    def __init__(self, *, masked: bool, max_message_bytes: int = MAX_MESSAGE_BYTES) -> None:
        self._masked = masked
        self._max = max_message_bytes
        self._kept = bytearray()  # a header, or a payload that is kept, while it is not whole
        self._frame: Header | None = None
        self._bulk: tuple[bytes, Header, Binary] | None = None  # the last whole binary message's beginning
        self._left = 0  # of the open frame's payload
        self._drops = False  # whether that payload is of a binary message
        self._message: Opcode | None = None  # of the message whose frames are under way
        self._message_bytes = 0
        self._text = bytearray()
        self._dead = False
        self.payload_bytes = 0  # of messages, so far

    @property
    def droppable(self) -> int:
        """How many bytes, from the next one on, the caller may drop unseen if it tells `dropped`."""
        return self._left if self._drops else 0

    def dropped(self, count: int) -> None:
        """`count` of the `droppable` bytes came and were not kept."""
        assert self._drops
        assert count <= self._left
        self._left -= count
        self.payload_bytes += count
        if self._left == 0:
            self._end_frame()

    def feed(self, data: bytes | memoryview) -> list[Event]:
        """The events that `data` completes, in order; may be empty, and is after a `Violation`."""
        events: list[Event] = []
        view = memoryview(data)
        while view and not self._dead:
            if self._drops:
                count = min(self._left, len(view))
                self.dropped(count)
                view = view[count:]
            elif self._frame is None:
                view = self._read_again(view, events) or self._read_header(view, events)
            else:
                view = self._read_payload(view, events)
        return events

    def _keeps(self, frame: Header) -> bool:
        return frame.opcode >= Opcode.CLOSE or self._message is Opcode.TEXT

    def _read_header(self, view: memoryview, events: list[Event]) -> memoryview:
        before = len(self._kept)
        self._kept += view[: 14 - before]  # the longest header
        header = decode_header(self._kept)
        if header is None:
            return view[14 - before :]
        fault = header if isinstance(header, Violation) else self._fault(header)
        if fault is not None:
            self._dead = True
            events.append(fault)
            return view[:0]
        assert isinstance(header, Header)
        if header.opcode is Opcode.BINARY and header.fin and header.length > 0:
            self._bulk = (bytes(self._kept[: header.size]), header, Binary(header.length))
        self._kept.clear()
        self._begin_frame(header, events)
        return view[header.size - before :]

    def _read_again(self, view: memoryview, events: list[Event]) -> memoryview | None:
        """What follows the header, where it is the last whole binary message's once more: bulk is thousands of them.

        None where it is not, and where nothing follows.
        """
        if self._bulk is None or self._message is not None or self._kept:
            return None
        head, header, event = self._bulk
        if view[: header.size] != head or len(view) == header.size:
            return None
        self._frame, self._left, self._drops = header, header.length, True
        self._message, self._message_bytes = Opcode.BINARY, header.length
        events.append(event)
        return view[header.size :]

    def _fault(self, header: Header) -> Violation | None:
        if (header.mask is not None) is not self._masked:
            return Violation(Status.PROTOCOL_ERROR, "a client must mask its frames and a server must not")
        if header.opcode >= Opcode.CLOSE:
            return None
        if (header.opcode is Opcode.CONTINUATION) is (self._message is None):
            return Violation(Status.PROTOCOL_ERROR, "a message began or went on out of turn")
        if self._message_bytes + header.length > self._max:
            return Violation(Status.TOO_BIG, f"a message may hold at most {self._max} bytes")
        return None

    def _begin_frame(self, header: Header, events: list[Event]) -> None:
        self._frame, self._left = header, header.length
        if header.opcode < Opcode.CLOSE:
            self._message = self._message or header.opcode
            self._message_bytes += header.length
            if self._message is Opcode.BINARY:
                events.append(Binary(header.length))
        self._drops = not self._keeps(header)
        if header.length == 0:
            self._complete(header, b"", events)

    def _read_payload(self, view: memoryview, events: list[Event]) -> memoryview:
        assert self._frame is not None
        taken = view[: self._left]
        self._left -= len(taken)
        if self._frame.opcode < Opcode.CLOSE:
            self.payload_bytes += len(taken)
        if self._frame.opcode >= Opcode.CLOSE or len(self._text) + len(self._kept) <= KEPT_TEXT_BYTES:
            self._kept += taken
        if self._left == 0:
            self._complete(self._frame, bytes(self._kept), events)
        return view[len(taken) :]

    def _complete(self, frame: Header, payload: bytes, events: list[Event]) -> None:
        self._kept.clear()
        if self._keeps(frame):
            events.extend(self._whole(frame, unmask(payload, frame.mask)))
        self._end_frame()

    def _whole(self, frame: Header, payload: bytes) -> list[Event]:
        if frame.opcode is Opcode.PING:
            return [Ping(payload)]
        if frame.opcode is Opcode.PONG:
            return [Pong(payload)]
        if frame.opcode is Opcode.CLOSE:
            return [Close(_LONG.unpack_from(payload)[0] if len(payload) >= 2 else None)]
        self._text += payload
        return [Text(bytes(self._text))] if frame.fin and self._message_bytes <= KEPT_TEXT_BYTES else []

    def _end_frame(self) -> None:
        frame, self._frame, self._drops = self._frame, None, False
        if frame is not None and frame.fin and frame.opcode < Opcode.CLOSE:
            self._message, self._message_bytes = None, 0
            self._text.clear()
