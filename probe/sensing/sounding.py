"""Shell. Light sensing: a short train every few minutes, at random instants, within a byte budget of its own.

Knows nothing of what a train is made of or of what is made of it.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from probe import clock
from probe.body.train import Train
from probe.courtesy.settings import SensingSettings
from probe.expense import Expense
from probe.pause import pause
from probe.record import Body, Stamp
from probe.settings import is_loopback
from probe.worker import in_thread

_RAN_ON_S = 20.0  # a train has ended by then, the process's start inside
_ABORT_WITHIN_S = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounding:
    """`train` makes one, in a thread, until its event is set; None where nothing came of it.

    `sensed` hears of each; `uniform` gives numbers in [0, 1).
    """

    settings: SensingSettings
    expense: Expense
    train: Callable[[threading.Event], Train | None]
    keep: Callable[[Stamp, Stamp, Body], object]
    sensed: Callable[[datetime, Train], None]
    uniform: Callable[[], float]

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; ends at once where no trains are to be sent."""
        every_s = self.settings.train_every_s
        while every_s and not stop.is_set():
            await pause(stop, every_s * (0.5 + self.uniform()))  # never in step with what recurs
            if not stop.is_set() and self._affordable():
                await self._one(stop)

    def _affordable(self) -> bool:
        return self.expense.light_bytes(clock.now().date()) < self.settings.bytes_per_day

    async def _one(self, stop: asyncio.Event) -> None:
        started, halt = clock.stamp(), threading.Event()
        working = asyncio.create_task(in_thread(lambda: self.train(halt)))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED, timeout=_RAN_ON_S)
            halt.set()
            await asyncio.wait({working}, timeout=_ABORT_WITHIN_S)
            train = working.result() if working.done() else None
            if train is not None:
                self._heed(started, train)
        finally:
            stopping.cancel()
            working.cancel()

    def _heed(self, started: Stamp, train: Train) -> None:
        ended = clock.stamp()
        if not _at_home(train):
            self.expense.add_light(ended.at.date(), train.bytes)
        self.keep(started, ended, train)
        self.sensed(ended.at, train)


def _at_home(train: Train) -> bool:
    """On this very machine: it costs the line nothing."""
    return train.server.demonstration or is_loopback(train.server.address or "")
