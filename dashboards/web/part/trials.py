"""Pure. The speed tests of the window: a chart per direction with the promised speeds, and their table.

Failed tests are drawn and listed as failed. Knows nothing of how a test is judged.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from analysis.contract import Contract
from analysis.report import JudgedTest
from dashboards.web.drawing.axis import local_ticks, round_steps, share
from dashboards.web.drawing.chart import Chart, Level, Mark, Point, draw
from dashboards.web.drawing.label import Label
from dashboards.web.part.counting import counts_for, counts_fully, speed_of
from dashboards.web.part.opened import opened
from dashboards.web.part.shown import Picture, Row, Swatch, Table, Tone, Trials
from dashboards.web.part.verdicts import LEVELS, promised_bps
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice
from probe.body.speed_test import Direction, SpeedTest

DRAWN_MOST, LISTED_MOST = 150, 50  # per direction drawn, in all listed: the page stays small whatever the schedule
_EMPTY_TOP_BPS = 100_000_000  # of a chart without any rate
_COLUMNS = ("time", "direction", "tcp", "ip", "idle", "loaded", "remarks")


def trials(reading: Reading, voice: Voice) -> Trials:
    """Both charts and the table, newest first; only a sentence where the window has no test."""
    if not reading.tests:
        return Trials(absent=voice.say("trials.absent"), pictures=(), note="", table=None)
    most = max(Counter(speed_of(test).direction for test in reading.tests).values())
    return Trials(
        absent="",
        pictures=tuple(_picture(direction, reading, voice) for direction in Direction),
        note=voice.say("trials.drawn_most", count=DRAWN_MOST) if most > DRAWN_MOST else "",
        table=_table(reading.tests, voice),
    )


def moved(tests: Iterable[tuple[Direction, int | None]], voice: Voice) -> str:
    """What the tests themselves moved, by direction; empty where there was none."""
    told = list(tests)
    if not told:
        return ""
    sums = {way: sum(count or 0 for one, count in told if one is way) for way in Direction}
    down, up = (voice.bytes(sums[way]) for way in Direction)
    return voice.say("trials.moved", count=len(told), down=down, up=up)


def hour_labels(reading: Reading, voice: Voice) -> tuple[Label, ...]:
    """The window's local hours, as labels under a drawing."""
    ticks = local_ticks(reading.window, reading.zone)
    return tuple(Label(tick.share, voice.clock(tick.at), tick.main) for tick in ticks)


def _picture(direction: Direction, reading: Reading, voice: Voice) -> Picture:
    tests = [test for test in reading.tests if speed_of(test).direction is direction][-DRAWN_MOST:]
    stated = promised(direction, reading.contract, reading.day)
    rates = [rate for test in tests if (rate := _compared_bps(speed_of(test))) is not None]
    steps = round_steps(max((*rates, *stated), default=_EMPTY_TOP_BPS))
    name = voice.say(f"direction.{direction}")
    chart = Chart(
        key=f"chart-{direction}",
        title=voice.say("trials.chart", direction=name),
        description=_description(tests, rates, voice),
        points=tuple(_point(test, reading, voice) for test in tests),
        levels=tuple(Level(levels[-1], bps) for bps, levels in stated.items()),
        steps=tuple(Label(step, voice.mbps(step)) for step in steps),
        hours=hour_labels(reading, voice),
        failed_label=voice.say("trials.failed_lane"),
    )
    legend = tuple(Swatch(levels[-1], level_words(levels, bps, voice)) for bps, levels in stated.items())
    return Picture(voice.say("trials.caption", direction=name), draw(chart), legend)


def _compared_bps(body: SpeedTest) -> int | None:
    """The rate at the layer that a contract is compared at; the payload's where packets were not counted."""
    return body.rate_bps if body.ip_rate_bps is None else body.ip_rate_bps


def _description(tests: list[JudgedTest], rates: list[int], voice: Voice) -> str:
    said = [voice.say("trials.drawn", count=len(tests)), voice.say("trials.failed", count=len(tests) - len(rates))]
    if rates:
        said.append(voice.say("trials.range", low=voice.rate(min(rates)), high=voice.rate(max(rates))))
    return " ".join(said)


def promised(direction: Direction, contract: Contract | None, on: date) -> dict[int, list[str]]:
    """The speeds promised on that day, highest first, each with the levels that share it."""
    terms = contract.on(on) if contract else None
    names: dict[int, list[str]] = {}
    if terms is None:
        return names
    for level in LEVELS:
        bps = promised_bps(terms.speeds(direction), level)
        if bps is not None:
            names.setdefault(bps, []).append(level)
    return names


def level_words(levels: list[str], bps: int, voice: Voice) -> str:
    """What a promised speed is called."""
    names = voice.say("trials.and").join(voice.say(f"line.{level}") for level in levels)
    return f"{names}: {voice.rate(bps)}"


def _point(test: JudgedTest, reading: Reading, voice: Voice) -> Point:
    body, at = speed_of(test), test.stored.record.started.at
    mark = Mark.FAILED if body.rate_bps is None else Mark.FULL if counts_fully(test) else Mark.PARTIAL
    label = _result(body, voice)
    if body.rate_bps is not None and body.ip_rate_bps is not None:
        label = voice.say("trials.point", ip=voice.rate(body.ip_rate_bps), tcp=voice.rate(body.rate_bps))
    return Point(share(reading.window, at), _compared_bps(body), mark, f"{voice.clock(at)} · {label}")


def _result(body: SpeedTest, voice: Voice) -> str:
    if body.rate_bps is not None:
        return voice.rate(body.rate_bps)
    return voice.say("test.failed", why=voice.say(f"failure.{body.failure}"))


def _table(tests: tuple[JudgedTest, ...], voice: Voice) -> Table:
    listed = tests[: -LISTED_MOST - 1 : -1]
    left_out = len(tests) - len(listed)
    return Table(
        id="tests-table",
        summary=voice.say("trials.table", count=len(listed)),
        columns=tuple(voice.say(f"column.{name}") for name in _COLUMNS),
        rows=tuple(_row(test, voice) for test in listed),
        note=voice.say("trials.left_out", count=left_out) if left_out else "",
    )


def _row(test: JudgedTest, voice: Voice) -> Row:
    body = speed_of(test)
    ip_rate = voice.rate(body.ip_rate_bps) if body.ip_rate_bps is not None else voice.say("none")
    idle, loaded = (
        voice.say("none") if value_ms is None else voice.milliseconds(value_ms)
        for value_ms in (body.idle_rtt_ms, body.loaded_rtt_ms)
    )
    remarks = () if body.rate_bps is None else counts_for(test, voice)
    tone = Tone.BAD if body.rate_bps is None else Tone.UNKNOWN if remarks else Tone.NOTE
    when, way = voice.moment(test.stored.record.started.at), voice.say(f"direction.{body.direction}")
    cells = (when, way, _result(body, voice), ip_rate, idle, loaded, " ".join(remarks) or voice.say("none"))
    record = test.stored.record
    return Row(cells, tone, opened(record.id, record.started.at, voice))
