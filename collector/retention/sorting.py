"""Shell. The lake's old files sorted: which go, which stay whole, and which go but for what is held for a claim.

What is held of a file is written as a file of its own before anything is removed; one that no manifest names yet is
swept up if this is killed. Knows nothing of notes or manifests.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

from collector.envelope import ProbeKey
from collector.identity import keyring
from collector.lake import batch_file, cut
from collector.lake.batch_file import SignedBatch
from collector.lake.catalogue import Catalogue
from collector.lake.manifest import BatchFile, Segment, batch_path, bucket_of
from collector.lake.place import LakeError, Place
from collector.lake.segment import SCHEMA, whole
from collector.retention.claim import ClaimHold, touching
from probe.key import KeyFileError
from probe.units import at_epoch_us, epoch_us
from probe.wire import WireError

_EPOCH_AT = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_INSTANT = SCHEMA.field("started_at").type


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """`segments` and `batch_files` go, `replaced` files too; `left_` is what is held of them, as files of their own.

    Counts are of what goes; `held_row_count` rows, and the files that stay whole, are held.
    """

    segments: tuple[Segment, ...] = ()
    replaced: tuple[str, ...] = ()
    batch_files: tuple[BatchFile, ...] = ()
    left_segments: tuple[Segment, ...] = ()
    left_batch_files: tuple[BatchFile, ...] = ()
    row_count: int = 0
    batch_count: int = 0
    byte_count: int = 0
    held_row_count: int = 0

    @property
    def file_count(self) -> int:
        """How many files go."""
        return len(self.segments) + len(self.replaced) + len(self.batch_files)


def sort_out(
    catalogue: Catalogue, place: Place | None, before_on: date, holds: Sequence[ClaimHold], *, write: bool
) -> Sorted:
    """What there is of the UTC days before `before_on`. Without `write` nothing is written. Raises LakeError."""
    day = (before_on - _EPOCH_AT.date()).days
    segments = [one for one in catalogue.segments() if one.day < day]
    old = catalogue.batch_files(epoch_us(_EPOCH_AT + day * _DAY))
    if place is None or not holds:
        found = Sorted(
            segments=tuple(segments),
            batch_files=tuple(old),
            row_count=sum(one.row_count for one in segments),
            batch_count=sum(one.last_batch - one.first_batch + 1 for one in old),
            byte_count=sum(one.byte_count for one in segments) + sum(one.byte_count for one in old),
        )
    else:
        put = place.put if write else _nowhere
        found = _segments(Sorted(), segments, catalogue, place, holds, put)
        found = _batches(found, old, catalogue, place, holds, put)
    return replace(found, replaced=tuple(catalogue.replaced_of_days(day)))


def _nowhere(path: str, data: bytes) -> None:
    del path, data


Put = Callable[[str, bytes], None]


def _segments(
    found: Sorted,
    old: Sequence[Segment],
    catalogue: Catalogue,
    place: Place,
    holds: Sequence[ClaimHold],
    put: Put,
) -> Sorted:
    """With the files of records."""
    lake = catalogue.lake()
    assert lake is not None
    for one in old:
        own = [hold for hold in holds if bucket_of(hold.line, lake[1]) == one.bucket]
        table = whole(pq.read_table(pa.BufferReader(_data(place, one.path, one.sha256))), SCHEMA.names) if own else None
        stays = None if table is None else table.filter(_held_rows(table, own))
        kept_count = 0 if stays is None else stays.num_rows
        found = replace(found, held_row_count=found.held_row_count + kept_count)
        if kept_count == one.row_count:
            continue
        if kept_count:
            told, data = cut.segment_file(one.day, one.bucket, stays)
            put(told.path, data)
            found = replace(found, left_segments=(*found.left_segments, told))
        found = replace(
            found,
            segments=(*found.segments, one),
            row_count=found.row_count + one.row_count - kept_count,
            byte_count=found.byte_count + one.byte_count,
        )
    return found


def _batches(
    found: Sorted,
    old: Sequence[BatchFile],
    catalogue: Catalogue,
    place: Place,
    holds: Sequence[ClaimHold],
    put: Put,
) -> Sorted:
    """With the files of signed batches: one stays that brought any record which is held."""
    keys, lines = catalogue.keys(), catalogue.lines()
    for one in old:
        every = list(batch_file.decoded(pa.BufferReader(_data(place, one.path, one.sha256))))
        stays = [batch for batch in every if _is_held(batch, keys, touching(holds, lines.get(batch.probe, "")))]
        if len(stays) == len(every):
            continue
        if stays:
            told = _put_batches(one, stays, put)
            found = replace(found, left_batch_files=(*found.left_batch_files, told))
        found = replace(
            found,
            batch_files=(*found.batch_files, one),
            batch_count=found.batch_count + len(every) - len(stays),
            byte_count=found.byte_count + one.byte_count,
        )
    return found


def _put_batches(old: BatchFile, stays: Sequence[SignedBatch], put: Put) -> BatchFile:
    """It stands for the same batches of the log as the one before, those too that it no longer holds."""
    data = batch_file.encoded(stays)
    digest = sha256(data).hexdigest()
    path = batch_path((at_epoch_us(stays[0].received_us) - _EPOCH_AT) // _DAY, digest)
    put(path, data)
    return replace(old, path=path, byte_count=len(data), sha256=digest)


def _is_held(batch: SignedBatch, keys: Mapping[str, Sequence[ProbeKey]], holds: Sequence[ClaimHold]) -> bool:
    """One that cannot be opened stays while anything of its line is held."""
    if not holds:
        return False
    try:
        records = keyring.held(batch.signed, batch.id, keys.get(batch.probe, ()))[0].records
    except (WireError, KeyFileError):
        return True
    return any(_touches(hold, one.started.at, one.ended.at) for hold in holds for one in records)


def _touches(hold: ClaimHold, start_at: datetime, end_at: datetime) -> bool:
    """As `_held_rows`: a record that ends where the hold begins is held too."""
    return end_at >= hold.from_at and (hold.to_at is None or start_at < hold.to_at)


def _held_rows(table: pa.Table, holds: Sequence[ClaimHold]) -> pa.ChunkedArray:
    held = pa.chunked_array([pa.array([False] * table.num_rows)])
    for one in holds:
        own = pc.and_(
            pc.equal(table["line"], one.line),
            pc.greater_equal(table["ended_at"], pa.scalar(one.from_at, _INSTANT)),
        )
        if one.to_at is not None:
            own = pc.and_(own, pc.less(table["started_at"], pa.scalar(one.to_at, _INSTANT)))
        held = pc.or_(held, own)
    return held


def _data(place: Place, path: str, digest: str) -> bytes:
    data: bytes = place.get(path)
    if sha256(data).hexdigest() != digest:
        raise LakeError(f"The lake {place.url} has a damaged file {path}. Restore it from a backup.")
    return data
