"""Pure. What one seal did to the lake, as a file of the lake: which files came, and which they replace.

Manifests are numbered without gaps and each names the digest of the one before it. Read in order they say which files
of the lake count, to a reader who has no journal. Knows nothing of where files lie.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

import msgspec

FORMAT = 1
DESCRIPTOR = "lake.json"
_OWNERS = "owners"
_EPOCH_ON = date(1970, 1, 1)
_BUCKET_HASH_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """The lake's own word of how it is laid out: `bucket_of(line, bucket_count)`. Never changes."""

    format: int
    bucket_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A file of records of one UTC day and one bucket of lines; `day` counts days since 1970-01-01."""

    path: str
    day: int
    bucket: int
    row_count: int
    byte_count: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFile:
    """A file of signed batches, those from `first_batch` to `last_batch`."""

    path: str
    first_batch: int
    last_batch: int
    byte_count: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What one seal did. The lake then holds the log's batches 1 to `last_batch`, whose tree has these `peaks` (hex).

    `replaced`: paths of files whose records stand in `segments` now, or, with the signed note `retention`, nowhere any
    more (`collector.retention.note`); with the signed note `erasure`, all but those of one line
    (`collector.erasure.note`). `previous_sha256` is None for number 1.
    """

    format: int
    number: int
    previous_sha256: str | None
    made_at: datetime
    last_batch: int
    record_count: int
    segments: tuple[Segment, ...]
    batch_files: tuple[BatchFile, ...]
    replaced: tuple[str, ...]
    peaks: tuple[str, ...]
    retention: str | None = None
    erasure: str | None = None


def segment_of(row: tuple[str, int, int, int, int, str]) -> Segment:
    """From `path, day, bucket, row_count, byte_count, sha256`."""
    path, day, bucket, row_count, byte_count, sha256 = row
    return Segment(path=path, day=day, bucket=bucket, row_count=row_count, byte_count=byte_count, sha256=sha256)


def batch_file_of(row: tuple[str, int, int, int, str]) -> BatchFile:
    """From `path, first_batch, last_batch, byte_count, sha256`."""
    path, first_batch, last_batch, byte_count, sha256 = row
    return BatchFile(path=path, first_batch=first_batch, last_batch=last_batch, byte_count=byte_count, sha256=sha256)


def bucket_of(line: str, bucket_count: int) -> int:
    """The bucket of a line: the first 8 bytes of its name's SHA-256, big-endian, modulo the number of buckets.

    >>> bucket_of("casa", 16)
    12
    """
    return int.from_bytes(sha256(line.encode()).digest()[:_BUCKET_HASH_BYTES], "big") % bucket_count


def day_name(day: int) -> str:
    """Days since 1970 as YYYY-MM-DD.

    >>> day_name(0)
    '1970-01-01'
    """
    return (_EPOCH_ON + timedelta(days=day)).isoformat()


def segment_path(day: int, bucket: int, digest: str) -> str:
    """Where a file of records lies in the lake."""
    return f"day={day_name(day)}/bucket={bucket:02d}/segment-{digest}.parquet"


def batch_path(day: int, digest: str) -> str:
    """Where a file of signed batches lies in the lake, by the day of their arrival."""
    return f"batches/arrived={day_name(day)}/batches-{digest}.parquet"


def manifest_path(number: int) -> str:
    """Where a seal's manifest lies in the lake."""
    return f"manifests/{number:08d}.json"


def checkpoint_path(size: int) -> str:
    """Where the checkpoint of the log's first `size` batches lies in the lake."""
    return f"checkpoints/{size:012d}.txt"


def token_path(size: int) -> str:
    """Where that checkpoint's time-stamp lies in the lake (RFC 3161, the authority's response in DER)."""
    return f"checkpoints/{size:012d}.tsr"


def owner_path(thumbprint: str) -> str:
    """Where the collector with this key says that the lake is its own."""
    return f"{_OWNERS}/{thumbprint}.txt"


def others_of(names: Sequence[str], thumbprint: str) -> tuple[str, ...]:
    """The files among the lake's paths in which other collectors say that it is theirs."""
    return tuple(one for one in names if one.startswith(f"{_OWNERS}/") and one != owner_path(thumbprint))


def encoded(document: Manifest | Descriptor) -> bytes:
    """As JSON for people and programs."""
    return msgspec.json.format(msgspec.json.encode(document)) + b"\n"


def decoded(data: bytes) -> Manifest:
    """The inverse of `encoded`. Raises ValueError where this is no manifest of this format."""
    manifest = msgspec.json.decode(data, type=Manifest)
    _check(manifest.format)
    return manifest


def decoded_descriptor(data: bytes) -> Descriptor:
    """The inverse of `encoded`. Raises ValueError where this is no descriptor of this format."""
    descriptor = msgspec.json.decode(data, type=Descriptor)
    _check(descriptor.format)
    return descriptor


def manifests_of(names: Sequence[str]) -> tuple[int, ...]:
    """The numbers of the manifests among the lake's paths, in order."""
    files = (name.removeprefix("manifests/").removesuffix(".json") for name in names if name.startswith("manifests/"))
    return tuple(sorted(int(one) for one in files if one.isdecimal()))


def _check(format_: int) -> None:
    if format_ != FORMAT:
        raise ValueError(f"format {format_} is not known here; this is format {FORMAT}")
