"""Panels of lines, made up from a seed: what a test of an extract's tables is held against."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from analysis.extract.hear import DIRECTIONS
from analysis.extract.indicator.line_hours import LineHours
from analysis.extract.line_summary import LineSummary, LineWay, Spread
from analysis.extract.service.line_service import Clock, DayTime, LineService, Owner, Repair
from analysis.extract.standing import Group, Standing

MAXIMUM_BPS = 500_000_000


def a_line(name: str, group: Group, ratio: float, *, peak: float | None = 0.9, tests: int = 100) -> LineSummary:
    """`ratio`: of its median to what was promised; `peak`: of its busy hours to the others, None without tests then."""
    median = ratio * MAXIMUM_BPS
    ways = tuple(
        LineWay(
            direction=direction,
            test_count=tests,
            valid_count=tests,
            excluded={},
            rate_bps=Spread(p5=median * 0.8, median=median, p95=median * 1.1),
            peak_median_bps=None if peak is None else median * peak,
            hours=LineHours(
                off_peak_median_bps=median,
                consistent_bps=None if peak is None else median * peak * 0.9,
                reached_share=min(1.0, ratio),
            ),
            idle_rtt_ms=10.0,
            loaded_rtt_ms=20.0,
            promised_bps=MAXIMUM_BPS,
            maximum_bps=MAXIMUM_BPS,
            verdicts={},
        )
        for direction in DIRECTIONS
    )
    standing = Standing(line=name, group=group, first=date(2026, 10, 1), last=date(2026, 10, 31), left_days=0)
    return LineSummary(standing=standing, line_days=31, ways=ways, service=LineService(length_s=31 * 86_400))


def better(one: LineSummary, by: float) -> LineSummary:
    """The same line, so many times as fast."""
    ways = []
    for way in one.ways:
        assert way.rate_bps.median is not None
        ways.append(replace(way, rate_bps=replace(way.rate_bps, median=way.rate_bps.median * by)))
    return replace(one, ways=tuple(ways))


def watched(one: LineSummary, minutes: int) -> LineSummary:
    """The same line, with a probe that saw one day of it, and so many minutes of that without service."""
    down_s = 60 * minutes
    day = DayTime(
        on=date(2026, 10, 5),
        up_s=86_400 - 2_000 - down_s,
        down_s={owner: down_s if owner is Owner.OPERATOR else 0 for owner in Owner},
        unobserved_s=2_000,
        probe_away_s=1_000,
        late_s=0,
        away_most_s=down_s + 20 if minutes else 0,
        outage_count={owner: int(minutes > 0 and owner is Owner.OPERATOR) for owner in Owner},
        short_count=0,
        long_count=dict.fromkeys(Owner, 0),
    )
    repair = Repair(began_on=day.on, clock=Clock.OBSERVED, ended=minutes < 500, spent_s={"w0": down_s})
    own = LineService(length_s=31 * 86_400, days=(day,), repairs=(repair,) if minutes else ())
    return replace(one, service=own)


def some_lines(count: int, seed: int, *, operators: int = 4, regions: int = 5) -> Iterator[LineSummary]:
    """Sorted by name; operators differ, and few lines are in the last categories."""
    chance = random.Random(seed)
    for number in range(count):
        operator = min(int(chance.expovariate(0.8)), operators - 1)
        group = Group(
            region=f"R{min(int(chance.expovariate(0.6)), regions - 1)}",
            operator=f"O{operator}",
            technology=chance.choice(("ftth", "ftth", "hfc")),
            tier="500/500",
        )
        ratio = min(1.2, max(0.05, chance.gauss(0.98 - 0.05 * operator, 0.08)))
        peak = None if chance.random() < 0.1 else chance.uniform(0.8, 1.0)
        yield a_line(f"line-{number:05}", group, ratio, peak=peak)
