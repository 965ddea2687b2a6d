"""Shell. Watches this machine's clocks: notices a sleep and a step, and asks time servers now and then. Sets nothing.

Knows nothing of the line.
"""

from collections.abc import Callable, Sequence

from probe import clock
from probe.body.rung import ClockSeen
from probe.reach.minute import interrupted
from probe.record import Body, Stamp
from probe.rung import time_server
from probe.rung.manners import ROUTINE_S, Manners
from probe.rung.sntp import Kiss, Told
from probe.rung.timepiece import Look, events

Keep = Callable[[Stamp, Stamp, Body], object]  # what it returns has no meaning here
_ASK_WITHIN_S = 2.0
_NS_PER_S = 1_000_000_000


class ClockWatch:
    """One run of watching. `keep` hears what happened, and what time servers say."""

    def __init__(self, servers: Sequence[str], keep: Keep) -> None:
        self._manners = {server: Manners() for server in servers}
        self._keep = keep
        self._last = _look()
        self._hurry = False
        self._seen_s: float | None = None

    @property
    def now(self) -> Stamp:
        """The last look."""
        return self._last.stamp

    def look(self) -> bool:
        """To be called every second. Whether nobody watched since the last time, or a clock was set."""
        earlier, self._last = self._last, _look()
        for event in events(earlier, self._last):
            self._keep(event.started, event.ended, event.notice)
            self._hurry = True
        return interrupted(earlier.stamp, self._last.stamp)

    def is_due(self) -> bool:
        """Whether time servers should be asked, or without any the clock be told of by itself."""
        now_s = self._last.stamp.monotonic_ns / _NS_PER_S
        if self._manners:
            return any(one.may_ask(now_s, hurry=self._hurry) for one in self._manners.values())
        return self._hurry or self._seen_s is None or now_s - self._seen_s >= ROUTINE_S

    async def ask(self) -> None:
        """One record for each server that may be asked; one alone where there are none."""
        hurry, self._hurry = self._hurry, False
        self._seen_s = self._last.stamp.monotonic_ns / _NS_PER_S
        if not self._manners:
            now = clock.stamp()
            self._keep(now, now, ClockSeen(suspended_s=clock.suspended_s()))
        for server, manners in self._manners.items():
            if manners.may_ask(self._seen_s, hurry=hurry):
                self._manners[server] = manners.asked(self._seen_s)
                await self._ask(server)

    async def _ask(self, server: str) -> None:
        started = clock.stamp()
        told = await time_server.ask(server, _ASK_WITHIN_S)
        if isinstance(told, Kiss):
            self._manners[server] = self._manners[server].kissed(told)
        seen = ClockSeen(time_server=server, suspended_s=clock.suspended_s())
        if isinstance(told, Told):
            seen = ClockSeen(
                time_server=server,
                offset_ms=told.offset_ms,
                round_trip_ms=told.round_trip_ms,
                stratum=told.stratum,
                suspended_s=clock.suspended_s(),
            )
        self._keep(started, clock.stamp(), seen)


def _look() -> Look:
    return Look(clock.stamp(), clock.suspended_s())
