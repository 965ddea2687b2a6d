import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from probe import wire
from probe.body.notice import Notice, NoticeKind
from probe.spool import (
    MOST_RECORD_BYTES,
    Draft,
    RecordTooLargeError,
    Sealed,
    Spool,
    SpoolError,
    SpoolState,
    read_state,
)
from probe.wire import MAX_BATCH_BYTES
from tests.build import AT, a_stamp

KEY = OKPKey.generate_key("Ed25519", private=True)


def a_draft(detail: str = "") -> Draft:
    notice = Notice(kind=NoticeKind.STARTED, detail=detail)
    return Draft(started=a_stamp(), ended=a_stamp(), software="prova test", body=notice)


def a_spool(path: Path, *, line: str = "casa", probe: str = "p1") -> Spool:
    return Spool(path, line=line, probe=probe, key=KEY)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "probe" / "spool.sqlite3"


@pytest.fixture
def spool(path: Path) -> Iterator[Spool]:
    with a_spool(path) as opened:
        yield opened


def batches(spool: Spool) -> list[Sealed]:
    """Every batch to send, in order."""
    found: list[Sealed] = []
    while (batch := spool.next_batch(after=found[-1].last if found else 0)) is not None:
        found.append(batch)
    return found


def test_numbers_follow_one_another_and_never_restart(path: Path) -> None:
    numbers: list[int] = []
    for _ in range(3):
        with a_spool(path) as spool:
            numbers += [spool.append(a_draft()).sequence for _ in range(2)]
            for batch in batches(spool):
                spool.receipted(batch.sha256)
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_a_batch_holds_what_was_appended(spool: Spool) -> None:
    appended = [spool.append(a_draft(str(n))) for n in range(3)]
    (sealed,) = batches(spool)
    opened = wire.open_batch(sealed.signed, key=KEY)
    assert opened.records == tuple(appended)
    assert (sealed.first, sealed.last, sealed.sha256) == (1, 3, wire.sha256(sealed.signed))


def test_a_batch_sent_again_is_the_same_to_the_byte(path: Path) -> None:
    with a_spool(path) as spool:
        spool.append(a_draft("a"))
        first = spool.next_batch()
        spool.append(a_draft("b"))
    with a_spool(path) as spool:
        assert spool.next_batch() == first


def test_each_batch_names_the_one_before_it(spool: Spool) -> None:
    previous = None
    for _ in range(3):
        spool.append(a_draft())
        (batch,) = batches(spool)
        assert wire.open_batch(batch.signed, key=KEY).previous_sha256 == previous
        previous = batch.sha256
        spool.receipted(batch.sha256)


def test_a_backlog_is_cut_into_batches_of_about_8_kib(spool: Spool) -> None:
    for n in range(200):
        spool.append(a_draft(f"{n} " + "x" * 300))
    found = batches(spool)
    assert [wire.open_batch(one.signed, key=KEY).first for one in found] == [one.first for one in found]
    assert found[-1].last == 200
    assert all(6_000 < len(one.signed) < 9_500 for one in found[:-1])


def test_a_large_record_has_a_batch_of_its_own_below_the_wires_limit(spool: Spool) -> None:
    spool.append(a_draft())
    spool.append(a_draft("x" * (MOST_RECORD_BYTES - 1000)))
    spool.append(a_draft())
    found = batches(spool)
    assert [(one.first, one.last) for one in found] == [(1, 1), (2, 2), (3, 3)]
    assert len(found[1].signed) <= MAX_BATCH_BYTES


def test_a_record_that_no_batch_could_carry_is_refused_and_takes_no_number(spool: Spool) -> None:
    with pytest.raises(RecordTooLargeError, match=r"Make the speed test shorter"):
        spool.append(a_draft("x" * MOST_RECORD_BYTES))
    assert spool.append(a_draft()).sequence == 1


def test_a_receipt_frees_its_batch_and_no_other(spool: Spool) -> None:
    for n in range(2):
        spool.append(a_draft(str(n)))
        assert spool.next_batch(after=n) is not None
    first, second = batches(spool)
    assert spool.receipted(first.sha256)
    assert batches(spool) == [second]
    assert not spool.receipted(first.sha256)
    assert not spool.receipted("0" * 64)


def test_a_rejected_batch_is_kept_counted_and_not_sent(spool: Spool) -> None:
    spool.append(a_draft())
    (rejected,) = batches(spool)
    assert spool.reject(rejected.sha256, "conflict")
    assert batches(spool) == []
    assert spool.state().rejected_batches == 1
    spool.append(a_draft())
    (following,) = batches(spool)
    assert wire.open_batch(following.signed, key=KEY).previous_sha256 == rejected.sha256


def test_released_batches_are_sent_again_as_they_were(spool: Spool) -> None:
    spool.append(a_draft())
    (rejected,) = batches(spool)
    spool.reject(rejected.sha256, "signature")
    assert spool.release() == 1
    assert batches(spool) == [rejected]
    assert not spool.reject("0" * 64, "x")


def test_what_waits_can_be_read_beside_a_running_probe(path: Path, spool: Spool) -> None:
    for _ in range(3):
        spool.append(a_draft())
    spool.next_batch()
    spool.append(a_draft())
    expected = SpoolState(
        line="casa", probe="p1", last_sequence=4, unsealed_records=1, sealed_batches=1, rejected_batches=0
    )
    assert spool.state() == expected
    assert read_state(path) == expected


def a_spool_of_form_1(path: Path) -> None:
    """As the first Prova left it: a sealed batch, and two records in plain JSON."""
    with a_spool(path) as spool:
        spool.append(a_draft("sealed"))
        assert spool.next_batch() is not None
        waiting = [wire.encode_record(spool.append(a_draft(detail))) for detail in ("b", "c")]
    with sqlite3.connect(path) as db:
        for statement in ("DROP TABLE receipt", "DROP TABLE dropped", "DROP TABLE key_change", "DROP INDEX heartbeats"):
            db.execute(statement)
        db.execute("ALTER TABLE record DROP COLUMN heartbeat")
        db.executemany("UPDATE record SET encoded = ? WHERE sequence = ?", [(waiting[0], 2), (waiting[1], 3)])
        db.execute("PRAGMA user_version = 1")
    db.close()


def test_what_waits_in_a_spool_of_form_1_is_sent_by_this_one(path: Path) -> None:
    a_spool_of_form_1(path)
    before = read_state(path)
    assert before is not None
    assert (before.last_receipt_at, before.unsealed_records) == (None, 2)
    with a_spool(path) as spool:
        assert spool.append(a_draft("d")).sequence == 4
        found = batches(spool)
        assert [(one.first, one.last) for one in found] == [(1, 1), (2, 4)]
        bodies = [record.body for record in wire.open_batch(found[1].signed, key=KEY).records]
        assert [body.detail for body in bodies if isinstance(body, Notice)] == ["b", "c", "d"]
        spool.receipted(found[0].sha256, received_at=AT)
        assert spool.state().last_receipt_at == AT


def test_where_there_is_no_spool_nothing_waits_and_none_is_made(path: Path) -> None:
    assert read_state(path) is None
    assert not path.exists()


@pytest.mark.parametrize(("line", "probe"), [("praia", "p1"), ("casa", "p2")])
def test_a_spool_of_another_probe_or_line_is_refused(line: str, probe: str, path: Path) -> None:
    with a_spool(path):
        pass
    with pytest.raises(SpoolError, match=r"belongs to probe 'p1' on line 'casa'.*Put those names back"):
        a_spool(path, line=line, probe=probe)


def test_two_probes_cannot_share_a_spool(path: Path, spool: Spool) -> None:
    with pytest.raises(SpoolError, match="Another probe is running"):
        a_spool(path)


def test_a_refused_spool_holds_no_lock(path: Path) -> None:
    with a_spool(path):
        pass
    with pytest.raises(SpoolError):
        a_spool(path, line="praia")
    with a_spool(path):
        pass


def test_a_spool_of_a_newer_form_is_left_alone(path: Path) -> None:
    with a_spool(path):
        pass
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 4")
    db.close()
    with pytest.raises(SpoolError, match=r"written by a newer Prova \(form 4"):
        a_spool(path)


def test_a_damaged_spool_is_told_with_its_mend(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, but longer than a header would be" * 100)
    with pytest.raises(SpoolError, match=r"is damaged .* enrol this machine as a new probe"):
        a_spool(path)


def fill(spool: Spool) -> None:
    for _ in range(100):
        spool.append(a_draft("x" * 1000))


def test_a_full_disk_loses_nothing_and_uses_no_number(path: Path, spool: Spool) -> None:
    spool.append(a_draft())
    # SQLite's own limit: the same error as a full disk, for any user on any machine.
    (pages,) = spool._db.execute("PRAGMA page_count").fetchone()
    spool._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(SpoolError, match=r"is full or failing .* Make room"):
        fill(spool)
    kept = spool.state().last_sequence
    spool._db.execute("PRAGMA max_page_count = 100000")
    assert spool.append(a_draft()).sequence == kept + 1
    assert [number for one in batches(spool) for number in range(one.first, one.last + 1)] == list(range(1, kept + 2))


def test_a_folder_that_cannot_be_made_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SpoolError, match="cannot be written: File exists"):
        a_spool(tmp_path / "file" / "spool.sqlite3")


def test_a_backlog_that_was_sent_gives_its_space_back(path: Path) -> None:
    with a_spool(path) as spool:
        for _ in range(100):
            spool.append(a_draft("x" * 5000))
        for batch in batches(spool):
            spool.receipted(batch.sha256)
    assert path.stat().st_size < 100_000
