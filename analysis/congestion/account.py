"""Pure. What a line's windows, stretches and changes come to: its kind, how sure, and what is missing.

Knows nothing of how they were found.
"""

from collections.abc import Mapping, Sequence

from analysis.congestion.household import Household
from analysis.congestion.judgement import Change, Depth, Episode, Kind, Window
from analysis.congestion.limits import Limits
from analysis.congestion.signal import DayClass
from analysis.outage.outage import Confidence

_SURE = 0.01  # as a share of the error: ten times below it is more than just so
_BLAMES_NOBODY = {Household.EXPLAINS, Household.OPEN}


def kind_of(
    windows: Sequence[Window], episodes: Sequence[Episode], changes: Sequence[Change], missing: Mapping[str, object]
) -> Kind:
    """The first that holds."""
    if any(one.household not in _BLAMES_NOBODY for one in windows):
        return Kind.RECURRING
    if any(one.household not in _BLAMES_NOBODY for one in episodes):
        return Kind.EXCEPTIONAL
    if Household.EXPLAINS in {*(one.household for one in windows), *(one.household for one in episodes)}:
        return Kind.SELF_INFLICTED
    if changes:
        return Kind.PLAN_CHANGE
    return Kind.UNKNOWN if missing else Kind.NONE


def confidence_of_window(chance: float, household: Household, depths: Sequence[Depth]) -> Confidence:
    """`chance` with its share of the looking already in it."""
    if household in _BLAMES_NOBODY:
        return Confidence.LOW
    if chance <= _SURE and (household is Household.APART or len({one.signal for one in depths}) > 1):
        return Confidence.HIGH
    return Confidence.MEDIUM


def confidence_of_episode(household: Household, depths: Sequence[Depth], many_lines: int, limits: Limits) -> Confidence:
    """A single stretch has no other day to be held against: several signals, or several lines, make it sure."""
    if household in _BLAMES_NOBODY:
        return Confidence.LOW
    for_it = (many_lines + 1 >= limits.shared_lines_least, len({one.signal for one in depths}) > 1)
    if any(for_it):
        return Confidence.HIGH if household is Household.APART or all(for_it) else Confidence.MEDIUM
    return Confidence.MEDIUM if household is Household.APART else Confidence.LOW


def missing_of(
    days: Mapping[DayClass, int], windows: Sequence[Window], dark_hours: tuple[str, ...], limits: Limits
) -> dict[str, int | tuple[str, ...]]:
    """What would have to be known to say that nothing is there: days, hours of the day, a household at rest."""
    made: dict[str, int | tuple[str, ...]] = {}
    short = limits.days_least - sum(days.values())
    if short > 0:
        made["days"] = short
    for which in DayClass:
        lacking = limits.days_of(which) - days.get(which, 0)
        if lacking > 0:
            made[f"{which.value}_days"] = lacking
    if dark_hours:
        made["hours"] = dark_hours
    if any(one.household is Household.OPEN for one in windows):
        made["quiet_household_days"] = limits.household_days_least
    return made
