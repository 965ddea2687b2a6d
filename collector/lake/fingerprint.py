"""Pure. What is kept of a record that went to the lake, to tell it from another of the same number.

Knows nothing of where it is kept.
"""

import hashlib
from collections.abc import Iterable

_FINGERPRINT_BYTES = 16
_SEQUENCE_BYTES = 8
_ENTRY_BYTES = _SEQUENCE_BYTES + _FINGERPRINT_BYTES


def fingerprint(raw: bytes) -> bytes:
    """What tells a record's bytes from others."""
    return hashlib.sha256(raw).digest()[:_FINGERPRINT_BYTES]


def joined(records: Iterable[tuple[int, bytes]]) -> bytes:
    """A batch's records, each its sequence and its bytes, as one row keeps them."""
    return b"".join(sequence.to_bytes(_SEQUENCE_BYTES, "big") + fingerprint(raw) for sequence, raw in records)


def separate(fingerprints: bytes) -> dict[int, bytes]:
    """From what `joined` gave, each record's fingerprint by its sequence."""
    entries = (fingerprints[at : at + _ENTRY_BYTES] for at in range(0, len(fingerprints), _ENTRY_BYTES))
    return {int.from_bytes(one[:_SEQUENCE_BYTES], "big"): one[_SEQUENCE_BYTES:] for one in entries}
