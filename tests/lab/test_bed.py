"""The lines that the benchmarks are read over carry what they are said to, by both emulations."""

import re
import statistics
from pathlib import Path

import pytest

from bench.throughput import tool
from bench.throughput.bed import bed
from bench.throughput.cell import HOLDS, Cell
from probe.body.speed_test import Direction
from tests.lab.namespace import inside

pytestmark = [
    pytest.mark.lab,
    pytest.mark.slow,
    pytest.mark.component("namespaces", "testbed"),
    pytest.mark.timeout(300),
]


@pytest.mark.parametrize("loss_share", [0.0, 0.001])
@pytest.mark.parametrize("rate_mbps", [100.0, 1000.0], ids=["tunlink", "tbf"])
def test_a_line_carries_its_rate_and_takes_its_time(
    rate_mbps: float, loss_share: float, emulator: Path, alone: None
) -> None:
    cell = Cell(rate_mbps=rate_mbps, delay_ms=20, queue_bdp=1, loss_share=loss_share)
    with bed(emulator, cell) as line:
        for direction in Direction:
            assert abs(tool.flood(line, cell, direction).rate_bps / (rate_mbps * 1e6) - 1) <= HOLDS
        said = inside(line.client, "ping", "-c", "10", "-i", "0.05", line.server_address)
    times_ms = [float(one) for one in re.findall(r"time=([\d.]+)", said)]
    assert 20 <= statistics.median(times_ms) < 22
