"""Pure. One question for the time and its answer as bytes: NTP version 4 in client mode (RFC 5905).

The question carries a random number in place of this machine's time, and nothing else; the server returns it. Knows
nothing of sockets.
"""

import struct
from dataclasses import dataclass

PORT = 123
_PACKET = struct.Struct("!BBbbIII8s8s8s8s")  # up to the transmit time
_CLIENT = 0b00_100_011  # leap not known to matter, version 4, mode 3
_SERVER_MODE = 4
_UNSYNCHRONISED = 3
_STRATA = range(1, 16)
_NS_PER_S = 1_000_000_000
_UNIX_EPOCH_S = 2_208_988_800  # of 1970-01-01, since 1900-01-01
_ERA = 1 << 64


@dataclass(frozen=True, slots=True)
class Told:
    """What a time server's clock shows beyond this one's, exact to half of `round_trip_ms`."""

    offset_ms: float
    round_trip_ms: float
    stratum: int


@dataclass(frozen=True, slots=True)
class Kiss:
    """A refusal (RFC 5905, section 7.4): four letters, as in RATE or DENY."""

    code: str


def question(cookie: bytes) -> bytes:
    """The packet. `cookie`: eight random bytes, new for each question."""
    return _PACKET.pack(_CLIENT, 0, 0, 0, 0, 0, 0, b"", b"", b"", cookie)


def answer(message: bytes, cookie: bytes, *, sent_wall_ns: int, received_wall_ns: int) -> Told | Kiss | None:
    """What the answer says; None where it is none to this question, or its server does not know the time itself.

    The two times are this machine's, since 1970. Right for clocks up to 68 years apart.
    """
    if len(message) < _PACKET.size:
        return None
    first, stratum, _, _, _, _, reference, _, origin, received, transmitted = _PACKET.unpack_from(message)
    if first & 0b111 != _SERVER_MODE or origin != cookie:
        return None
    if stratum == 0:
        code = struct.pack("!I", reference)
        return Kiss(code.decode("ascii")) if code.isalnum() else None
    if stratum not in _STRATA or first >> 6 == _UNSYNCHRONISED or not any(transmitted):
        return None
    there_ns = _apart_ns(received, sent_wall_ns), _apart_ns(transmitted, received_wall_ns)
    kept_ns = _apart_ns(transmitted, 0) - _apart_ns(received, 0)
    return Told(
        offset_ms=round(sum(there_ns) / 2 / 1e6, 3),
        round_trip_ms=round(max(0, received_wall_ns - sent_wall_ns - kept_ns) / 1e6, 3),
        stratum=stratum,
    )


def _apart_ns(stamp: bytes, wall_ns: int) -> int:
    """How far an NTP time lies after `wall_ns`, whichever era of 136 years it is in."""
    seconds, rest_ns = divmod(wall_ns, _NS_PER_S)
    here = ((seconds + _UNIX_EPOCH_S) << 32) + (rest_ns << 32) // _NS_PER_S
    apart = (int.from_bytes(stamp) - here) % _ERA
    return (apart - _ERA if apart >= _ERA // 2 else apart) * _NS_PER_S >> 32
