"""Shell. The witness's way into the journal: its minutes, kept by the journal's own thread.

Knows nothing of how they were seen.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from collector.envelope import Witnessed
from collector.journal import Journal, JournalError
from collector.witness.aim import Aim
from collector.witness.watch import watch

_MOST_HELD = 1500  # while the disk takes nothing: a day of one line


async def witness(
    aims: Sequence[Aim],
    *,
    journal: Journal,
    worker: ThreadPoolExecutor,
    now: Callable[[], datetime],
    stop: asyncio.Event,
) -> None:
    """Watches every aim until `stop`, and keeps what is seen; what the disk does not take is tried again."""
    held: deque[Witnessed] = deque(maxlen=_MOST_HELD)
    news = asyncio.Event()

    def emit(seen: Witnessed) -> None:
        held.append(seen)
        news.set()

    watching = asyncio.gather(*(watch(aim, emit=emit, now=now, stop=stop) for aim in aims))
    watching.add_done_callback(lambda _: news.set())
    try:
        while not watching.done():
            await news.wait()
            news.clear()
            await _keep(held, journal, worker)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _keep(held: deque[Witnessed], journal: Journal, worker: ThreadPoolExecutor) -> None:
    seen = tuple(held)
    try:
        await asyncio.get_running_loop().run_in_executor(worker, journal.witness, seen)
    except JournalError:
        return  # the collector says so; these come with the next minute
    for one in seen:
        if held and held[0] is one:
            held.popleft()
