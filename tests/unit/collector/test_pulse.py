"""A disk that no longer takes changes; `python -m bench.faults read-only` fails a real one."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from collector.journal import Journal, JournalError
from collector.pulse import Pulse


def test_a_disk_that_takes_changes_is_not_complained_of(tmp_path: Path) -> None:
    with closing(Pulse(tmp_path / "pulse")) as pulse:
        for _ in range(3):
            pulse.check()
    assert (tmp_path / "pulse").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "pulse").stat().st_size == 1


def test_a_full_disk_is_no_answer_to_whether_a_commit_is_kept() -> None:
    with closing(Pulse(Path("/dev/full"))) as pulse:
        pulse.check()


def test_a_commit_is_not_receipted_where_the_disk_takes_no_change_after_it(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "journal.sqlite3")) as journal:
        unwritable = os.open(tmp_path / "journal.pulse", os.O_RDONLY)
        os.dup2(unwritable, journal._pulse._descriptor)
        os.close(unwritable)
        with pytest.raises(JournalError, match=r"cannot be written any more: look after its disk"):
            journal.store(())
