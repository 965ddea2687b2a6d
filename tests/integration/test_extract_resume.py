"""`prova extract` killed in the middle: the next run takes up what was done, and nothing that is out of date."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from prova.exit import CommandError
from tests.integration.test_extract_cluster import same
from tests.integration.test_extract_command import ZONE, Panel, made_panel

_WITHIN_S = 90


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    panel = made_panel(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("contracts"))
    panel.house.seal(before_on=date(2026, 12, 1))
    return panel


@contextmanager
def never_read(file: Path) -> Iterator[None]:
    """Whoever opens it waits for ever."""
    aside = file.with_suffix(".aside")
    file.rename(aside)
    os.mkfifo(file)
    try:
        yield
    finally:
        file.unlink()
        aside.rename(file)


def last_file(panel: Panel) -> Path:
    """One of the last bucket's."""
    (newest, *_) = sorted((panel.house.lake).rglob("segment-*.parquet"), key=lambda one: one.parent.name, reverse=True)
    return Path(newest)


def killed_in_the_last_part(panel: Panel, output: Path) -> tuple[str, ...]:
    """The parts that it left, by name."""
    command = [sys.executable, "-m", "prova.main", "extract", "--period", "2026-10", "-o", str(output)]
    command += ["--contract", str(panel.contracts), "--home", str(panel.house.home)]
    work, count = output.with_name(f"{output.name}.part"), 0
    with never_read(last_file(panel)):
        buckets = {one.parent.name for one in panel.house.lake.rglob("segment-*.parquet")}
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as running:
            deadline = time.monotonic() + _WITHIN_S
            while count < len(buckets) - 1:
                assert time.monotonic() < deadline, f"{count} of {len(buckets)} parts within {_WITHIN_S} s"
                assert running.poll() is None
                count = len([*work.glob("*.done")])
                time.sleep(0.02)
            with pytest.raises(CommandError, match="Another run is at work"):
                panel.extract(output)
            running.kill()
    return tuple(sorted(one.name for one in work.glob("*.done")))


def test_a_run_that_was_killed_goes_on_where_it_was_and_ends_in_the_same_bytes(sealed: Panel, tmp_path: Path) -> None:
    assert sealed.extract(tmp_path / "whole")[0] == 0
    assert not (tmp_path / "whole.part").exists()
    output = tmp_path / "broken"
    left = killed_in_the_last_part(sealed, output)
    assert not output.exists()
    torn = tmp_path / "broken.part" / left[0]
    torn.write_bytes(torn.read_bytes()[:-1])
    (tmp_path / "broken.part" / f"{'0' * 64}.done").write_bytes(b"of other records")
    code, _, said = sealed.extract(output)
    assert code == 0
    assert f"{len(left) - 1} of {len(left) + 1} parts are done already" in said
    assert same(tmp_path / "whole", output)
    assert not (tmp_path / "broken.part").exists()


def test_a_part_is_known_by_what_the_store_holds_of_its_lines(sealed: Panel) -> None:
    store = sealed.house.store
    period = (datetime(2026, 10, 1, tzinfo=ZONE), datetime(2026, 11, 1, tzinfo=ZONE))
    before = store.state(["line-00", "line-01"], *period)
    assert store.state(["line-01", "line-00"], *period) == before
    assert store.state(["line-00"], *period) != before
    sender = next(one for one in sealed.house.senders if one.line == "line-00")
    sender.sequence, received_at = 1000, datetime(2026, 12, 2, tzinfo=UTC)
    other = store.state(["line-01"], *period)
    sealed.house.keep(sender.batch([datetime(2026, 9, 30, 12, tzinfo=UTC)], received_at))
    assert store.state(["line-00", "line-01"], *period) == before, "it is of another time"
    sealed.house.keep(sender.batch([datetime(2026, 10, 9, 12, tzinfo=UTC)], received_at))
    assert store.state(["line-00", "line-01"], *period) != before
    assert store.state(["line-01"], *period) == other


def test_what_is_not_an_extracts_own_is_left_alone(sealed: Panel, tmp_path: Path) -> None:
    (tmp_path / "out.part").mkdir()
    (tmp_path / "out.part" / "a letter").write_text("kept")
    with pytest.raises(CommandError, match="is not what an extract left"):
        sealed.extract(tmp_path / "out")
    assert (tmp_path / "out.part" / "a letter").read_text() == "kept"
    (tmp_path / "other.part").symlink_to(tmp_path / "out.part")
    with pytest.raises(CommandError, match="is not what an extract left"):
        sealed.extract(tmp_path / "other")
