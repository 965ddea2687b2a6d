"""Pure. What some lines of an extract came to, and the same as bytes and back, to the last digit.

Knows nothing of files.
"""

from dataclasses import dataclass
from hashlib import sha256

import msgspec

from analysis.extract.line_summary import LineSummary

_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketResult:
    """Of one bucket's lines, in order of their names. `not_in_force`: lines whose contract held on no day."""

    summaries: tuple[LineSummary, ...]
    not_in_force: int


def encode(result: BucketResult) -> bytes:
    """Behind their own digest, so that a torn file is told from a whole one."""
    told = msgspec.msgpack.encode(result)
    return sha256(told).digest() + told


def decode(raw: bytes) -> BucketResult | None:
    """The inverse; None for anything else."""
    told = raw[_DIGEST_BYTES:]
    if sha256(told).digest() != raw[:_DIGEST_BYTES]:
        return None
    try:
        return msgspec.msgpack.decode(told, type=BucketResult)
    except msgspec.DecodeError:
        return None
