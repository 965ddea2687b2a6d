"""Shell. Makes speed tests when their time has come: download, then upload, one at a time, server after server.

Knows nothing of how a rate is measured or what it means.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime

from probe import clock
from probe.body.conditions import Path
from probe.body.notice import Notice, NoticeKind
from probe.body.speed_test import Direction, Failure, Server, SpeedTest
from probe.expense import Expense
from probe.record import Body, Stamp
from probe.schedule import Decision, Skip, SkipReason, Spending, decide, decide_first, next_due, turn
from probe.settings import MeasureSettings
from probe.worker import in_thread

Measure = Callable[[str, Direction, threading.Event], SpeedTest]
Keep = Callable[[Stamp, Stamp, Body], None]
_NAP_S = 30.0  # a clock that is set, or a machine that slept, is noticed by then
_LONGEST_TEST_S = 180.0
_ABORT_WITHIN_S = 1.2
_NOT_REACHED = frozenset(
    {
        Failure.NAME_NOT_RESOLVED,
        Failure.NO_ROUTE,
        Failure.REFUSED,
        Failure.TIMED_OUT,
        Failure.TLS,
        Failure.SERVER_REFUSED,
        Failure.PROTOCOL,
    }
)


class Rounds:
    """The only one who starts speed tests; `keep` hears of each of them, failed ones too, and of each one skipped."""

    def __init__(
        self,
        settings: MeasureSettings,
        *,
        expense: Expense,
        plan_of: Callable[[date], Sequence[datetime]],
        measure: Measure,
        keep: Keep,
        is_ready: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """`plan_of` gives a UTC day's instants; `measure` makes one test, in a thread, until its event is set.

        `is_ready`: whether a server may be asked now; one that may not is left out of the round.
        """
        self._settings = settings
        self._expense = expense
        self._plan_of = plan_of
        self._measure = measure
        self._keep = keep
        self._is_ready = is_ready

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; a test under way is then ended and kept as aborted. Ends at once where none are to be made."""
        if not self._settings.servers or not self._settings.tests_per_day:
            return
        await _pause(stop, self._settings.first_test_after_s)
        handled = clock.now()
        if not stop.is_set():
            last = self._expense.last_began_at
            first = decide_first(now=handled, last_round_at=last, spending=self._spending(handled))
            await self._heed(first, handled, stop)
        while not stop.is_set():
            now = clock.now()
            due_at = next_due(self._plan_of, now=now, handled=handled, tests_per_day=self._settings.tests_per_day)
            if due_at > now:
                await _pause(stop, min(_NAP_S, (due_at - now).total_seconds()))
                continue
            handled = now
            await self._heed(decide(due_at=due_at, now=now, spending=self._spending(now)), now, stop)

    def _spending(self, now: datetime) -> Spending:
        return Spending(
            spent_bytes=self._expense.spent_bytes(now.date()),
            expected_bytes=self._expense.heaviest_bytes,
            bytes_per_day=self._settings.bytes_per_day,
        )

    async def _heed(self, decision: Decision, now: datetime, stop: asyncio.Event) -> None:
        if isinstance(decision, Skip):
            at = clock.stamp()
            self._keep(at, at, Notice(kind=NoticeKind.TEST_SKIPPED, detail=f"{decision.reason}: {decision.detail}"))
        else:
            await self._round(now, stop)

    async def _round(self, now: datetime, stop: asyncio.Event) -> None:
        """Both directions against the first server that can be reached; none where none can."""
        in_turn = turn(self._settings.servers, at=now, tests_per_day=self._settings.tests_per_day)
        servers = tuple(server for server in in_turn if self._is_ready(server))
        if not servers:
            at = clock.stamp()
            detail = f"{SkipReason.SPACED}: {', '.join(in_turn)} may not be asked again yet"
            self._keep(at, at, Notice(kind=NoticeKind.TEST_SKIPPED, detail=detail))
            return
        self._expense.begin(now)
        for direction in (Direction.DOWNLOAD, Direction.UPLOAD):
            servers = await self._try(servers, direction, stop)

    async def _try(self, servers: Sequence[str], direction: Direction, stop: asyncio.Event) -> tuple[str, ...]:
        """Tests against one server after another until one is reached; that one, as the only one for what follows."""
        for server in servers:
            if stop.is_set():
                break
            if (await self._test(server, direction, stop)).failure not in _NOT_REACHED:
                return (server,)
        return ()

    async def _test(self, server: str, direction: Direction, stop: asyncio.Event) -> SpeedTest:
        """One test, kept and counted whatever came of it."""
        started = clock.stamp()
        halt = threading.Event()
        measuring = asyncio.create_task(in_thread(lambda: self._measure(server, direction, halt)))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({measuring, stopping}, return_when=asyncio.FIRST_COMPLETED, timeout=_LONGEST_TEST_S)
            halt.set()
            await asyncio.wait({measuring}, timeout=_ABORT_WITHIN_S)
            test = measuring.result() if measuring.done() else self._given_up(server, direction)
        finally:
            stopping.cancel()
            measuring.cancel()  # where it does not heed `halt`, its thread ends alone and its result is dropped
        if test.conditions.path is not Path.LOOPBACK:  # what never left this machine cost the line nothing
            self._expense.add(test.bytes or 0)
        self._keep(started, clock.stamp(), test)
        return test

    def _given_up(self, server: str, direction: Direction) -> SpeedTest:
        return SpeedTest(
            direction=direction,
            method="unknown",
            method_version="unknown",
            server=Server(url=server, demonstration=self._settings.demonstration),
            failure=Failure.ABORTED,
        )


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
