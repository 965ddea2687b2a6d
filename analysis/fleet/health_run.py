"""Shell. Reads each probe's newest records and has it judged.

Holds no judgement and no clock: the time is handed in.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from analysis.fleet.health import Health
from analysis.fleet.health_judge import judge, lately, newest_software
from analysis.fleet.health_limits import limits
from collector.envelope import ProbeState, StoredRecord

_AFTER = timedelta(seconds=1)


class Probes(Protocol):
    """Where probes and their records come from: a store."""

    def probes(self) -> tuple[ProbeState, ...]:
        """Every enrolled probe, sorted by line and name."""

    def records(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """The records that started in [period_start_at, period_end_at)."""


def judge_fleet(
    store: Probes,
    now: datetime,
    *,
    lines: Collection[str] | None = None,
    done: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Health, ...]:
    """Every probe, or those of `lines`, sorted by line and name. `done` hears how many of how many were read.

    What is the newest software is asked of the whole that is judged. Raises the store's errors.
    """
    states = [one for one in store.probes() if lines is None or one.line in lines]
    said = []
    for number, state in enumerate(states, 1):
        said.append(lately(_newest(store, state)))
        done(number, len(states))
    newest = newest_software(said)
    return tuple(judge(state, one, now, newest=newest) for state, one in zip(states, said, strict=True))


def _newest(store: Probes, state: ProbeState) -> Iterator[StoredRecord]:
    if state.last_record_at is None:
        return
    look_back = timedelta(seconds=limits()["look_back"].value)
    for stored in store.records([state.line], state.last_record_at - look_back, state.last_record_at + _AFTER):
        if stored.record.probe == state.probe:
            yield stored
