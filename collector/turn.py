"""Pure. Whose turn a line is: one probe at a time, for as long as it asked. In memory alone: a restart forgets.

Knows nothing of keys, brokers or what is done with a line.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from probe.body.draw import TurnWish
from probe.wire import Batch, Turn

_FRESH = timedelta(seconds=30)  # a wish out of a backlog is nobody's any more


@dataclass(slots=True)
class Turns:
    """Of each line, the probe that has it and until when."""

    _holders: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def answer(self, batch: Batch, received_at: datetime) -> Turn | None:
        """The answer to the last wish in the batch; None where there is none, or it is not fresh.

        A probe that has the line may ask again, and has it for as long as it asks then.
        """
        wish = next((one for one in reversed(batch.records) if isinstance(one.body, TurnWish)), None)
        if wish is None or abs(received_at - wish.started.at) > _FRESH:
            return None
        assert isinstance(wish.body, TurnWish)
        holder, until = self._holders.get(batch.line, ("", received_at))
        if holder != batch.probe and until > received_at:
            return Turn(granted=False, until=until)
        until = received_at + timedelta(seconds=wish.body.for_s)
        self._holders[batch.line] = (batch.probe, until)
        return Turn(granted=True, until=until)
