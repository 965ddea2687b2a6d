"""Pure. The round trips of the window's tests over time, idle and under load. No contract promises any.

What was not measured has no point. Judges nothing.
"""

from collections.abc import Iterator

from dashboards.web.drawing.axis import round_steps, share
from dashboards.web.drawing.chart import Chart, Mark, Point, draw
from dashboards.web.drawing.label import Label
from dashboards.web.part.counting import speed_of
from dashboards.web.part.shown import Latency, Picture
from dashboards.web.part.trials import hour_labels
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice

_DRAWN_MOST = 300  # tests; the page stays small whatever the schedule


def latency(reading: Reading, voice: Voice) -> Latency:
    """One drawing of both, a test's two points one above the other."""
    points = tuple(_points(reading, voice))
    measured = [point.value for point in points if point.value is not None]
    if not measured:
        return Latency(voice.say("latency.absent"), None)
    steps = round_steps(max(measured))
    chart = Chart(
        key="chart-latency",
        title=voice.say("latency.chart"),
        description=voice.say(
            "latency.range",
            count=len(measured),
            low=voice.milliseconds(min(measured)),
            high=voice.milliseconds(max(measured)),
        ),
        points=points,
        levels=(),
        steps=tuple(Label(step, voice.number(step)) for step in steps),
        hours=hour_labels(reading, voice),
        failed_label="",
    )
    return Latency("", Picture(voice.say("latency.caption"), draw(chart), ()))


def _points(reading: Reading, voice: Voice) -> Iterator[Point]:
    for test in reading.tests[-_DRAWN_MOST:]:
        body, at = speed_of(test), test.stored.record.started.at
        for kind, mark, value_ms in (
            ("idle", Mark.PARTIAL, body.idle_rtt_ms),
            ("loaded", Mark.FULL, body.loaded_rtt_ms),
        ):
            if value_ms is not None:
                said = f"{voice.clock(at)} · {voice.say(f'latency.{kind}')} {voice.milliseconds(value_ms)}"
                yield Point(share(reading.window, at), value_ms, mark, said)
