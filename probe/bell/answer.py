"""Shell. Answers the bell: one test at a time for whoever rings on this machine, told as it goes, ended as they go.

Knows nothing of how a test is made, nor of when it may be.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from probe.bell.audience import Audience
from probe.bell.place import hang
from probe.bell.said import MOST_LINE_BYTES, Ended, Moment, Refused, Told, decode_wish, encode
from probe.throughput.plan import Live

Test = Callable[[asyncio.Event], Awaitable[Refused | Ended]]  # until the event is set
_ASKS_WITHIN_S = 5.0
_TAKES_WITHIN_S = 5.0
_MOST_WAITING = 64  # moments; more than any test has in the time that a listener may take
_ENDS_WITHIN_S = 2.0


class Bell:
    """`test` makes one test, or says why not; how it goes is told to `audience`."""

    def __init__(self, path: Path, test: Test, audience: Audience) -> None:
        self._path, self._test, self._audience = path, test, audience
        self._visits: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. Where no socket can be made nobody can ring, and everything else goes on."""
        try:
            listening = hang(self._path)
        except OSError:
            await stop.wait()
            return
        server = await asyncio.start_unix_server(self._visited, sock=listening, limit=MOST_LINE_BYTES)
        try:
            await stop.wait()
        finally:
            self._stop.set()
            server.close()
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            if self._visits:
                await asyncio.wait(self._visits, timeout=_ENDS_WITHIN_S)
            for visit in self._visits:
                visit.cancel()
            await asyncio.gather(*self._visits, return_exceptions=True)

    async def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.current_task()
        assert visit is not None
        self._visits.add(visit)
        try:
            with suppress(OSError, TimeoutError, ValueError, msgspec.DecodeError):
                async with asyncio.timeout(_ASKS_WITHIN_S):
                    decode_wish(await reader.readline())
                await self._tested(reader, writer)
        finally:
            self._visits.discard(visit)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _tested(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called_off = asyncio.Event()
        told: asyncio.Queue[Told] = asyncio.Queue(_MOST_WAITING)

        def hear(live: Live) -> None:
            with suppress(asyncio.QueueFull):  # who listens too slowly misses a moment
                told.put_nowait(Told(moment=_moment(live)))

        with self._audience.listening(hear):
            testing = asyncio.ensure_future(self._test(called_off))
            leaving = [asyncio.create_task(reader.read(1)), asyncio.create_task(self._stop.wait())]
            for leave in leaving:
                leave.add_done_callback(lambda _: called_off.set())
            try:
                await _pass_on(testing, told, writer)
                await _say(writer, _last(testing.result()))
            finally:
                called_off.set()
                for leave in leaving:
                    leave.cancel()
                await asyncio.gather(testing, *leaving, return_exceptions=True)


async def _pass_on(
    testing: "asyncio.Future[Refused | Ended]", told: asyncio.Queue[Told], writer: asyncio.StreamWriter
) -> None:
    """What is told, until the test has ended. Raises OSError and TimeoutError where nobody takes it."""
    await _say(writer, Told())
    while not testing.done():
        next_one = asyncio.create_task(told.get())
        either: set[asyncio.Future[Any]] = {testing, next_one}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if next_one.done():
            await _say(writer, next_one.result())
        else:
            next_one.cancel()


async def _say(writer: asyncio.StreamWriter, told: Told) -> None:
    writer.write(encode(told))
    async with asyncio.timeout(_TAKES_WITHIN_S):
        await writer.drain()


def _last(outcome: Refused | Ended) -> Told:
    return Told(refused=outcome) if isinstance(outcome, Refused) else Told(ended=outcome)


def _moment(live: Live) -> Moment:
    return Moment(
        direction=live.direction,
        elapsed_s=live.elapsed_s,
        duration_s=live.duration_s,
        rate_bps=live.rate_bps,
        moved_bytes=live.bytes,
    )
