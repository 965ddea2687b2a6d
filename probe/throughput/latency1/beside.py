"""Shell. A speed test with round trips of their own: idle just before it, and beside it while the line is loaded.

Where the server offers none the test is made all the same. Knows nothing of how either is measured.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from probe.body.speed_test import Direction, RoundTrips, SpeedTest
from probe.throughput import client
from probe.throughput.latency1 import client as latency1
from probe.throughput.latency1.client import ECHO_S, Echoing
from probe.throughput.plan import Live, Method, Plan

_IDLE_S = 1.0
_LOADED_AFTER_S = 0.5  # the queue needs a moment to fill
_SPARE_S = 30.0  # beyond the plan, for connecting and for a test that goes on
_OFFER_WITHIN_S = 3.0  # for a server to say that it offers them
_NS_PER_S = 1_000_000_000


@dataclass(slots=True)
class _Watch:
    """Hears of a test's progress, and so when its load began."""

    hear: Callable[[Live], None] | None
    began_ns: int | None = None

    def __call__(self, live: Live) -> None:
        if self.began_ns is None and live.elapsed_s > 0:
            self.began_ns = time.monotonic_ns() - round(live.elapsed_s * _NS_PER_S)
        if self.hear is not None:
            self.hear(live)


def measure(
    plan: Plan,
    direction: Direction,
    *,
    on_progress: Callable[[Live], None] | None = None,
    stop: threading.Event | None = None,
) -> SpeedTest:
    """As `probe.throughput.client.measure`, about two seconds longer where the server offers latency1."""
    stop = stop or threading.Event()
    if plan.method is Method.UDP:  # a test of datagrams, which tells of its own losses
        return client.measure(plan, direction, on_progress=on_progress, stop=stop)
    asking = replace(plan, connect_timeout_s=min(plan.connect_timeout_s, _OFFER_WITHIN_S))
    idle = latency1.idle(asking, direction, stop, for_s=_IDLE_S)
    send_s = plan.duration_s + _SPARE_S
    echoing = None if idle is None else latency1.begin(asking, direction, stop, send_s=send_s)
    if echoing is None:
        test = client.measure(plan, direction, on_progress=on_progress, stop=stop)
        return test if idle is None else replace(test, idle_round_trips=idle)
    watch = _Watch(on_progress)
    try:
        test = client.measure(plan, direction, on_progress=watch, stop=stop)
        loaded = _loaded(echoing, watch, test, stop)
    finally:
        echoing.close()
    return replace(test, idle_round_trips=idle, loaded_round_trips=loaded)


def _loaded(echoing: Echoing, watch: _Watch, test: SpeedTest, stop: threading.Event) -> RoundTrips | None:
    """Of the load's own time alone; None where there was none."""
    if test.failure is not None or watch.began_ns is None or test.duration_s is None:
        return None
    stop.wait(ECHO_S)
    since_ns = watch.began_ns + round(_LOADED_AFTER_S * _NS_PER_S)
    return echoing.fetch(stop, since_ns=since_ns, until_ns=watch.began_ns + round(test.duration_s * _NS_PER_S))
