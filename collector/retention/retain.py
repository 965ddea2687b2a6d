"""Shell. Removes what was kept as long as was declared: whole days of the lake, with a signed note in their place.

First the note, in a manifest, then the journal's account, then the files: killed anywhere, either nothing is gone or
the note says what is. Digests stay, and with them the log's root. Knows nothing of how it is shown.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from collector.home import CollectorHome
from collector.lake.catalogue import Catalogue
from collector.lake.manifest import FORMAT, Manifest
from collector.lake.place import Place, opened
from collector.lake.seal import OpenLake, agree, alone, opened_lake, put_manifest
from collector.retention import beside
from collector.retention.claim import ClaimHold
from collector.retention.hold_file import holds as standing
from collector.retention.note import Removal, sealed
from collector.retention.settings import Held, Period, Retention
from collector.retention.sorting import Sorted, sort_out
from probe.key import Ed25519Key
from probe.units import epoch_us

_UNSIGNED = frozenset({Held.STATUSES, Held.WITNESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What of one kind is kept long enough: of the UTC days before `before_on`. `byte_count` of its files, if any.

    `held_count`: rows as old that stay, because a claim holds them.
    """

    held: Held
    before_on: date
    days: int
    reason: str
    row_count: int = 0
    batch_count: int = 0
    byte_count: int = 0
    file_count: int = 0
    held_count: int = 0


def due(home: CollectorHome, retention: Retention, *, today_on: date) -> tuple[Due, ...]:
    """What `remove` would remove now. Changes nothing. Raises JournalError, LakeError, HoldError."""
    holds = standing(home)
    with closing(Catalogue(home.journal)) as catalogue:
        lake = catalogue.lake()
        place = None if lake is None or not holds else opened(lake[0], beside=home.journal.parent)
        made = (
            partial(_due, home, one, retention.before_on(one, today_on), holds, catalogue, place)
            for one in retention.periods
        )
        return tuple(one() for one in made)


def remove(home: CollectorHome, retention: Retention, *, now_at: datetime, key: Ed25519Key) -> tuple[Due, ...]:
    """Removes it, and says what it was. Raises SealError, LakeError, JournalError, HoldError."""
    with alone(home):
        holds = standing(home)
        found = due(home, retention, today_on=now_at.astimezone(UTC).date())
        for one in found:
            if one.held not in _UNSIGNED and (one.file_count or (one.row_count and one.held is not Held.RECORDS)):
                with opened_lake(home, None) as lake:
                    agree(lake)
                    _remove_days(lake, one, holds, now_at=now_at, key=key)
            if one.held is not Held.RECORDS and one.row_count:
                beside.forget(home, one.held, _us(one.before_on), holds)
    return found


def _due(
    home: CollectorHome,
    period: Period,
    before_on: date,
    holds: Sequence[ClaimHold],
    catalogue: Catalogue,
    place: Place | None,
) -> Due:
    made = partial(Due, held=period.held, before_on=before_on, days=period.days, reason=period.reason)
    if period.held is not Held.RECORDS:
        free = beside.count(home, period.held, _us(before_on), holds)
        return made(row_count=free, held_count=beside.count(home, period.held, _us(before_on)) - free)
    found = sort_out(catalogue, place, before_on, holds, write=False)
    return made(
        row_count=found.row_count,
        batch_count=found.batch_count,
        byte_count=found.byte_count,
        file_count=found.file_count,
        held_count=found.held_row_count,
    )


def _remove_days(lake: OpenLake, due: Due, holds: Sequence[ClaimHold], *, now_at: datetime, key: Ed25519Key) -> None:
    """Of what lies beside the log, only the note."""
    catalogue = lake.catalogue
    found = Sorted()
    if due.held is Held.RECORDS:
        found = sort_out(catalogue, lake.place, due.before_on, holds, write=True)
    done = catalogue.done()
    paths = (*(one.path for one in found.segments), *found.replaced)
    told = Manifest(
        format=FORMAT,
        number=done.number + 1,
        previous_sha256=done.manifest_sha256,
        made_at=now_at,
        last_batch=done.last_batch,
        record_count=0,
        segments=found.left_segments,
        batch_files=found.left_batch_files,
        replaced=paths,
        peaks=tuple(peak.hex() for peak in done.frontier.peaks),
        retention=sealed(_note(due, found, paths, done.number + 1, now_at), key=key),
    )
    gone = tuple(one.path for one in found.batch_files)
    catalogue.retire(told, put_manifest(lake.place, told), gone)
    _take_away(lake, (*paths, *gone))


def _note(due: Due, found: Sorted, paths: tuple[str, ...], number: int, now_at: datetime) -> Removal:
    return Removal(
        number=number,
        made_at=now_at,
        before_on=due.before_on,
        reason=due.reason,
        row_count=due.row_count,
        batch_count=due.batch_count,
        segments=paths,
        batch_files=tuple(one.path for one in found.batch_files),
        held=due.held,
        held_row_count=due.held_count,
    )


def _take_away(lake: OpenLake, paths: Iterable[str]) -> None:
    """What is left by a kill here, the next seal removes: no account names it any more."""
    for path in paths:
        lake.place.remove(path)


def _us(day_on: date) -> int:
    return epoch_us(datetime(day_on.year, day_on.month, day_on.day, tzinfo=UTC))
