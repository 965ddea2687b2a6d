"""Shell. Removes what was kept as long as was declared: whole days of the lake, with a signed note in their place.

First the note, in a manifest, then the journal's account, then the files: killed anywhere, either nothing is gone or
the note says what is. Digests stay, and with them the log's root. Knows nothing of how it is shown.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from collector.home import CollectorHome
from collector.journal import translated
from collector.lake.catalogue import Catalogue
from collector.lake.manifest import FORMAT, BatchFile, Manifest, Segment
from collector.lake.seal import OpenLake, agree, alone, opened_lake, put_manifest
from collector.retention import beside
from collector.retention.note import Removal, sealed
from collector.retention.settings import Held, Period, Retention
from probe.key import Ed25519Key
from probe.units import epoch_us

_EPOCH_ON = date(1970, 1, 1)
_BUSY_S = 30.0
_UNSIGNED = {Held.STATUSES: ("status_change", "at_us"), Held.WITNESS: ("witnessed", "started_us")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What of one kind is kept long enough: of the UTC days before `before_on`. `byte_count` of its files, if any."""

    held: Held
    before_on: date
    days: int
    reason: str
    row_count: int = 0
    batch_count: int = 0
    byte_count: int = 0
    file_count: int = 0


def due(home: CollectorHome, retention: Retention, *, today_on: date) -> tuple[Due, ...]:
    """What `remove` would remove now. Changes nothing. Raises JournalError."""
    with closing(Catalogue(home.journal)) as catalogue:
        return tuple(_due(home, catalogue, one, retention.before_on(one, today_on)) for one in retention.periods)


def remove(home: CollectorHome, retention: Retention, *, now_at: datetime, key: Ed25519Key) -> tuple[Due, ...]:
    """Removes it, and says what it was. Raises SealError, LakeError, JournalError."""
    with alone(home):
        found = due(home, retention, today_on=now_at.astimezone(UTC).date())
        for one in found:
            if one.held in _UNSIGNED:
                _forget(home, one)
            elif one.file_count or (one.row_count and one.held is not Held.RECORDS):
                with opened_lake(home, None) as lake:
                    agree(lake)
                    _remove_days(lake, one, now_at=now_at, key=key)
                if one.held is not Held.RECORDS:
                    beside.forget(home, one.held, _us(one.before_on))
    return found


def _due(home: CollectorHome, catalogue: Catalogue, period: Period, before_on: date) -> Due:
    made = partial(Due, held=period.held, before_on=before_on, days=period.days, reason=period.reason)
    if period.held in {Held.IMPORTED, Held.QUARANTINE}:
        return made(row_count=beside.count(home, period.held, _us(before_on)))
    if period.held is not Held.RECORDS:
        table, column = _UNSIGNED[period.held]
        return made(row_count=catalogue.count_before(table, column, _us(before_on)))
    segments, replaced, batch_files = _old(catalogue, before_on)
    return made(
        row_count=sum(one.row_count for one in segments),
        batch_count=sum(one.last_batch - one.first_batch + 1 for one in batch_files),
        byte_count=sum(one.byte_count for one in segments) + sum(one.byte_count for one in batch_files),
        file_count=len(segments) + len(replaced) + len(batch_files),
    )


def _old(catalogue: Catalogue, before_on: date) -> tuple[list[Segment], list[str], list[BatchFile]]:
    """Files of records that count, those that no longer do, and files of batches."""
    day = (before_on - _EPOCH_ON).days
    segments = [one for one in catalogue.segments() if one.day < day]
    return segments, catalogue.replaced_of_days(day), catalogue.batch_files(_us(before_on))


def _remove_days(lake: OpenLake, due: Due, *, now_at: datetime, key: Ed25519Key) -> None:
    """Of what lies beside the log, only the note."""
    catalogue = lake.catalogue
    segments, replaced, batch_files = _old(catalogue, due.before_on) if due.held is Held.RECORDS else ([], [], [])
    done = catalogue.done()
    paths = (*(one.path for one in segments), *replaced)
    removal = Removal(
        number=done.number + 1,
        made_at=now_at,
        before_on=due.before_on,
        reason=due.reason,
        row_count=due.row_count,
        batch_count=due.batch_count,
        segments=paths,
        batch_files=tuple(one.path for one in batch_files),
        held=due.held,
    )
    told = Manifest(
        format=FORMAT,
        number=removal.number,
        previous_sha256=done.manifest_sha256,
        made_at=now_at,
        last_batch=done.last_batch,
        record_count=0,
        segments=(),
        batch_files=(),
        replaced=paths,
        peaks=tuple(peak.hex() for peak in done.frontier.peaks),
        retention=sealed(removal, key=key),
    )
    catalogue.retire(told, put_manifest(lake.place, told), removal.batch_files)
    _take_away(lake, (*paths, *removal.batch_files))


def _take_away(lake: OpenLake, paths: Iterable[str]) -> None:
    """What is left by a kill here, the next seal removes: no account names it any more."""
    for path in paths:
        lake.place.remove(path)


def _forget(home: CollectorHome, due: Due) -> None:
    table, column = _UNSIGNED[due.held]
    with translated(home.journal), closing(sqlite3.connect(home.journal, timeout=_BUSY_S)) as db, db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute(f"DELETE FROM {table} WHERE {column} < ?", (_us(due.before_on),))  # noqa: S608  names of our own


def _us(day_on: date) -> int:
    return epoch_us(datetime(day_on.year, day_on.month, day_on.day, tzinfo=UTC))
