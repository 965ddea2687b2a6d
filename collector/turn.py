"""Pure. Whose turn a line is: one probe at a time, for as long as it asked. In memory alone: a restart forgets.

Knows nothing of keys, brokers or what is done with a line.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from collector.envelope import Outline
from probe.units import at_epoch_us
from probe.wire import Turn

_FRESH = timedelta(seconds=30)  # a wish out of a backlog is nobody's any more


@dataclass(slots=True)
class Turns:
    """Of each line, the probe that has it and until when."""

    _holders: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def answer(self, batch: Outline, received_at: datetime) -> Turn | None:
        """The answer to the last wish in the batch; None where there is none, or it is not fresh.

        A probe that has the line may ask again, and has it for as long as it asks then.
        """
        wish = batch.wish
        if wish is None or abs(received_at - at_epoch_us(wish.started_us)) > _FRESH:
            return None
        holder, until = self._holders.get(batch.line, ("", received_at))
        if holder != batch.probe and until > received_at:
            return Turn(granted=False, until=until)
        until = received_at + timedelta(seconds=wish.for_s)
        self._holders[batch.line] = (batch.probe, until)
        return Turn(granted=True, until=until)
