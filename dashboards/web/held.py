"""Pure. Records of one line, read once and asked several times: decoding them is what a page costs most.

Stands where the analysis wants a store. Knows nothing of what it is asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.period import Period
from collector.envelope import StoredRecord, Witnessed

AROUND = timedelta(hours=1)  # beside a period the analysis wants a little more; this is amply so


@dataclass(frozen=True, slots=True)
class Held:
    """All records of `line` that started within `AROUND` of `period`, in the store's order; `seen` by the witness.

    `told`: what other tools' files told of the same time.
    """

    line: str
    period: Period
    held: tuple[StoredRecord, ...]
    seen: tuple[Witnessed, ...] = ()
    told: tuple[StoredRecord, ...] = ()

    def records(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """As the store would give them. Raises ValueError for what is not held."""
        self._check(lines, period_start_at, period_end_at)
        return (one for one in self.held if period_start_at <= one.record.started.at < period_end_at)

    def imported(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """As the store would give them. Raises ValueError for what is not held."""
        self._check(lines, period_start_at, period_end_at)
        return (one for one in self.told if period_start_at <= one.record.started.at < period_end_at)

    def _check(self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime) -> None:
        around = Period(self.period.start_at - AROUND, self.period.end_at + AROUND)
        if list(lines) != [self.line] or period_start_at < around.start_at or period_end_at > around.end_at:
            raise ValueError(
                f"{self.line} is held over {around}, not {lines} from {period_start_at} to {period_end_at}"
            )

    def witnessed(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> tuple[Witnessed, ...]:
        """As the store would give them, as far as they are held."""
        held = self.seen if list(lines) == [self.line] else ()
        return tuple(one for one in held if period_start_at <= one.started_at < period_end_at)
