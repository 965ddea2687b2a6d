"""Shell. Asks the home router before and after a test, and puts what the household moved into the test's conditions.

Only the own gateway is asked, for a short time each. What is learnt of its counters is kept from test to test. Knows
nothing of how a test is made.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace

from probe.body.speed_test import Direction, SpeedTest
from probe.condition.household import Amount, amount, unasked
from probe.reach.gateway import default_gateway
from probe.router.ask import read_router
from probe.router.counters import UNTESTED, Calibration
from probe.router.reading import NoRouter, Reason, RouterReading

ASK_WITHIN_S = 0.8  # a test is never held up for longer, nor a stop


class Beside:
    """One household's router."""

    def __init__(self, gateway: Callable[[], str | None] | None = None) -> None:
        """`gateway` gives the router's address, or None; by default it is the default route's."""
        self._gateway = gateway or _default
        self._known: dict[Direction, Calibration] = {}

    def during(self, work: Callable[[], SpeedTest], halt: threading.Event) -> SpeedTest:
        """The test that `work` makes, with the household's traffic; `work` is not waited for longer than it takes.

        Once `halt` is set nobody is asked any more.
        """
        before = self.ask()
        test = work()
        if isinstance(before, NoRouter):
            found = unasked(before)
        else:
            earlier = self._known.get(test.direction, UNTESTED)
            after = NoRouter(Reason.TIMED_OUT) if halt.is_set() else self.ask()
            found = amount(before, after, test, earlier)
            self._known[test.direction] = found.calibration
        return _with(test, found)

    def ask(self) -> RouterReading | NoRouter:
        """What the router says now."""
        gateway = self._gateway()
        if gateway is None:
            return NoRouter(Reason.NO_ROUTE)
        return asyncio.run(read_router(gateway, ASK_WITHIN_S))


def _with(test: SpeedTest, found: Amount) -> SpeedTest:
    conditions = test.conditions
    told = replace(conditions, household_bytes=found.household_bytes, sources=(*conditions.sources, found.source))
    return replace(test, conditions=told)


def _default() -> str | None:
    found = default_gateway()
    return None if found is None else found.address
