"""Pure. The packets of MQTT 3.1.1 that a collector sends and gets, as bytes and back.

MQTT Version 3.1.1, OASIS Standard, 29 October 2014; the numbers in comments are its sections. Knows nothing of sockets,
topics or what messages hold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

MAX_BODY_BYTES = 2 * 1024 * 1024  # no packet that we ask for is nearly as long
_CLEAN_SESSION_OFF, _USERNAME, _PASSWORD = 0x00, 0x80, 0x40
_REFUSALS = {  # 3.2.2.3
    1: "it does not speak MQTT 3.1.1",
    2: "Identifier rejected",
    3: "Server unavailable",
    4: "Bad user name or password",
    5: "Not authorized",
}


class PacketError(ValueError):
    """The peer's bytes are not MQTT 3.1.1, or not an answer to us. The text says what."""


class Kind(IntEnum):
    """The kinds of packets that are used here, as the high half of their first byte (2.2.1)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


@dataclass(frozen=True, slots=True)
class Publication:
    """A message. `number` is what its acknowledgement must name, 0 where it asks for none."""

    topic: str
    payload: bytes
    number: int


PING = bytes([Kind.PINGREQ << 4, 0])
FAREWELL = bytes([Kind.DISCONNECT << 4, 0])


def connect(identifier: str, *, username: str | None, password: str | None, keepalive_s: int) -> bytes:
    """Asks to be let in, into the session that goes by `identifier` and outlasts connections (3.1)."""
    flags = _CLEAN_SESSION_OFF | (_USERNAME if username is not None else 0) | (_PASSWORD if password is not None else 0)
    body = b"\x00\x04MQTT\x04" + bytes([flags]) + keepalive_s.to_bytes(2, "big") + _text(identifier)
    for one in (username, password):
        if one is not None:
            body += _text(one)
    return _packet(Kind.CONNECT << 4, body)


def subscribe(number: int, topics: Sequence[str]) -> bytes:
    """Asks for these with QoS 1 (3.8)."""
    body = number.to_bytes(2, "big") + b"".join(_text(one) + b"\x01" for one in topics)
    return _packet(Kind.SUBSCRIBE << 4 | 0x02, body)


def unsubscribe(number: int, topics: Sequence[str]) -> bytes:
    """Asks for these no longer (3.10)."""
    return _packet(Kind.UNSUBSCRIBE << 4 | 0x02, number.to_bytes(2, "big") + b"".join(map(_text, topics)))


def publish(number: int, topic: str, payload: bytes) -> bytes:
    """A message with QoS 1 (3.3)."""
    return _packet(Kind.PUBLISH << 4 | 0x02, _text(topic) + number.to_bytes(2, "big") + payload)


def acknowledge(number: int) -> bytes:
    """That a message need not be kept for us any longer (3.4)."""
    return b"\x40\x02" + number.to_bytes(2, "big")


def check_connected(body: bytes) -> None:
    """Returns if the answer lets us in (3.2). Raises PacketError with the reason if not."""
    if len(body) != 2:
        raise PacketError("its answer to our first packet is none of MQTT 3.1.1")
    if body[1]:
        raise PacketError(_REFUSALS.get(body[1], f"refused with code {body[1]}"))


def answered(body: bytes) -> tuple[int, bool]:
    """Which SUBSCRIBE or UNSUBSCRIBE is answered, and whether all of it is granted (3.9.3, 3.11)."""
    if len(body) < 2:
        raise PacketError("an answer without a number")
    return int.from_bytes(body[:2], "big"), not any(code & 0x80 for code in body[2:])


def publication(flags: int, body: bytes) -> Publication:
    """The message in a PUBLISH (3.3). `flags` is the low half of its first byte. Raises PacketError."""
    start = 2 + int.from_bytes(body[:2], "big")
    qos = flags >> 1 & 3
    end = start + (2 if qos else 0)
    if len(body) < end or qos > 1:
        raise PacketError("a message that is cut short, or of a quality of service that was not asked for")
    try:
        topic = body[2:start].decode()
    except UnicodeDecodeError as error:
        raise PacketError("a topic that is no text") from error
    return Publication(topic, body[end:], int.from_bytes(body[start:end], "big"))


class Reader:
    """Cuts what comes from a connection into packets."""

    def __init__(self) -> None:
        self._rest = b""

    def read(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """(first byte, body) of each packet that is whole by now; what is left over waits. Raises PacketError."""
        if self._rest:
            data = self._rest + data
        self._rest, place = b"", 0
        while (span := _span(data, place)) is not None:
            start, end = span
            yield data[place], data[start:end]
            place = end
        self._rest = data[place:]


def _span(data: bytes, place: int) -> tuple[int, int] | None:
    """Where the body of the packet that begins at `place` starts and ends; None where it is not whole (2.2.3)."""
    size = 0
    for index in range(4):
        at = place + 1 + index
        if at >= len(data):
            return None
        size |= (data[at] & 0x7F) << (7 * index)
        if data[at] < 0x80:
            break
    else:
        raise PacketError("a packet whose length is no length")
    if size > MAX_BODY_BYTES:
        raise PacketError(f"a packet of {size} bytes")
    end = at + 1 + size
    return (at + 1, end) if end <= len(data) else None


def _text(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def _packet(head: int, body: bytes) -> bytes:
    size, length = len(body), bytearray()
    while True:
        size, low = divmod(size, 128)
        length.append(low | (0x80 if size else 0))
        if not size:
            return bytes([head]) + length + body
