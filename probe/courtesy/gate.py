"""Shell. What a heavy test passes before it may load the line: the household at rest, and no other probe testing.

Put off a minute at a time, each time with a record, until it can wait no longer. A household that never rests is
measured all the same now and then, and the test says so. However long a test waited, it begins on no full hour. Knows
nothing of how a test is made or why it is due.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from probe import clock
from probe.body.draw import Course, Decision, Draw, Origin, Passed
from probe.courtesy.quiet import is_busy
from probe.courtesy.settings import CourtesySettings
from probe.pause import pause
from probe.record import Body, Stamp
from probe.schedule import Skip, SkipReason
from probe.wire import Turn

_AGAIN_S = 20.0  # where another probe of this machine tests
_LONGEST_TURN_S = 120.0
_REASONS = {
    Course.HOUSEHOLD_BUSY: SkipReason.HOUSEHOLD_BUSY,
    Course.ANOTHER_PROBE: SkipReason.ANOTHER_PROBE,
}


@dataclass(frozen=True, slots=True)
class _Obstacle:
    course: Course
    again_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Whom a test gives way to.

    `look` at what passes; `ask` the collector for the line for so many seconds; `alone_here`: no other probe of this
    machine tests; `held_s`: by how much a test that would begin at a moment is to begin later.
    """

    look: Callable[[asyncio.Event], Awaitable[tuple[Passed, ...]]]
    ask: Callable[[float], Awaitable[Turn | None]]
    alone_here: Callable[[], AbstractContextManager[bool]]
    last_test_at: Callable[[], datetime | None]
    held_s: Callable[[datetime], float] = lambda _: 0.0


class Gate:
    """`keep` hears of every time that a test is put off."""

    def __init__(
        self, settings: CourtesySettings, outside: Outside, *, keep: Callable[[Stamp, Stamp, Body], object]
    ) -> None:
        self._settings = settings
        self._outside = outside
        self._keep = keep
        self._look_s = settings.limits.look_s if settings.defer else 0.0

    @asynccontextmanager
    async def through(
        self, draw: Draw, *, until: datetime, for_s: float, stop: asyncio.Event
    ) -> AsyncIterator[Draw | Skip | None]:
        """The draw as the test is made, the line kept until the end; a Skip once `until` is near; None after `stop`.

        `for_s`: how long the test will take.
        """
        with ExitStack() as held:
            yield await self._wait(draw, until, for_s, stop, held)

    async def _wait(
        self, draw: Draw, until: datetime, for_s: float, stop: asyncio.Event, held: ExitStack
    ) -> Draw | Skip | None:
        wait_s = self._next_s(0.0)
        if wait_s and clock.now() + timedelta(seconds=wait_s) >= until:
            return Skip(SkipReason.MISSED, f"it could wait until {until:%Y-%m-%d %H:%M:%S} UTC, on a full hour")
        await pause(stop, wait_s)
        while not stop.is_set():
            passed = await self._outside.look(stop) if self._settings.defer else ()
            busy = is_busy(passed, self._settings.limits)
            obstacle = _Obstacle(Course.HOUSEHOLD_BUSY, self._settings.limits.again_s) if busy else None
            last_chance = clock.now() + timedelta(seconds=self._next_s(self._settings.limits.again_s)) >= until
            if draw.origin is Origin.ASKED or (busy and last_chance and self._overdue()):
                obstacle = None  # a person who asks for a test is the household
            if obstacle is None:
                found = await self._take(for_s, held)
                if not isinstance(found, _Obstacle):
                    return replace(draw, household_busy=busy, alone=found)
                obstacle = found
            draw = replace(draw, put_off_count=draw.put_off_count + 1)
            self._note(obstacle.course, replace(draw, household_busy=busy), passed)
            wait_s = self._next_s(obstacle.again_s)
            if clock.now() + timedelta(seconds=wait_s) >= until:
                times = draw.put_off_count
                return Skip(_REASONS[obstacle.course], f"put off {times} times, until {until:%Y-%m-%d %H:%M:%S} UTC")
            await pause(stop, wait_s)
        return None

    async def _take(self, for_s: float, held: ExitStack) -> bool | _Obstacle | None:
        """Whether the collector keeps others away, None where it does not say; or who has the line."""
        lock = self._outside.alone_here()
        if not held.enter_context(lock):
            held.pop_all().close()
            return _Obstacle(Course.ANOTHER_PROBE, _AGAIN_S)
        turn = await self._outside.ask(for_s) if self._settings.share_line else None
        if turn is None or turn.granted:
            return None if turn is None else True
        held.pop_all().close()
        free_in_s = (turn.until - clock.now()).total_seconds()
        return _Obstacle(Course.ANOTHER_PROBE, min(max(free_in_s, 1.0), _LONGEST_TURN_S))

    def _next_s(self, after_s: float) -> float:
        """In how many seconds it is looked again, `after_s` at the soonest, so that what begins then may begin."""
        return after_s + self._outside.held_s(clock.now() + timedelta(seconds=after_s + self._look_s))

    def _overdue(self) -> bool:
        last = self._outside.last_test_at()
        return last is None or abs((clock.now() - last).total_seconds()) >= self._settings.at_least_every_s

    def _note(self, course: Course, draw: Draw, passed: tuple[Passed, ...]) -> None:
        at = clock.stamp()
        limits = self._settings.limits if course is Course.HOUSEHOLD_BUSY else None
        self._keep(
            at,
            at,
            Decision(
                course=course,
                draw=draw,
                passed=passed,
                down_limit_bps=None if limits is None else limits.down_bps,
                up_limit_bps=None if limits is None else limits.up_bps,
            ),
        )
