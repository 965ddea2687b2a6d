"""What is held for a claim outlasts its period, line by line; all else goes, and what stays is proven as it was."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from collector import history
from collector.envelope import Arrival, ImportedTest, ImportSource, Rejected, Rejection, StatusSeen, Witnessed
from collector.erasure.erase import erase
from collector.erasure.store import Order
from collector.home import CollectorHome
from collector.imported.shelf import Shelf
from collector.imported.tables import FILE
from collector.journal import Journal
from collector.lake.place import Place
from collector.operation.backup import backup
from collector.operation.restore import restore
from collector.projection.feed import Feed, Mark
from collector.proof.audit.check import Question, check
from collector.proof.audit.defect import Audit
from collector.retention import retain
from collector.retention.claim import ClaimHold, Released
from collector.retention.hold_file import HoldError, place, release
from collector.retention.settings import Held, Period, Retention
from probe import keyfile
from probe.body.speed_test import Direction
from probe.units import epoch_us
from probe.wire import Status
from tests.integration.lake_rig import NOW_AT, START_AT, House

DAY = timedelta(days=1)
ALL = Retention(periods=(Period(held=Held.RECORDS, days=1, reason="half a year to object"),))
HOLD = ClaimHold(
    number=0,
    line="casa",
    from_at=START_AT + DAY,
    to_at=START_AT + 2 * DAY,
    reason="complaint of October",
    placed_by="ana",
    placed_at=NOW_AT,
)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Four days of three probes on three lines, all sealed; one of them came late."""
    house = House(tmp_path / "home")
    house.sender()
    house.sender("loja", "p2")
    house.fill(days=4, per_day=8)
    late = house.sender("praia", "p3")
    house.keep(late.batch([START_AT + 0.5 * DAY, START_AT + 1.5 * DAY], START_AT + 2.1 * DAY))
    house.seal()
    return house


def _remove(house: House, declared: Retention = ALL, *, now_at: datetime = NOW_AT) -> tuple[retain.Due, ...]:
    return retain.remove(house.layout, declared, now_at=now_at, key=keyfile.load_or_make(house.layout.key))


def _check(house: House) -> Audit:
    return check(house.layout, Question(), say=lambda _: None)


def _of(house: House, line: str, start_at: datetime, end_at: datetime) -> list[str]:
    return [one.record.id for one in house.store.records([line], start_at, end_at)]


def test_the_held_days_of_the_held_line_stay_and_everything_else_goes(house: House) -> None:
    held = [one for one in house.everything() if one[0] in _of(house, "casa", HOLD.from_at, START_AT + 2 * DAY)]
    before = house.everything()
    place(house.layout, HOLD)
    (found,) = _remove(house)
    assert house.everything() == held
    assert found.held_count == len(held) > 0
    assert found.row_count == len(before) - len(held)


def test_what_stays_is_proven_as_before_and_the_rest_is_told_as_deleted(house: House) -> None:
    checkpoints = {path: path.read_bytes() for path in house.lake.glob("checkpoints/*")}
    batches = {digest for _, digest, _, _ in house.everything() if house.store.signed_batch(digest)}
    place(house.layout, HOLD)
    (found,) = _remove(house)
    audit = _check(house)
    assert audit.defects == ()
    assert any(f"{found.held_count} records of those days stay, held for a claim" in note for note in audit.notes)
    assert {path: path.read_bytes() for path in house.lake.glob("checkpoints/*")} == checkpoints
    kept = {digest for _, digest, _, _ in house.everything()}
    assert kept < batches
    assert all(house.store.signed_batch(digest) for digest in kept)


def test_nothing_of_another_line_is_left_in_any_file(house: House) -> None:
    place(house.layout, HOLD)
    _remove(house)
    for path in house.lake.rglob("*.parquet"):
        assert b"loja" not in path.read_bytes(), path
        assert b"praia" not in path.read_bytes(), path


def test_the_same_again_changes_nothing_while_the_hold_stands(house: House) -> None:
    place(house.layout, HOLD)
    _remove(house)
    files = {path: path.read_bytes() for path in house.lake.rglob("*") if path.is_file()}
    (again,) = _remove(house, now_at=NOW_AT + DAY)
    assert (again.row_count, again.file_count) == (0, 0)
    assert again.held_count > 0
    assert {path: path.read_bytes() for path in house.lake.rglob("*") if path.is_file()} == files


def test_a_hold_that_ended_lets_it_go_at_the_next_time(house: House) -> None:
    place(house.layout, HOLD)
    _remove(house)
    held = len(house.everything())
    release(house.layout, Released(number=1, reason="decided", released_by="ana", released_at=NOW_AT))
    (found,) = _remove(house, now_at=NOW_AT + DAY)
    assert (house.everything(), found.row_count, found.held_count) == ([], held, 0)
    assert _check(house).defects == ()
    assert list(house.lake.rglob("*.parquet")) == []


def test_of_two_holds_one_that_ended_lets_its_own_go(house: House) -> None:
    place(house.layout, HOLD)
    other = replace(HOLD, line="loja", from_at=START_AT + 2 * DAY, to_at=None)
    place(house.layout, other)
    _remove(house)
    assert _check(house).defects == ()
    release(house.layout, Released(number=1, reason="decided", released_by="ana", released_at=NOW_AT))
    _remove(house, now_at=NOW_AT + DAY)
    assert house.store.lines()
    assert {one.partition("/")[0] for one in house.ids()} == {"p2"}
    assert len(house.ids()) == 16
    assert _check(house).defects == ()


def test_a_late_batch_stays_whole_for_what_it_brought_of_a_held_day(house: House) -> None:
    place(house.layout, replace(HOLD, line="praia"))
    _remove(house)
    (only,) = house.everything()
    assert only[0] == "p3/2"
    assert house.store.signed_batch(only[1])
    assert _check(house).defects == ()


@pytest.mark.parametrize("dies", ["put", "manifest", "account", "files"])
def test_killed_anywhere_what_is_held_is_there_and_nothing_is_gone_unsaid(
    house: House, dies: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(house.layout, HOLD)
    held = _of(house, "casa", HOLD.from_at, START_AT + 2 * DAY)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if dies == "put":
            patch.setattr(Place, "put", die)
        elif dies == "manifest":
            patch.setattr(retain, "put_manifest", die)
        elif dies == "account":
            patch.setattr("collector.lake.catalogue.Catalogue.retire", die)
        else:
            patch.setattr(Place, "remove", die)
        with pytest.raises(KeyboardInterrupt):
            _remove(house)
    assert set(held) <= set(house.ids())
    assert _check(house).defects == ()
    house.seal(now_at=NOW_AT + DAY)
    _remove(house, now_at=NOW_AT + 2 * DAY)
    assert house.ids() == held
    assert _check(house).defects == ()


def test_a_file_of_holds_that_was_changed_deletes_nothing(house: House) -> None:
    place(house.layout, HOLD)
    place(house.layout, HOLD)
    before = house.everything()
    house.layout.holds.write_bytes(house.layout.holds.read_bytes().replace(b"casa", b"rasa", 1))
    with pytest.raises(HoldError, match="Nothing is deleted"):
        _remove(house)
    assert house.everything() == before


def test_a_view_made_anew_and_a_copy_put_back_have_what_is_held(house: House, tmp_path: Path) -> None:
    place(house.layout, HOLD)
    _remove(house)
    feed = Feed(house.layout.journal).after(Mark(), most_batches=2)
    assert {record.id for portion in feed for record in portion.records} >= set(house.ids())
    backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=lambda _: None)
    restore(CollectorHome(tmp_path / "new"), str(tmp_path / "copies"), at=None, say=lambda _: None)
    new = House(tmp_path / "new")
    assert new.everything() == house.everything()
    _remove(new, now_at=NOW_AT + DAY)
    assert new.everything() == house.everything()


def test_statuses_minutes_files_and_refused_messages_of_a_held_line_stay(tmp_path: Path) -> None:
    home = CollectorHome(tmp_path)
    place(home, HOLD)
    at = START_AT + 1.5 * DAY
    lines = ("casa", "loja")
    with closing(Journal(home.journal)) as journal:
        journal.witness(
            [
                Witnessed(line=line, started_at=at, ended_at=at + DAY, method="tcp", asked_count=1, answered_count=1)
                for line in lines
            ]
        )
        journal.store([_refused(line, at) for line in lines])
    with closing(sqlite3.connect(home.journal)) as db, db:
        for line in lines:
            history.add_change(db, StatusSeen(line=line, probe="p1", status=Status.ONLINE, at=at))
    with closing(Shelf(home.journal.with_name(FILE))) as shelf:
        for line in lines:
            shelf.add(line, _source(at), [_test(at)])
    kinds = (Held.STATUSES, Held.WITNESS, Held.IMPORTED, Held.QUARANTINE)
    declared = Retention(periods=tuple(Period(held=held, days=10, reason="enough") for held in kinds))
    key = keyfile.load_or_make(home.key)
    found = retain.remove(home, declared, now_at=NOW_AT, key=key)
    assert [(one.row_count, one.held_count) for one in found] == [(1, 1)] * 4
    release(home, Released(number=1, reason="decided", released_by="ana", released_at=NOW_AT))
    found = retain.remove(home, declared, now_at=NOW_AT + DAY, key=key)
    assert [(one.row_count, one.held_count) for one in found] == [(1, 0)] * 4


def _refused(line: str, at: datetime) -> Rejected:
    arrival = Arrival(topic=f"prova/1/{line}/p1/records", payload=b"bytes of " + line.encode(), received_at=at)
    return Rejected(arrival=arrival, reason=Rejection.MALFORMED, detail="")


def _source(at: datetime) -> ImportSource:
    return ImportSource(
        sha256=f"{epoch_us(at):064}",
        name="log.csv",
        format="generic",
        importer="1",
        mapping_sha256="0",
        timezone=None,
        imported_at=at,
    )


def _test(at: datetime) -> ImportedTest:
    return ImportedTest(
        direction=Direction.DOWNLOAD,
        started_at=at,
        ended_at=at,
        place=1,
        method="m",
        software="s",
        rate_bps=10**8,
    )


def test_lines_erased_before_and_after_a_retention_leave_a_log_that_holds(house: House) -> None:
    key = keyfile.load_or_make(house.layout.key)
    erase(house.layout, Order(line="loja", request="2026-0001", now_at=NOW_AT, key=key))
    made = place(house.layout, HOLD)
    _remove(house)
    assert _check(house).defects == ()
    release(house.layout, Released(number=made.number, reason="x", released_by="ana", released_at=NOW_AT))
    erase(house.layout, Order(line="casa", request="2026-0002", now_at=NOW_AT + DAY, key=key))
    assert _check(house).defects == ()
    _remove(house, now_at=NOW_AT + 2 * DAY)
    assert _check(house).defects == ()
    assert house.ids() == []
    held = b"".join(path.read_bytes() for path in house.lake.rglob("*") if path.is_file())
    assert b"loja" not in held
