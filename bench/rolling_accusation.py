"""How often `speed.normal.rolling` accuses a line that keeps every 24 hours, and what it alone finds.

    python -m bench.rolling_accusation [--runs 1000] [--seed 1]

Prints the tables of docs/statistics.md. The line repeats one day over and over, so that every 24 hours, wherever they
begin, hold the same minutes below; or it is below in one spell about midnight. "Either": the day and the rolling rule,
two claims with an error each.
"""

import argparse
from collections.abc import Callable

import numpy as np

from bench.wrong_accusation import (
    ALLOWED,
    BREACH_CONFIDENCE,
    COMPLIANT_MIN,
    COUNTS,
    MINUTES,
    SPELLS_MIN,
    Flags,
    count_proves,
    day_below,
    either,
    tested,
)

CONFIDENCE, WINDOWS = 0.95, 4
Random = np.random.Generator
TwoDays = Callable[[Random], tuple[Flags, Flags]]


def repeated(total_min: int, spell_min: int) -> TwoDays:
    """Both days alike: every 24 hours are below for as long."""

    def made(random: Random) -> tuple[Flags, Flags]:
        one = day_below(random, total_min, spell_min)
        return one, one

    return made


def about_midnight(total_min: int) -> TwoDays:
    """One spell, half of it on either day."""

    def made(_: Random) -> tuple[Flags, Flags]:
        first, second = np.zeros(MINUTES, dtype=np.bool_), np.zeros(MINUTES, dtype=np.bool_)
        first[MINUTES - total_min // 2 :] = True
        second[: total_min - total_min // 2] = True
        return first, second

    return made


def rolling(yesterday: Flags, today: Flags) -> bool:
    """Whether any window of 24 hours that ends in today proves a breach. `today` and `yesterday` are tests."""
    both, count = np.concatenate([yesterday, today]), len(today)
    ends = (2 * count - number * count // WINDOWS for number in range(WINDOWS))
    confidence = 1 - (1 - CONFIDENCE) / WINDOWS
    return any(count_proves(int(both[end - count : end].sum()), count, confidence) for end in ends)


def decided(random: Random, days: TwoDays, count: int) -> tuple[bool, bool, bool]:
    """The rolling rule, the day's rule, either."""
    first, second = days(random)
    yesterday, today = tested(random, first, count), tested(random, second, count)
    by_rolling, by_day = rolling(yesterday, today), either(today.tolist())
    return by_rolling, by_day, by_rolling or by_day


def shares(days: TwoDays, *, count: int, runs: int, seed: int) -> list[float]:
    """Of `runs` days."""
    random = np.random.default_rng([seed, count])
    return [float(share) for share in np.mean([decided(random, days, count) for _ in range(runs)], axis=0)]


def table(cases: dict[str, TwoDays], runs: int, seed: int) -> None:
    print("| tests a day | below | speed.normal.rolling | speed.normal | either |\n|---|---|---|---|---|")
    for count in COUNTS:
        for says, days in cases.items():
            told = " | ".join(f"{100 * share:.1f}" for share in shares(days, count=count, runs=runs, seed=seed))
            print(f"| {count} | {says} | {told} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"Each limit: {ALLOWED:.0%}; by count {BREACH_CONFIDENCE}, rolling {CONFIDENCE} over {WINDOWS} windows\n")
    print("Every 24 hours kept by a minute: per cent of days accused\n")
    table(
        {f"71 min in spells of {spell} min": repeated(COMPLIANT_MIN, spell) for spell in SPELLS_MIN},
        given.runs,
        given.seed,
    )
    print("\nBroken: per cent of days found\n")
    broken = {f"{total} min about midnight": about_midnight(total) for total in (144, 216, 288, 432)}
    broken |= {f"{total} min of every day, spells of 45 min": repeated(total, 45) for total in (144, 216, 288)}
    table(broken, given.runs, given.seed)


if __name__ == "__main__":
    main()
