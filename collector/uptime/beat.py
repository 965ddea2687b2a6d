"""Shell. A collector at work says so every few seconds, and once more when it ends.

At work is: connected to its broker, and able to write. Knows nothing of what it collects.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from collector.uptime.account import BEAT_S
from collector.uptime.diary import FILE, Diary

_LOOK_EVERY_S = 1.0  # how soon it is known that the broker went


async def beat(
    journal: Path, *, at_work: Callable[[], int | None], now: Callable[[], datetime], stop: asyncio.Event
) -> None:
    """Until `stop`. `at_work` numbers the connection that it works on, None: none.

    A disk that takes no beat ends the span: nothing is said, the journal's own words tell of it.
    """
    diary = Diary(journal.with_name(FILE))
    before, due_s = None, 0.0
    while not stop.is_set():
        working = at_work()
        if working is None or working != before:
            diary.pause()
            due_s = 0.0
        if working is not None and due_s <= 0.0:
            await asyncio.to_thread(_once, diary, now())
            due_s = BEAT_S
        before = working
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_EVERY_S)
        due_s -= _LOOK_EVERY_S
    if before is not None and at_work() == before:
        await asyncio.to_thread(_once, diary, now())


def _once(diary: Diary, at: datetime) -> None:
    try:
        diary.beat(at, time.monotonic())
    except (sqlite3.Error, OSError):
        diary.pause()
