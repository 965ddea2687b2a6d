"""Imported tests are kept once, whole files or nothing, and come back as what they are."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collector.envelope import IMPORTED, ImportedTest, ImportSource, TimeFrom
from collector.home import CollectorHome
from collector.imported.shelf import Added, Shelf, ShelfError
from collector.imported.tables import FILE
from collector.journal import Journal
from collector.operation.backup import backup
from collector.operation.restore import restore
from collector.store import Store, StoreError
from probe.body.conditions import LinkType
from probe.body.conditions import Path as Way
from probe.body.speed_test import Direction, Failure, SpeedTest

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WHOLE = (AT - timedelta(days=1), AT + timedelta(days=1))


def a_test(**changes: object) -> ImportedTest:
    made = ImportedTest(
        direction=Direction.DOWNLOAD,
        started_at=AT,
        ended_at=AT + timedelta(seconds=10),
        place=2,
        method="ookla",
        software="ookla-json (imported)",
        rate_bps=94_000_000,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a builder


def a_source(**changes: object) -> ImportSource:
    made = ImportSource(
        sha256="a" * 64,
        name="log.csv",
        format="generic",
        importer="prova-import/1",
        mapping_sha256="b" * 64,
        timezone="Europe/Lisbon",
        imported_at=AT,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a builder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    Journal(tmp_path / "journal.sqlite3").close()
    return tmp_path


def kept(home: Path, line: str = "casa") -> list[SpeedTest]:
    read = [one.record.body for one in Store(home / "journal.sqlite3").imported([line], *WHOLE)]
    return [body for body in read if isinstance(body, SpeedTest)]


def ids(home: Path) -> list[str]:
    return [one.record.id for one in Store(home / "journal.sqlite3").imported(["casa"], *WHOLE)]


def test_a_test_is_added_once_however_often_it_comes(home: Path) -> None:
    with closing(Shelf(home / FILE)) as shelf:
        assert shelf.add("casa", a_source(), [a_test(), a_test(place=3)]) == Added(1, 1)
        assert shelf.add("casa", a_source(), [a_test()]) == Added(0, 1)
        overlapping = [a_test(), a_test(started_at=AT + timedelta(hours=1))]
        assert shelf.add("casa", a_source(sha256="c" * 64), overlapping) == Added(1, 1)
        assert shelf.add("other", a_source(), [a_test()]) == Added(1, 0)
    assert len(kept(home)) == 2


def test_everything_told_comes_back_and_what_was_not_told_does_not(home: Path) -> None:
    full = a_test(
        bytes=1_000_000,
        duration_s=10.0,
        idle_rtt_ms=8.5,
        loaded_rtt_ms=30.0,
        server="speed.example:8080",
        address="192.0.2.1",
        tunnel=True,
        path=Way.ON_LINK,
        time_from=TimeFrom.ROW_ORDER,
    )
    bare = a_test(direction=Direction.UPLOAD, rate_bps=None, failure=Failure.TIMED_OUT, ended_at=AT)
    with closing(Shelf(home / FILE)) as shelf:
        shelf.add("casa", a_source(), [full, bare])
    one, other = Store(home / "journal.sqlite3").imported(["casa"], *WHOLE)
    assert isinstance(one.record.body, SpeedTest)
    assert (one.record.probe, one.record.id, one.batch_sha256) == (IMPORTED, "imported/1", "")
    assert one.imported is not None
    assert (one.imported.source, one.imported.place, one.imported.time_from) == (a_source(), 2, TimeFrom.ROW_ORDER)
    body = one.record.body
    assert (body.rate_bps, body.bytes, body.duration_s, body.idle_rtt_ms) == (94_000_000, 1_000_000, 10.0, 8.5)
    assert (body.server.url, body.server.address, body.server.address_family) == ("speed.example:8080", "192.0.2.1", 4)
    assert (body.conditions.link_type, body.conditions.path) == (LinkType.TUNNEL, Way.ON_LINK)
    assert isinstance(other.record.body, SpeedTest)
    assert (other.record.body.failure, other.record.body.rate_bps) == (Failure.TIMED_OUT, None)
    assert other.record.started.synchronised is None


def test_imported_tests_are_never_among_the_records(home: Path) -> None:
    with closing(Shelf(home / FILE)) as shelf:
        shelf.add("casa", a_source(), [a_test()])
    store = Store(home / "journal.sqlite3")
    assert list(store.records(["casa"], *WHOLE)) == []
    assert store.lines() == ("casa",)
    assert store.probes() == ()


def test_an_error_midway_leaves_nothing_of_the_file(home: Path) -> None:
    def tests() -> Iterator[ImportedTest]:
        yield from (a_test(started_at=AT + timedelta(minutes=n)) for n in range(5000))
        raise OSError("the disk went away")

    with closing(Shelf(home / FILE)) as shelf:
        with pytest.raises(OSError, match="went away"):
            shelf.add("casa", a_source(), tests())
        assert shelf.add("casa", a_source(), []) == Added(0, 0)
    assert kept(home) == []


def test_a_dry_run_counts_and_keeps_nothing(home: Path) -> None:
    with closing(Shelf(home / FILE)) as shelf:
        shelf.add("casa", a_source(), [a_test()])
        new = a_test(started_at=AT + timedelta(hours=1))
        assert shelf.known("casa", a_source(), [a_test(), new, new]) == Added(1, 2)
        with pytest.raises(ShelfError, match="read otherwise"):
            shelf.known("casa", a_source(timezone="UTC"), [])
    assert len(kept(home)) == 1
    assert len(Store(home / "journal.sqlite3").imports()) == 1


def test_the_same_bytes_are_not_read_in_two_ways(home: Path) -> None:
    with closing(Shelf(home / FILE)) as shelf:
        shelf.add("casa", a_source(), [a_test()])
        with pytest.raises(ShelfError, match=r"with --timezone Europe/Lisbon.*--forget a{64}"):
            shelf.add("casa", a_source(timezone="UTC"), [a_test(started_at=AT + timedelta(hours=1))])
        with pytest.raises(ShelfError, match="read otherwise"):
            shelf.add("casa", a_source(mapping_sha256="d" * 64), [a_test()])
    assert len(kept(home)) == 1


def test_a_file_is_taken_back_with_its_own_tests_and_no_others(home: Path) -> None:
    later = a_test(started_at=AT + timedelta(hours=1))
    with closing(Shelf(home / FILE)) as shelf:
        shelf.add("casa", a_source(), [a_test()])
        shelf.add("casa", a_source(sha256="c" * 64), [a_test(), later])
        before = ids(home)
        assert shelf.forget("casa", "c" * 64) == 1
        with pytest.raises(ShelfError, match="No file"):
            shelf.forget("casa", "c" * 64)
        assert shelf.add("casa", a_source(timezone="UTC", sha256="c" * 64), [later]) == Added(1, 0)
    assert ids(home)[0] == before[0]
    assert ids(home)[1] not in before, "an id is given once"


def test_a_line_whose_name_will_not_do_is_refused(home: Path) -> None:
    with closing(Shelf(home / FILE)) as shelf, pytest.raises(ValueError, match="line"):
        shelf.add("../casa", a_source(), [a_test()])


def test_many_tests_are_read_in_pages_in_order(home: Path) -> None:
    tests = [a_test(started_at=AT + timedelta(seconds=n // 3), rate_bps=n) for n in reversed(range(4500))]
    with closing(Shelf(home / FILE)) as shelf:
        shelf.add("casa", a_source(), tests)
    starts = [one.record.started.at for one in Store(home / "journal.sqlite3").imported(["casa"], *WHOLE)]
    assert len(starts) == 4500
    assert starts == sorted(starts)


def test_a_file_that_is_no_database_or_of_a_newer_version_is_said(home: Path) -> None:
    with closing(sqlite3.connect(home / FILE)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(ShelfError, match="newer Prova"):
        Shelf(home / FILE)
    with pytest.raises(StoreError, match="newer Prova"):
        list(Store(home / "journal.sqlite3").imported(["casa"], *WHOLE))
    (home / FILE).write_bytes(b"no database at all, and long enough to be looked at" * 20)
    with pytest.raises(ShelfError, match="damaged"):
        Shelf(home / FILE)
    with pytest.raises(StoreError, match="cannot be read"):
        Store(home / "journal.sqlite3").imports()


def test_nothing_imported_is_no_file_and_no_error(home: Path) -> None:
    store = Store(home / "journal.sqlite3")
    assert list(store.imported(["casa"], *WHOLE)) == []
    assert store.imports() == ()


def test_a_copy_of_the_store_has_what_was_imported(tmp_path: Path) -> None:
    home, other = CollectorHome(tmp_path / "home"), CollectorHome(tmp_path / "other")
    Journal(home.journal).close()
    with closing(Shelf(home.journal.parent / FILE)) as shelf:
        shelf.add("casa", a_source(), [a_test()])
        backup(home, str(tmp_path / "copies"), now_at=AT, say=lambda _: None)
    restore(other, str(tmp_path / "copies"), at=None, say=lambda _: None)
    (one,) = Store(other.journal).imported(["casa"], *WHOLE)
    assert one.record.id == "imported/1"
