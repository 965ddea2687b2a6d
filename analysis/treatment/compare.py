"""Pure. Tests of one way beside those of another, pair by pair in time, and whether one is the faster.

Signed ranks of the logarithms of the pairs' ratios (Wilcoxon, Biometrics 1, 1945), all comparisons of a line held to
one error together (Holm, Scandinavian Journal of Statistics 6, 1979). Knows nothing of why one would be faster.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analysis.clause import Parameter
from analysis.finding import Verdict as Usable
from analysis.period import Period
from analysis.report import JudgedTest
from analysis.treatment.account import Compared, Treatment, Verdict, Way
from analysis.treatment.tell import told
from analysis.treatment.way import way_of
from probe.body.speed_test import Direction, SpeedTest

_MOST_WITNESSES = 20


@dataclass(frozen=True, slots=True)
class _Test:
    at_s: float
    log_rate: float
    record: str


@dataclass(frozen=True, slots=True)
class _Pair:
    log_ratio: float
    records: tuple[str, str]


_Key = tuple[Direction, Way, Way]


def treatment(line: str, tests: Iterable[JudgedTest], period: Period, rules: Mapping[str, Parameter]) -> Treatment:
    """Of tests that nothing but the line, or what is beyond it, can have lowered."""
    grouped = _grouped(tests)
    numbers = {name: float(str(one.value)) for name, one in rules.items()}
    paired: dict[_Key, list[_Pair]] = {}
    for direction in Direction:
        ways = sorted({way for which, way in grouped if which is direction})
        for first, second in combinations(ways, 2):
            found = pairs(grouped[direction, first], grouped[direction, second], numbers["pair_within_s"])
            paired[direction, first, second] = found
    counts = {way: sum(len(own) for (_, which), own in grouped.items() if which == way) for _, way in grouped}
    return Treatment(
        line=line, period=period, tests=tuple(sorted(counts.items())), compared=tuple(_compared(paired, numbers))
    )


def _grouped(tests: Iterable[JudgedTest]) -> dict[tuple[Direction, Way], list[_Test]]:
    found: defaultdict[tuple[Direction, Way], list[_Test]] = defaultdict(list)
    for one in tests:
        record, body = one.stored.record, one.stored.record.body
        assert isinstance(body, SpeedTest)
        way = way_of(body)
        if way is not None and Usable.BREACHED in one.valid_for and body.rate_bps:
            test = _Test(record.started.at.timestamp(), float(np.log(body.rate_bps)), record.id)
            found[body.direction, way].append(test)
    return {key: sorted(own, key=lambda test: (test.at_s, test.record)) for key, own in found.items()}


def pairs(first: Sequence[_Test], second: Sequence[_Test], within_s: float) -> list[_Pair]:
    """Each test once at most, with the nearest of the other way that is not taken yet; by time alone. Both sorted."""
    taken: set[int] = set()
    times = [other.at_s for other in second]
    found = []
    for one in first:
        reach = range(bisect_left(times, one.at_s - within_s), bisect_right(times, one.at_s + within_s))
        near = [n for n in reach if n not in taken]
        if near:
            best = min(near, key=lambda n: (abs(times[n] - one.at_s), n))
            taken.add(best)
            found.append(_Pair(one.log_rate - second[best].log_rate, (one.record, second[best].record)))
    return found


def _compared(paired: Mapping[_Key, Sequence[_Pair]], numbers: Mapping[str, float]) -> list[Compared]:
    enough = {key: own for key, own in paired.items() if len(own) >= numbers["least_pairs"]}
    p_values = {key: _p_value(_logs(own)) for key, own in enough.items()}
    found = [_insufficient(key, own) for key, own in paired.items() if key not in enough]
    still = True  # Holm: once one is not told apart, no later one is
    for place, key in enumerate(sorted(enough, key=lambda one: (p_values[one], one))):
        level = numbers["error_share"] / (len(enough) - place)
        still = still and p_values[key] <= level
        made = _one(key, enough[key], p_values[key], level)
        found.append(_judged(made, numbers["margin_share"]) if still else made)
    return sorted(found, key=lambda one: (one.direction, one.faster, one.slower))


def _judged(one: Compared, margin_share: float) -> Compared:
    """A comparison that chance does not explain: apart only if it is more than servers differ by anyway."""
    assert one.ratio is not None
    assert one.low is not None
    if one.ratio < 1 + margin_share or one.low <= 1:
        return one
    sentence = told(Verdict.APART, one.direction, one.faster, one.slower, one.pairs, one.ratio)
    return replace(one, verdict=Verdict.APART, sentence=sentence)


def _logs(own: Sequence[_Pair]) -> NDArray[np.float64]:
    return np.array([one.log_ratio for one in own])


def _p_value(logs: NDArray[np.float64]) -> float:
    from scipy.stats import wilcoxon

    return 1.0 if not logs.any() else float(wilcoxon(logs).pvalue)


def _one(key: _Key, own: Sequence[_Pair], p_value: float, level: float) -> Compared:
    direction, first, second = key
    middle, low, high = walsh(_logs(own), level)
    if middle < 0:
        first, second, middle, low, high = second, first, -middle, -high, -low
    return Compared(
        direction=direction,
        faster=first,
        slower=second,
        pairs=len(own),
        ratio=float(np.exp(middle)),
        low=float(np.exp(low)),
        high=float(np.exp(high)),
        p_value=p_value,
        verdict=Verdict.ALIKE,
        witnesses=tuple(record for one in own for record in one.records)[:_MOST_WITNESSES],
        sentence=told(Verdict.ALIKE, direction, first, second, len(own), float(np.exp(middle))),
    )


def walsh(logs: NDArray[np.float64], level: float) -> tuple[float, float, float]:
    """The Hodges-Lehmann estimate, and the interval at 1 - `level` of the signed ranks' normal approximation."""
    from scipy.stats import norm

    count = len(logs)
    means = np.sort(((logs[:, None] + logs[None, :]) / 2)[np.triu_indices(count)])
    spread = float(np.sqrt(count * (count + 1) * (2 * count + 1) / 24))
    off = int(np.floor(len(means) / 2 - float(norm.ppf(1 - level / 2)) * spread))
    off = max(off, 0)
    return float(np.median(means)), float(means[off]), float(means[len(means) - 1 - off])


def _insufficient(key: _Key, own: Sequence[_Pair]) -> Compared:
    direction, first, second = key
    return Compared(
        direction=direction,
        faster=first,
        slower=second,
        pairs=len(own),
        ratio=None,
        low=None,
        high=None,
        p_value=None,
        verdict=Verdict.INSUFFICIENT,
        witnesses=(),
        sentence=told(Verdict.INSUFFICIENT, direction, first, second, len(own), None),
    )
