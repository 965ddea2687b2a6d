"""The journal on a real disk: what is stored, once, and what is refused."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from collector import schema
from collector.envelope import Accepted, Arrival, Enrolled, Head, Rejected, Rejection, Remark, StatusSeen
from collector.journal import Journal, JournalError
from collector.judging.outline import open_outline
from collector.store import Store
from probe import wire
from probe.record import Record
from probe.wire import MAX_BATCH_BYTES, Outcome, Status
from tests.integration.collector_rig import AT, a_key, a_notice, sealed

BY = a_key()
ACCEPTED, DUPLICATE = Outcome.ACCEPTED, Outcome.DUPLICATE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "collector" / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    journal.enrol(Enrolled(probe="p1", line="casa", public_jwk="{}", enrolled_at=AT))
    yield journal
    journal.close()


def _accepted(*records: Record, previous: str | None = None) -> Accepted:
    signed = sealed(records, by=BY, previous=previous)
    return Accepted(batch=open_outline(signed, key=BY), batch_sha256=wire.sha256(signed), signed=signed, received_at=AT)


def _notices(first: int, last: int) -> Accepted:
    return _accepted(*(a_notice(number) for number in range(first, last + 1)))


def _rejected(
    payload: bytes = b"x", topic: str = "prova/1/casa/p1/records", reason: Rejection = Rejection.SIGNATURE
) -> Rejected:
    return Rejected(arrival=Arrival(topic=topic, payload=payload, received_at=AT), reason=reason, detail="why")


def _outcomes(journal: Journal, *batches: Accepted) -> tuple[Outcome, ...]:
    return tuple(one.outcome for one in journal.store(batches))


def _sequences(path: Path) -> list[int]:
    return [one.record.sequence for one in Store(path).records(["casa"], AT, AT + timedelta(days=9))]


def test_what_became_of_a_batch_says_where_its_probes_chain_ends(journal: Journal) -> None:
    first, second = _notices(1, 1), _notices(2, 2)
    told = journal.store([first, second, first, _accepted(a_notice(2, detail="other"))])
    ends = Head(first.batch_sha256, 1), Head(second.batch_sha256, 2)
    assert [one.head for one in told] == [*ends, ends[1], None]


def test_a_batch_counts_once_however_often_it_comes(journal: Journal, path: Path) -> None:
    one = _notices(1, 3)
    assert _outcomes(journal, one, one) == (ACCEPTED, DUPLICATE)
    assert _outcomes(journal, one) == (DUPLICATE,)
    assert _sequences(path) == [1, 2, 3]


def test_batches_that_overlap_store_each_record_once(journal: Journal, path: Path) -> None:
    assert _outcomes(journal, _notices(2, 4), _notices(3, 6), _notices(1, 6), _notices(2, 5)) == (
        *[ACCEPTED] * 3,
        DUPLICATE,
    )
    assert _sequences(path) == [1, 2, 3, 4, 5, 6]


def test_the_signed_bytes_stay_even_of_a_batch_that_brought_nothing_new(journal: Journal, path: Path) -> None:
    first, again = _notices(1, 2), _accepted(a_notice(1), previous="f" * 64)
    assert _outcomes(journal, first, again) == (ACCEPTED, DUPLICATE)
    for one in (first, again):
        assert Store(path).signed_batch(one.batch_sha256) == one.signed


def test_a_number_taken_by_other_content_refuses_the_whole_batch(journal: Journal, path: Path) -> None:
    journal.store([_notices(1, 2)])
    (settled,) = journal.store([_accepted(a_notice(2, detail="other"), a_notice(3))])
    assert (settled.outcome, settled.reason) == (Outcome.REJECTED, Rejection.CONFLICT)
    assert settled.detail == "record p1/2 is here already with other content"
    assert _sequences(path) == [1, 2]
    assert Store(path).counts().rejected == {Rejection.CONFLICT: 1}


def test_two_probes_may_use_the_same_numbers(journal: Journal, path: Path) -> None:
    journal.enrol(Enrolled(probe="p2", line="casa", public_jwk="{}", enrolled_at=AT))
    assert _outcomes(journal, _notices(1, 1), _accepted(a_notice(1, probe="p2", detail="other"))) == (
        ACCEPTED,
        ACCEPTED,
    )
    assert _sequences(path) == [1, 1]


def test_what_is_no_evidence_is_kept_once_and_counted_each_time(journal: Journal, path: Path) -> None:
    journal.store([_rejected(), _rejected(), _rejected(topic="prova/1/casa/p2/records")])
    assert Store(path).counts().rejected == {Rejection.SIGNATURE: 3}
    assert _quarantine(path) == [("prova/1/casa/p1/records", 2, b"x"), ("prova/1/casa/p2/records", 1, b"x")]


def test_the_quarantine_keeps_the_newest_and_no_more_than_its_bound(journal: Journal, path: Path) -> None:
    journal.store([_rejected(b"%d" % number) for number in range(1203)])
    kept = _quarantine(path)
    assert [payload for _, _, payload in kept] == [b"%d" % number for number in range(203, 1203)]
    assert Store(path).counts().rejected == {Rejection.SIGNATURE: 1203}


def test_of_what_is_too_large_only_the_beginning_is_kept(journal: Journal, path: Path) -> None:
    journal.store([_rejected(b"x" * (MAX_BATCH_BYTES + 5), reason=Rejection.TOO_LARGE)])
    ((_, _, payload),) = _quarantine(path)
    assert len(payload) == MAX_BATCH_BYTES


def _quarantine(path: Path) -> list[tuple[str, int, bytes]]:
    db = sqlite3.connect(path)
    try:
        return db.execute("SELECT topic, seen, payload FROM quarantine ORDER BY id").fetchall()
    finally:
        db.close()


def test_a_status_is_dated_by_its_first_hearing(journal: Journal, path: Path) -> None:
    for minute, status in enumerate((Status.ONLINE, Status.ONLINE, Status.LOST, Status.LOST)):
        journal.store([], [StatusSeen(line="casa", probe="p1", status=status, at=AT + timedelta(minutes=minute))])
    (state,) = Store(path).probes()
    assert (state.status, state.status_at) == (Status.LOST, AT + timedelta(minutes=2))


def test_what_was_stored_is_there_after_the_process_is_gone(journal: Journal, path: Path) -> None:
    journal.store([_notices(1, 2)])
    journal.close()
    again = Journal(path)
    try:
        assert _outcomes(again, _notices(1, 2), _notices(3, 3)) == (DUPLICATE, ACCEPTED)
    finally:
        again.close()
    assert _sequences(path) == [1, 2, 3]


def test_a_commit_waits_for_the_disk(journal: Journal) -> None:
    assert journal._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert journal._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_nothing_of_a_group_is_stored_if_it_fails_halfway(journal: Journal, path: Path) -> None:
    journal._db.execute(
        "CREATE TRIGGER full BEFORE INSERT ON record WHEN NEW.sequence = 2 BEGIN SELECT RAISE(FAIL, 'no'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="no"):
        journal.store([_rejected(), _notices(1, 1), _notices(2, 2)])
    assert _sequences(path) == []
    assert Store(path).counts().rejected == {}


def test_a_newer_journal_is_left_alone(journal: Journal, path: Path) -> None:
    journal._db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(JournalError, match="was made by a newer Prova"):
        Journal(path)


def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_text("a shopping list, long enough to be no database header at all\n" * 20)
    before = path.read_bytes()
    with pytest.raises(JournalError, match="is no journal: move that file away"):
        Journal(path)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "collector").write_text("in the way")
    with pytest.raises(JournalError, match=r"cannot be made: .* Choose another home\."):
        Journal(tmp_path / "collector" / "journal.sqlite3")


def test_a_first_version_is_brought_to_this_one(path: Path) -> None:
    path.parent.mkdir()
    db = sqlite3.connect(path)
    db.executescript(schema.MIGRATIONS[0] + "PRAGMA user_version = 1;")
    db.close()
    Journal(path).close()
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    db.close()


def test_a_batch_that_names_one_that_is_not_here_is_kept_and_marked(journal: Journal, path: Path) -> None:
    first = _accepted(a_notice(1))
    second = _accepted(a_notice(2), previous=first.batch_sha256)
    fourth = _accepted(a_notice(4), previous="0" * 64)
    told = journal.store([first, second, fourth])
    assert [one.remarks for one in told] == [(), (), (Remark.CHAIN_GAP,)]
    (odd,) = journal.store([_accepted(a_notice(5), previous="no digest at all")])
    assert odd.remarks == (Remark.CHAIN_GAP,)
    assert _sequences(path) == [1, 2, 4, 5]
    assert Store(path).counts().remarked == {Remark.CHAIN_GAP: 2}


def test_a_probe_that_begins_again_is_marked(journal: Journal, path: Path) -> None:
    told = journal.store([_accepted(a_notice(1)), _accepted(a_notice(2))])
    assert [one.remarks for one in told] == [(), (Remark.CHAIN_RESTART,)]
    assert Store(path).counts().accepted == 2


def test_a_chain_that_comes_in_another_order_or_over_a_refused_batch_has_no_gap(journal: Journal) -> None:
    first = _accepted(a_notice(1))
    second = _accepted(a_notice(2), previous=first.batch_sha256)
    third = _accepted(a_notice(3), previous=second.batch_sha256)
    journal.store([first])
    told = journal.store([second, _accepted(a_notice(4), previous=first.batch_sha256), third])
    assert [one.remarks for one in told] == [(), (), ()]
    refused = _accepted(a_notice(2, detail="other"), previous=third.batch_sha256)
    after = _accepted(a_notice(5), previous=refused.batch_sha256)
    told = journal.store([refused, after])
    assert [(one.reason, one.remarks) for one in told] == [(Rejection.CONFLICT, ()), (None, ())]


def test_what_was_passed_over_is_counted(journal: Journal, path: Path) -> None:
    journal.store([_notices(1, 1)], passed_over=3)
    journal.store([], passed_over=2)
    assert (Store(path).counts().passed_over, Store(path).counts().rejected) == (5, {})


def test_thousands_of_records_of_one_commit_are_all_there(journal: Journal, path: Path) -> None:
    batches = [_notices(first, first + 40) for first in range(1, 1641, 41)]
    assert set(_outcomes(journal, *batches)) == {ACCEPTED}
    found = Store(path).records(["casa"], AT, AT + timedelta(days=9))
    assert [(one.record.sequence, one.batch_sha256) for one in found] == [
        (number, batches[(number - 1) // 41].batch_sha256) for number in range(1, 1641)
    ]
