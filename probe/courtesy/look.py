"""Shell. A short look at what passes: over the own interface, and over the line as the home router counts it.

The own interface shows this machine's traffic alone; the router's counter shows the household's. Knows nothing of how
much is too much.
"""

import asyncio
import time
from dataclasses import dataclass

from probe.body.draw import Passed
from probe.body.speed_test import Direction
from probe.condition.traffic import grown, read_counted
from probe.conditions import default_link
from probe.pause import pause
from probe.reach.gateway import default_gateway
from probe.router.ask import read_router
from probe.router.counters import Doubt, moved
from probe.router.reading import NoRouter, RouterReading
from probe.router.uptime import elapsed_s
from probe.units import BITS_PER_BYTE

_ASK_WITHIN_S = 0.8
_FASTEST_BPS = 2_500_000_000  # bounds how often 32 bits can have wrapped during a look


@dataclass(frozen=True, slots=True)
class Look:
    """How to look. `router`: whether the own gateway is asked."""

    look_s: float
    router: bool

    async def passed(self, stop: asyncio.Event) -> tuple[Passed, ...]:
        """What passed each counter; shorter where `stop` is set meanwhile. Empty where there is no interface."""
        link = default_link()
        if link is None:
            return ()
        before = await self._router()
        counted, began_s = read_counted(link.interface), time.monotonic()
        await pause(stop, self.look_s)
        after, took_s = read_counted(link.interface), time.monotonic() - began_s
        own = Passed(
            counter="interface",
            look_s=took_s,
            down_bps=_rate(grown(counted.received_bytes, after.received_bytes), took_s),
            up_bps=_rate(grown(counted.sent_bytes, after.sent_bytes), took_s),
        )
        at_line = None if before is None or stop.is_set() else _at_line(before, await self._router())
        return (own,) if at_line is None else (own, at_line)

    async def _router(self) -> RouterReading | None:
        gateway = default_gateway() if self.router else None
        if gateway is None:
            return None
        said = await read_router(gateway.address, _ASK_WITHIN_S)
        return None if isinstance(said, NoRouter) else said


def _at_line(before: RouterReading, after: RouterReading | None) -> Passed | None:
    took_s = None if after is None else elapsed_s(before.stamp, after.stamp)
    if after is None or not took_s:
        return None
    down, up = (moved(before, after, direction, fastest_bps=_FASTEST_BPS) for direction in Direction)
    return Passed(
        counter="router",
        look_s=took_s,
        down_bps=None if isinstance(down, Doubt) else _rate(down, took_s),
        up_bps=None if isinstance(up, Doubt) else _rate(up, took_s),
    )


def _rate(moved_bytes: int | None, took_s: float) -> float | None:
    return None if moved_bytes is None else round(moved_bytes * BITS_PER_BYTE / took_s, 1)
