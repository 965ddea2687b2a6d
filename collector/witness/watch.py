"""Shell. The outside witness at work: asks every aim again and again, and hands on what it heard, minute by minute.

Knows nothing of the journal, nor of what an answer that is missing means.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from collector.envelope import Witnessed
from collector.witness.aim import Aim
from collector.witness.knock import answers

_ANSWER_WITHIN_S = 4.0
_MINUTE_S = 60.0


async def watch(
    aim: Aim, *, emit: Callable[[Witnessed], None], now: Callable[[], datetime], stop: asyncio.Event
) -> None:
    """Asks until `stop`; `emit` hears each minute that is over, and the last one as far as it came.

    A minute in which this machine could not ask is none.
    """
    while not stop.is_set():
        started_at, until_s = now(), time.monotonic() + _MINUTE_S
        heard: list[bool] = []
        while not stop.is_set() and time.monotonic() < until_s:
            again_s = time.monotonic() + aim.every_s
            answered = await _unless(stop, aim)
            if answered is not None:
                heard.append(answered)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), max(0.0, min(again_s, until_s) - time.monotonic()))
        ended_at = now()
        if heard and ended_at > started_at:
            emit(
                Witnessed(
                    line=aim.line,
                    started_at=started_at,
                    ended_at=ended_at,
                    method=aim.method,
                    asked_count=len(heard),
                    answered_count=sum(heard),
                )
            )


async def _unless(stop: asyncio.Event, aim: Aim) -> bool | None:
    """One question; None too where it was stopped."""
    asking = asyncio.create_task(answers(aim.address, aim.port, within_s=_ANSWER_WITHIN_S))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return asking.result() if asking.done() else None
    finally:
        for task in (asking, stopping):
            task.cancel()
        await asyncio.gather(asking, stopping, return_exceptions=True)
