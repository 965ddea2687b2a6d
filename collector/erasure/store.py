"""Shell. One line erased from journal and lake: new files first, then a signed note, then the account, then old files.

Killed anywhere, what is there is whole and proven, and the same call again completes it. No collector may run. Knows
nothing of copies, of databases that were shown the line, or of who asked.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from collector.erasure import journal_rows, lake_files
from collector.erasure.journal_rows import JournalHolds
from collector.erasure.lake_files import Anew
from collector.erasure.note import ErasureNote, sealed
from collector.home import CollectorHome
from collector.lake import compact, manifest
from collector.lake.catalogue import Catalogue
from collector.lake.manifest import BatchFile, Manifest, Segment, bucket_of
from collector.lake.place import opened
from collector.lake.seal import OpenLake, agree, alone, opened_lake, put_manifest
from probe.key import Ed25519Key

_AGES = timedelta(days=36_500)  # no reader is left where no collector runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Erase `line` by the request `request`; `key`, the collector's, signs for it."""

    line: str
    request: str
    now_at: datetime
    key: Ed25519Key


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHolds:
    """What the store holds of a line; `lake_url` None where nothing was sealed yet."""

    journal: JournalHolds
    lake_url: str | None
    sealed_record_count: int
    file_count: int


def found(home: CollectorHome, line: str) -> StoreHolds:
    """What `erase` would take out. Changes nothing. Raises JournalError, LakeError."""
    with closing(Catalogue(home.journal)) as catalogue:
        holds = catalogue.within(partial(journal_rows.count, line=line))
        lake = catalogue.lake()
        if lake is None:
            return StoreHolds(journal=holds, lake_url=None, sealed_record_count=0, file_count=0)
        place = opened(lake[0], beside=home.journal.parent)
        rows = [lake_files.rows_in(place, one, line) for one in _segments(catalogue, line, lake[1])]
        files = _batch_files(catalogue, holds.probes)
        return StoreHolds(
            journal=holds,
            lake_url=str(place.folder or place.url),
            sealed_record_count=sum(rows),
            file_count=sum(1 for one in rows if one) + len(files),
        )


def erase(home: CollectorHome, order: Order) -> StoreHolds:
    """Takes the line out, and says what it was. Raises SealError, LakeError, JournalError; the same again mends it."""
    with alone(home), opened_lake(home, None) as lake:
        agree(lake)
        was = found(home, order.line)
        if was.journal.probes or was.journal.record_count or was.sealed_record_count:
            _take_out(lake, order, was)
        else:
            lake.catalogue.within(partial(journal_rows.take_out, line=order.line))
        compact.remove_replaced(lake.catalogue, lake.place, before_at=order.now_at + _AGES)
        compact.remove_unnamed(lake.catalogue, lake.place)
        _remove_unfinished(lake)
    journal_rows.rewrite(home.journal)
    return was


def _take_out(lake: OpenLake, order: Order, was: StoreHolds) -> None:
    catalogue, place = lake.catalogue, lake.place
    segments = _segments(catalogue, order.line, lake.bucket_count)
    anew = tuple(lake_files.segments_without(place, segments, order.line))
    files = _batch_files(catalogue, was.journal.probes)
    batches = tuple(lake_files.batch_files_without(place, files, was.journal.probes))
    told = _note(catalogue, order, was, (anew, batches))
    made = replace(
        _manifest(catalogue, order, told),
        segments=tuple(one.made for one in anew if isinstance(one.made, Segment)),
        batch_files=tuple(one.made for one in batches if isinstance(one.made, BatchFile)),
    )
    digest = put_manifest(place, made)
    out = partial(journal_rows.take_out, line=order.line)
    catalogue.retire(made, digest, told.batch_files, beside=out)


def _note(
    catalogue: Catalogue, order: Order, was: StoreHolds, anew: tuple[tuple[Anew, ...], tuple[Anew, ...]]
) -> ErasureNote:
    segments, batches = anew
    return ErasureNote(
        number=catalogue.done().number + 1,
        made_at=order.now_at,
        request=order.request,
        batch_count=was.journal.sealed_batch_count + was.journal.batch_count,
        record_count=was.journal.record_count + sum(one.gone_count for one in segments),
        segments=tuple(one.old.path for one in segments),
        batch_files=tuple(one.old.path for one in batches),
    )


def _manifest(catalogue: Catalogue, order: Order, told: ErasureNote) -> Manifest:
    done = catalogue.done()
    return Manifest(
        format=manifest.FORMAT,
        number=told.number,
        previous_sha256=done.manifest_sha256,
        made_at=order.now_at,
        last_batch=done.last_batch,
        record_count=0,
        segments=(),
        batch_files=(),
        replaced=told.segments,
        peaks=tuple(peak.hex() for peak in done.frontier.peaks),
        erasure=sealed(told, key=order.key),
    )


def _segments(catalogue: Catalogue, line: str, bucket_count: int) -> list[Segment]:
    bucket = bucket_of(line, bucket_count)
    return [one for one in catalogue.segments() if one.bucket == bucket]


def _batch_files(catalogue: Catalogue, probes: Sequence[str]) -> list[BatchFile]:
    """The files of batches that hold some of these probes'."""
    return catalogue.within(partial(_files_of, probes=probes))


def _files_of(db: sqlite3.Connection, probes: Sequence[str]) -> list[BatchFile]:
    query = (
        "SELECT path, first_batch, last_batch, byte_count, sha256 FROM batch_file WHERE EXISTS (SELECT 1 FROM"
        " sealed_batch WHERE id BETWEEN first_batch AND last_batch AND probe = ?) ORDER BY first_batch"
    )
    found = {row for probe in probes for row in db.execute(query, (probe,))}
    return [manifest.batch_file_of(row) for row in sorted(found, key=lambda row: int(row[1]))]


def _remove_unfinished(lake: OpenLake) -> None:
    """What a write that was killed left in a lake on this machine."""
    if lake.place.folder is not None:
        for path in lake.place.folder.rglob("*.new"):
            path.unlink(missing_ok=True)
