"""Shell. Asks the collector for the line, by a record of its own kind, and waits for the word in its receipt.

Nothing else of the collector's is needed: no topic, no right. Where it does not answer, nobody knows of other probes,
and the test is made. Knows nothing of how records travel.
"""

import asyncio
from collections.abc import Callable

from probe import clock
from probe.body.draw import TurnWish
from probe.record import Body, Stamp
from probe.wire import Turn

_ANSWER_WITHIN_S = 4.0


class Asking:
    """One probe's wishes, one at a time."""

    def __init__(self, keep: Callable[[Stamp, Stamp, Body], object], *, connected: Callable[[], bool]) -> None:
        """`keep` takes the wish as a record; `connected`: whether a receipt can be hoped for at all."""
        self._keep = keep
        self._connected = connected
        self._answer: asyncio.Future[Turn] | None = None

    def heard(self, turn: Turn) -> None:
        """A receipt brought an answer."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(turn)

    async def ask(self, for_s: float) -> Turn | None:
        """The collector's answer; None where there is none in time."""
        if not self._connected():
            return None
        self._answer = asyncio.get_running_loop().create_future()
        at = clock.stamp()
        self._keep(at, at, TurnWish(for_s=for_s))
        try:
            return await asyncio.wait_for(self._answer, _ANSWER_WITHIN_S)
        except TimeoutError:
            return None
        finally:
            self._answer = None
