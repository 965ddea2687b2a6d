"""What extra tests, drawn where light sensing saw strain, add to `speed.normal`; and why weights only estimate.

    python -m bench.two_phase_power [--runs 1000] [--seed 1]

Prints the tables of docs/statistics.md. Every slot has a moment for its own test and another for an extra one, which is
made with chance 1 where the line seems strained and 0.05 elsewhere. Sensing sees a stated share of the minutes below
and nothing else. "By weights": each test weighted by the inverse of its chance, called a breach where the share less
1.645 standard errors (linearised), or its Clopper-Pearson limit with Kish's number of tests, is above what is allowed.
"""

import argparse
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from analysis.speed.two_phase import chance_at_most
from analysis.speed.weights import Drawn, Estimate, weighted_share
from bench.wrong_accusation import (
    ALLOWED,
    COMPLIANT_MIN,
    MINUTES,
    SPELLS_MIN,
    TWO_PHASE_ERROR,
    Flags,
    by_count,
    day_below,
    either,
)

COUNTS, CALM_CHANCE, STRAINED_CHANCE = (24, 48), 0.05, 1.0
ERROR = 0.05
_Z = 1.645
Random = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Of one day: `own` whether each slot's test is below, `extra` of those made, `drawn` all of them with weights."""

    own: list[bool]
    extra: list[bool]
    drawn: list[Drawn]


def two_phase_day(random: Random, below: Flags, count: int, seen_share: float) -> Tested:
    """One day's tests; `seen_share` of the minutes below are seen as strained, whole hours of them at a time."""
    hours_seen = random.random(24) < seen_share
    strained = below & np.repeat(hours_seen, 60)
    width = MINUTES / count
    own_at = ((np.arange(count) + random.random(count)) * width).astype(int)
    extra_at = ((np.arange(count) + random.random(count)) * width).astype(int)
    extra_at = extra_at[random.random(count) < np.where(strained[extra_at], STRAINED_CHANCE, CALM_CHANCE)]

    def weighed(at: int) -> Drawn:
        chance = 1 + (STRAINED_CHANCE if strained[at] else CALM_CHANCE)
        return Drawn(bool(below[at]), chance * count / 24)

    return Tested(
        own=below[own_at].tolist(),
        extra=below[extra_at].tolist(),
        drawn=[weighed(int(at)) for at in (*own_at, *extra_at)],
    )


def by_two_phase(day: Tested) -> bool:
    """The third proof alone, as `speed.normal` has it. Without an extra test it is not asked."""
    if not day.extra:
        return False
    moments = 2 * len(day.own) + 1
    return chance_at_most(sum(day.own) + sum(day.extra), moments, ALLOWED * 2 * len(day.own)) <= TWO_PHASE_ERROR


def by_linear_weights(estimate: Estimate) -> bool:
    """The share less so many standard errors."""
    return estimate.error is not None and estimate.share - _Z * estimate.error > ALLOWED


def by_kish_weights(estimate: Estimate) -> bool:
    """The exact limit's formula, with a number of tests that is none."""
    below = estimate.share * estimate.effective
    return below > 0 and float(betaincinv(below, estimate.effective - below + 1, ERROR)) > ALLOWED


def decided(day: Tested) -> tuple[bool, ...]:
    """speed.normal with all its proofs, by count, by the third proof, by weights in both ways."""
    estimate = weighted_share(day.drawn)
    assert estimate is not None
    third = by_two_phase(day)
    return (either(day.own) or third, by_count(day.own), third, by_linear_weights(estimate), by_kish_weights(estimate))


def shares(*, total_min: int, spell_min: int, count: int, seen_share: float, runs: int, seed: int) -> list[float]:
    """Of `runs` days, the share accused by each of `decided`."""
    random = np.random.default_rng([seed, total_min, spell_min, count])
    days = (
        two_phase_day(random, day_below(random, total_min, spell_min), count, seen_share) for _ in range(runs)
    )  # fmt: skip
    return [float(share) for share in np.mean([decided(day) for day in days], axis=0)]


def table(cases: tuple[tuple[int, int, float], ...], runs: int, seed: int) -> None:
    columns = ("speed.normal", "count alone", "two phases alone", "weights, linear", "weights, Kish")
    print(f"| tests a day | below | spells | seen | {' | '.join(columns)} |\n|---|---|---|---|" + "---|" * len(columns))
    for count in COUNTS:
        for total_min, spell_min, seen_share in cases:
            found = shares(
                total_min=total_min, spell_min=spell_min, count=count, seen_share=seen_share, runs=runs, seed=seed
            )
            told = " | ".join(f"{100 * share:.1f}" for share in found)
            below = f"{100 * total_min / MINUTES:.1f} %"
            print(f"| {count} | {below} | {spell_min} min | {seen_share:.0%} | {told} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print("Wrong accusations, per cent of days that keep the promise by a minute\n")
    table(tuple((COMPLIANT_MIN, spell, seen) for spell in SPELLS_MIN for seen in (0.5, 1.0)), given.runs, given.seed)
    print("\nBreaches found, per cent of days that break it\n")
    broken = tuple(
        (total, spell, seen) for total in (144, 180, 210, 216) for spell in (45, total) for seen in (0.5, 1.0)
    )
    table(broken, given.runs, given.seed)


if __name__ == "__main__":
    main()
