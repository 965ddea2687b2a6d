"""Who lives in the made-up country: its lines, what was promised to each, where it hangs in the network.

The same seed and number of lines give the same country. The first so many lines of a larger one are another country.
Shares are of lines and made up; the evenings, the tiers and what goes wrong are of the kinds that real panels see.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

REGIONS = ("Norte", "Centro", "Oeste", "Lisboa", "Setúbal", "Alentejo", "Algarve")
_REGION_SHARES = (0.34, 0.16, 0.08, 0.24, 0.08, 0.05, 0.05)
OPERATORS = ("Operator A", "Operator B", "Operator C", "Operator D")
_OPERATOR_SHARES = (0.38, 0.34, 0.24, 0.04)
MBIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Tier:
    """A product: `normal_share` of the maximum is normally available, None where no such thing is promised."""

    technology: str
    down_mbps: int
    up_mbps: int
    normal_share: float | None
    share: float  # of lines


TIERS = (
    Tier("ftth", 100, 100, 1.0, 0.09),
    Tier("ftth", 200, 100, 1.0, 0.14),
    Tier("ftth", 500, 100, 1.0, 0.27),
    Tier("ftth", 500, 500, 1.0, 0.08),
    Tier("ftth", 1000, 200, 1.0, 0.22),
    Tier("hfc", 120, 12, 0.9, 0.05),
    Tier("hfc", 500, 50, 0.8, 0.11),
    Tier("fwa", 100, 20, None, 0.04),
)
_OF_A_NODE = {"ftth": 768, "hfc": 400, "fwa": 60}  # lines, of which some have a probe
_OF_A_SEGMENT = {"ftth": 32, "hfc": 100, "fwa": 60}
_SEGMENT_DIPS = ((0.82, 0.0, 0.03), (0.14, 0.05, 0.2), (0.04, 0.25, 0.6))  # share of segments, least and most lost
SCHEDULES = ((24, 24), (12, 12), (48, 48))  # downloads and uploads a day
_SCHEDULE_SHARES = (0.72, 0.16, 0.12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """One element a line. `kept_share`: of the maximum, what the line carries when nothing is in its way.

    `evening_dip`: what its segment loses of that in the busiest hour. `away`: [first, after) days since the first day
    of the period on which the probe is off; `night_off`: it is every night.
    """

    seed: int
    region: Any
    operator: Any
    tier: Any
    node: Any
    segment: Any
    schedule: Any
    kept_share: Any
    evening_dip: Any
    idle_ms: Any
    wifi: Any
    slow_machine: Any
    link_bps: Any
    night_off: Any
    away: Any

    def __len__(self) -> int:
        return len(self.tier)

    def maximum_bps(self, *, upload: bool) -> Any:
        """By line."""
        return np.array([one.up_mbps if upload else one.down_mbps for one in TIERS])[self.tier] * MBIT


def population(lines: int, seed: int, days: int) -> Population:
    """Of so many lines over so many days."""
    chance = np.random.default_rng([seed, lines])

    def one_of(shares: Any) -> Any:
        return chance.choice(len(shares), lines, p=np.array(shares) / sum(shares)).astype(np.int64)

    region, operator = one_of(_REGION_SHARES), one_of(_OPERATOR_SHARES)
    tier = one_of([one.share for one in TIERS])
    node, segment = _network(region, operator, tier, chance)
    fastest = np.array([max(one.down_mbps, one.up_mbps) for one in TIERS])[tier]
    bad = chance.random(lines) < 0.03
    first_away = chance.integers(-2, days, lines)
    lasts = np.where(chance.random(lines) < 0.06, chance.integers(2, 15, lines), 0)
    return Population(
        seed=seed,
        region=region,
        operator=operator,
        tier=tier,
        node=node,
        segment=segment,
        schedule=one_of(_SCHEDULE_SHARES),
        kept_share=np.where(bad, chance.uniform(0.45, 0.97, lines), chance.uniform(1.01, 1.08, lines)),
        evening_dip=_dips(segment, chance),
        idle_ms=chance.lognormal(1.9, 0.5, lines),
        wifi=chance.random(lines) < 0.015,
        slow_machine=chance.random(lines) < 0.01,
        link_bps=np.where((fastest >= 1000) & (chance.random(lines) < 0.7), 2_500 * MBIT, 1_000 * MBIT),
        night_off=chance.random(lines) < 0.02,
        away=np.stack([first_away, first_away + lasts]),
    )


def _network(region: Any, operator: Any, tier: Any, chance: np.random.Generator) -> tuple[Any, Any]:
    """Numbers of nodes and segments, each of one operator, region and technology."""
    technologies = ("ftth", "hfc", "fwa")
    technology = np.array([technologies.index(one.technology) for one in TIERS])[tier]
    whole = (operator * len(REGIONS) + region) * len(technologies) + technology
    node, segment = np.zeros_like(whole), np.zeros_like(whole)
    for key in np.unique(whole):
        ours = np.flatnonzero(whole == key)
        name = technologies[key % len(technologies)]
        nodes = -(-len(ours) * 8 // _OF_A_NODE[name])  # one line in eight of a place has a probe
        split = max(1, _OF_A_NODE[name] // _OF_A_SEGMENT[name])
        node[ours] = key * 10_000 + chance.integers(0, nodes, len(ours))
        segment[ours] = node[ours] * 100 + chance.integers(0, split, len(ours))
    return node, segment


def _dips(segment: Any, chance: np.random.Generator) -> Any:
    _, which = np.unique(segment, return_inverse=True)
    count = int(which.max()) + 1
    kind = chance.choice(len(_SEGMENT_DIPS), count, p=[share for share, _, _ in _SEGMENT_DIPS])
    least, most = np.array([dip[1:] for dip in _SEGMENT_DIPS])[kind].T
    return chance.uniform(least, most)[which]
