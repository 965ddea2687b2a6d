"""A collector's beats on the disk, and back."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collector.uptime.diary import Diary, spans

AT = datetime(2026, 10, 5, tzinfo=UTC)


def _seconds(path: Path) -> list[tuple[float, float, bool]]:
    return [
        ((one.start_at - AT).total_seconds(), (one.end_at - AT).total_seconds(), one.stepped) for one in spans(path)
    ]


def test_beats_in_a_row_are_one_span_and_a_pause_begins_another(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "uptime.sqlite3")
    for second in (0, 15, 30):
        diary.beat(AT + timedelta(seconds=second), 1000.0 + second)
    diary.pause()
    diary.beat(AT + timedelta(seconds=60), 1060.0)
    assert _seconds(diary.path) == [(0, 30, False), (60, 60, False)]
    assert diary.path.stat().st_mode & 0o077 == 0


def test_another_process_begins_another_span(tmp_path: Path) -> None:
    path = tmp_path / "uptime.sqlite3"
    Diary(path).beat(AT, 1.0)
    Diary(path).beat(AT + timedelta(seconds=5), 1.0)
    assert _seconds(path) == [(0, 0, False), (5, 5, False)]


@pytest.mark.parametrize("years", [-30, -1, 1, 70])
def test_a_clock_that_is_set_by_years_is_told_from_time_that_passed(tmp_path: Path, years: int) -> None:
    diary = Diary(tmp_path / "uptime.sqlite3")
    diary.beat(AT, 1000.0)
    diary.beat(AT + timedelta(days=365 * years), 1015.0)
    assert [one.stepped for one in spans(diary.path)][-1] is True


def test_a_machine_that_slept_was_not_at_work(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "uptime.sqlite3")
    diary.beat(AT, 1000.0)
    diary.beat(AT + timedelta(hours=8), 1000.0 + 8 * 3600)
    assert _seconds(diary.path) == [(0, 0, False), (28800, 28800, False)]


def test_a_file_that_is_no_database_ends_the_beat_and_not_the_collector(tmp_path: Path) -> None:
    path = tmp_path / "uptime.sqlite3"
    path.write_bytes(b"no database, and long enough to be one" * 100)
    with pytest.raises(sqlite3.Error):
        Diary(path).beat(AT, 1.0)
    assert spans(tmp_path / "none") == ()
