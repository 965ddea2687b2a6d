"""Shell. Makes speed tests when their time has come: download, then upload, one at a time, server after server.

Each is made under a draw that says why, and with what chance; a low result is tested again soon. Knows nothing of how a
rate is measured or what it means.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from probe import clock
from probe.bell.said import Ended, Refused, Why
from probe.body.conditions import Path
from probe.body.draw import Course, Draw, Origin, Stratum
from probe.body.draw import Decision as DecisionRecord
from probe.body.notice import Notice, NoticeKind
from probe.body.speed_test import Direction, Failure, Server, SpeedTest
from probe.courtesy.gate import Gate
from probe.courtesy.settings import RepeatSettings
from probe.expense import Expense
from probe.pause import pause
from probe.record import Body, Stamp
from probe.schedule import LATE_S, Due, Skip, SkipReason, Spending, afford, decide, decide_first, next_due, turn
from probe.sensing.chance import Chances, chances
from probe.sensing.level import Levels
from probe.settings import MeasureSettings
from probe.worker import in_thread

Measure = Callable[[str, Direction, threading.Event], SpeedTest]
Keep = Callable[[Stamp, Stamp, Body], str | None]
_NAP_S = 30.0  # a clock that is set, or a machine that slept, is noticed by then
_LONGEST_TEST_S = 180.0
_ABORT_WITHIN_S = 1.2
_BOTH = (Direction.DOWNLOAD, Direction.UPLOAD)
_ROUND_BESIDE_S = 5.0  # connecting and the like, of each direction
_USUAL_TEST_S = 10.0
_WAITED_AT_MOST = timedelta(minutes=5)  # by an extra test or a repeat, for a test under way or for the household
_FIRST_WAITS = timedelta(minutes=3)
_LATE = timedelta(seconds=LATE_S)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What rounds are made with.

    `plan_of` gives a UTC day's tests. `measure` makes one test, in a thread, until its event is set. `keep` hears of
    every test and of every one left out, and gives the record's name, None where it has none yet. `is_ready`: whether a
    server may be asked now; one that may not is left out. `gate` None: nobody is given way to. `stratum`: what light
    sensing shows at a moment. `extra_of` None: no extra tests.
    """

    expense: Expense
    plan_of: Callable[[date], Sequence[Due]]
    measure: Measure
    keep: Keep
    is_ready: Callable[[str], bool] = lambda _: True
    gate: Gate | None = None
    stratum: Callable[[datetime], Stratum] = lambda _: Stratum.UNKNOWN
    extra_of: dict[Stratum, float] | None = None
    repeat: RepeatSettings = field(default_factory=lambda: RepeatSettings(per_day=0))
    repeat_after_s: float = 60.0


@dataclass(frozen=True, slots=True)
class _Made:
    """One test of a round, kept."""

    test: SpeedTest
    server: str
    record: str | None


class Rounds:
    """The only one who starts speed tests."""

    def __init__(self, settings: MeasureSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._around = surroundings
        self._levels = Levels(surroundings.repeat.share, surroundings.repeat.below_bps)
        self._one = asyncio.Lock()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; a test under way is then ended and kept as aborted. Ends at once where none are to be made."""
        if not self._settings.servers or not self._settings.tests_per_day:
            return
        await pause(stop, self._settings.first_test_after_s)
        handled = clock.now()
        async with asyncio.TaskGroup() as handling:
            if not stop.is_set():
                handling.create_task(self._first(handled, stop))
            while not stop.is_set():
                now = clock.now()
                due = next_due(
                    self._around.plan_of, now=now, handled=handled, tests_per_day=self._settings.tests_per_day
                )
                if due.at > now:
                    await pause(stop, min(_NAP_S, (due.at - now).total_seconds()))
                    continue
                handled = now if now - due.at > _LATE else due.at
                handling.create_task(self._handle(due, now, stop))

    async def asked(self, stop: asyncio.Event) -> Ended | Refused | Skip:
        """A round that a person asked for, now, until `stop`.

        It passes what every test passes, but that it does not wait for the household.
        """
        if not self._settings.servers:
            return Refused(why=Why.NO_SERVER)
        if self._one.locked():
            return Refused(why=Why.UNDER_WAY)
        now = clock.now()
        draw = Draw(origin=Origin.ASKED, due_at=now, stratum=self._around.stratum(now))
        made = await self._made(draw, _BOTH, None, now + _FIRST_WAITS, stop)
        return made if isinstance(made, Skip) else Ended(records=tuple(one.record for one in made if one.record))

    def _spending(self, now: datetime) -> Spending:
        expense = self._around.expense
        return Spending(
            spent_bytes=expense.spent_bytes(now.date()),
            expected_bytes=expense.heaviest_bytes,
            bytes_per_day=self._settings.bytes_per_day,
            month_spent_bytes=expense.month_bytes(now.date()),
            bytes_per_month=self._settings.bytes_per_month,
        )

    async def _first(self, now: datetime, stop: asyncio.Event) -> None:
        """The test at the probe's start, at no random instant."""
        last = self._around.expense.last_began_at
        first = decide_first(now=now, last_round_at=last, spending=self._spending(now))
        if isinstance(first, Skip):
            self._skip(first)
            return
        draw = Draw(origin=Origin.START, due_at=now, stratum=self._around.stratum(now))
        await self._made_and_repeated(draw, now + _FIRST_WAITS, stop)

    async def _handle(self, due: Due, now: datetime, stop: asyncio.Event) -> None:
        """A planned test: drawn or not, and then made."""
        spending = self._spending(now)
        decision = decide(due_at=due.at, now=now, spending=spending)
        if isinstance(decision, Skip):
            self._skip(decision)
            return
        stratum = self._around.stratum(now)
        chance = self._chances(stratum, now, spending)
        draw = _drawn(due, stratum, chance)
        if draw.chance is None or due.lot >= draw.chance:
            at = clock.stamp()
            self._around.keep(at, at, DecisionRecord(course=Course.NOT_DRAWN, draw=draw))
            return
        until = due.slot_end_at if due.origin is Origin.SLOT else min(due.slot_end_at, now + _WAITED_AT_MOST)
        await self._made_and_repeated(draw, until, stop)

    def _chances(self, stratum: Stratum, now: datetime, spending: Spending) -> Chances:
        extra_of = self._around.extra_of or dict.fromkeys(Stratum, 0.0)
        return chances(stratum, extra_of, now=now, spending=spending, tests_per_day=self._settings.tests_per_day)

    async def _made_and_repeated(self, draw: Draw, until: datetime, stop: asyncio.Event) -> None:
        for made in self._heeded(await self._made(draw, _BOTH, None, until, stop)):
            reason = None
            if made.test.conditions.path is not Path.LOOPBACK and not made.test.server.demonstration:
                reason = self._levels.hear(made.test)
            if reason is not None:
                await self._repeat(made, draw, stop)

    async def _repeat(self, low: _Made, draw: Draw, stop: asyncio.Event) -> None:
        """The same direction again, soon: at the same server, and at a second one where there is one."""
        if not self._around.repeat.per_day:
            return
        spent = self._spent_on_repeats(replace(draw, origin=Origin.REPEAT, repeat_of=low.record), clock.now())
        if spent is not None:
            self._skip(spent)
            return
        await pause(stop, self._around.repeat_after_s)
        others = [server for server in self._settings.servers if server != low.server]
        second = next((server for server in others if self._around.is_ready(server)), None)
        again = replace(
            draw,
            origin=Origin.REPEAT,
            due_at=clock.now(),
            chance=None,
            tests_per_hour=None,
            repeat_of=low.record,
            put_off_count=0,
        )
        for server in (low.server, *((second,) if second else ())):
            this = replace(again, second_server=server != low.server)
            until = clock.now() + _WAITED_AT_MOST
            if not self._heeded(await self._made(this, (low.test.direction,), server, until, stop)):
                return

    def _spent_on_repeats(self, draw: Draw, now: datetime) -> Skip | None:
        """A second server's repeat belongs to the one before it. Others may have been made while this one waited."""
        done = self._around.expense.repeats(now.date())
        if draw.origin is not Origin.REPEAT or draw.second_server or done < self._around.repeat.per_day:
            return None
        return Skip(SkipReason.REPEATS_SPENT, f"{done} are made today; {draw.repeat_of} stays alone")

    async def _made(
        self, draw: Draw, directions: tuple[Direction, ...], server: str | None, until: datetime, stop: asyncio.Event
    ) -> list[_Made] | Skip:
        """The round under this draw; a Skip where it could not be made in time, or was not to be afforded any more."""
        async with self._one:
            if stop.is_set():
                return []
            now = clock.now()
            fits = self._spent_on_repeats(draw, now) or afford(self._spending(now))
            if now > until:
                fits = Skip(SkipReason.MISSED, f"another test took until {now:%Y-%m-%d %H:%M:%S} UTC")
            if isinstance(fits, Skip):
                return fits
            async with self._admitted(draw, len(directions), until, stop) as admitted:
                if isinstance(admitted, Draw):
                    return await self._round(admitted, directions, server, stop)
                return [] if admitted is None else admitted

    @asynccontextmanager
    async def _admitted(
        self, draw: Draw, tests: int, until: datetime, stop: asyncio.Event
    ) -> AsyncIterator[Draw | Skip | None]:
        if self._around.gate is None:
            yield draw
            return
        for_s = tests * ((self._settings.duration_s or _USUAL_TEST_S) + _ROUND_BESIDE_S)
        async with self._around.gate.through(draw, until=until, for_s=for_s, stop=stop) as admitted:
            yield admitted

    async def _round(
        self, draw: Draw, directions: tuple[Direction, ...], server: str | None, stop: asyncio.Event
    ) -> list[_Made] | Skip:
        """All directions against the first server that can be reached; none where none can."""
        now = clock.now()
        in_turn = turn(self._settings.servers, at=now, tests_per_day=self._settings.tests_per_day)
        servers = tuple(one for one in ((server,) if server else in_turn) if self._around.is_ready(one))
        if not servers:
            return Skip(SkipReason.SPACED, f"{', '.join(in_turn)} may not be asked again yet")
        self._around.expense.begin(now, repeat=draw.origin is Origin.REPEAT)
        every: list[_Made] = []
        for direction in directions:
            made, servers = await self._try(servers, direction, draw, stop)
            every.extend(made)
        return every

    async def _try(
        self, servers: Sequence[str], direction: Direction, draw: Draw, stop: asyncio.Event
    ) -> tuple[list[_Made], tuple[str, ...]]:
        """Tests against one server after another until one is reached; that one, as the only one for what follows."""
        made: list[_Made] = []
        for server in servers:
            if stop.is_set():
                break
            made.append(await self._test(server, direction, draw, stop))
            if made[-1].test.failure not in _NOT_REACHED:
                return made, (server,)
        return made, ()

    async def _test(self, server: str, direction: Direction, draw: Draw, stop: asyncio.Event) -> _Made:
        """One test, kept and counted whatever came of it."""
        started = clock.stamp()
        halt = threading.Event()
        measuring = asyncio.create_task(in_thread(lambda: self._around.measure(server, direction, halt)))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({measuring, stopping}, return_when=asyncio.FIRST_COMPLETED, timeout=_LONGEST_TEST_S)
            halt.set()
            await asyncio.wait({measuring}, timeout=_ABORT_WITHIN_S)
            test = measuring.result() if measuring.done() else None
        finally:
            stopping.cancel()
            measuring.cancel()  # where it does not heed `halt`, its thread ends alone and its result is dropped
        if test is None:
            test = given_up(server, direction, demonstration=self._settings.demonstration)
        if test.conditions.path is not Path.LOOPBACK:  # what never left this machine cost the line nothing
            self._around.expense.add(test.bytes or 0)
        drawn = replace(test, draw=draw)
        return _Made(drawn, server, self._around.keep(started, clock.stamp(), drawn))

    def _heeded(self, outcome: list[_Made] | Skip) -> list[_Made]:
        """A planned test that was left out is noted."""
        if isinstance(outcome, Skip):
            self._skip(outcome)
            return []
        return outcome

    def _skip(self, skip: Skip) -> None:
        at = clock.stamp()
        self._around.keep(at, at, Notice(kind=NoticeKind.TEST_SKIPPED, detail=f"{skip.reason}: {skip.detail}"))


def _drawn(due: Due, stratum: Stratum, chance: Chances) -> Draw:
    return Draw(
        origin=due.origin,
        due_at=due.at,
        slot_at=due.slot_at,
        slot_s=due.slot_s,
        stratum=stratum,
        chance=chance.own if due.origin is Origin.SLOT else chance.extra,
        tests_per_hour=chance.tests_per_hour,
    )


def given_up(server: str, direction: Direction, *, demonstration: bool, moved_bytes: int | None = None) -> SpeedTest:
    """A test of which no result came back; what it had moved by then is spent all the same."""
    return SpeedTest(
        direction=direction,
        method="unknown",
        method_version="unknown",
        server=Server(url=server, demonstration=demonstration),
        bytes=moved_bytes,
        failure=Failure.ABORTED,
    )
