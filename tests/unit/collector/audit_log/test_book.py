"""The audit log's files: killed, cut, shortened, written by many."""

import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collector.audit_log import book
from collector.audit_log.act import Act, Entry
from collector.audit_log.book import AuditLogError, append, check, head_of

AT = datetime(2026, 10, 5, 8, 30, tzinfo=UTC)
APPENDING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from collector.audit_log.act import Act, Entry
from collector.audit_log.book import append
while True:
    entry = Entry(at=datetime(2026, 10, 5, tzinfo=UTC), who="user:ana", act=Act.TOKEN_MADE)
    print(append(Path(sys.argv[1]), entry).number, flush=True)
"""


def entry(on: str = "") -> Entry:
    return Entry(at=AT, who="user:ana", act=Act.TOKEN_MADE, on=on)


def test_what_was_added_stays_in_its_order_and_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    heads = [append(folder, entry(str(number))) for number in range(3)]
    checked = check(folder, heads)
    assert [line.entry.on for line in checked.lines] == ["0", "1", "2"]
    assert checked.defects == ()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert head_of((folder / "head").read_text()) == heads[-1]


def test_no_log_holds_nothing_and_has_no_defect(tmp_path: Path) -> None:
    assert check(tmp_path / "audit").lines == ()
    assert not (tmp_path / "audit").exists()


def test_many_writers_write_one_chain(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        heads = list(pool.map(lambda number: append(tmp_path, entry(str(number))), range(40)))
    checked = check(tmp_path, heads)
    assert checked.defects == ()
    assert sorted(line.number for line in checked.lines) == list(range(1, 41))


def test_what_was_acknowledged_outlives_a_process_that_is_killed(tmp_path: Path) -> None:
    newest = 0
    for round_count in (1, 2, 5, 9):
        argv = [sys.executable, "-c", APPENDING, str(tmp_path)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(round_count):
                newest = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
            newest = max([newest, *(int(line) for line in process.stdout if line.endswith("\n"))])
        append(tmp_path, entry())
        checked = check(tmp_path)
        assert checked.defects == ()
        assert checked.lines[-1].number > newest


@pytest.mark.parametrize("left", [b'{"n":3,"at":"2026', b""])
def test_half_a_line_is_passed_over(tmp_path: Path, left: bytes) -> None:
    append(tmp_path, entry("a"))
    append(tmp_path, entry("b"))
    (path,) = tmp_path.glob("*.jsonl")
    path.write_bytes(path.read_bytes() + left)
    append(tmp_path, entry("c"))
    checked = check(tmp_path)
    assert checked.defects == ()
    assert len(checked.notes) == bool(left)
    assert [line.entry.on for line in checked.lines] == ["a", "b", "c"]


def test_a_whole_line_whose_end_a_crash_took_counts(tmp_path: Path) -> None:
    for name in "ab":
        append(tmp_path, entry(name))
    first_head = (tmp_path / "head").read_bytes()
    append(tmp_path, entry("c"))
    (path,) = tmp_path.glob("*.jsonl")
    path.write_bytes(path.read_bytes()[:-1])
    (tmp_path / "head").write_bytes(first_head)
    append(tmp_path, entry("d"))
    assert check(tmp_path).defects == ()


def test_a_log_that_was_cut_tells_so_for_good_once_it_goes_on(tmp_path: Path) -> None:
    for name in "abc":
        append(tmp_path, entry(name))
    (path,) = tmp_path.glob("*.jsonl")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:1]))
    assert check(tmp_path).defects == ("entries 2 to 3 are missing: the log was cut",)
    append(tmp_path, entry("d"))
    checked = check(tmp_path)
    assert [line.entry.act for line in checked.lines] == [Act.TOKEN_MADE, Act.LOG_BROKEN, Act.TOKEN_MADE]
    (defect,) = checked.defects
    assert defect.startswith("entry 2 tells that it was found broken: head 3 ")


def test_a_log_without_its_head_tells_so_once_it_goes_on(tmp_path: Path) -> None:
    for name in "abc":
        append(tmp_path, entry(name))
    (tmp_path / "head").unlink()
    append(tmp_path, entry("d"))
    assert "found broken: head none" in check(tmp_path).defects[0]


def test_the_size_is_bounded_and_what_went_is_vouched_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "FILE_BYTES", 2_000)
    monkeypatch.setattr(book, "MOST_FILES", 3)
    heads = [append(tmp_path, entry(str(number))) for number in range(80)]
    files = sorted(tmp_path.glob("*.jsonl"))
    assert len(files) <= 3
    checked = check(tmp_path, heads)
    assert checked.defects == ()
    assert checked.lines[0].number > 1
    assert Act.LOG_SHORTENED in {line.entry.act for line in checked.lines}
    files[0].unlink()
    assert "no entry tells of their removal" in check(tmp_path).defects[0]


def test_where_it_cannot_be_written_one_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("a file where the folder should be")
    with pytest.raises(AuditLogError, match=r"cannot be written .* Look after its rights"):
        append(tmp_path / "audit", entry())


def test_a_log_that_another_holds_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr(book, "_WAIT_S", 0.05)
    descriptor = os.open(tmp_path / book.LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(AuditLogError, match="Another process holds the audit log"):
            append(tmp_path, entry())
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("text", ["", "1", "x y", "1 abc", f"1 {'g' * 64}", f"1 {'0' * 64} more"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no head"):
        head_of(text)
