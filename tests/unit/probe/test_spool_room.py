"""A spool that fills up because nobody takes what waits: what is made smaller, what is given up, and what is said."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from analysis.ledger import build
from analysis.period import Period
from probe import wire
from probe.body.notice import Notice, NoticeKind
from probe.body.reachability import Reachability
from probe.keep import Keeper
from probe.record import Record
from probe.spool import Draft, NoRoomError, Spool
from tests.build import AT, MINUTE, a_reachability_minute, a_stamp, stored

KEY = OKPKey.generate_key("Ed25519", private=True)
BOUND = 200_000
ALL, ONE_MISSED = "############", "#####.######"
DRAW = random.Random(1)


def a_minute(number: int, answers: str = ALL) -> Draft:
    """The minute `number` after the first, with round-trip times as no two are alike."""
    body = a_reachability_minute(answers=answers, targets=8)
    targets = tuple(
        replace(
            target,
            samples=tuple(
                one if one.rtt_ms is None else replace(one, rtt_ms=round(DRAW.uniform(5, 40), 3))
                for one in target.samples
            ),
        )
        for target in body.targets
    )
    started, ended = (a_stamp(at=AT + n * MINUTE) for n in (number, number + 1))
    return Draft(started=started, ended=ended, software="t", body=replace(body, targets=targets))


def a_note(number: int) -> Draft:
    at = a_stamp(at=AT + number * MINUTE)
    return Draft(started=at, ended=at, software="t", body=Notice(kind=NoticeKind.STARTED, detail=f"note {number}"))


def a_spool(path: Path, *, most_bytes: int = BOUND) -> Spool:
    return Spool(path, line="casa", probe="p1", key=KEY, most_bytes=most_bytes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.sqlite3"


@pytest.fixture
def spool(path: Path) -> Iterator[Spool]:
    with a_spool(path) as opened:
        yield opened


def sent(spool: Spool, *, previous: str | None = None) -> list[Record]:
    """Everything that waits, sealed and opened as its collector does it; each batch's chain is checked."""
    found: list[Record] = []
    after = 0
    while (sealed := spool.next_batch(after=after)) is not None:
        batch = wire.open_batch(sealed.signed, key=KEY)
        assert batch.previous_sha256 == previous
        after, previous = sealed.last, sealed.sha256
        found += batch.records
    return found


def notices(records: list[Record], kind: NoticeKind) -> list[str]:
    return [one.body.detail for one in records if isinstance(one.body, Notice) and one.body.kind is kind]


def numbers(records: list[Record]) -> list[int]:
    """Every number that the records have or stand for."""
    found: list[int] = []
    for one in records:
        condensed = one.body.condensed if isinstance(one.body, Reachability) else None
        for first, last in condensed.sequences if condensed else ((one.sequence, one.sequence),):
            found += range(first, last + 1)
    return sorted(found)


def fill(spool: Spool, minutes: int, *, first: int = 0, answers: str = ALL) -> int:
    """How many of the minutes were kept; a note comes with every twentieth."""
    kept = 0
    for number in range(first, first + minutes):
        if number % 20 == 7:
            spool.append(a_note(number))
        try:
            spool.append(a_minute(number, answers))
        except NoRoomError:
            continue
        kept += 1
    return kept


def test_near_the_bound_whole_minutes_become_fewer_and_no_number_is_lost(path: Path, spool: Spool) -> None:
    assert fill(spool, 300) == 300
    assert path.stat().st_size <= BOUND
    records = sent(spool)
    assert len(records) < 250
    assert numbers(records) == list(range(1, spool.state().last_sequence + 1))
    assert [one.sequence for one in records] == sorted(one.sequence for one in records)
    assert len([one for one in records if isinstance(one.body, Notice) and one.body.kind is NoticeKind.STARTED]) == 15


def test_thinning_is_recorded_with_its_range_and_counts(spool: Spool) -> None:
    fill(spool, 300)
    records = sent(spool)
    told = [dict(word.split("=") for word in one.split(":")[0].split()) for one in notices(records, NoticeKind.THINNED)]
    bodies = [one.body for one in records if isinstance(one.body, Reachability)]
    condensed = [body.condensed for body in bodies if body.condensed is not None]
    assert sum(int(one["minutes"]) for one in told) == sum(one.minutes for one in condensed)
    assert sum(int(one["records"]) for one in told) == len(condensed)
    assert int(told[0]["first"]) == condensed[0].sequences[0][0]


def test_the_ledger_of_what_arrives_is_that_of_what_was_watched(spool: Spool) -> None:
    drafts = [a_minute(n, "............" if n % 41 in (5, 6) else ALL) for n in range(300)]
    for draft in drafts:
        spool.append(draft)
    whole = [
        Record(line="casa", probe="p1", sequence=n, started=one.started, ended=one.ended, software="t", body=one.body)
        for n, one in enumerate(drafts, 1)
    ]
    fewer = sent(spool)
    assert len(fewer) < 250
    period = Period(AT, AT + timedelta(hours=5))
    expected = build([stored(one) for one in whole], period).spans
    assert build([stored(one) for one in fewer], period).spans == expected


def test_a_minute_with_a_missing_answer_is_never_thinned(spool: Spool) -> None:
    kept = fill(spool, 360, answers=ONE_MISSED)
    records = sent(spool)
    assert notices(records, NoticeKind.THINNED) == []
    assert len([one for one in records if isinstance(one.body, Reachability)]) == kept < 360


def test_at_the_bound_minutes_are_given_up_counted_and_told_and_all_else_is_kept(path: Path, spool: Spool) -> None:
    kept = fill(spool, 360, answers=ONE_MISSED)
    assert path.stat().st_size <= BOUND
    last = spool.append(a_note(9999)).sequence
    records = sent(spool)
    assert len(notices(records, NoticeKind.HEARTBEATS_STOPPED)) == 1
    assert len(notices(records, NoticeKind.STARTED)) == 19
    assert numbers(records) == list(range(1, last + 1))
    assert kept < 360


def test_once_there_is_room_minutes_are_kept_again_and_the_missing_ones_are_counted(spool: Spool) -> None:
    kept = fill(spool, 360, answers=ONE_MISSED)
    last = None
    while (batch := spool.next_batch()) is not None:
        last = batch.sha256
        spool.receipted(last)
    assert spool._used_bytes() < BOUND / 4, "a backlog's space is given back"
    spool.append(a_minute(360))
    (told,) = notices(sent(spool, previous=last), NoticeKind.HEARTBEATS_RESUMED)
    assert told.startswith(f"minutes={360 - kept} since=2026-11-21")


def test_a_collector_that_rejects_everything_does_not_blow_the_spool_up(spool: Spool) -> None:
    """Signed batches are large: what waits is not turned into them for nothing."""
    fill(spool, 300)
    while (batch := spool.next_batch()) is not None:
        spool.reject(batch.sha256, "unknown_probe")
    assert spool.state().rejected_batches > 0
    assert spool.state().unsealed_records > 0
    assert spool._used_bytes() <= 1.25 * BOUND
    assert spool.release()
    assert spool.next_batch() is not None


def test_a_start_goes_on_where_the_last_run_was(path: Path) -> None:
    with a_spool(path) as spool:
        fill(spool, 260)
    with a_spool(path) as spool:
        assert fill(spool, 60, first=260) == 60
        assert spool._used_bytes() <= BOUND
        assert numbers(sent(spool)) == list(range(1, spool.state().last_sequence + 1))


def test_the_keeper_says_once_that_minutes_are_not_kept_and_holds_none_in_memory(spool: Spool) -> None:
    said: list[str] = []
    keeper = Keeper(spool, software="t", say=said.append, kept=lambda: None)
    for number in range(360):
        draft = a_minute(number, ONE_MISSED)
        keeper.keep(draft.started, draft.ended, draft.body)
    assert len(said) == 1
    assert "raise spool_most_bytes" in said[0]
    keeper.close()
    assert len(said) == 1, "nothing was held"
