"""Pure. The records of an answer, as far as an SOA's serial and a signature's presence go (RFC 1035, RFC 4034).

A hostile message ends in None, never in an error: every length is checked, and no pointer is followed. Knows nothing of
sockets.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from probe.reach.dns import SOA

RRSIG = 46
_HEAD = struct.Struct("!HHHHHH")
_QUESTION_TAIL_BYTES = 4
_RECORD = struct.Struct("!HHIH")
_SOA_NUMBERS = struct.Struct("!IIIII")
_POINTER = 0xC0
_POINTER_BYTES = 2
_MOST_RECORDS = 64


@dataclass(frozen=True, slots=True)
class ZoneTold:
    """What an answer says of a zone. `serial` None: no SOA is in it."""

    serial: int | None
    signed: bool


def zone_told(message: bytes) -> ZoneTold | None:
    """None where the message is broken."""
    try:
        records = list(_answers(message))
    except (IndexError, struct.error):
        return None
    serials = [_serial(data) for kind, data in records if kind == SOA]
    return ZoneTold(next((one for one in serials if one is not None), None), any(kind == RRSIG for kind, _ in records))


def _answers(message: bytes) -> Iterator[tuple[int, bytes]]:
    _, _, questions, answers, _, _ = _HEAD.unpack_from(message)
    at = _HEAD.size
    for _ in range(min(questions, _MOST_RECORDS)):
        at = _after_name(message, at) + _QUESTION_TAIL_BYTES
    for _ in range(min(answers, _MOST_RECORDS)):
        at = _after_name(message, at)
        kind, _, _, length = _RECORD.unpack_from(message, at)
        at += _RECORD.size
        if at + length > len(message):
            raise IndexError
        yield kind, message[at : at + length]
        at += length


def _after_name(message: bytes, at: int) -> int:
    while message[at]:
        if message[at] & _POINTER:
            return at + _POINTER_BYTES
        at += message[at] + 1
    return at + 1


def _serial(data: bytes) -> int | None:
    """An SOA's data ends with five numbers, the serial first of them."""
    return None if len(data) < _SOA_NUMBERS.size else int(_SOA_NUMBERS.unpack(data[-_SOA_NUMBERS.size :])[0])
