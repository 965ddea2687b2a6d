"""Pure. What was judged of a line's congestion, as points: what kind, the hours that come back, the single times.

Judges nothing. Hours are the line's own; a window over midnight goes on in the next day's first hours.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from analysis.congestion.judgement import Episode, Judgement, Kind, Window
from analysis.congestion.words import line_words
from analysis.period import local_day, local_days
from dashboards.grafana.judged.findings import at_ns
from dashboards.grafana.judged.point import Place, Point, Value
from dashboards.grafana.measurement import WITHDRAWN

_DAY_MIN = 1440
_HOUR_MIN = 60


def congestion_points(judged: Judgement, place: Place) -> tuple[Point, ...]:
    """Every point; the summary stands at the last day of those judged."""
    return (_summary(judged, place), *_hours(judged, place), *_times(judged, place))


def _summary(judged: Judgement, place: Place) -> Point:
    zone = ZoneInfo(judged.timezone)
    last = local_days(judged.period, zone)[-1]
    said = line_words(judged)
    return Point(
        measurement="congestion",
        tags=place.tags(),
        fields={
            "kind": judged.kind.value,
            "recurring": int(judged.kind is Kind.RECURRING),
            "unknown": int(judged.kind is Kind.UNKNOWN),
            "window_count": len(judged.windows),
            "time_count": judged.episode_count,
            "sentence_pt": said.pt,
            "sentence_en": said.en,
            WITHDRAWN: False,
        },
        at_ns=at_ns(local_day(last, zone).start_at),
    )


def _hours(judged: Judgement, place: Place) -> Iterator[Point]:
    zone = ZoneInfo(judged.timezone)
    minutes: defaultdict[tuple[date, int], int] = defaultdict(int)
    of: dict[tuple[date, int], Window] = {}
    for window in judged.windows:
        for day, hour, part in _cells(window):
            minutes[day, hour] += part
            of.setdefault((day, hour), window)
    for (day, hour), part in sorted(minutes.items()):
        yield Point(
            measurement="congested_hour",
            tags=place.tags(hour=f"{hour:02d}"),
            fields={"minutes": part, **_told(of[day, hour]), WITHDRAWN: False},
            at_ns=at_ns(local_day(day, zone).start_at),
        )


def _cells(window: Window) -> Iterator[tuple[date, int, int]]:
    """(day, hour of it, minutes of that hour) of every day that had the window."""
    end_min = window.end_min if window.end_min > window.start_min else window.end_min + _DAY_MIN
    for day in window.days:
        for hour in range(window.start_min // _HOUR_MIN, -(-end_min // _HOUR_MIN)):
            part = min(end_min, (hour + 1) * _HOUR_MIN) - max(window.start_min, hour * _HOUR_MIN)
            yield day + timedelta(days=hour // 24), hour % 24, part


def _times(judged: Judgement, place: Place) -> Iterator[Point]:
    for one in judged.episodes:
        lasted_s = one.period.duration.total_seconds()
        yield Point(
            measurement="congested_time",
            tags=place.tags(),
            fields={"lasted_s": lasted_s, "many_lines": one.many_lines, **_told(one), WITHDRAWN: False},
            at_ns=at_ns(one.period.start_at),
        )


def _told(one: Window | Episode) -> dict[str, Value | None]:
    """By the strongest signal, which comes first."""
    return {
        "signal": one.depths[0].signal.value if one.depths else None,
        "place": one.located.place.value,
        "household": one.household.value,
        "confidence": one.confidence.value,
    }
