"""A real write-ahead log of SQLite's, whole, damaged, and cut off in the middle of a commit."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collector.proof.audit.write_ahead import GivenUp, given_up

FRAME = 24 + 4096


@pytest.fixture
def log(tmp_path: Path) -> bytes:
    """Three commits of one page each, after those that made the table."""
    with closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (a)")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in range(3):
            db.execute("INSERT INTO t VALUES (?)", (number,))
        return (tmp_path / "db-wal").read_bytes()


def _flipped(log: bytes, at: int) -> bytes:
    return log[:at] + bytes([log[at] ^ 4]) + log[at + 1 :]


def test_a_whole_log_gives_nothing_up(log: bytes) -> None:
    assert len(log) == 32 + 3 * FRAME
    assert given_up(log) is None
    assert given_up(b"") is None


@pytest.mark.parametrize("within", [0, 5, 9, 17, 24, 2000, FRAME - 1])
@pytest.mark.parametrize("frame", [0, 1, 2])
def test_a_flipped_bit_gives_up_the_commits_from_there_on(log: bytes, frame: int, within: int) -> None:
    offset = 32 + frame * FRAME
    found = given_up(_flipped(log, offset + within))
    hidden = within == 9  # the salt: the frame seems to be another log's
    left = 3 - frame - hidden
    assert found == (GivenUp(offset, left) if left else None)


def test_a_damaged_header_gives_all_of_it_up(log: bytes) -> None:
    for at in (0, 5, 17, 26):
        found = given_up(_flipped(log, at))
        assert found is not None
        assert (found.offset, found.commit_count) == (0, 3)


def test_what_a_log_before_this_one_left_in_the_file_is_no_part_of_it(log: bytes, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "again", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (a)")
        for number in range(9):
            db.execute("INSERT INTO t VALUES (?)", (number,))
        db.execute("PRAGMA wal_checkpoint(RESTART)")
        db.execute("INSERT INTO t VALUES (9)")
        again = (tmp_path / "again-wal").read_bytes()
    assert len(again) > 32 + 2 * FRAME
    assert given_up(again) is None


def test_a_commit_that_was_cut_off_is_only_what_it_had_written(log: bytes) -> None:
    assert given_up(log[:-100]) is None
