"""Pure. The few statistics that other countries' rules decide by: figures, and whether the rule is broken.

`levels` name a speed and a factor of it; a test reaches a level if it is at or above. None as the answer: this rule
states no threshold, or its text leaves open how these very tests count. Knows nothing of campaigns or of clauses.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby, pairwise
from math import ceil

from analysis.country.trial import Trial
from analysis.finding import Figure


@dataclass(frozen=True, slots=True)
class Outcome:
    """`broken` None: left open. `figures` go into the finding as they are."""

    broken: bool | None
    figures: Mapping[str, Figure]


Numbers = Mapping[str, float]
Statistic = Callable[[Sequence[Trial], float, Numbers], Outcome]


def share_reaching(trials: Sequence[Trial], level_bps: float, numbers: Numbers) -> Outcome:
    """Broken if fewer than `least_share` of the tests reach the level."""
    reached = sum(one.bps >= level_bps for one in trials)
    share = reached / len(trials)
    # Counted in whole tests: a share is a binary fraction, a number of tests is not.
    needed = ceil(round(numbers["least_share"] * len(trials), 9))
    return Outcome(reached < needed, {"reached_count": reached, "reached_share": round(share, 6), "needed": needed})


def days_reaching(trials: Sequence[Trial], level_bps: float, numbers: Numbers) -> Outcome:
    """Broken if on fewer than `least_days` days at least one test reaches the level."""
    days = sum(any(one.bps >= level_bps for one in day) for day in _by_day(trials))
    return Outcome(days < numbers["least_days"], {"days_reached": days})


def days_below(trials: Sequence[Trial], level_bps: float, numbers: Numbers) -> Outcome:
    """Broken if on `broken_days` days or more at least one test is below the level."""
    days = sum(any(one.bps < level_bps for one in day) for day in _by_day(trials))
    return Outcome(days >= numbers["broken_days"], {"days_below": days})


def any_below(trials: Sequence[Trial], level_bps: float, _: Numbers) -> Outcome:
    """Broken if any test is below the level."""
    below = sum(one.bps < level_bps for one in trials)
    return Outcome(below > 0, {"below_count": below})


def all_or_any_below(trials: Sequence[Trial], level_bps: float, _: Numbers) -> Outcome:
    """Broken if all are below, kept if none is; between the two the rule's text leaves it open."""
    below = sum(one.bps < level_bps for one in trials)
    broken = None if 0 < below < len(trials) else below > 0
    return Outcome(broken, {"below_count": below})


def quantile(trials: Sequence[Trial], level_bps: float, numbers: Numbers) -> Outcome:
    """Broken if the `quantile` of the rates, by nearest rank from below, is below the level."""
    value = nearest_rank([one.bps for one in trials], numbers["quantile"])
    return Outcome(value < level_bps, {"quantile_bps": value})


def mean(trials: Sequence[Trial], level_bps: float, _: Numbers) -> Outcome:
    """Broken if the mean of all tests is below the level."""
    value = sum(one.bps for one in trials) // len(trials)
    return Outcome(value < level_bps, {"mean_bps": value})


def share_of_each_block(trials: Sequence[Trial], level_bps: float, numbers: Numbers) -> Outcome:
    """Broken if in any block of `block_s` of a local day fewer than `least_share` reach the level.

    A block needs `tests_per_block` tests to be looked at.
    """
    hours = int(numbers["block_s"] // 3600)
    blocks = [list(block) for _, block in groupby(trials, key=lambda one: (one.on, one.local.hour // hours))]
    looked = [block for block in blocks if len(block) >= numbers["tests_per_block"]]
    shares = [sum(one.bps >= level_bps for one in block) / len(block) for block in looked]
    broken = sum(share < numbers["least_share"] for share in shares)
    figures: dict[str, Figure] = {
        "blocks_judged": len(looked),
        "blocks_broken": broken,
        "lowest_share": round(min(shares), 6) if shares else None,
    }
    return Outcome(broken > 0 if looked else None, figures)


def longest_below(trials: Sequence[Trial], level_bps: float, numbers: Numbers) -> Outcome:
    """Broken if tests below the level, no further than `linked_s` apart, span more than `longest_s`."""
    runs = _runs_below(trials, level_bps, numbers["linked_s"])
    longest_s = max((_span_s(run) for run in runs), default=0.0)
    return Outcome(longest_s > numbers["longest_s"], {"longest_below_s": round(longest_s, 1)})


def dips(trials: Sequence[Trial], level_bps: float, numbers: Numbers) -> Outcome:
    """Broken if some `window_s` holds `dips` dips, each spanning `dip_s` in tests no further apart than `linked_s`."""
    runs = _runs_below(trials, level_bps, numbers["linked_s"])
    found = [run for run in runs if _span_s(run) >= numbers["dip_s"]]
    window = timedelta(seconds=numbers["window_s"])
    most = max(
        (sum(one[0].at >= run[0].at and one[-1].at <= run[0].at + window for one in found) for run in found), default=0
    )
    return Outcome(most >= numbers["dips"], {"dips_in_window": most})


def share_of_time(trials: Sequence[Trial], level_bps: float, numbers: Numbers) -> Outcome:
    """Broken if the share of time at the level, each test standing for half the way to its neighbours, is too small.

    No test stands for more than `longest_s` on a side.
    """
    at_level_s = all_s = 0.0
    for number, one in enumerate(trials):
        weight_s = sum(
            min(numbers["longest_s"], abs((one.at - other.at).total_seconds()) / 2)
            for other in (trials[max(0, number - 1)], trials[min(len(trials) - 1, number + 1)])
        )
        all_s += weight_s
        at_level_s += weight_s if one.bps >= level_bps else 0.0
    if not all_s:
        return Outcome(None, {"share_of_time": None})
    share = at_level_s / all_s
    return Outcome(share < numbers["least_share"], {"share_of_time": round(share, 6), "time_seen_s": round(all_s, 1)})


def latency(trials: Sequence[Trial], _: float, numbers: Numbers) -> Outcome:
    """Broken if fewer than `least_share` of the idle round-trip times are within `most_ms`. Open without any."""
    known = [one.idle_rtt_ms for one in trials if one.idle_rtt_ms is not None]
    if not known:
        return Outcome(None, {"rtt_count": 0})
    within = sum(one <= numbers["most_ms"] for one in known)
    needed = ceil(round(numbers["least_share"] * len(known), 9))
    return Outcome(within < needed, {"rtt_count": len(known), "within_count": within, "needed": needed})


def spread(trials: Sequence[Trial], _: float, numbers: Numbers) -> Outcome:
    """No threshold: the quantiles `low` and `high` and the median, as the rule wants them reported."""
    rates = [one.bps for one in trials]
    return Outcome(
        None,
        {
            "low_bps": nearest_rank(rates, numbers["low"]),
            "median_bps": nearest_rank(rates, 0.5),
            "high_bps": nearest_rank(rates, numbers["high"]),
        },
    )


def nearest_rank(values: Sequence[int], share: float) -> int:
    """The smallest value that at least `share` of `values` do not exceed (the 5th of 96 for 5 %).

    >>> nearest_rank(list(range(1, 97)), 0.05)
    5
    """
    return sorted(values)[max(1, ceil(round(share * len(values), 9))) - 1]


STATISTICS: Mapping[str, Statistic] = {
    "share_reaching": share_reaching,
    "days_reaching": days_reaching,
    "days_below": days_below,
    "any_below": any_below,
    "all_or_any_below": all_or_any_below,
    "quantile": quantile,
    "mean": mean,
    "share_of_each_block": share_of_each_block,
    "longest_below": longest_below,
    "dips": dips,
    "share_of_time": share_of_time,
    "latency": latency,
    "spread": spread,
}


def _by_day(trials: Sequence[Trial]) -> list[list[Trial]]:
    return [list(day) for _, day in groupby(trials, key=lambda one: one.on)]


def _span_s(run: Sequence[Trial]) -> float:
    return (run[-1].at - run[0].at).total_seconds()


def _runs_below(trials: Sequence[Trial], level_bps: float, linked_s: float) -> list[list[Trial]]:
    """Tests below the level with none at or above between them, and no gap over `linked_s`."""
    runs: list[list[Trial]] = []
    for earlier, later in pairwise([None, *trials]):
        assert later is not None
        if later.bps >= level_bps:
            continue
        linked = earlier is not None and earlier.bps < level_bps and (later.at - earlier.at).total_seconds() <= linked_s
        if linked:
            runs[-1].append(later)
        else:
            runs.append([later])
    return runs
