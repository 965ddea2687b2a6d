"""Pure. What authenticates the control units of RFC 9946 in its mode 1: a digest in each, keys for each test.

HMAC-SHA-256 (RFC 2104) over the unit with digest and checksum zeroed. One key for each direction, derived from the
shared secret and the time in the setup request: SP 800-108 in counter mode over HMAC-SHA-256, label "UDPSTP", the time
in decimal as context, counter and length of 32 bits. Knows nothing of clocks: whether a time is recent is asked of it.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFHMAC, CounterLocation, Mode

MODE_NONE, MODE_CONTROL = 0, 1
WINDOW_S = 150  # by which the two clocks may differ
_KEY_BYTES = 32
_DIGEST = slice(-36, -4)  # every control unit ends in the same block


@dataclass(frozen=True, slots=True)
class Keys:
    """`client` signs what the client sends, `server` what the server sends."""

    client: bytes
    server: bytes

    def __repr__(self) -> str:
        return "Keys(...)"


def derive(secret: bytes, unix_time: int) -> Keys:
    """The keys of the test whose setup request says `unix_time`."""
    material = KBKDFHMAC(
        algorithm=SHA256(),
        mode=Mode.CounterMode,
        length=2 * _KEY_BYTES,
        rlen=4,
        llen=4,
        location=CounterLocation.BeforeFixed,
        label=b"UDPSTP",
        context=b"%d" % unix_time,
        fixed=None,
    ).derive(secret)
    return Keys(client=material[:_KEY_BYTES], server=material[_KEY_BYTES:])


def sealed(unit: bytes, key: bytes) -> bytes:
    """`unit`, a whole control unit, with its digest."""
    bare = _bare(unit)
    return bare[:-36] + _digest(bare, key) + bare[-4:]


def is_genuine(unit: bytes, key: bytes) -> bool:
    """Whether the digest of `unit` was made with `key`."""
    return hmac.compare_digest(unit[_DIGEST], _digest(_bare(unit), key))


def is_recent(unix_time: int, now: int) -> bool:
    """Whether `unix_time` is within the window around `now`."""
    return abs(unix_time - now) <= WINDOW_S


def _bare(unit: bytes) -> bytes:
    return unit[:-36] + bytes(32) + unit[-4:-2] + bytes(2)


def _digest(bare: bytes, key: bytes) -> bytes:
    return hmac.new(key, bare, sha256).digest()
