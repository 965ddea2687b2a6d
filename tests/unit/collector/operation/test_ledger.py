"""A register that only grows, on a real disk."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from collector.operation.ledger import LedgerError, append, read

AT = datetime(2026, 10, 5, tzinfo=UTC)


def _three(path: Path) -> None:
    for number in range(3):
        append(path, {"number": number}, at=AT, after=read(path))


def test_entries_come_back_in_order_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "register" / "r.jsonl"
    assert read(path) == ()
    _three(path)
    assert [one.told["number"] for one in read(path)] == [0, 1, 2]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("line", [1, 2])
def test_a_line_that_was_changed_is_named_unless_it_is_the_newest(tmp_path: Path, line: int) -> None:
    path = tmp_path / "r.jsonl"
    _three(path)
    path.write_bytes(path.read_bytes().replace(f'"number":{line - 1}'.encode(), b'"number":7'))
    with pytest.raises(LedgerError, match=rf"Line {line + 1} of .* does not follow"):
        read(path)


def test_a_line_that_was_removed_is_missed(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    _three(path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    with pytest.raises(LedgerError, match="Line 1"):
        read(path)


def test_half_a_line_never_counted_and_goes_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    _three(path)
    with path.open("ab") as file:
        file.write(b'{"n":4,"at"')
    assert len(read(path)) == 3
    append(path, {"number": 3}, at=AT, after=read(path))
    assert [one.told["number"] for one in read(path)] == [0, 1, 2, 3]


def test_two_writers_never_answer_to_the_same_line(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    _three(path)
    before = read(path)
    append(path, {"number": 3}, at=AT, after=before)
    with pytest.raises(LedgerError, match="Another process wrote"):
        append(path, {"number": 4}, at=AT, after=before)
    with pytest.raises(LedgerError, match="over 65536"):
        append(path, {"words": "x" * 70_000}, at=AT, after=read(path))
    assert len(read(path)) == 4
