"""Pure. Each line's period in numbers, from its tests and its verdicts.

Knows nothing of groups of lines.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.contract import Contract
from analysis.extract.hear import ACCESS, COUNTS, DIRECTIONS, REASONS, Tests
from analysis.extract.indicator.line_hours import line_hours
from analysis.extract.line_summary import LineSummary, LineWay, Spread
from analysis.extract.parameters import parameters
from analysis.extract.service.line_service import LineService
from analysis.extract.standing import UNKNOWN, Standing
from analysis.finding import Verdict
from analysis.kernel.line import LineVerdicts
from analysis.kernel.line_json import LETTER

_NOTHING = Spread(p5=None, median=None, p95=None)
_QUANTILES = (0.05, 0.5, 0.95)
_FEW = 2**15  # lines, both directions of which have small numbers: a stable sort takes one pass and not many


def summaries(
    tests: Tests,
    standings: Sequence[Standing],
    verdicts: Mapping[str, LineVerdicts],
    contracts: Mapping[str, Contract],
    services: Sequence[LineService],
) -> tuple[LineSummary, ...]:
    """In the order of the standings, which is that of `services`."""
    cell = tests.line.astype(np.int64) * len(DIRECTIONS) + tests.way
    order = np.argsort(cell.astype(np.uint16) if len(standings) < _FEW else cell, kind="stable")
    edges = np.searchsorted(cell[order], np.arange(len(standings) * len(DIRECTIONS) + 1))
    made = []
    for number, standing in enumerate(standings):
        ways = tuple(
            _way(tests, order[edges[at] : edges[at + 1]], standing, place, verdicts, contracts)
            for place, at in enumerate(range(number * len(DIRECTIONS), (number + 1) * len(DIRECTIONS)))
        )
        days = (standing.last - standing.first).days + 1
        every = tests.access[order[edges[number * len(DIRECTIONS)] : edges[(number + 1) * len(DIRECTIONS)]]]
        own = replace(standing, group=replace(standing.group, access=_access(every)))
        made.append(LineSummary(standing=own, line_days=days, ways=ways, service=services[number]))
    return tuple(made)


def _access(each: NDArray[np.uint8]) -> str:
    """What most of the tests were taken over; of equally many the first of `ACCESS`."""
    return ACCESS[int(np.bincount(each, minlength=len(ACCESS)).argmax())] if len(each) else UNKNOWN


def _way(
    tests: Tests,
    rows: NDArray[np.intp],
    standing: Standing,
    place: int,
    verdicts: Mapping[str, LineVerdicts],
    contracts: Mapping[str, Contract],
) -> LineWay:
    direction = DIRECTIONS[place]
    good = rows[tests.why[rows] == COUNTS]
    why = np.bincount(tests.why[rows], minlength=len(REASONS))
    terms = contracts[standing.line].on(standing.last)
    speeds = None if terms is None else terms.speeds(direction)
    rate_bps, normal_bps = tests.rate_bps[good].astype(np.float64), None if speeds is None else speeds.normal_bps
    return LineWay(
        direction=direction,
        test_count=len(rows),
        valid_count=len(good),
        excluded={one: n for one, n in zip(REASONS, why.tolist(), strict=False) if n},
        rate_bps=_spread(rate_bps),
        peak_median_bps=_spread(rate_bps[tests.peak[good]]).median,
        hours=line_hours(rate_bps, tests.peak[good], normal_bps, parameters().steadiness),
        idle_rtt_ms=_spread(_known(tests.idle_rtt_ms[good])).median,
        loaded_rtt_ms=_spread(_known(tests.loaded_rtt_ms[good])).median,
        promised_bps=normal_bps,
        maximum_bps=None if speeds is None else speeds.maximum_bps,
        verdicts=_letters(verdicts.get(standing.line), standing, place),
    )


def _letters(verdicts: LineVerdicts | None, standing: Standing, place: int) -> dict[str, str]:
    if verdicts is None:
        return {}
    first = (standing.first - verdicts.days[0]).days
    after = (standing.last - verdicts.days[0]).days + 1
    mobile = {(on - verdicts.days[0]).days for on in standing.mobile}
    return {
        one.rule: "".join(
            LETTER[Verdict.NOT_APPLICABLE if first + n in mobile else verdict]
            for n, verdict in enumerate(one.days[first:after])
        )
        for one in verdicts.rules
        if one.direction is DIRECTIONS[place]
    }


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[~np.isnan(values)]


def _spread(values: NDArray[np.float64]) -> Spread:
    """As `numpy.quantile` has it with the method "inverted_cdf"."""
    count = len(values)
    if not count:
        return _NOTHING
    order = np.sort(values)
    p5, median, p95 = (float(order[max(math.ceil(count * share - 1), 0)]) for share in _QUANTILES)
    return Spread(p5=p5, median=median, p95=p95)
