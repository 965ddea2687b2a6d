"""Pure. A name as a mark that says nothing of it to anybody without the collector's key, and is always the same.

What must be known again after it was erased is kept so: HMAC-SHA256 under a key of its own. Knows nothing of files.
"""

import hmac
from collections.abc import Callable
from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from probe.key import Ed25519Key

_KEY_BYTES = 32
_PURPOSE = b"prova names that were erased"
Marker = Callable[["Named", str], str]


class Named(StrEnum):
    """What goes by a name."""

    LINE = "line"
    PROBE = "probe"


def marker(key: Ed25519Key) -> Marker:
    """What makes marks (hex) with this collector's private key. Raises ValueError where only the public half is known.

    >>> from probe.key import generate
    >>> mark = marker(generate())
    >>> len(mark(Named.LINE, "casa")), mark(Named.LINE, "casa") == mark(Named.PROBE, "casa")
    (64, False)
    """
    if key.private_key is None:
        raise ValueError("names are marked with the collector's private key")
    own = HKDF(SHA256(), _KEY_BYTES, None, _PURPOSE).derive(key.private_key.private_bytes_raw())
    return lambda named, name: hmac.digest(own, f"{named.value}\n{name}".encode(), "sha256").hex()
