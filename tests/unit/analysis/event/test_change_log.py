"""The change log: added to and never changed, whoever writes and whatever ends a write."""

import multiprocessing
import stat
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from analysis.event import change_log, entry
from analysis.event.event import EventKind, Noted

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


def noted(subject: str = "casa", **state: str) -> Noted:
    return Noted(at=AT, kind=EventKind.CONTRACT, subject=subject, line="casa", state=state)


def test_what_is_noted_is_read_again_and_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    assert change_log.note(path, noted(speed="100"))
    assert change_log.note(path, noted(speed="200"))
    log = change_log.load(path)
    assert [one.state["speed"] for one in log.entries] == ["100", "200"]
    assert log.broken_at == ()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_did_not_change_is_not_noted_again(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    change_log.note(path, noted(speed="100"))
    before = path.read_bytes()
    assert not change_log.note(path, noted(speed="100"))
    assert path.read_bytes() == before


def test_a_line_that_was_changed_removed_or_put_in_is_told(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    for speed in "123":
        change_log.note(path, noted(speed=speed))
    lines = path.read_bytes().splitlines(keepends=True)
    assert entry.read([lines[0], lines[1].replace(b'"2"', b'"9"'), lines[2]]).broken_at == (3,)
    assert entry.read([lines[0], lines[2]]).broken_at == (2,)
    assert entry.read([lines[0], lines[0], *lines[1:]]).broken_at == (2,)


def test_what_a_crash_left_unfinished_is_told_and_what_follows_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    change_log.note(path, noted(speed="1"))
    with path.open("ab") as file:
        file.write(b'{"at":"2026-')
    assert change_log.load(path).broken_at == (2,)
    assert change_log.note(path, noted(speed="2"))
    log = change_log.load(path)
    assert log.broken_at == (2,)
    assert [one.state["speed"] for one in log.entries] == ["1", "2"]


def _note_many(path: Path, name: str) -> None:
    for number in range(20):
        change_log.note(path, noted(name, number=str(number)))


def test_several_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_note_many, args=(path, name)) for name in ("a", "b", "c")]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)
        assert one.exitcode == 0
        one.close()
    log = change_log.load(path)
    assert (len(log.entries), log.broken_at) == (60, ())


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_no_bytes_do_worse_than_be_told(lines: list[bytes]) -> None:
    log = entry.read(lines)
    assert log.entries == ()
    assert log.broken_at == tuple(range(1, len(lines) + 1))
