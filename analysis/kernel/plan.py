"""Pure. What was promised to many lines, as arrays over lines, days and directions; and what of it no array can hold.

Knows nothing of tests.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from analysis.clause import Profile, Rule
from analysis.contract import Contract, Speeds, Terms
from analysis.kernel.calendar import Calendar, calendar
from analysis.kernel.column import Mark, Whole
from analysis.kernel.lengths import lengths_s
from analysis.period import Period, local_days
from analysis.profile import load
from analysis.speed.day import RULES, Day, refused, version
from probe.body.speed_test import Direction
from probe.units import epoch_us

SLIDING = "speed.normal.rolling"
JUDGED = (*RULES, SLIDING)
DIRECTIONS = tuple(Direction)
NO_PROMISE = -1
_HOUR_S = 3600
_MINUTE_S = 60
_SPEED = dict(zip(RULES, ("maximum_bps", "minimum_bps", "normal_bps"), strict=True)) | {SLIDING: "normal_bps"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Lines of one zone and one profile.

    By rule, over lines, the calendar's days and `DIRECTIONS`: `promised_bps` is NO_PROMISE where there is none,
    `applies` false where the rule does not. `rules` holds the one version of each that is in force.
    """

    lines: tuple[str, ...]
    calendar: Calendar
    profile: Profile
    rules: Mapping[str, Rule]
    promised_bps: Mapping[str, Whole]
    applies: Mapping[str, Mark]
    now: datetime

    @property
    def now_us(self) -> int:
        """In microseconds since 1970."""
        return epoch_us(self.now)


def plans(contracts: Sequence[Contract], first: date, last: date, now: datetime) -> tuple[list[Plan], list[Contract]]:
    """Of the days from `first` to `last`, one plan for each zone and profile; and the contracts that fit none.

    Raises ProfileError.
    """
    groups: defaultdict[tuple[ZoneInfo, str], list[Contract]] = defaultdict(list)
    for contract in contracts:
        groups[contract.line.zone, contract.profile].append(contract)
    made: list[Plan] = []
    left: list[Contract] = []
    for (zone, name), group in groups.items():
        days = tuple(first + timedelta(days=number) for number in range(-1, (last - first).days + 1))
        profile = load(name)
        rules = _rules(profile, days)
        grid = None if rules is None else calendar(days, zone, rules[SLIDING])
        if rules is None or grid is None:
            left += group
        else:
            made.append(_plan(group, grid, profile, rules, now))
    return made, left


def days_of(period: Period, zone: ZoneInfo) -> tuple[date, date]:
    """The first and last civil day that a period touches."""
    touched = local_days(period, zone)
    return touched[0], touched[-1]


def _rules(profile: Profile, days: Sequence[date]) -> dict[str, Rule] | None:
    """The rules that hold on all `days`; None where one changes among them, lacks, or cuts slots off the grid."""
    found: dict[str, Rule] = {}
    for name in JUDGED:
        versions = {one.version: one for one in (version(profile, name, on) for on in days) if one is not None}
        if len(versions) != 1:
            return None
        (found[name],) = versions.values()
    if len({lengths_s(rule) for rule in found.values()}) != 1:
        return None
    on_grid = all(not _HOUR_S % one_s and not one_s % _MINUTE_S for rule in found.values() for one_s in lengths_s(rule))
    return found if on_grid else None


def _plan(
    contracts: Sequence[Contract], grid: Calendar, profile: Profile, rules: Mapping[str, Rule], now: datetime
) -> Plan:
    shape = (len(contracts), len(grid.days), len(DIRECTIONS))
    promised_bps = {name: np.full(shape, NO_PROMISE, dtype=np.int64) for name in JUDGED}
    applies = {name: np.zeros(shape, dtype=np.bool_) for name in JUDGED}
    for number, contract in enumerate(contracts):
        for span, terms in _spans(contract, grid.days, rules):
            on = grid.days[span.start]
            told = Day(on=on, contract=contract, profile=profile, tests=(), down=(), now=now)
            for name, rule in rules.items():
                for way, direction in enumerate(DIRECTIONS):
                    bps = None if terms is None else _bps(terms.speeds(direction), name)
                    promised_bps[name][number, span, way] = NO_PROMISE if bps is None else bps
                    applies[name][number, span, way] = refused(told, rule, terms, bps) is None
    return Plan(
        lines=tuple(contract.line.id for contract in contracts),
        calendar=grid,
        profile=profile,
        rules=rules,
        promised_bps=promised_bps,
        applies=applies,
        now=now,
    )


def _bps(speeds: Speeds, name: str) -> int | None:
    bps: int | None = getattr(speeds, _SPEED[name])
    return bps


def _spans(contract: Contract, days: Sequence[date], rules: Mapping[str, Rule]) -> Iterator[tuple[slice, Terms | None]]:
    """Stretches of days, by their numbers, over which neither terms nor a rule begins."""
    begins = {terms.from_on for terms in contract.terms} | {rule.valid_from for rule in rules.values()}
    cuts = [0, *(number for number, on in enumerate(days) if number and on in begins), len(days)]
    for start, end in pairwise(cuts):
        yield slice(start, end), contract.on(days[start])
