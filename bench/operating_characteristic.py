"""How often other countries' rules accuse a line, by the share of time that it is below their level.

    python -m bench.operating_characteristic [--runs 1000] [--seed 1]

Prints the table of docs/profiles.md. Tests come four an hour at random moments; campaigns are taken as analysis/country
takes them. "Alone": each test is below by chance alone. "In spells": the line is below in spells of 45 minutes on
average (two-state Markov chain at one-minute steps), as evening congestion makes them.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import numpy.typing as npt

from analysis.clause import Rule
from analysis.country import comparator
from analysis.country.campaign import campaigns
from analysis.country.statistic import STATISTICS
from analysis.country.trial import Trial

SHARES = (0.02, 0.05, 0.10, 0.20, 0.30)
SPELL_MIN = 45
DAYS = 31
LEVEL_BPS = 100
_UNDECIDED = {"spread", "latency"}  # no threshold of speed
_START = datetime(2026, 11, 2, tzinfo=UTC)


def moments(random: Random) -> list[Trial]:
    """A month of tests, one in each quarter of an hour, all at the level."""
    made = []
    for quarter in range(DAYS * 96):
        at = _START + timedelta(minutes=15 * quarter, seconds=random.uniform(30, 870))
        made.append(Trial(record_id=str(quarter), at=at, local=at, bps=LEVEL_BPS, idle_rtt_ms=9.0))
    return made


def spells(share: float, random: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Minute by minute, whether the line is below."""
    minutes = DAYS * 1440
    below = np.zeros(minutes, dtype=np.bool_)
    mean_good = SPELL_MIN * (1 - share) / share
    at, is_below = 0, bool(random.random() < share)
    while at < minutes:
        lasts = int(random.geometric(1 / (SPELL_MIN if is_below else mean_good)))
        below[at : at + lasts] = is_below
        at, is_below = at + lasts, not is_below
    return below


def accused(rule: Rule, campaign: Sequence[Trial], below: npt.NDArray[np.bool_]) -> bool:
    """Whether the rule finds the campaign broken, its tests below where `below` says so, in their order."""
    numbers = {
        name: float(one.value) for name, one in rule.parameters.items() if not isinstance(one.value, str | tuple)
    }
    seen = [
        Trial(record_id=one.record_id, at=one.at, local=one.local, bps=LEVEL_BPS - int(low), idle_rtt_ms=9.0)
        for one, low in zip(campaign, below, strict=True)
    ]
    return STATISTICS[str(rule.parameters["statistic"].value)](seen, LEVEL_BPS, numbers).broken is True


def row(rule: Rule, runs: int, seed: int) -> str:
    """One line of the table."""
    trials = moments(Random(seed))
    campaign = campaigns(trials, comparator.design(rule))[0]
    minute = np.array([int((one.at - _START).total_seconds() // 60) for one in campaign])
    cells = []
    for share in SHARES:
        random = np.random.default_rng(seed)
        alone = sum(accused(rule, campaign, random.random(len(campaign)) < share) for _ in range(runs))
        clustered = sum(accused(rule, campaign, spells(share, random)[minute]) for _ in range(runs))
        cells.append(f"{100 * alone / runs:.1f} / {100 * clustered / runs:.1f}")
    return f"| `{rule.id}` | {len(campaign)} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"| rule | tests | {' | '.join(f'{share:.0%} below' for share in SHARES)} |")
    print("|---|---|" + "---|" * len(SHARES))
    for name in comparator.names():
        for rule in comparator.load(name).profile.rules:
            if str(rule.parameters["statistic"].value) not in _UNDECIDED | {"mean"}:
                print(row(rule, given.runs, given.seed))
                sys.stdout.flush()


if __name__ == "__main__":
    main()
