"""Shell. Checks every row of a record against the batch that brought it: in the lake's files and in the journal.

Knows nothing of chains or trees.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

from collector.lake.column import KEY
from collector.lake.fingerprint import fingerprint
from collector.lake.flat import Arrived, row
from collector.lake.manifest import Segment, bucket_of
from collector.lake.segment import table_of
from collector.proof.audit.batches import BatchWalk
from collector.proof.audit.defect import DefectKind
from collector.proof.audit.source import SealedRow, Source
from collector.proof.audit.tally import Tally
from probe.units import epoch_us
from probe.wire import WireError, decode_record

_DAY_US = 86_400_000_000
_TYPES: tuple[type, ...] = (int, str, str, int, int, int, bytes)


def segment_rows(told: Segment, data: bytes, source: Source, tally: Tally, *, bucket_count: int) -> None:
    """Every row of a file, whose bytes are those that were written."""
    kept = lru_cache(maxsize=1000)(source.sealed)
    with pq.ParquetFile(pa.BufferReader(data)) as file:
        count, last = 0, None
        for group in range(file.num_row_groups):
            table = file.read_row_group(group)
            found = table.to_pylist()
            _compare(told, table, found, tally)
            for one in found:
                _sealed_row(told, one, kept(one["batch"]), tally)
                own = tuple(one[name] for name in KEY)
                if last is not None and own < last:
                    tally.find(DefectKind.ROW, told.path, "not sorted", probe=one["probe"], sequence=one["sequence"])
                last = own
                if (epoch_us(one["started_at"]) // _DAY_US, bucket_of(one["line"], bucket_count)) != (
                    told.day,
                    told.bucket,
                ):
                    detail = "in the wrong day or bucket"
                    tally.find(DefectKind.ROW, told.path, detail, probe=one["probe"], sequence=one["sequence"])
            count += len(found)
    if count != told.row_count:
        tally.find(DefectKind.FILE, told.path, f"{count} rows, and {told.row_count} were written")


def _compare(told: Segment, table: pa.Table, found: list[dict[str, Any]], tally: Tally) -> None:
    """Whether the columns say what the rows' own bytes say."""
    made = table_of([_flat(one) for one in found]).select(table.column_names)
    if made.equals(table):
        return
    for one, other in zip(found, made.to_pylist(), strict=True):
        wrong = [name for name in other if other[name] != one[name]]
        if wrong:
            detail = f"{', '.join(wrong)}: not what the record's own bytes say"
            tally.find(DefectKind.ROW, told.path, detail, probe=one["probe"], sequence=one["sequence"])


def _flat(one: Mapping[str, Any]) -> tuple[Any, ...]:
    try:
        record = decode_record(one["raw"], line=one["line"], probe=one["probe"])
    except WireError:
        return tuple(None for _ in table_of(()).column_names)
    return row(
        Arrived(
            record=record,
            raw=one["raw"],
            batch=one["batch"],
            batch_sha256=one["batch_sha256"],
            received_us=epoch_us(one["received_at"]),
        )
    )


def _sealed_row(told: Segment, one: Mapping[str, Any], kept: SealedRow | None, tally: Tally) -> None:
    probe, sequence = one["probe"], one["sequence"]
    tally.row(told.path, probe, sequence)
    if kept is None:
        detail = f"its batch {one['batch']} is not known"
    elif (one["batch_sha256"], probe, epoch_us(one["received_at"])) != (kept.sha256, kept.probe, kept.received_us):
        detail = f"it names another batch than {one['batch']} is"
    elif kept.fingerprints.get(sequence) != fingerprint(one["raw"]):
        detail = f"it is not what was signed in batch {one['batch']}"
    else:
        return
    tally.find(DefectKind.ROW, told.path, detail, batch=one["batch"], probe=probe, sequence=sequence)


def journal_rows(source: Source, walk: BatchWalk, tally: Tally, *, newest: int) -> None:
    """Every row of the journal that came with a batch up to `newest`."""
    place = str(source.path)

    def failed(number: int, why: str) -> None:
        tally.find(DefectKind.JOURNAL, place, f"the row {number} of a record cannot be read: {why}")

    for found in source.records(failed):
        if not all(isinstance(value, kind) for value, kind in zip(found, _TYPES, strict=True)):
            tally.find(DefectKind.ROW, place, f"a value of the row {found[0]} of a record is of another type")
            continue
        _, line, probe, sequence, started_us, batch, raw = found
        if batch > newest and walk.recent(batch) is not None:
            continue  # it came while the audit ran
        tally.row(place, probe, sequence)
        opened = walk.recent(batch)
        pairs = () if opened is None else zip(opened.records, opened.raw, strict=True)
        signed = next((pair for pair in pairs if pair[0].sequence == sequence), None)
        if (
            opened is None
            or signed is None
            or (line, probe, started_us, raw) != (opened.line, opened.probe, epoch_us(signed[0].started.at), signed[1])
        ):
            detail = f"it is not what was signed in batch {batch}"
            tally.find(DefectKind.ROW, place, detail, batch=batch, probe=probe, sequence=sequence)
