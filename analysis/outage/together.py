"""Pure. Many lines at once: outages of one operator's lines that begin together, more of them than chance explains.

The lines' own rate of outages says how many others begin within the same minute by chance; the count of those is taken
as Poisson. That is the whole test: it holds for lines that fail independently, which is what it is meant to refute. It
cannot tell an operator's fault from a power cut in the street: so it makes a cause surer, and adds one only where
each line's own router was seen to answer. Knows nothing of operators: the caller hands in the lines of one.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.clause import LedgerRules
from analysis.outage.attribute import step
from analysis.outage.outage import Cause, Concern, Flag, Imputable, Outage, RungName, RungState, Verdict

_BEYOND_HOME = frozenset({Cause.ACCESS_LINE, Cause.ISP_CORE})


@dataclass(frozen=True, slots=True)
class LineWatched:
    """One line's outages over `watched_s` of observed time."""

    outages: tuple[Outage, ...]
    watched_s: float


def together(lines: Mapping[str, LineWatched], rules: LedgerRules) -> dict[str, tuple[Outage, ...]]:
    """The same outages by line, those that began with many others marked and surer."""
    starts = {
        name: [outage.down[0].start_at.timestamp() for outage in line.outages if outage.concern is Concern.LINE]
        for name, line in lines.items()
    }
    every = sorted((start_s, name) for name, own in starts.items() for start_s in own)
    watched_s = sum(line.watched_s for line in lines.values())
    rate_hz = len(every) / watched_s if watched_s > 0 else 0.0
    expected = rate_hz * (len(lines) - 1) * 2 * rules.together_s
    return {
        name: tuple(
            _raised(one) if one.concern is Concern.LINE and _is_burst(one, name, every, expected, rules) else one
            for one in line.outages
        )
        for name, line in lines.items()
    }


def chance(expected: float, count: int) -> float:
    """How likely `count` or more are where `expected` are (Poisson).

    >>> round(chance(0.5, 1), 4), chance(0.5, 0)
    (0.3935, 1.0)
    """
    term, below = math.exp(-expected), 0.0
    for number in range(count):
        below += term
        term *= expected / (number + 1)
    return max(1.0 - below, 0.0)


def _is_burst(
    outage: Outage, line: str, every: Sequence[tuple[float, str]], expected: float, rules: LedgerRules
) -> bool:
    """Whether more lines than chance explains went with it. `every` beginning there is, sorted."""
    at_s = outage.down[0].start_at.timestamp()
    first = bisect_left(every, (at_s - rules.together_s, ""))
    after = bisect_right(every, at_s + rules.together_s, key=lambda one: one[0])
    count = len({name for _, name in every[first:after]} - {line})
    return count + 1 >= rules.together_lines and chance(expected, count) * 1_000_000 < rules.together_chance_ppm


def _raised(outage: Outage) -> Outage:
    verdict = outage.verdict
    at_home = next(rung.state for rung in outage.rungs if rung.name is RungName.GATEWAY)
    if verdict.cause in _BEYOND_HOME or (verdict.cause is Cause.UNKNOWN and at_home is RungState.WELL):
        whose = Imputable.OPERATOR if at_home is RungState.WELL else verdict.imputable_to
        verdict = Verdict(verdict.cause, step(verdict.confidence, 1), whose)
    return replace(outage, verdict=verdict, flags=(*outage.flags, Flag.MANY_LINES))
