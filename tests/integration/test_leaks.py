"""However a test ends, it leaves nothing behind: an excerpt of `bench/leaks.py`, which makes a thousand."""

import tempfile
from pathlib import Path

import pytest

from tests.integration.leaks_rig import left, one_test, rig, settled

TESTS = 42  # every kind once


@pytest.mark.slow
def test_tests_of_every_method_leave_no_socket_no_thread_and_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own := tmp_path / "own").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    with rig(tmp_path) as one:
        before = left()
        for number in range(TESTS):
            one_test(one, number)
        assert settled(before) == before
