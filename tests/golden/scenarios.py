"""The situations behind the golden records: what a line and a household really do, in days short enough to read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from analysis.period import local_day
from collector.envelope import StoredRecord
from probe.body.conditions import LinkType
from probe.body.reachability import Reachability, Role
from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.record import Body
from tests.build import LISBON, MINUTE, a_record, a_speed_test, a_target, good_conditions, stored

CONTRACT = """\
operator = "NOS"
service = "Fibra 1000"
technology = "ftth"
dated = 2026-01-15
profile = "pt-nos"

[line]
id = "casa"
timezone = "Europe/Lisbon"

[download]
maximum_mbps = 1000
normal_mbps = 1000
minimum_mbps = 400

[upload]
maximum_mbps = 200
normal_mbps = 200
minimum_mbps = 80
"""
GOOD = {Direction.DOWNLOAD: 1012.0, Direction.UPLOAD: 204.0}
Rate = Callable[[datetime, Direction], "float | SpeedTest | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`now` is after the last day unless it is given."""

    name: str
    says: str
    records: Sequence[StoredRecord]
    contract: str = CONTRACT
    from_on: date = date(2026, 11, 21)
    days: int = 1
    now: datetime | None = None

    def told(self) -> str:
        """The case.toml."""
        to_on = self.from_on + timedelta(days=self.days)
        now = self.now or local_day(to_on, LISBON).start_at + timedelta(hours=1)
        return (
            f"# {self.says}\n"
            f"# Every civil day from `from` up to `to`, which is not included, as seen at `now`.\n"
            f"from = {self.from_on}\nto = {to_on}\nnow = {now.astimezone(UTC).isoformat()}\n"
        )


def day_of(rate: Rate, *, tests: int = 24, on: date = date(2026, 11, 21)) -> Iterator[tuple[datetime, Body]]:
    """Both directions, at a minute of each slot that wanders; the rates wander by a percent."""
    day = local_day(on, LISBON)
    width = day.duration / tests
    for slot in range(tests):
        for number, direction in enumerate(Direction):
            at = day.start_at + slot * width + timedelta(minutes=1 + slot * 7 % max(1, int(width / MINUTE) - 3))
            given = rate(at, direction)
            if isinstance(given, float):
                given = a_speed_test(direction=direction, ip_mbps=round(given * (1 + slot * 37 % 11 / 1000), 3))
            if given is not None:
                yield at + number * timedelta(seconds=20), given


def minutes_of(start_at: datetime, answers: Sequence[str]) -> Iterator[tuple[datetime, Body]]:
    """A minute of reachability each, asked every 20 s: three marks a minute; an empty one has no record."""
    for number, marks in enumerate(answers):
        if marks:
            targets = tuple(
                a_target(target=f"198.51.100.{last}", role=role, answers=marks, interval_s=20)
                for last, role in ((1, Role.INTERNET), (2, Role.SERVER))
            )
            yield start_at + number * MINUTE, Reachability(interval_s=20, targets=targets)


def numbered(*bodies: Iterator[tuple[datetime, Body]]) -> tuple[StoredRecord, ...]:
    """As one probe makes them: in order of time, counted from one."""
    ordered = sorted((one for some in bodies for one in some), key=lambda one: one[0])
    return tuple(
        stored(a_record(body=body, at=at, sequence=number))
        for (at, body), number in zip(ordered, count(1), strict=False)
    )


def good(at: datetime, direction: Direction) -> float:
    return GOOD[direction]


def slow(at: datetime, direction: Direction) -> float:
    return 300.0 if direction is Direction.DOWNLOAD else GOOD[direction]


def evening(at: datetime, direction: Direction) -> float:
    return 340.0 if direction is Direction.DOWNLOAD and 19 <= at.astimezone(LISBON).hour < 23 else GOOD[direction]


def hundred_megabit_cable(at: datetime, direction: Direction) -> SpeedTest:
    return a_speed_test(direction=direction, ip_mbps=97.2, conditions=good_conditions(link_mbps=100))


def gigabit_port(at: datetime, direction: Direction) -> SpeedTest:
    rate = 960.0 if at.astimezone(LISBON).hour in {2, 3, 4} else 300.0
    if direction is Direction.UPLOAD:
        rate = GOOD[direction]
    return a_speed_test(direction=direction, ip_mbps=rate, conditions=good_conditions(link_mbps=1000))


def wireless_and_streaming(at: datetime, direction: Direction) -> SpeedTest:
    hour = at.astimezone(LISBON).hour
    conditions = good_conditions(link_type=LinkType.WIFI)
    if 18 <= hour < 23:
        conditions = good_conditions(other_bytes=180_000_000)
    return a_speed_test(
        direction=direction, ip_mbps=GOOD[direction] * (0.55 if hour % 3 else 1.0), conditions=conditions
    )


def cut_from_three_to_five(at: datetime, direction: Direction) -> float | SpeedTest:
    if 15 <= at.astimezone(LISBON).hour < 17:
        return a_speed_test(direction=direction, failure=Failure.TIMED_OUT)
    return GOOD[direction]


_DAY = local_day(date(2026, 11, 21), LISBON)
_THREE = _DAY.start_at + timedelta(hours=14, minutes=30)
_CHANGE = """
[[change]]
from = 2026-11-22
service = "Fibra 300"
download = { maximum_mbps = 300, normal_mbps = 300, minimum_mbps = 120 }
"""
_SUMMARY = CONTRACT.replace("normal_mbps = 1000", "normal_mbps = 700")

SCENARIOS = (
    Scenario(name="plain_breach", says="300 Mbit/s sold as 1000, all day.", records=numbered(day_of(slow))),
    Scenario(
        name="kept_promise",
        says="Every speed kept, and tests enough to prove it.",
        records=numbered(day_of(good, tests=96)),
    ),
    Scenario(
        name="too_few_tests", says="Every speed kept, but 24 tests cannot prove 95 %.", records=numbered(day_of(good))
    ),
    Scenario(name="evening_congestion", says="Slow from 19:00 to 23:00.", records=numbered(day_of(evening, tests=48))),
    Scenario(
        name="hundred_megabit_cable",
        says="The probe's own cable is the bottleneck: nobody is accused.",
        records=numbered(day_of(hundred_megabit_cable)),
    ),
    Scenario(
        name="gigabit_port",
        says="A port of 1 Gbit/s carries 975 in IP packets: 300 by day is the line's, 960 at night says nothing.",
        records=numbered(day_of(gigabit_port)),
    ),
    Scenario(
        name="wireless_and_streaming",
        says="Wi-Fi by day and a film in the evening: what is reached counts, what is not reached does not.",
        records=numbered(day_of(wireless_and_streaming)),
    ),
    Scenario(
        name="a_real_cut",
        says="Two hours without a line: failed tests are no slow tests.",
        records=numbered(
            day_of(cut_from_three_to_five),
            minutes_of(_THREE, ["###"] * 30 + ["..."] * 120 + ["###"] * 30),
        ),
    ),
    Scenario(
        name="a_sleeping_computer",
        says="Away from 01:00 to 02:00 and again at 02:30: unobserved, not down.",
        records=numbered(
            day_of(lambda at, direction: None if at.hour == 1 else good(at, direction)),
            minutes_of(_DAY.start_at, ["###"] * 60 + [""] * 60 + ["###"] * 30 + [""] * 5 + ["###"] * 25),
        ),
    ),
    Scenario(
        name="the_day_of_25_hours",
        says="The clock goes back in Lisbon: 25 hours, one of them twice.",
        records=numbered(day_of(slow, tests=25, on=date(2026, 10, 25))),
        from_on=date(2026, 10, 25),
    ),
    Scenario(
        name="terms_change_overnight",
        says="1000 Mbit/s until Saturday, 300 from Sunday: each day under its own terms.",
        contract=CONTRACT + _CHANGE,
        records=numbered(day_of(slow), day_of(slow, on=date(2026, 11, 22))),
        days=2,
    ),
    Scenario(
        name="an_unfinished_day",
        says="Seen at 10:00: slow so far, and already beyond doubt for the normally available speed.",
        records=numbered(day_of(lambda at, direction: slow(at, direction) if at.hour < 10 else None)),
        now=_DAY.start_at + timedelta(hours=10),
    ),
    Scenario(
        name="a_summary_with_two_numbers",
        says="The summary states another normally available speed than the maximum: its own numbers are used.",
        contract=_SUMMARY,
        records=numbered(day_of(lambda at, direction: 800.0 if direction is Direction.DOWNLOAD else 204.0)),
    ),
    Scenario(
        name="fixed_wireless",
        says="An estimated maximum only: the rules do not apply.",
        contract=CONTRACT.replace('"ftth"', '"fwa"'),
        records=numbered(day_of(slow, tests=4)),
    ),
)
