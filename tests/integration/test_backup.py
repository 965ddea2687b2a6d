"""Copies of a store and the way back, with real journals, real lakes and real signatures."""

import shutil
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from collector.home import CollectorHome
from collector.journal import Journal
from collector.lake.catalogue import Catalogue
from collector.lake.seal import SealError, alone
from collector.operation import backup as backing
from collector.operation.backup import backup
from collector.operation.copies import Copy, CopyError, decoded
from collector.operation.restore import restore
from collector.proof.audit.check import Question, check
from prova.command.collector import command
from prova.exit import mendable
from tests.integration.lake_rig import DAY_ON, NOW_AT, START_AT, House

LATER_AT = NOW_AT + timedelta(days=1)


def _quiet(words: str) -> None:
    pass


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Three days of two probes, the first two sealed."""
    house = House(tmp_path / "home")
    house.sender()
    house.sender(line="loja", name="p2")
    house.fill(days=3, per_day=8)
    house.seal(before_on=DAY_ON + timedelta(days=2))
    return house


def _back(tmp_path: Path, at: datetime | None = None) -> House:
    restore(CollectorHome(tmp_path / "new"), str(tmp_path / "copies"), at=at, say=_quiet)
    return House(tmp_path / "new")


def test_a_restored_store_gives_every_record_and_its_proof_and_goes_on(house: House, tmp_path: Path) -> None:
    made = backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=_quiet)
    back = _back(tmp_path)
    assert back.everything() == house.everything()
    assert back.table().equals(house.table())
    assert made.newest_batch == sum(1 for _ in {one[1] for one in house.everything()})
    assert back.layout.key.read_bytes() == house.layout.key.read_bytes()
    back.senders = house.senders
    back.fill(days=1, per_day=4, from_at=START_AT + timedelta(days=3))
    back.seal(now_at=LATER_AT)
    assert check(back.layout, Question(), say=_quiet).defects == ()


def test_a_copy_is_the_store_as_it_was_and_the_time_asked_for_chooses_it(house: House, tmp_path: Path) -> None:
    first = house.everything()
    backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=_quiet)
    house.fill(days=1, per_day=8, from_at=START_AT + timedelta(days=3))
    house.seal(now_at=NOW_AT)  # the journal of the first copy has what the lake has by now
    backup(house.layout, str(tmp_path / "copies"), now_at=LATER_AT, say=_quiet)
    assert _back(tmp_path, at=LATER_AT - timedelta(seconds=1)).everything() == first
    with pytest.raises(CopyError, match="no copy that is old enough"):
        restore(CollectorHome(tmp_path / "old"), str(tmp_path / "copies"), at=NOW_AT - timedelta(seconds=1), say=_quiet)


def test_the_next_copy_writes_what_is_new_alone(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backing, "PIECE_BYTES", 64 * 1024)
    first = backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=_quiet)
    again = backup(house.layout, str(tmp_path / "copies"), now_at=LATER_AT, say=_quiet)
    assert first.byte_count == again.byte_count
    assert again.new_byte_count == 0
    assert _back(tmp_path).everything() == house.everything()


def test_batches_that_come_during_a_copy_are_in_it_whole_or_not_at_all(house: House, tmp_path: Path) -> None:
    with closing(Journal(house.layout.journal)) as journal:
        sender = house.senders[0]

        def keep_more(words: str) -> None:
            at = START_AT + timedelta(days=4, seconds=sender.sequence)
            journal.store([sender.batch([at], at)])

        made = backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=keep_more)
    back = _back(tmp_path)  # verifies
    assert set(back.ids()) <= set(house.ids())
    assert len({one[1] for one in back.everything()}) == made.newest_batch


def test_no_copy_is_made_while_a_seal_runs(house: House, tmp_path: Path) -> None:
    with alone(house.layout), pytest.raises(SealError):
        backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=_quiet)


def test_what_a_killed_copy_left_beside_the_journal_is_gone_with_the_next(house: House, tmp_path: Path) -> None:
    left = house.layout.journal.parent / "copy-killed"
    left.mkdir()
    shutil.copy(house.layout.journal, left)
    backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=_quiet)
    assert list(house.layout.journal.parent.glob("copy-*")) == []
    assert _back(tmp_path).everything() == house.everything()


def test_a_copy_dated_ahead_by_a_wrong_clock_is_named_with_the_way_past_it(house: House, tmp_path: Path) -> None:
    copies = str(tmp_path / "copies")
    backup(house.layout, copies, now_at=LATER_AT + timedelta(days=9000), say=_quiet)
    with pytest.raises(CopyError, match=r"if it was ahead then, remove (copies/.*\.json) there") as told:
        backup(house.layout, copies, now_at=LATER_AT, say=_quiet)
    (tmp_path / "copies" / str(told.value).split("remove ")[1].split(" there")[0]).unlink()
    backup(house.layout, copies, now_at=LATER_AT, say=_quiet)
    assert _back(tmp_path).everything() == house.everything()


@pytest.mark.parametrize("harm", ["flip", "lack", "cut"])
def test_a_damaged_copy_is_found_and_located_and_nothing_is_put_back(house: House, tmp_path: Path, harm: str) -> None:
    backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=_quiet)
    for piece in sorted((tmp_path / "copies" / "pieces").rglob("*")):
        if not piece.is_file():
            continue
        good = piece.read_bytes()
        place = house.chance.randrange(len(good))
        if harm == "lack":
            piece.unlink()
        else:
            changed = bytes([good[place] ^ 1 << house.chance.randrange(8)])
            piece.write_bytes(good[:place] if harm == "cut" else good[:place] + changed + good[place + 1 :])
        with pytest.raises(CopyError, match=piece.name):
            _back(tmp_path)
        assert not (tmp_path / "new").exists()
        assert not (tmp_path / "new.restoring").exists()
        piece.write_bytes(good)
    _back(tmp_path)


def test_every_flipped_bit_of_a_copys_description_is_found_and_named(house: House, tmp_path: Path) -> None:
    """Also of names alone: a password's file put back under another name would be missed much later."""
    made = backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=_quiet)
    (path,) = (tmp_path / "copies" / "copies").iterdir()
    good = path.read_bytes()
    for at in range(0, len(good), 7):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1 << house.chance.randrange(8)]) + good[at + 1 :])
        with suppress(CopyError):  # where the flip is in the very word that says that a digest follows
            assert decoded(good) == _described(path)
    path.write_bytes(good)
    assert _described(path).newest_batch == made.newest_batch


def _described(path: Path) -> Copy:
    try:
        return decoded(path.read_bytes())
    except ValueError as error:
        raise CopyError(str(error)) from error


def test_a_copy_of_before_descriptions_had_a_digest_is_read(house: House, tmp_path: Path) -> None:
    backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=_quiet)
    (path,) = (tmp_path / "copies" / "copies").iterdir()
    path.write_bytes(msgspec.json.encode(_described(path)))
    assert _back(tmp_path).everything() == house.everything()


def test_what_was_damaged_before_it_was_copied_is_not_put_back(house: House, tmp_path: Path) -> None:
    with closing(Catalogue(house.layout.journal)) as catalogue:
        segment = house.lake / catalogue.segments()[0].path  # one that counts: none that was replaced
    segment.write_bytes(segment.read_bytes()[:-1] + b"!")
    backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=_quiet)
    with pytest.raises(CopyError, match=segment.name):
        _back(tmp_path)
    assert not (tmp_path / "new").exists()


def test_a_home_that_holds_anything_is_left_alone(house: House, tmp_path: Path) -> None:
    backup(house.layout, str(tmp_path / "copies"), now_at=NOW_AT, say=_quiet)
    before = house.everything()
    with pytest.raises(CopyError, match="is not empty"):
        restore(house.layout, str(tmp_path / "copies"), at=None, say=_quiet)
    assert house.everything() == before


def test_the_commands_copy_and_put_back_and_say_what_a_person_can_mend(house: House, tmp_path: Path) -> None:
    copies, new = str(tmp_path / "copies"), tmp_path / "new"
    asked = CliRunner().invoke(command, ["backup", "--home", str(house.home), "--to", copies])
    assert (asked.exit_code, "as of" in asked.stderr) == (0, True)
    asked = CliRunner().invoke(command, ["restore", "--home", str(new), "--from", copies])
    assert (asked.exit_code, "all of it holds" in asked.stderr) == (0, True)
    assert House(new).everything() == house.everything()
    asked = CliRunner().invoke(
        command, ["restore", "--home", str(tmp_path / "x"), "--from", copies, "--at", "2020-01-01"]
    )
    assert asked.exception is not None
    told = mendable(asked.exception)
    assert told is not None
    assert (told[1], "no copy that is old enough" in told[0]) == (2, True)
