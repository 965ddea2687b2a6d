"""Pure. Judged tests as points: each by itself, and the tests of each local hour in numbers. Judges nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from statistics import median
from zoneinfo import ZoneInfo

from analysis.finding import Grade
from analysis.period import local_day
from analysis.report import JudgedTest
from analysis.validity import grade
from dashboards.grafana.judged.findings import at_ns
from dashboards.grafana.judged.point import Place, Point, Value
from probe.body.speed_test import Direction, SpeedTest

_ROUND_TRIPS = ("idle_rtt_ms", "loaded_rtt_ms")


def test_points(tests: Iterable[JudgedTest], place: Place) -> Iterator[Point]:
    """Every test with what it is worth, at the very instant at which `speed_test` has it."""
    for one in tests:
        record, worth = one.stored.record, grade(one.reasons)
        rate = body_of(one).ip_rate_bps
        yield Point(
            measurement="judged_test",
            tags=place.tags(direction=body_of(one).direction.value),
            fields={
                "ip_rate_bps": rate,
                "proof_bps": rate if worth is Grade.A else None,
                "grade": worth.value,
                "reasons": ", ".join(one.reasons),
                "record": record.id,
            },
            at_ns=at_ns(record.started.at) + record.sequence % 1000,
        )


def hour_points(day: date, tests: Iterable[JudgedTest], zone: ZoneInfo, place: Place) -> Iterator[Point]:
    """A point for each local hour of the day that has tests which count; an hour that comes twice is one."""
    by_hour: defaultdict[int, list[JudgedTest]] = defaultdict(list)
    for one in of_day(day, tests, zone):
        by_hour[one.stored.record.started.at.astimezone(zone).hour].append(one)
    start_ns = at_ns(local_day(day, zone).start_at)
    for hour, own in sorted(by_hour.items()):
        least = min(rates(own, Direction.DOWNLOAD), default=None)
        yield Point(
            measurement="hour",
            tags=place.tags(hour=f"{hour:02d}"),
            fields=medians(own) | {"download_least_bps": least},
            at_ns=start_ns,
        )


def of_day(day: date, tests: Iterable[JudgedTest], zone: ZoneInfo) -> list[JudgedTest]:
    """The day's tests that have a rate and say something of the line: grades A and B."""
    whole = local_day(day, zone)
    return [
        one
        for one in tests
        if one.stored.record.started.at in whole
        and body_of(one).ip_rate_bps is not None
        and grade(one.reasons) is not Grade.C
    ]


def medians(tests: Sequence[JudgedTest]) -> dict[str, Value | None]:
    """Of rates and round trips; None where no test tells."""
    found: dict[str, Value | None] = {
        f"{direction.value}_median_bps": round(median(own)) if (own := rates(tests, direction)) else None
        for direction in Direction
    }
    for name in _ROUND_TRIPS:
        times = [float(time) for one in tests if (time := getattr(body_of(one), name)) is not None]
        found[name.replace("_rtt_", "_rtt_median_")] = median(times) if times else None
    return found | {"test_count": len(tests)}


def rates(tests: Iterable[JudgedTest], direction: Direction) -> list[int]:
    """Bit/s in IP packets of one direction's tests."""
    own = [body for one in tests if (body := body_of(one)).direction is direction]
    return [body.ip_rate_bps for body in own if body.ip_rate_bps is not None]


def body_of(one: JudgedTest) -> SpeedTest:
    """The test itself."""
    body = one.stored.record.body
    assert isinstance(body, SpeedTest)
    return body
