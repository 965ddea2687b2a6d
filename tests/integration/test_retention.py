"""Whole days deleted when their time is over: nothing silently, and everything that stays still proven."""

import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector import history
from collector.envelope import Arrival, ImportedTest, ImportSource, Rejected, Rejection, StatusSeen, Witnessed
from collector.home import CollectorHome
from collector.imported.shelf import Shelf
from collector.imported.tables import FILE
from collector.journal import Journal
from collector.lake import manifest
from collector.lake.catalogue import Catalogue
from collector.lake.place import Place
from collector.lake.seal import SealError, alone
from collector.operation.backup import backup
from collector.operation.restore import restore
from collector.projection.feed import Feed, Mark
from collector.proof.audit.check import Question, check
from collector.proof.audit.defect import Audit, DefectKind
from collector.retention import retain
from collector.retention.note import RemovalError, opened
from collector.retention.settings import Held, Hold, Period, Retention
from collector.store import StoreError
from probe import clock, keyfile
from probe.body.speed_test import Direction
from probe.units import epoch_us
from probe.wire import Status
from prova.main import cli
from tests.integration.lake_rig import DAY_ON, NOW_AT, START_AT, House, accepted

DAY = timedelta(days=1)
KEPT_DAYS = (NOW_AT.date() - DAY_ON).days - 2  # the first two days are older


def _declared(days: int = KEPT_DAYS, *holds: Hold) -> Retention:
    return Retention(periods=(Period(held=Held.RECORDS, days=days, reason="half a year to object"),), holds=holds)


def _check(house: House) -> Audit:
    return check(house.layout, Question(), say=lambda _: None)


def _remove(house: House, declared: Retention | None = None) -> tuple[retain.Due, ...]:
    key = keyfile.load_or_make(house.layout.key)
    return retain.remove(house.layout, declared or _declared(), now_at=NOW_AT, key=key)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Four days of two probes, the first three sealed, and one of a probe that was offline for a day and a half."""
    house = House(tmp_path / "home")
    house.sender()
    house.sender("loja", "p2")
    house.fill(days=4, per_day=8)
    late = house.sender("praia", "p3")
    house.keep(late.batch([START_AT + 0.5 * DAY, START_AT + DAY, START_AT + 1.9 * DAY], START_AT + 2.1 * DAY))
    house.seal(before_on=DAY_ON + 3 * DAY)
    return house


def test_days_that_were_kept_long_enough_go_and_the_rest_is_as_it_was(house: House) -> None:
    before = house.everything()
    cut_at = START_AT + 2 * DAY
    stays = list(house.store.records(house.store.lines(), cut_at, cut_at + 99 * DAY))
    files = set(house.lake.rglob("*.parquet"))
    (found,) = _remove(house)
    left = house.everything()
    assert list(house.store.records(house.store.lines(), START_AT, cut_at + 99 * DAY)) == stays
    assert len(before) - len(left) == found.row_count > 0
    assert set(left) < set(before)
    gone = files - set(house.lake.rglob("*.parquet"))
    assert sum(path.name.startswith("batches") for path in gone) == 2
    assert found.file_count == len(gone)
    assert found.batch_count > 0


def test_the_check_says_what_was_deleted_and_finds_the_root_as_it_was(house: House) -> None:
    assert _check(house).defects == ()
    checkpoints = {path: path.read_bytes() for path in house.lake.glob("checkpoints/*")}
    (found,) = _remove(house)
    audit = _check(house)
    assert audit.defects == ()
    (note,) = [one for one in audit.notes if "retention" in one]
    assert "Deleted by retention on 2026-11-21 (half a year to object)" in note
    assert f"{found.row_count} records of the days before 2026-10-07" in note
    assert {path: path.read_bytes() for path in house.lake.glob("checkpoints/*")} == checkpoints
    house.fill(days=1, per_day=4, from_at=START_AT + 5 * DAY)
    house.seal(now_at=NOW_AT + DAY)
    later = _check(house)
    assert later.defects == ()
    assert later.batch_count > audit.batch_count


def test_what_nobody_signed_for_is_missing_all_the_same(house: House) -> None:
    _remove(house)
    with closing(Catalogue(house.layout.journal)) as catalogue:
        here = [one.path for one in catalogue.segments()]
    (house.lake / here[-1]).unlink()
    assert any(here[-1] == one.place for one in _check(house).defects)


def test_a_note_that_another_wrote_excuses_nothing(house: House, tmp_path: Path) -> None:
    stranger = keyfile.load_or_make(tmp_path / "stranger.json")
    retain.remove(house.layout, _declared(), now_at=NOW_AT, key=stranger)
    told = [one.detail for one in _check(house).defects]
    assert any("its note on what was removed does not hold" in one for one in told)
    assert any("were signed and have no row" in one for one in told)


def test_the_signed_note_names_every_file_that_went(house: House) -> None:
    _remove(house)
    newest = max(house.lake.glob("manifests/*.json"))
    told = manifest.decoded(newest.read_bytes())
    assert told.retention is not None
    key = keyfile.load_or_make(house.layout.key)
    removal = opened(told.retention, key=key)
    assert removal.segments == told.replaced
    assert all(not (house.lake / path).exists() for path in (*removal.segments, *removal.batch_files))
    with pytest.raises(RemovalError, match="signature"):
        opened(told.retention.replace("2026-10-07", "2026-10-09"), key=key)


def test_a_batch_that_comes_again_after_it_was_deleted_is_known(house: House) -> None:
    sender = house.senders[0]
    batch = house.store._ask("SELECT sha256 FROM sealed_batch WHERE probe = 'p1' ORDER BY id LIMIT 1")
    data = house.store.signed_batch(batch[0][0].hex())
    _remove(house)
    before = house.everything()
    house.keep(accepted(data, sender.own, NOW_AT))
    assert house.everything() == before
    with pytest.raises(StoreError, match="holds no batch"):
        house.store.signed_batch(batch[0][0].hex())


@pytest.mark.parametrize("dies", ["manifest", "account", "files"])
def test_killed_anywhere_nothing_is_gone_unsaid(house: House, dies: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = house.everything()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if dies == "manifest":
            patch.setattr(retain, "put_manifest", die)
        elif dies == "account":
            patch.setattr(Catalogue, "retire", die)
        else:
            patch.setattr(Place, "remove", die)
        with pytest.raises(KeyboardInterrupt):
            _remove(house)
    assert (house.everything() == before) is (dies != "files")
    assert _check(house).defects == ()
    house.seal(now_at=NOW_AT + DAY)
    _remove(house)
    assert _check(house).defects == ()
    assert not any(
        "day=2026-10-05" in str(path) or "=2026-10-05" in str(path) for path in house.lake.rglob("*.parquet")
    )


def test_a_hold_keeps_everything_from_its_day_on(house: House) -> None:
    before = house.everything()
    (found,) = _remove(house, _declared(KEPT_DAYS, Hold(DAY_ON, "complaint of October")))
    assert (found.before_on, found.row_count) == (DAY_ON, 0)
    assert house.everything() == before
    (found,) = _remove(house, _declared(KEPT_DAYS, Hold(DAY_ON + DAY, "complaint of October")))
    assert found.before_on == DAY_ON + DAY
    assert found.row_count > 0


def test_while_a_seal_runs_nothing_is_deleted(house: House) -> None:
    with alone(house.layout), pytest.raises(SealError, match="Another seal"):
        _remove(house)


def test_an_older_journal_put_back_deletes_nothing(house: House, tmp_path: Path) -> None:
    with closing(sqlite3.connect(house.layout.journal)) as db, closing(sqlite3.connect(tmp_path / "old")) as copy:
        db.backup(copy)
    house.fill(days=2, per_day=4, from_at=START_AT + 5 * DAY)
    house.seal(before_on=DAY_ON + 6 * DAY, now_at=NOW_AT + DAY)
    house.seal(before_on=DAY_ON + 7 * DAY, now_at=NOW_AT + 2 * DAY)
    files = set(house.lake.rglob("*"))
    for path in house.layout.journal.parent.glob("journal.sqlite3*"):
        path.unlink()
    (tmp_path / "old").rename(house.layout.journal)
    with pytest.raises(SealError, match="older than the lake"):
        _remove(house)
    assert set(house.lake.rglob("*")) == files


def test_a_projection_made_anew_shows_what_is_left(house: House) -> None:
    _remove(house)
    shown = {
        record.id for portion in Feed(house.layout.journal).after(Mark(), most_batches=7) for record in portion.records
    }
    assert shown >= set(house.ids())
    house.seal(now_at=NOW_AT + DAY)
    _remove(house, _declared(1))
    assert house.ids() == []
    assert list(Feed(house.layout.journal).after(Mark(), most_batches=7)) == []
    house.fill(days=1, per_day=4, from_at=START_AT + 9 * DAY)
    again = {
        record.id for portion in Feed(house.layout.journal).after(Mark(), most_batches=7) for record in portion.records
    }
    assert again == set(house.ids())
    assert _check(house).defects == ()


def test_a_copy_of_what_is_left_comes_back_whole(house: House, tmp_path: Path) -> None:
    _remove(house)
    backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=lambda _: None)
    restore(CollectorHome(tmp_path / "new"), str(tmp_path / "copies"), at=None, say=lambda _: None)
    assert House(tmp_path / "new").everything() == house.everything()


def test_unsigned_kinds_go_by_their_own_period(tmp_path: Path) -> None:
    home = CollectorHome(tmp_path)
    old, new = START_AT, NOW_AT - DAY
    with closing(Journal(home.journal)) as journal:
        journal.witness(
            [
                Witnessed(line="casa", started_at=at, ended_at=at + DAY, method="tcp", asked_count=1, answered_count=1)
                for at in (old, new)
            ]
        )
    with closing(sqlite3.connect(home.journal)) as db, db:
        for at in (old, new):
            history.add_change(db, StatusSeen(line="casa", probe="p1", status=Status.ONLINE, at=at))
    periods = tuple(Period(held=held, days=10, reason="enough") for held in (Held.STATUSES, Held.WITNESS))
    found = retain.remove(home, Retention(periods=periods), now_at=NOW_AT, key=keyfile.load_or_make(home.key))
    assert [(one.held, one.row_count) for one in found] == [(Held.STATUSES, 1), (Held.WITNESS, 1)]
    assert [one.row_count for one in retain.due(home, Retention(periods=periods), today_on=NOW_AT.date())] == [0, 0]


def test_the_command_shows_first_and_deletes_only_when_told(house: House) -> None:
    before = house.everything()
    home = ["--home", str(house.home)]
    asked = ["privacy", "retention", *home]
    nothing = CliRunner().invoke(cli, asked)
    assert "everything is kept" in str(nothing.exception)
    days = (clock.now().date() - DAY_ON).days - 2
    house.layout.retention_settings.write_text(f'[records]\ndays = {days}\nreason = "half a year"\n')
    dry = CliRunner().invoke(cli, asked)
    assert "would go" in dry.output
    assert house.everything() == before
    told = json.loads(CliRunner().invoke(cli, [*asked, "--json", "--delete"]).output)
    assert told["deleted"] is True
    assert told["kinds"][0]["row_count"] == len(before) - len(house.everything()) > 0
    assert date.fromisoformat(told["kinds"][0]["before_on"]) == DAY_ON + 2 * DAY


def test_imported_tests_and_refused_messages_go_with_a_signed_note(house: House) -> None:
    shelf = house.layout.journal.with_name(FILE)
    for number, at in enumerate((START_AT, NOW_AT)):
        source = ImportSource(
            sha256=f"{number:064}",
            name="log.csv",
            format="generic",
            importer="1",
            mapping_sha256="0",
            timezone=None,
            imported_at=at,
        )
        test = ImportedTest(
            direction=Direction.DOWNLOAD,
            started_at=at - DAY,
            ended_at=at - DAY,
            place=1,
            method="m",
            software="s",
            rate_bps=10**8,
        )
        with closing(Shelf(shelf)) as imported:
            imported.add("casa", source, [test])
    refused = [
        Rejected(
            arrival=Arrival(topic="prova/1/casa/p1/records", payload=b"secret%d" % number, received_at=at),
            reason=Rejection.MALFORMED,
            detail="with a name in it",
        )
        for number, at in enumerate((START_AT, NOW_AT))
    ]
    with closing(Journal(house.layout.journal)) as journal:
        journal.store(refused)
    periods = tuple(Period(held=held, days=10, reason="enough") for held in (Held.IMPORTED, Held.QUARANTINE))
    before = house.everything()
    found = _remove(house, Retention(periods=periods))
    assert [(one.held, one.row_count) for one in found] == [(Held.IMPORTED, 1), (Held.QUARANTINE, 1)]
    assert [one.row_count for one in _remove(house, Retention(periods=periods))] == [0, 0]
    with closing(Shelf(shelf)) as imported:
        assert imported.count_before(epoch_us(NOW_AT + DAY)) == 1
    kept = house.store._ask("SELECT payload, detail, length(sha256) FROM quarantine ORDER BY id")
    assert kept == [(b"", "", 64), (b"secret1", "with a name in it", 64)]
    told = [opened(one, key=keyfile.load_or_make(house.layout.key)) for one in _notes(house)]
    assert [(one.held, one.row_count, one.reason) for one in told] == [
        ("imported", 1, "enough"),
        ("quarantine", 1, "enough"),
    ]
    assert (house.everything(), _check(house).defects) == (before, ())
    assert sum("nothing of the log" in note for note in _check(house).notes) == 2


def test_bytes_of_a_refused_message_that_nobody_signed_away_are_missed(house: House) -> None:
    arrival = Arrival(topic="prova/1/casa/p1/records", payload=b"x", received_at=START_AT)
    with closing(Journal(house.layout.journal)) as journal:
        journal.store([Rejected(arrival=arrival, reason=Rejection.MALFORMED, detail="")])
    with closing(sqlite3.connect(house.layout.journal)) as db, db:
        db.execute("UPDATE quarantine SET payload = x''")
    assert [one.kind for one in _check(house).defects] == [DefectKind.QUARANTINE]


def test_what_was_never_sealed_has_its_refused_messages_removed_too(tmp_path: Path) -> None:
    house = House(tmp_path)
    arrival = Arrival(topic="prova/1/casa/p1/records", payload=b"x", received_at=START_AT)
    with closing(Journal(house.layout.journal)) as journal:
        journal.store([Rejected(arrival=arrival, reason=Rejection.MALFORMED, detail="")])
    periods = (Period(held=Held.QUARANTINE, days=10, reason="enough"),)
    assert [one.row_count for one in _remove(house, Retention(periods=periods))] == [1]
    assert _check(house).defects == ()


def _notes(house: House) -> list[str]:
    told = (manifest.decoded(one.read_bytes()).retention for one in sorted(house.lake.glob("manifests/*.json")))
    return [one for one in told if one is not None]
