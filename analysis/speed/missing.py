"""Pure. What would decide a day that stayed undecided: how many more tests, in which hours, or the end of the day.

Knows nothing of why a rule wants them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from analysis.finding import Figure
from analysis.speed.case import Case

_HOUR = timedelta(hours=1)
_MOST = 2000  # more tests than this are not a day's


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """How many more tests at least, evenly spread and all one way, would decide; None where no number could."""

    for_breached: int | None
    for_met: int | None


def what_is_missing(case: Case, more: More) -> dict[str, Figure]:
    """`more`, and `hours`: the starts of local hours without a test that counts, and `until`: when an open day ends."""
    return {
        "hours": list(_empty_hours(case)),
        "until": None if case.over else case.period.end_at.astimezone(case.zone).isoformat(),
        "tests_for_breached": more.for_breached,
        "tests_for_met": more.for_met,
    }


def more_slots(decides: Callable[[int], bool], tested: int) -> int | None:
    """The fewest tests beyond `tested` for which `decides` of the sum is true, at least 1; None where there is none."""
    return next((more for more in range(1, _MOST) if decides(tested + more)), None)


def _empty_hours(case: Case) -> tuple[str, ...]:
    hours = case.period.duration // _HOUR
    seen = {(witness.at - case.period.start_at) // _HOUR for witness in case.witnesses}
    starts = (case.period.start_at + number * _HOUR for number in range(hours) if number not in seen)
    return tuple(start_at.astimezone(case.zone).isoformat(timespec="minutes") for start_at in starts)
