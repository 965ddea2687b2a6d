"""Probe, broker and collector killed at random moments, and cut off from each other, again and again (`kill_rig`).

PROVA_KILL_CYCLES sets how often (60), PROVA_KILL_SEED repeats a run; `python -m bench.kill` runs ten thousand.
"""

import os
import random
import sys
from pathlib import Path

import pytest

from tests.integration.kill_rig import LINES, PARTS, killed

CYCLES = int(os.environ.get("PROVA_KILL_CYCLES", "60"))
SEED = int(os.environ.get("PROVA_KILL_SEED", str(random.randrange(10**6))))


@pytest.mark.component("mosquitto")
@pytest.mark.timeout(240 + CYCLES)
async def test_nothing_is_lost_doubled_or_receipted_too_early(tmp_path: Path) -> None:
    sys.stdout.write(f"PROVA_KILL_SEED={SEED} PROVA_KILL_CYCLES={CYCLES}" + "\n")
    tally = await killed(tmp_path, cycles=CYCLES, seed=SEED, progress=lambda _cycles, _receipts: None)
    sys.stdout.write(f"{tally}" + "\n")
    assert tally.told > CYCLES, "too few records were taken for the kills to matter"
    assert set(tally.done) == {*PARTS, *LINES} or CYCLES < 100
    assert not tally.counts.rejected
