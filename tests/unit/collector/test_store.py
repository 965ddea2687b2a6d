"""The store as later rooms read it."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from collector import schema
from collector.envelope import Accepted, Counts, Enrolled, ProbeState
from collector.journal import Journal
from collector.judging.outline import open_outline
from collector.store import Store, StoreError
from probe import wire
from probe.record import Record
from tests.integration.collector_rig import AT, a_key, a_notice, sealed

BY = a_key()
MINUTE = timedelta(minutes=1)
EVER = (AT - timedelta(days=1), AT + timedelta(days=9))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "journal.sqlite3")


@pytest.fixture
def journal(store: Store) -> Iterator[Journal]:
    journal = Journal(store.path)
    for probe, line in (("p1", "casa"), ("p2", "casa"), ("p3", "praia")):
        journal.enrol(Enrolled(probe=probe, line=line, public_jwk="{}", enrolled_at=AT))
    yield journal
    journal.close()


def _put(journal: Journal, *records: Record) -> str:
    signed = sealed(records, by=BY)
    batch = open_outline(signed, key=BY)
    journal.store([Accepted(batch=batch, batch_sha256=wire.sha256(signed), signed=signed, received_at=AT + MINUTE)])
    return wire.sha256(signed)


def _ids(store: Store, *lines: str, first: int = 0, last: int = 10_000) -> list[str]:
    return [one.record.id for one in store.records(lines, AT + first * MINUTE, AT + last * MINUTE)]


def test_a_record_comes_back_as_it_was_sent(journal: Journal, store: Store) -> None:
    record = a_notice(1, detail="ü")
    digest = _put(journal, record)
    (one,) = store.records(["casa"], *EVER)
    assert (one.record, one.received_at, one.batch_sha256) == (record, AT + MINUTE, digest)


def test_the_period_is_half_open(journal: Journal, store: Store) -> None:
    _put(journal, *(a_notice(number) for number in range(1, 5)))
    assert _ids(store, "casa", first=2, last=4) == ["p1/2", "p1/3"]
    assert _ids(store, "casa", first=4, last=4) == []


def test_records_are_sorted_by_line_then_start_whichever_probe_sent_them(journal: Journal, store: Store) -> None:
    _put(journal, *(a_notice(number, line="praia", probe="p3") for number in (1, 2)))
    _put(journal, *(a_notice(number, probe="p2") for number in (3, 4, 5)))
    _put(journal, *(a_notice(number) for number in (2, 3, 4)))
    casa = ["p1/2", "p1/3", "p2/3", "p1/4", "p2/4", "p2/5"]
    assert _ids(store, "praia", "casa", "praia") == [*casa, "p3/1", "p3/2"]
    assert _ids(store, "casa") == casa
    assert _ids(store) == []


def test_more_than_one_page_is_read_whole_and_in_order(journal: Journal, store: Store) -> None:
    for first in range(1, 1301, 100):
        _put(journal, *(a_notice(number) for number in range(first, first + 100)))
    assert _ids(store, "casa") == [f"p1/{number}" for number in range(1, 1301)]


def test_an_iterator_gives_the_store_of_its_first_step(journal: Journal, store: Store) -> None:
    for first in (1, 301):
        _put(journal, *(a_notice(number) for number in range(first, first + 300)))
    reading = store.records(["casa"], *EVER)
    assert next(reading).record.sequence == 1
    _put(journal, a_notice(601))
    assert [one.record.sequence for one in reading] == list(range(2, 601))


def test_a_reader_does_not_hold_the_log(journal: Journal, store: Store) -> None:
    """While a read transaction is open a checkpoint cannot empty the log; between two steps none is."""
    for first in (1, 301):
        _put(journal, *(a_notice(number) for number in range(first, first + 300)))
    reading = store.records(["casa"], *EVER)
    next(reading)
    _put(journal, a_notice(601))
    busy, _, _ = journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0
    assert store.path.with_name("journal.sqlite3-wal").stat().st_size == 0


def test_the_store_can_be_read_after_its_collector_is_gone(journal: Journal, store: Store) -> None:
    _put(journal, a_notice(1))
    journal.close()
    assert _ids(store, "casa") == ["p1/1"]


def test_probes_tell_what_came_of_them(journal: Journal, store: Store) -> None:
    _put(journal, a_notice(1))
    _put(journal, a_notice(4), a_notice(5))
    assert store.lines() == ("casa", "praia")
    heard, silent, other = store.probes()
    assert heard == ProbeState(
        probe="p1",
        line="casa",
        enrolled_at=AT,
        record_count=3,
        last_sequence=5,
        last_record_at=AT + 5 * MINUTE,
        last_received_at=AT + MINUTE,
    )
    assert (silent.probe, silent.record_count, silent.last_record_at) == ("p2", 0, None)
    assert (other.line, other.status, other.status_at) == ("praia", None, None)


def test_a_fresh_store_has_counted_nothing(journal: Journal, store: Store) -> None:
    assert store.counts() == Counts(accepted=0, duplicate=0, rejected={})


def test_a_batch_that_is_not_there_is_named(journal: Journal, store: Store) -> None:
    with pytest.raises(StoreError, match="holds no batch 00ff"):
        store.signed_batch("00ff")


def test_where_there_is_no_store_a_sentence_says_so_and_none_is_made(tmp_path: Path) -> None:
    store = Store(tmp_path / "journal.sqlite3")
    for ask in (store.lines, store.probes, store.counts, lambda: list(store.records(["casa"], *EVER))):
        with pytest.raises(StoreError, match=r"There is no store at .* yet\. Start Prova once"):
            ask()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("version", "mend"), [(0, "Start its collector once"), (schema.VERSION + 1, "Upgrade this")])
def test_a_store_of_another_version_is_not_misread(store: Store, version: int, mend: str) -> None:
    db = sqlite3.connect(store.path)
    db.execute(f"PRAGMA user_version = {version}")
    db.execute("CREATE TABLE probe (x)")
    db.close()
    with pytest.raises(StoreError, match=mend):
        store.lines()


def test_a_file_that_is_no_store_is_named(store: Store) -> None:
    store.path.write_text("not a database, but long enough to look at\n" * 40)
    with pytest.raises(StoreError, match="file is not a database"):
        store.lines()
