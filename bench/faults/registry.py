"""Vocabulary. The faults by name: what each is, how often it is injected, and by whom."""

import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path

from bench.faults import clocks, copies, flips, kills, network, power, versions
from bench.faults.row import Row


@dataclass(frozen=True, slots=True)
class Fault:
    """`times` in the whole table, `quick` in a short one."""

    run: Callable[[Path, random.Random, int], Coroutine[None, None, Row]]
    times: int
    quick: int


FAULTS = {
    "none": Fault(kills.control, 20, 3),
    "collector": Fault(kills.collector, 100, 3),
    "broker": Fault(kills.broker, 100, 3),
    "database": Fault(kills.database, 20, 2),
    "power": Fault(power.cut_ext4, 100, 3),
    "power-xfs": Fault(power.cut_xfs, 50, 2),
    "full": Fault(power.filled, 30, 2),
    "read-only": Fault(power.failed, 20, 2),
    "clock": Fault(clocks.stepped, 50, 5),
    "network": Fault(network.cut, 50, 3),
    "older": Fault(versions.older, 3, 1),
    "upgrade": Fault(versions.upgraded, 100, 6),
    "flips": Fault(flips.flipped, 300, 4),
    "copies": Fault(copies.killed, 100, 8),
    "copies-power": Fault(copies.without_power, 60, 4),
}
