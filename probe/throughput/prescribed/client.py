"""Shell. One direction of one test at the length and with the connections that a jurisdiction prescribes.

Where those depend on the line's rate, a short test finds it first. Knows nothing of what is made of the result.
"""

import threading
from collections.abc import Callable
from dataclasses import replace

from probe.body.speed_test import Direction, SpeedTest
from probe.throughput.plan import Plan
from probe.throughput.prescribed.profile import MethodProfile, planned, streams_at

Measure = Callable[[Plan, Direction], SpeedTest]
_FIRST_S = 2.0


def measure(
    measure_one: Measure, plan: Plan, wanted: MethodProfile, direction: Direction, stop: threading.Event
) -> SpeedTest:
    """`measure_one` makes a test. A failure of the short one is the result. Raises ProfileError."""
    planned(plan, wanted, direction, None)  # whether it can be followed at all
    rate_bps: int | None = None
    if len(wanted.streams) > 1:
        first = measure_one(
            replace(plan, duration_s=_FIRST_S, adaptive=True, streams=streams_at(wanted, None)), direction
        )
        if first.failure is not None or stop.is_set():
            return first
        rate_bps = first.rate_bps
    return measure_one(planned(plan, wanted, direction, rate_bps), direction)
