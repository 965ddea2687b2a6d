"""Pure. What was measured day by day over the month: the median of each day, and from its low to its high quantile.

Rates beside the promised speeds; round trips idle and under load. Judges nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from analysis.period import Period, local_day, local_days
from dashboards.web.drawing.axis import round_steps, share
from dashboards.web.drawing.chart import Bar, Chart, Level, Mark, Point, draw
from dashboards.web.drawing.label import Label
from dashboards.web.page.month.heat import quantile, usable
from dashboards.web.page.month.shown import Course
from dashboards.web.part.shown import Picture, Row, Swatch, Table
from dashboards.web.part.trials import level_words, promised
from dashboards.web.past.calendar import whole_month
from dashboards.web.past.told import Month, Tried
from dashboards.web.voice import Voice
from probe.body.speed_test import Direction

_LOW, _HIGH = 0.1, 0.9  # the quantiles of a day's tests that its bar reaches between
_LABELLED_DAYS, _MAIN_DAYS, _LAST_LABEL = 5, 10, 26  # the 31st would stand on the next


@dataclass(frozen=True, slots=True)
class _Day:
    """One day's values; there is none without a value."""

    on: date
    count: int
    low: float
    middle: float
    high: float


def courses(month: Month, voice: Voice) -> tuple[Course, ...]:
    """Download, upload, and the round trip idle and under load; those of which there was any test."""
    made = [_rates(way, month, voice) for way in Direction]
    made += [_times(kind, month, voice) for kind in ("idle", "loaded")]
    return tuple(course for course in made if course is not None)


def day_labels(period: Period, voice: Voice) -> tuple[Label, ...]:
    """Some of the days that begin in `period`, as labels under a drawing of the whole of it."""
    days = [on for on in local_days(period, voice.zone) if (on.day - 1) % _LABELLED_DAYS == 0 and on.day <= _LAST_LABEL]
    return tuple(
        Label(share(period, local_day(on, voice.zone).start_at), voice.number(on.day), (on.day - 1) % _MAIN_DAYS == 0)
        for on in days
    )


def _rates(way: Direction, month: Month, voice: Voice) -> Course | None:
    days = _days(month, usable(month, way), lambda test: test.compared_bps, voice)
    if not days:
        return None
    levels = promised(way, month.about.contract, month.days[-1].on)
    name = voice.say(f"direction.{way}")
    picture = Picture(
        voice.say("trials.caption", direction=name),
        _Drawing(f"course-{way}", name, days, levels, voice.mbps).drawn(month, voice),
        tuple(Swatch(names[-1], level_words(names, bps, voice)) for bps, names in levels.items()),
    )
    return Course(picture, _table(f"course-{way}-table", name, days, voice, voice.rate))


def _times(kind: str, month: Month, voice: Voice) -> Course | None:
    days = _days(month, usable(month), lambda test: getattr(test, f"{kind}_rtt_ms"), voice)
    if not days:
        return None
    name = voice.say(f"column.{kind}")
    drawn = _Drawing(f"course-{kind}", name, days, {}, voice.number).drawn(month, voice)
    return Course(
        Picture(f"{name}, ms", drawn, ()), _table(f"course-{kind}-table", name, days, voice, voice.milliseconds)
    )


def _days(
    month: Month, tests: Sequence[Tried], value: Callable[[Tried], float | None], voice: Voice
) -> tuple[_Day, ...]:
    by_day: dict[date, list[float]] = {}
    for one in tests:
        measured = value(one)
        if measured is not None:
            by_day.setdefault(one.at.astimezone(voice.zone).date(), []).append(measured)
    return tuple(
        _Day(day.on, len(found), quantile(found, _LOW), median(found), quantile(found, _HIGH))
        for day in month.days
        if (found := by_day.get(day.on))
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    key: str
    name: str
    days: tuple[_Day, ...]
    levels: Mapping[int, Sequence[str]]
    number: Callable[[float], str]

    def drawn(self, month: Month, voice: Voice) -> str:
        whole = whole_month(month.first_on, voice.zone)
        steps = round_steps(max(1.0, *(day.high for day in self.days), *self.levels))
        return draw(
            Chart(
                key=self.key,
                title=voice.say("month.course", name=self.name),
                description=voice.say("month.course_days", count=len(self.days)),
                points=tuple(self._point(day, whole, voice) for day in self.days),
                levels=tuple(Level(names[-1], bps) for bps, names in self.levels.items()),
                steps=tuple(Label(step, self.number(step)) for step in steps),
                hours=day_labels(whole, voice),
                failed_label="",
                bars=tuple(Bar(_middle(day.on, whole, voice), day.low, day.high) for day in self.days),
            )
        )

    def _point(self, day: _Day, whole: Period, voice: Voice) -> Point:
        label = f"{voice.short_day(day.on)} · {self.number(day.middle)}"
        return Point(_middle(day.on, whole, voice), day.middle, Mark.FULL, label)


def _middle(on: date, whole: Period, voice: Voice) -> float:
    """Where the middle of a day falls."""
    day = local_day(on, voice.zone)
    return share(whole, day.start_at + day.duration / 2)


def _table(key: str, name: str, days: tuple[_Day, ...], voice: Voice, said: Callable[[float], str]) -> Table:
    return Table(
        id=key,
        summary=voice.say("month.course_table", name=name),
        columns=tuple(voice.say(f"month.{column}") for column in ("day", "low", "middle", "high", "count")),
        rows=tuple(
            Row((voice.short_day(day.on), said(day.low), said(day.middle), said(day.high), voice.number(day.count)))
            for day in days
        ),
    )
