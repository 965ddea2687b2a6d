"""Shell. Reads many lines' outages from the store and has those put together that began at once.

A line on which every question of the period was answered is not read again: it cannot have been down. Holds no
judgement and no clock.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from analysis.fleet.burst import Burst, bursts
from analysis.fleet.placement import Placement
from analysis.outage.together import LineWatched
from analysis.period import Period
from analysis.profile import ledger_rules
from analysis.report import State
from analysis.run import Records, account

_COLUMNS = ("line", "minutes", "asked_count", "answered_count")
_MINUTE_S = 60.0


class Parts(Records, Protocol):
    """Where many lines' records come from: a store."""

    def parts(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime, *, columns: Sequence[str]
    ) -> Iterator[Any]:
        """As Arrow tables, as `collector.store` gives them."""


def find(
    store: Parts,
    lines: Sequence[str],
    period: Period,
    places: Mapping[str, Placement],
    *,
    done: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Burst, ...]:
    """The bursts of `lines` in `period`. `done` hears how many of how many lines were read alone. Raises StoreError."""
    answered_s, unanswered = _at_a_glance(store, lines, period)
    watched = {line: LineWatched((), seconds) for line, seconds in answered_s.items()}
    for number, line in enumerate(sorted(unanswered), 1):
        watched[line] = _alone(store, line, period)
        done(number, len(unanswered))
    return bursts(watched, places, ledger_rules())


def _at_a_glance(store: Parts, lines: Sequence[str], period: Period) -> tuple[dict[str, float], set[str]]:
    """Seconds that lines were watched, and those of them on which something was not answered."""
    import pyarrow.compute as pc  # type: ignore[import-untyped]  # ships no types

    seconds: dict[str, float] = {}
    unanswered: set[str] = set()
    for table in store.parts(lines, period.start_at, period.end_at, columns=_COLUMNS):
        minutes = table.filter(pc.is_valid(table["asked_count"]))
        weights = pc.coalesce(minutes["minutes"], 1)
        by_line = minutes.append_column("weight", weights).group_by("line").aggregate([("weight", "sum")])
        for line, count in zip(by_line["line"].to_pylist(), by_line["weight_sum"].to_pylist(), strict=True):
            seconds[line] = seconds.get(line, 0.0) + count * _MINUTE_S
        lost = minutes.filter(pc.less(minutes["answered_count"], minutes["asked_count"]))
        unanswered |= set(lost["line"].to_pylist())
    return seconds, unanswered


def _alone(store: Records, line: str, period: Period) -> LineWatched:
    seen = account(store, line, period)
    spent = seen.ledger
    return LineWatched(seen.outages, spent.seconds(State.UP) + spent.seconds(State.DOWN))
