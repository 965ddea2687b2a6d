"""Pure. What becomes of batches that leave the journal: files of records per day and bucket, and a file of batches.

Nothing is cut that does not hold: every signature is verified again, and every row compared with what was signed.
Knows nothing of where files lie or of how the journal is read.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from collector.envelope import ProbeKey
from collector.identity import keyring
from collector.lake import batch_file, segment
from collector.lake.batch_file import SignedBatch
from collector.lake.fingerprint import joined
from collector.lake.flat import Arrived, row
from collector.lake.holding import BatchRow, Chunk, RecordRow, Sealed
from collector.lake.manifest import BatchFile, Segment, batch_path, bucket_of, segment_path
from collector.proof.log import batch_leaf
from probe import key, wire
from probe.record import Record
from probe.units import epoch_us
from probe.wire import Batch, WireError

_DAY_US = 86_400_000_000


class DamageError(Exception):
    """What the journal holds is not what was signed. The text says where."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch of the journal, verified, and what is inside; None of one that was erased."""

    row: BatchRow
    batch: Batch | None

    def of(self, sequence: int) -> tuple[Record, bytes] | None:
        """A record and its bytes; None where it is not of this batch."""
        if self.batch is None:
            return None
        pairs = zip(self.batch.records, self.batch.raw, strict=True)
        return next((pair for pair in pairs if pair[0].sequence == sequence), None)


def opened(chunk: Chunk, keys: Mapping[str, Sequence[ProbeKey]], *, first: int) -> tuple[Opened, ...]:
    """The chunk's batches from number `first` on, each verified with its probe's key of that time.

    Raises DamageError.
    """
    found: list[Opened] = []
    for number, one in enumerate(chunk.batches):
        if one.id != first + number:
            raise DamageError(f"batch {first + number} is missing")
        if one.is_erased:
            found.append(Opened(one, None))
            continue
        try:
            batch, _ = keyring.held(one.signed, one.id, keys[one.probe])
        except (KeyError, WireError, key.KeyFileError) as error:
            raise DamageError(f"batch {one.id} of the probe {one.probe} does not hold: {error}") from error
        _check_batch(one, batch)
        found.append(Opened(one, batch))
    return tuple(found)


def _check_batch(one: BatchRow, batch: Batch) -> None:
    """Raises DamageError unless the row tells what the signed bytes say."""
    told = (one.sha256, one.probe, one.first_sequence, one.last_sequence)
    signed = (wire.sha256(one.signed), batch.probe, batch.first, batch.last)
    if told != signed or (one.leaf is not None and one.leaf != leaf(one)):
        raise DamageError(f"the row of batch {one.id} is not what the probe {one.probe} signed, or when it came")


def leaf(one: BatchRow) -> bytes:
    """The batch's leaf in the log."""
    return batch_leaf(one.sha256, one.received_us)


def segments(
    records: Sequence[RecordRow], batches: Sequence[Opened], *, bucket_count: int
) -> Iterator[tuple[Segment, bytes]]:
    """A file of records for each day and bucket, and its bytes. Raises DamageError."""
    by_id = {one.row.id: one for one in batches}
    groups: defaultdict[tuple[int, int], list[Arrived]] = defaultdict(list)
    for one in records:
        arrived = _arrived(one, by_id)
        groups[one.started_us // _DAY_US, bucket_of(one.line, bucket_count)].append(arrived)
    for (day, bucket), arrived_here in sorted(groups.items()):
        yield segment_file(day, bucket, segment.table_of([row(one) for one in arrived_here]))


def segment_file(day: int, bucket: int, *tables: pa.Table) -> tuple[Segment, bytes]:
    """The tables, each with all columns, as one file."""
    table = segment.in_order(tables)
    data = segment.encoded(table)
    digest = sha256(data).hexdigest()
    told = Segment(
        path=segment_path(day, bucket, digest),
        day=day,
        bucket=bucket,
        row_count=table.num_rows,
        byte_count=len(data),
        sha256=digest,
    )
    return told, data


def signed_file(day: int, batches: Sequence[BatchRow]) -> tuple[BatchFile, bytes] | None:
    """The file of the signed batches, by the day of their arrival; None where all of them were erased."""
    signed = [
        SignedBatch(id=one.id, sha256=one.sha256, probe=one.probe, received_us=one.received_us, signed=one.signed)
        for one in batches
        if not one.is_erased
    ]
    if not signed:
        return None
    data = batch_file.encoded(signed)
    digest = sha256(data).hexdigest()
    told = BatchFile(
        path=batch_path(day, digest),
        first_batch=batches[0].id,
        last_batch=batches[-1].id,
        byte_count=len(data),
        sha256=digest,
    )
    return told, data


def kept(batches: Sequence[Opened]) -> tuple[Sealed, ...]:
    """What the journal keeps of the batches."""
    return tuple(Sealed(one.row, b"" if one.batch is None else joined(sequences(one.batch))) for one in batches)


def sequences(batch: Batch) -> Iterator[tuple[int, bytes]]:
    """(sequence, bytes) of each record."""
    return ((record.sequence, raw) for record, raw in zip(batch.records, batch.raw, strict=True))


def _arrived(one: RecordRow, by_id: Mapping[int, Opened]) -> Arrived:
    found = by_id[one.batch].of(one.sequence) if one.batch in by_id else None
    told = (one.line, one.probe, one.started_us, one.raw)
    if found is None or told != (found[0].line, found[0].probe, epoch_us(found[0].started.at), found[1]):
        raise DamageError(f"the row of record {one.probe}/{one.sequence} is not what was signed in batch {one.batch}")
    batch = by_id[one.batch].row
    return Arrived(
        record=found[0],
        raw=found[1],
        batch=batch.id,
        batch_sha256=batch.sha256,
        received_us=batch.received_us,
    )
