"""Shell. One direction of one speed test from this machine, by whichever protocol the plan names.

Every failure of the world is a result. Leaves no socket and no thread behind, but for a name whose resolver does not
answer: that thread ends with the resolver's own limit. Knows nothing of schedules or contracts.
"""

import threading
from collections.abc import Callable

from probe.body.speed_test import Direction, SpeedTest
from probe.throughput import udp
from probe.throughput.librespeed import client as librespeed
from probe.throughput.plan import Live, Method, Plan
from probe.throughput.websocket import client as websocket


def measure(
    plan: Plan,
    direction: Direction,
    *,
    on_progress: Callable[[Live], None] | None = None,
    stop: threading.Event | None = None,
) -> SpeedTest:
    """Blocks for the connection's and the test's time at most. `on_progress` is called in this thread.

    Setting `stop` ends it within a fraction of a second, with the failure `ABORTED`.
    """
    stop = stop or threading.Event()
    if plan.method is Method.UDP:
        return udp.measure(plan, direction, on_progress, stop)
    if plan.method is Method.LIBRESPEED:
        return librespeed.measure(plan, direction, on_progress, stop)
    return websocket.measure(plan, direction, on_progress, stop)
