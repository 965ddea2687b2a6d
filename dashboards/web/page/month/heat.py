"""Pure. Hour by weekday: what the tests of each local hour measured, beside what was promised.

A cell is the median of its tests, with their low quantile (high for a round trip) and their number; one without a test
says so. Colour follows a plain scale of tenths and is no judgement.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

from analysis.contract import Speeds
from analysis.finding import Grade
from dashboards.web.page.month.shown import Heat, HeatCell, HeatRow
from dashboards.web.past.told import Month, Tried
from dashboards.web.voice import Voice
from probe.body.speed_test import Direction

_HOURS, _WEEKDAYS, _TENTHS = 24, 7, 10
_LOW_SHARE = 0.1  # the quantile shown beside the median
Values = Mapping[tuple[int, int], Sequence[float]]  # by (hour, weekday), never an empty sequence


def heats(month: Month, voice: Voice) -> tuple[Heat, ...]:
    """Download, upload, and the round trip under load; those of which there was any test."""
    made = [_rates(way, month, voice) for way in Direction]
    return tuple(heat for heat in (*made, _times(month, voice)) if heat is not None)


def quantile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed (nearest rank). Of at least one value.

    >>> quantile([5, 1, 4, 2, 3], 0.1), quantile([5, 1, 4, 2, 3], 0.9)
    (1, 5)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def usable(month: Month, way: Direction | None = None) -> list[Tried]:
    """The tests that measured the line: with a result, and of a grade that says anything of it."""
    tests = (test for day in month.days for test in day.tests)
    measured = (one for one in tests if one.rate_bps is not None and one.grade is not Grade.C)
    return [one for one in measured if way in {None, one.direction}]


def _promised(month: Month, way: Direction) -> tuple[str, int] | None:
    """The level and the speed that a direction is shown against: the normally available, else the maximum."""
    contract = month.about.contract
    terms = contract.on(month.days[-1].on) if contract and month.days else None
    return None if terms is None else _against(terms.speeds(way))


def _against(speeds: Speeds) -> tuple[str, int]:
    return ("maximum", speeds.maximum_bps) if speeds.normal_bps is None else ("normal", speeds.normal_bps)


def _by_hour(tests: Iterable[Tried], value: Callable[[Tried], float | None], voice: Voice) -> Values:
    found: dict[tuple[int, int], list[float]] = defaultdict(list)
    for one in tests:
        measured, local = value(one), one.at.astimezone(voice.zone)
        if measured is not None:
            found[local.hour, local.weekday()].append(measured)
    return found


def _rates(way: Direction, month: Month, voice: Voice) -> Heat | None:
    values = _by_hour(usable(month, way), lambda test: test.compared_bps, voice)
    if not values:
        return None
    against = _promised(month, way)
    title = voice.say(f"direction.{way}")
    whole_bps = against[1] if against else max(median(cell) for cell in values.values())

    def cell(rates: Sequence[float]) -> HeatCell:
        middle, low = median(rates), quantile(rates, _LOW_SHARE)
        text = voice.number(math.floor(100 * middle / whole_bps)) if against else voice.mbps(middle)
        more = voice.say("month.heat_rate", median=voice.rate(middle), low=voice.rate(low), count=len(rates))
        return HeatCell(text, more, min(_TENTHS, math.floor(_TENTHS * middle / whole_bps + 1e-9)))

    return Heat(
        key=f"heat-{way}",
        kind="rate",
        title=title,
        note=_rate_note(against, voice),
        weekdays=voice.weekdays(),
        rows=_rows(values, cell, voice),
    )


def _rate_note(against: tuple[str, int] | None, voice: Voice) -> str:
    if against is None:
        return voice.say("month.heat_no_contract")
    return voice.say("month.heat_against", level=voice.say(f"line.{against[0]}"), rate=voice.rate(against[1]))


def _times(month: Month, voice: Voice) -> Heat | None:
    values = _by_hour(usable(month), lambda test: test.loaded_rtt_ms, voice)
    if not values:
        return None
    medians = [median(cell) for cell in values.values()]
    best, worst = min(medians), max(medians)

    def cell(times: Sequence[float]) -> HeatCell:
        middle, high = median(times), quantile(times, 1 - _LOW_SHARE)
        more = voice.say(
            "month.heat_time", median=voice.milliseconds(middle), high=voice.milliseconds(high), count=len(times)
        )
        step = _TENTHS if worst == best else round(_TENTHS * (worst - middle) / (worst - best))
        return HeatCell(voice.number(middle), more, step)

    return Heat(
        key="heat-latency",
        kind="time",
        title=voice.say("month.heat_latency"),
        note=voice.say("month.heat_latency_note", low=voice.milliseconds(best), high=voice.milliseconds(worst)),
        weekdays=voice.weekdays(),
        rows=_rows(values, cell, voice),
    )


def _rows(values: Values, cell: Callable[[Sequence[float]], HeatCell], voice: Voice) -> tuple[HeatRow, ...]:
    none = HeatCell(voice.say("none"), voice.say("month.heat_none"), None)
    return tuple(
        HeatRow(
            voice.say("month.hour", hour=f"{hour:02}"),
            tuple(cell(values[hour, weekday]) if (hour, weekday) in values else none for weekday in range(_WEEKDAYS)),
        )
        for hour in range(_HOURS)
    )
