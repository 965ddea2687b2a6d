"""The check of a whole store: what holds is said to hold, and whatever was changed is found, with its place."""

import random
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collector.envelope import Accepted
from collector.home import CollectorHome
from collector.proof.audit.check import Question, check
from collector.proof.audit.defect import Audit, Defect, DefectKind
from probe import keyfile, wire
from probe.wire import Outcome, Receipt
from tests.integration.lake_rig import DAY_ON, START_AT, House

DAY = timedelta(days=1)
# What the journal holds beside evidence: what it was told, unsigned, and what it counts for people.
NO_EVIDENCE = {"probe": {"enrolled_us", "last_record_us", "last_received_us", "status", "status_us"}}
NO_EVIDENCE_TABLES = {"tally", "status_change", "witnessed"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    for line, name in (("casa", "p1"), ("praia", "p2")):
        house.sender(line, name)
    return house


def _check(house: House, *against: Path) -> Audit:
    return check(house.layout, Question(against=against), say=lambda words: None)


def _defects(house: House, *against: Path) -> tuple[Defect, ...]:
    return _check(house, *against).defects


def _change(house: House, *statements: str) -> None:
    with closing(sqlite3.connect(house.layout.journal)) as db, db:
        for one in statements:
            assert db.execute(one).rowcount != 0, one


def _receipt(house: House, batch: Accepted, count: int, path: Path) -> Path:
    receipt = Receipt(
        line="casa",
        probe="p1",
        batch_sha256=batch.batch_sha256,
        outcome=Outcome.ACCEPTED,
        received_at=START_AT,
        head_sha256=batch.batch_sha256,
        batch_count=count,
    )
    path.write_bytes(wire.seal_receipt(receipt, key=keyfile.load_or_make(house.layout.key)))
    return path


def test_a_store_that_holds_is_said_to_hold(house: House) -> None:
    house.fill(days=3, per_day=12)
    assert _defects(house) == ()
    house.seal(before_on=DAY_ON + 2 * DAY, chunk_bytes=5000)
    found = _check(house)
    assert (found.defects, found.notes, found.record_count, found.checkpoint_count) == ((), (), 2 * 3 * 12, 2)
    assert found.batch_count == len(house.store._ask("SELECT 1 FROM sealed_batch UNION ALL SELECT 1 FROM batch"))
    house.seal()
    assert _defects(house) == ()


def test_a_batch_that_came_before_the_one_it_follows_is_no_defect(house: House) -> None:
    one = house.senders[0]
    batches = [one.batch([START_AT + number * DAY / 24], START_AT) for number in range(4)]
    house.keep(batches[0], batches[2], batches[1], batches[3])
    found = _check(house)
    assert found.defects == ()
    assert found.notes == ("1 batches of p1 came before the one that they follow.",)


@pytest.mark.parametrize("sealed", [False, True], ids=["journal", "lake"])
def test_a_batch_that_never_came_is_named_by_its_follower(house: House, sealed: bool) -> None:
    one = house.senders[0]
    first, lost, third = (one.batch([START_AT + number * DAY / 24], START_AT) for number in range(3))
    house.keep(first, third)
    if sealed:
        house.seal()
    (defect,) = _defects(house)
    assert (defect.kind, defect.batch, defect.probe, defect.sequence) == (DefectKind.CHAIN, 2, "p1", 3)
    assert lost.batch_sha256 in defect.detail


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE record SET started_us = started_us + 1 WHERE probe = 'p1' AND sequence = 3", DefectKind.ROW),
        ("UPDATE record SET line = 'praia' WHERE probe = 'p1' AND sequence = 3", DefectKind.ROW),
        ("UPDATE record SET raw = CAST('{}' AS BLOB) WHERE probe = 'p1' AND sequence = 3", DefectKind.ROW),
        ("DELETE FROM record WHERE probe = 'p1' AND sequence = 3", DefectKind.MISSING),
        ("DELETE FROM batch WHERE probe = 'p1' AND first_sequence <= 3 AND last_sequence >= 3", DefectKind.MISSING),
        ("UPDATE batch SET received_us = received_us + 1 WHERE probe = 'p1'", DefectKind.ROW),
        ("UPDATE batch SET signed = CAST('x.y.z' AS BLOB) WHERE probe = 'p1'", DefectKind.SIGNATURE),
        ("UPDATE probe SET record_count = record_count + 1 WHERE probe = 'p1'", DefectKind.COUNT),
        ("UPDATE probe SET line = 'praia' WHERE probe = 'p1'", DefectKind.ROW),
        ("UPDATE probe SET public_jwk = '{}' WHERE probe = 'p1'", DefectKind.SIGNATURE),
        (
            "INSERT INTO probe (probe, line, public_jwk, enrolled_us) VALUES ('p1x', 'casa', '', 0)",
            DefectKind.SIGNATURE,
        ),
    ],
)
def test_a_changed_row_of_the_journal_is_found(house: House, statement: str, kind: DefectKind) -> None:
    house.fill(days=1, per_day=12)
    _change(house, statement)
    found = _defects(house)
    assert kind in {one.kind for one in found}
    assert {one.probe for one in found} <= {"p1", "p1x", None}


def test_a_forged_journal_is_told_by_a_receipt_that_its_probe_kept(house: House, tmp_path: Path) -> None:
    """Batches and records cut off, counts put right: only someone else's word shows it."""
    one = house.senders[0]
    batches = [one.batch([START_AT + number * DAY / 24], START_AT) for number in range(4)]
    house.keep(*batches)
    receipt = _receipt(house, batches[3], 4, tmp_path / "receipt.jws")
    assert _defects(house, receipt) == ()
    _change(
        house,
        "DELETE FROM record WHERE batch = 4",
        "DELETE FROM batch WHERE id = 4",
        "UPDATE probe SET record_count = 3, last_sequence = 3, batch_count = 3,"
        " head_sha256 = (SELECT sha256 FROM batch WHERE id = 3) WHERE probe = 'p1'",
    )
    assert [one.batch for one in _defects(house)] == [4]
    house.layout.tip.unlink()  # whoever cuts batches off can cut that off too
    assert _defects(house) == ()
    found = _defects(house, receipt)
    assert {one.kind for one in found} == {DefectKind.WITNESS}
    assert "not there" in found[0].detail


def test_batches_in_another_order_are_told_by_a_receipt(house: House, tmp_path: Path) -> None:
    one = house.senders[0]
    batches = [one.batch([START_AT + number * DAY / 24], START_AT) for number in range(4)]
    house.keep(*batches)
    receipt = _receipt(house, batches[2], 3, tmp_path / "receipt.jws")
    swaps = ((3, 99), (4, 3), (99, 4))
    _change(
        house,
        *(
            f"UPDATE {table} = {to} WHERE {key} = {of}"
            for of, to in swaps
            for table, key in (("batch SET id", "id"), ("record SET batch", "batch"))
        ),
    )
    assert {one.kind for one in _defects(house, receipt)} >= {DefectKind.WITNESS}


def test_a_log_that_was_cut_off_is_told_by_its_checkpoints(house: House, tmp_path: Path) -> None:
    """The journal is forged to before the last seal; the lake's own checkpoint, or one kept elsewhere, says more."""
    house.fill(days=2, per_day=12)
    house.seal(before_on=DAY_ON + DAY)
    shutil.copytree(house.home, tmp_path / "old")
    house.seal()
    newest = max((house.lake / "checkpoints").glob("*.txt"))
    old = House(tmp_path / "old")
    assert _defects(old) == ()
    found = _defects(old, newest)
    assert DefectKind.WITNESS not in {one.kind for one in found}, "what is in the journal yet is in the tree too"
    _change(
        old,
        "DELETE FROM record WHERE batch > (SELECT max(last_batch) FROM seal)",
        "DELETE FROM batch",
    )
    found = _defects(old, newest)
    assert DefectKind.WITNESS in {one.kind for one in found}
    assert any("were cut off" in one.detail for one in found)


def test_a_record_changed_in_journal_and_lake_alike_is_told_by_the_tree(house: House) -> None:
    """Whoever holds a probe's key and the lake can sign other batches, but not the collector's checkpoints."""
    house.fill(days=1, per_day=12)
    house.seal()
    _change(house, "UPDATE sealed_batch SET received_us = received_us + 1 WHERE id = 3")
    _change(house, "UPDATE seal SET peaks = zeroblob(length(peaks))")
    kinds = {one.kind for one in _defects(house)}
    assert {DefectKind.ROW, DefectKind.LOG, DefectKind.MANIFEST} <= kinds


def test_a_file_of_the_lake_that_is_gone_or_another_is_named(house: House) -> None:
    house.fill(days=2, per_day=12)
    house.seal()
    ((name,),) = house.store._ask("SELECT path FROM segment WHERE replaced_us IS NULL ORDER BY day, bucket LIMIT 1")
    (house.lake / name).unlink()
    found = _defects(house)
    assert (DefectKind.MISSING, name) in {(one.kind, one.place) for one in found}
    assert [one.sequence for one in found if one.sequence is not None] == [1], "the first of the records that it held"


def test_a_collector_that_writes_does_not_keep_a_check_out(house: House) -> None:
    house.fill(days=1, per_day=4)
    house.seal()
    with closing(sqlite3.connect(house.layout.journal)) as db:
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE tally SET count = count + 1")
        assert _defects(house) == ()


def test_commits_that_a_damaged_log_gives_up_are_told_of_and_where(house: House) -> None:
    """SQLite reads up to the first bad frame, and says nothing: the store looks whole, and is only shorter."""
    with closing(sqlite3.connect(house.layout.journal)) as holder:
        holder.execute("SELECT count(*) FROM batch").fetchone()  # so that the log is not folded in
        one = house.senders[0]
        for number in range(4):
            house.keep(one.batch([START_AT + number * DAY / 24], START_AT))
        assert _defects(house) == ()
        log = house.layout.journal.with_name(f"{house.layout.journal.name}-wal")
        whole, journal = log.read_bytes(), house.layout.journal.read_bytes()
    house.layout.journal.write_bytes(journal)
    for at, lost in ((40, True), (len(whole) - 10, False)):
        log.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        log.with_name(log.name.replace("-wal", "-shm")).unlink(missing_ok=True)
        found = _check(house)
        told = [(one.place, one.batch) for one in found.defects]
        first = 1 if lost else 4
        assert told == [(str(log), None)] * lost + [(str(house.layout.journal), first)], (
            "and the first batch that is lost"
        )
        assert any("The last commit" in note for note in found.notes) is not lost


def test_a_loss_is_still_told_of_once_other_batches_came(house: House) -> None:
    """A journal that lost its end goes on from there, with the same numbers again."""
    one, two = house.senders[:2]
    house.keep(one.batch([START_AT], START_AT))
    before = house.layout.journal.read_bytes()
    house.keep(one.batch([START_AT + DAY / 2], START_AT))
    house.layout.journal.write_bytes(before)
    assert [one.batch for one in _defects(house)] == [2]
    house.keep(two.batch([START_AT], START_AT), two.batch([START_AT + DAY / 2], START_AT))
    assert ["is another" in one.detail for one in _defects(house) if one.batch == 2] == [True]


def test_what_is_torn_beside_the_journal_says_nothing(house: House) -> None:
    house.keep(house.senders[0].batch([START_AT], START_AT))
    for told in (b"", b"7 " + b"0" * 64 + b" 00000000\n", house.layout.tip.read_bytes()[:-1], b"\xff" * 80):
        house.layout.tip.write_bytes(told)
        assert _defects(house) == ()


def _dump(home: CollectorHome) -> Any:
    """Everything in the journal that is evidence, or what made it unreadable."""
    try:
        with closing(sqlite3.connect(f"file:{home.journal}?mode=ro&immutable=1", uri=True)) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
            return {
                table: [
                    tuple(
                        value for name, value in zip(names, row, strict=True) if name not in NO_EVIDENCE.get(table, ())
                    )
                    for row in rows
                ]
                for table in tables
                if table not in NO_EVIDENCE_TABLES
                for rows in [db.execute(f"SELECT * FROM {table}")]  # noqa: S608  a name of our own
                for names in [[one[0] for one in rows.description]]
            }
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        return str(error)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("flips", [200, pytest.param(3000, marks=pytest.mark.slow)])
def test_every_flipped_bit_that_changes_what_is_kept_is_found(tmp_path: Path, flips: int) -> None:
    """Random bits of the journal and of every file of the lake; what a bit in unused room changes is nothing."""
    seed = random.randrange(10**6)
    print(f"{seed=}")  # noqa: T201  repeats a run
    chance = random.Random(seed)
    house = House(tmp_path)
    house.sender()
    house.fill(days=2, per_day=4)
    house.seal(before_on=DAY_ON + DAY)
    with closing(sqlite3.connect(house.layout.journal)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = _dump(house.layout)
    assert _defects(house) == ()
    places = [house.layout.journal, *(path for path in house.lake.rglob("*") if path.is_file() and path.stat().st_size)]
    caught = 0
    for _ in range(flips):
        path = chance.choice([house.layout.journal, chance.choice(places)])
        data = path.read_bytes()
        at = chance.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
        found = _check(house)
        if path != house.layout.journal or _dump(house.layout) != whole:
            name = str(path) if path == house.layout.journal else str(path.relative_to(house.lake))
            assert name in {one.place for one in found.defects}, f"byte {at}: {found.defects}"
            caught += 1
        path.write_bytes(data)
        for more in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + more).unlink()
    assert _defects(house) == ()
    assert caught > flips / 4, "too many bits changed nothing: the test tried little"
