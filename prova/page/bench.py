"""Shell. Speed tests that somebody asks for on the page: rings the probe's bell, and keeps what it tells.

Knows nothing of the page.
"""

import asyncio
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path

from dashboards.web.page.live.course import Course, Point, State, Why
from probe.bell.ring import NobodyError, ring
from probe.bell.said import Moment, Told
from probe.body.speed_test import Direction

_MOST_POINTS = 400  # of one direction; a test of a minute has two hundred
_ENDS_WITHIN_S = 10.0


class BellBench:
    """One test at a time, of the probe whose bell hangs at `bell`."""

    def __init__(self, bell: Path) -> None:
        self._bell = bell
        self._course = Course()
        self._changed = asyncio.Condition()
        self._testing: asyncio.Task[None] | None = None

    @property
    def course(self) -> Course:
        """How the last test that was asked for goes."""
        return self._course

    async def begin(self) -> None:
        """Asks for a test, unless one is under way."""
        if self._course.is_under_way:
            return
        await self._set(Course(state=State.WAITING))
        self._testing = asyncio.create_task(self._test())

    async def call_off(self) -> None:
        """Ends the test that is under way, if one is."""
        if self._testing is None or self._testing.done():
            return
        self._testing.cancel()
        await asyncio.wait({self._testing}, timeout=_ENDS_WITHIN_S)
        await self._set(replace(self._course, state=State.CALLED_OFF, direction=None))

    async def changed(self, since: int, within_s: float) -> Course:
        """The course once its version is another than `since`, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s), self._changed:
                await self._changed.wait_for(lambda: self._course.version != since)
        return self._course

    async def _test(self) -> None:
        try:
            async with aclosing(ring(self._bell)) as telling:
                async for told in telling:
                    await self._set(heard(self._course, told))
        except NobodyError:
            await self._set(replace(self._course, state=State.LOST, direction=None))

    async def _set(self, course: Course) -> None:
        async with self._changed:
            self._course = replace(course, version=self._course.version + 1)
            self._changed.notify_all()


def heard(course: Course, told: Told) -> Course:
    """The course after what the probe told."""
    if told.refused is not None:
        why, again_at = Why(told.refused.why), told.refused.again_at
        return replace(course, state=State.REFUSED, direction=None, why=why, again_at=again_at)
    if told.ended is not None:
        return replace(course, state=State.DONE, direction=None, records=told.ended.records)
    return course if told.moment is None else _moved(course, told.moment)


def _moved(course: Course, moment: Moment) -> Course:
    running = replace(
        course,
        state=State.RUNNING,
        direction=moment.direction,
        elapsed_s=moment.elapsed_s,
        duration_s=moment.duration_s,
        moved_bytes=moment.moved_bytes,
    )
    if moment.rate_bps is None:
        return running
    point = Point(moment.elapsed_s, moment.rate_bps)
    if moment.direction is Direction.DOWNLOAD:
        return replace(running, download=(*course.download, point)[-_MOST_POINTS:])
    return replace(running, upload=(*course.upload, point)[-_MOST_POINTS:])
