"""Pure. How one test went: the rate of each stretch between two of the receiver's counts. Judges nothing."""

from itertools import pairwise

from dashboards.web.drawing.axis import round_steps
from dashboards.web.drawing.chart import Chart, Level, Mark, Point, draw
from dashboards.web.drawing.label import Label
from dashboards.web.part.shown import Picture, Row, Swatch, Table
from dashboards.web.voice import Voice
from probe.body.speed_test import SpeedTest

_DRAWN_MOST = 100
_BITS, _MS_PER_S = 8, 1000
Stretch = tuple[float, float]  # when it ended, in ms, and its rate in bit/s


def stretches(test: SpeedTest) -> tuple[Stretch, ...]:
    """In order; counts are joined where there are too many to be drawn. Empty with fewer than two counts."""
    every = -(-len(test.series) // _DRAWN_MOST) or 1
    counts = test.series[::every]
    return tuple(
        (later.elapsed_ms, _BITS * _MS_PER_S * (later.received_bytes - earlier.received_bytes) / passed_ms)
        for earlier, later in pairwise(counts)
        if (passed_ms := later.elapsed_ms - earlier.elapsed_ms) > 0
    )


def course(test: SpeedTest, voice: Voice) -> tuple[Picture, Table] | None:
    """The drawing and its table; None where there is nothing to draw."""
    told = stretches(test)
    if not told:
        return None
    whole_ms = told[-1][0]
    steps = round_steps(max(1.0, *(bps for _, bps in told)))
    chart = Chart(
        key="course",
        title=voice.say("one.course"),
        description=voice.say("one.course_stretches", count=len(told)),
        points=tuple(Point(ms / whole_ms, bps, Mark.FULL, _said(ms, bps, voice)) for ms, bps in told),
        levels=() if test.rate_bps is None else (Level("normal", test.rate_bps),),
        steps=tuple(Label(step, voice.mbps(step)) for step in steps),
        hours=tuple(_second(ms, whole_ms, voice) for ms in round_steps(whole_ms)[:-1]),
        failed_label="",
    )
    rows = tuple(Row((f"{voice.number(ms / _MS_PER_S, 2)} s", voice.rate(bps))) for ms, bps in told)
    columns = (voice.say("one.after"), voice.say("column.tcp"))
    table = Table(id="course-table", summary=voice.say("one.course_table"), columns=columns, rows=rows)
    return Picture(voice.say("one.course_caption"), draw(chart), _legend(test, voice)), table


def _legend(test: SpeedTest, voice: Voice) -> tuple[Swatch, ...]:
    """The steady rate, which is the test's result."""
    if test.rate_bps is None:
        return ()
    return (Swatch("normal", f"{voice.say('fact.rate')}: {voice.rate(test.rate_bps)}"),)


def _second(ms: float, whole_ms: float, voice: Voice) -> Label:
    return Label(ms / whole_ms, f"{voice.number(ms / _MS_PER_S, 1)} s")


def _said(ms: float, bps: float, voice: Voice) -> str:
    return f"{voice.number(ms / _MS_PER_S, 2)} s · {voice.rate(bps)}"
