"""Journal and lake as one: what was sealed reads as before, lies where it should, and goes only when it is safe."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types
import pytest

from collector.envelope import Settled
from collector.journal import Journal
from collector.lake.place import LakeError
from collector.lake.seal import SealError, alone
from collector.proof.checkpoint import opened
from collector.proof.log import batch_leaf
from collector.proof.merkle import grew, includes
from collector.store import StoreError
from probe import keyfile, wire
from probe.units import epoch_us
from probe.wire import Outcome
from tests.integration.lake_rig import DAY_ON, EVER, HOUR, NOW_AT, START_AT, House, a_record, accepted

DAY = timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    for line, name in (("casa", "p1"), ("casa", "p2"), ("praia", "p3")):
        house.sender(line, name)
    return house


def _settle(house: House, *batches: object) -> list[Settled]:
    journal = Journal(house.layout.journal)
    try:
        return list(journal.store(batches))  # type: ignore[arg-type]  # the rig's own
    finally:
        journal.close()


def _files(house: House, pattern: str) -> list[str]:
    return sorted(str(path.relative_to(house.lake)) for path in house.lake.glob(pattern))


def _batch_rows(house: House) -> int:
    return len(house.store._ask("SELECT 1 FROM batch"))


def test_what_was_sealed_reads_as_before(house: House) -> None:
    house.fill()
    before, table = house.everything(), house.table()
    assert len(before) == 3 * 3 * 24
    report = house.seal(before_on=DAY_ON + 2 * DAY)
    assert 0 < report.record_count < len(before), "the last day is still in the journal"
    assert house.everything() == before
    assert house.table().equals(table)
    house.seal()
    assert _batch_rows(house) == 0
    assert house.everything() == before
    assert house.table().equals(table)


def test_a_signed_batch_comes_back_byte_for_byte_from_every_row(house: House) -> None:
    house.fill(days=2)
    digests = {one[1] for one in house.everything()}
    signed = {digest: house.store.signed_batch(digest) for digest in digests}
    house.seal()
    for digest in digests:
        assert house.store.signed_batch(digest) == signed[digest]
        assert wire.sha256(signed[digest]) == digest
    with pytest.raises(StoreError, match="holds no batch"):
        house.store.signed_batch("ab" * 32)


def test_the_lake_has_a_sorted_file_for_each_day_and_bucket(house: House) -> None:
    house.fill(days=2)
    house.seal()
    folders = {str(Path(name).parent) for name in _files(house, "day=*/bucket=*/*.parquet")}
    assert folders == {f"day={day}/bucket={bucket}" for day in ("2026-10-05", "2026-10-06") for bucket in ("12", "04")}
    for name in _files(house, "day=*/bucket=*/*.parquet"):
        file = pq.ParquetFile(house.lake / name)
        rows = file.read(["line", "started_at", "sequence", "probe"]).to_pylist()
        assert rows == sorted(rows, key=lambda row: tuple(row.values()))
        column = file.metadata.row_group(0).column(3)
        assert (column.compression, column.is_stats_set) == ("ZSTD", True)
        file.close()


def test_a_late_record_lands_in_its_own_day(house: House) -> None:
    house.fill(days=1)
    house.seal()
    late = house.senders[0]
    house.keep(late.batch([START_AT + HOUR / 2, START_AT + 30 * HOUR], START_AT + 9 * DAY))
    before = house.everything()
    house.seal(before_on=DAY_ON + 9 * DAY)
    assert _batch_rows(house) == 1, "it arrived on a day that is not over"
    house.seal()
    assert house.everything() == before
    (own_day,) = _files(house, "day=2026-10-06/bucket=12/*")
    assert pq.read_table(house.lake / own_day, partitioning=None).column("sequence").to_pylist() == [late.sequence]
    assert len(_files(house, "batches/arrived=2026-10-14/*")) == 1


def test_small_files_are_put_together_and_the_old_ones_go_a_day_later(house: House) -> None:
    house.fill(days=1)
    before = house.everything()
    report = house.seal(chunk_bytes=1)
    assert report.merged_count > 20
    kept = house.store._ask("SELECT path, row_count FROM segment WHERE replaced_us IS NULL")
    assert sum(count for _, count in kept) == len(before)
    assert len(kept) == 2
    assert len(_files(house, "day=*/bucket=*/*")) == report.merged_count + 2
    house.seal(now_at=NOW_AT + DAY + HOUR)
    assert _files(house, "day=*/bucket=*/*") == sorted(path for path, _ in kept)
    assert house.everything() == before


def test_what_comes_again_after_it_was_sealed_is_known(house: House) -> None:
    one = house.senders[0]
    first = one.batch([START_AT, START_AT + HOUR], START_AT + HOUR)
    house.keep(first)
    house.seal()
    records = [a_record("casa", "p1", number, START_AT + number * HOUR) for number in (2, 3)]
    other = wire.seal_batch(
        "casa", "p1", [wire.encode_record(record) for record in records], previous_sha256=None, key=one.own
    )
    again, conflict = _settle(house, first, accepted(other, one.own, START_AT))
    assert (again.outcome, again.head) == (Outcome.DUPLICATE, (conflict.head or again.head))
    assert (conflict.outcome, conflict.reason) == (Outcome.REJECTED, "conflict")
    same = [first.batch.raw[1], wire.encode_record(records[1])]
    overlapping = wire.seal_batch("casa", "p1", same, previous_sha256=None, key=one.own)
    (fresh,) = _settle(house, accepted(overlapping, one.own, START_AT))
    assert fresh.outcome is Outcome.ACCEPTED
    assert fresh.head is not None
    assert fresh.head.batch_count == 2
    assert house.ids(["casa"]) == ["p1/1", "p1/2", "p1/3"]


def test_batches_are_counted_on_after_all_were_sealed(house: House) -> None:
    house.fill(days=1)
    newest = house.store._ask("SELECT max(id) FROM batch")[0][0]
    house.seal()
    house.keep(house.senders[0].batch([START_AT + DAY], START_AT + DAY))
    assert house.store._ask("SELECT id FROM batch") == [(newest + 1,)]


def test_a_reader_gives_the_store_of_its_first_step_through_any_seal(house: House) -> None:
    one = house.senders[0]
    house.fill(days=12, per_day=48)
    before = house.ids()
    reading = house.store.records(house.store.lines(), *EVER)
    got = [next(reading).record.id]
    for day in range(0, 13, 4):
        house.keep(one.batch([START_AT + day * DAY], START_AT + 11 * DAY))  # not in it, though it sorts among the rest
        house.seal(before_on=DAY_ON + day * DAY)
        got += [next(reading).record.id for _ in range(400)]
    got += [one.record.id for one in reading]
    assert got == before


def test_a_table_can_be_asked_for_some_columns(house: House) -> None:
    house.fill(days=2)
    house.seal(before_on=DAY_ON + DAY)
    table = house.table(["rate_bps", "sequence"])
    assert table.schema.equals(pa.schema([("rate_bps", pa.int64()), ("sequence", pa.int64())]))
    assert all(
        rate == (number * 10**6 if number % 4 == 0 else None)
        for rate, number in zip(table["rate_bps"].to_pylist(), table["sequence"].to_pylist(), strict=True)
    )
    with pytest.raises(StoreError, match="perhaps 'rate_bps' was meant"):
        house.table(["rate_bp"])
    nothing = house.store.table(["nobody"], *EVER)
    assert nothing.num_rows == 0
    assert nothing.schema.equals(house.table().schema)


def test_the_period_is_half_open_in_the_lake_too(house: House) -> None:
    house.senders = house.senders[:1]
    house.fill(days=2)
    house.seal()
    period = (START_AT + 23 * HOUR, START_AT + 25 * HOUR)
    assert [one.record.sequence for one in house.store.records(["casa"], *period)] == [24, 25]
    assert house.store.table(["casa"], *period, columns=["sequence"])["sequence"].to_pylist() == [24, 25]


def test_a_clock_that_was_set_back_keeps_nothing_from_the_lake(house: House) -> None:
    one = house.senders[0]
    house.keep(
        one.batch([START_AT], START_AT + 400 * DAY),  # the collector's clock was wrong
        one.batch([START_AT + HOUR], START_AT + HOUR),
        one.batch([START_AT + 2 * HOUR], START_AT + 300 * DAY),
    )
    house.seal(before_on=DAY_ON + DAY)
    assert _batch_rows(house) == 1
    assert house.ids() == ["p1/1", "p1/2", "p1/3"]


def test_an_unknown_kind_and_a_number_beyond_all_bounds_are_kept(house: House) -> None:
    one = house.senders[0]
    plain = wire.encode_record(a_record("casa", "p1", 1, START_AT))
    odd = plain.replace(b'"kind":"notice"', b'"kind":"teleport"')
    odd = odd.replace(b'"monotonic_ns":1000000000', b'"monotonic_ns":1' + b"0" * 30)
    house.keep(accepted(wire.seal_batch("casa", "p1", [odd], previous_sha256=None, key=one.own), one.own, START_AT))
    house.seal()
    (row,) = house.table(["kind", "started_monotonic_ns", "raw"]).to_pylist()
    assert row == {"kind": "teleport", "started_monotonic_ns": None, "raw": odd}


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE record SET started_us = started_us + 1 WHERE id = 3", r"record p\d/\d is not what was signed"),
        ("UPDATE record SET raw = zeroblob(9) WHERE id = 3", r"record p\d/\d is not what was signed"),
        ("UPDATE batch SET received_us = received_us + 1 WHERE id = 3", "batch 3 is not what the probe"),
        ("UPDATE batch SET signed = zeroblob(9) WHERE id = 3", "batch 3 of the probe p. does not hold"),
        ("DELETE FROM batch WHERE id = 1", "batch 1 is missing"),
    ],
)
def test_a_damaged_journal_is_not_sealed(house: House, damage: str, words: str) -> None:
    house.fill(days=1)
    with closing(sqlite3.connect(house.layout.journal)) as db, db:
        db.execute(damage)
    with pytest.raises(SealError, match=words):
        house.seal()
    assert house.store._ask("SELECT count(*) FROM seal") == [(0,)]


def test_a_second_seal_waits_for_its_turn(house: House) -> None:
    with alone(house.layout), pytest.raises(SealError, match="Another seal runs"):
        house.seal()


def test_a_lake_stays_where_it_is(house: House, tmp_path: Path) -> None:
    house.fill(days=2)
    house.seal(before_on=DAY_ON + DAY, url=str(tmp_path / "elsewhere"))
    assert (tmp_path / "elsewhere" / "lake.json").exists()
    with pytest.raises(SealError, match="This store's lake is at"):
        house.seal(url=str(tmp_path / "third"))
    before = house.everything()
    house.seal()
    assert house.everything() == before


def test_another_stores_lake_is_not_written(house: House, tmp_path: Path) -> None:
    house.fill(days=1)
    house.seal()
    other = House(tmp_path / "other")
    other.sender()
    other.fill(days=1)
    with pytest.raises(SealError, match="Another store's lake"):
        other.seal(url=str(house.lake))


def test_a_journal_older_than_its_lake_is_told(house: House) -> None:
    house.fill(days=2)
    house.seal(before_on=DAY_ON + DAY)
    shutil.copy(house.layout.journal, house.home / "kept")
    house.seal()
    shutil.copy(house.home / "kept", house.layout.journal)
    for more in ("-wal", "-shm"):
        house.layout.journal.with_name(house.layout.journal.name + more).unlink(missing_ok=True)
    house.senders[0].sequence += 100
    house.keep(house.senders[0].batch([START_AT + 3 * DAY], START_AT + 3 * DAY))
    with pytest.raises(SealError, match="older than the lake"):
        house.seal()


@pytest.mark.parametrize("url", ["ftp://x/y", "s3://key:secret@bucket/x", "s3://bucket/x?secret=1", "s3://"])
def test_an_address_that_is_no_lakes_is_refused(house: House, url: str) -> None:
    house.fill(days=1)
    with pytest.raises(LakeError):
        house.seal(url=url)


def test_a_missing_or_damaged_file_is_told_by_its_name(house: House) -> None:
    house.fill(days=1)
    house.seal()
    (name, *_) = _files(house, "day=*/bucket=12/*")
    data = (house.lake / name).read_bytes()
    (house.lake / name).write_bytes(data[:100] + bytes(len(data) - 200) + data[-100:])
    with pytest.raises(StoreError, match="segment-"):
        house.everything()
    (house.lake / name).unlink()
    with pytest.raises(StoreError, match=r"segment-.*Restore it from a backup"):
        house.everything()


def test_collecting_needs_no_pyarrow(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from collector import service\n"
        "from collector.journal import Journal\n"
        "from collector.store import Store\n"
        "path = Path(sys.argv[1])\n"
        "Journal(path).close()\n"
        "period = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)\n"
        "print(list(Store(path).records(['casa'], *period)))\n"
    )
    argv = [sys.executable, "-c", script, str(tmp_path / "journal")]
    assert subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False).stdout == "[]\n"


def test_every_sealed_batch_is_proved_to_be_in_the_signed_log(house: House) -> None:
    house.fill(days=2, per_day=12)
    digests = sorted({one[1] for one in house.everything()})
    assert house.store.inclusion(digests[0]) is None, "not sealed yet"
    house.seal()
    own = keyfile.load_or_make(house.layout.key)
    roots = {}
    for digest in digests:
        proof = house.store.inclusion(digest)
        assert proof is not None
        said = opened(proof.checkpoint, key=own)
        leaf = batch_leaf(digest, epoch_us(proof.received_at))
        assert said.size == proof.size
        assert includes(said.root, size=said.size, index=proof.index, leaf=leaf, path=proof.path)
        roots[said.size] = said.root
    earlier, later = sorted(roots)
    path = house.store.consistency(earlier, later)
    assert grew(roots[earlier], roots[later], earlier=earlier, later=later, path=path)
    with pytest.raises(StoreError, match="no such proof"):
        house.store.consistency(later + 1, later + 2)


def test_a_journal_of_before_the_lake_is_brought_over_and_sealed(house: House) -> None:
    """As version 2 left it: no counts of batches, no leaves."""
    house.fill(days=1, per_day=12)
    before, heads = house.everything(), house.store._ask("SELECT batch_count, head_sha256 FROM probe ORDER BY probe")
    with closing(sqlite3.connect(house.layout.journal)) as db, db:
        for table in ("sealed_batch", "lake", "seal", "segment", "batch_file", "checkpoint", "former_key"):
            db.execute(f"DROP TABLE {table}")
        db.execute("ALTER TABLE batch DROP COLUMN leaf")
        of_a_key = [
            f"key_{one}" for one in ("number", "from_us", "from_batch", "allowed_by", "revoked_us", "revoked_batch")
        ]
        for column in ("batch_count", "head_sha256", "sealed_sequence", *of_a_key):
            db.execute(f"ALTER TABLE probe DROP COLUMN {column}")
        db.execute("PRAGMA user_version = 2")
    with pytest.raises(StoreError, match="not brought to this version"):
        house.everything()
    house.seal()
    assert house.store._ask("SELECT batch_count, head_sha256 FROM probe ORDER BY probe") == heads
    assert house.everything() == before
