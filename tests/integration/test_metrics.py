"""What Prometheus is told, over a real socket, read with its own parser."""

import subprocess
import sys
import urllib.request
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from collector.journal import Journal
from collector.projection.metrics import MetricsError, Told, answering
from collector.projection.project import Place
from prova.port import free_port
from tests.integration.lake_rig import DAY_ON, START_AT, House


def _asked(port: int) -> dict[tuple[str, ...], float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_each_question_is_answered_from_the_store_as_it_is(tmp_path: Path) -> None:
    house = House(tmp_path)
    told = Told(house.store, Place(house.layout.journal.parent / "projection.json", "x"))
    with answering(told, "127.0.0.1", 0) as port:
        assert _asked(port) == {("prova_store_readable",): 0}
        with closing(Journal(house.layout.journal)):
            assert _asked(port)[("prova_messages_total", "accepted", "")] == 0
        house.sender()
        house.fill(days=2, per_day=4)
        house.seal(before_on=DAY_ON + timedelta(days=1))
        found = _asked(port)
    assert found[("prova_records_total", "casa", "p1")] == 8
    last_at = START_AT + timedelta(days=1, hours=18, seconds=1)
    assert found[("prova_last_received_seconds", "casa", "p1")] == last_at.timestamp()
    assert found[("prova_newest_batch",)] == found[("prova_messages_total", "accepted", "")] > 1
    assert (found[("prova_projected_batch",)], found[("prova_store_readable",)]) == (0, 1)


def test_a_port_that_is_taken_is_told_with_its_mend(tmp_path: Path) -> None:
    told = Told(House(tmp_path).store, None)
    with answering(told, "127.0.0.1", 0) as port, pytest.raises(MetricsError, match="Name another port"):
        answering(told, "127.0.0.1", port).__enter__()


def test_the_command_answers_until_it_is_stopped(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.sender()
    house.fill(days=1, per_day=4)
    port = free_port()
    listen = ["--home", str(tmp_path), "--listen", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "prova.main", "collector", "metrics", *listen], stderr=-1, text=True
    )
    try:
        assert process.stderr is not None
        assert str(port) in process.stderr.readline()
        assert _asked(port)[("prova_records_total", "casa", "p1")] == 4
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
