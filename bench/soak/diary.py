"""Pure. What each probe of the fleet sees in a week: the same records whenever it is asked.

A probe that is watched has a minute of four targets every minute; every other one tests, link and clock alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from probe.body.rung import ClockSeen, LinkSeen
from probe.body.speed_test import Direction
from probe.record import Body, Stamp
from tests.build import a_reachability_minute, a_speed_test

WEEK_AT = datetime(2026, 10, 5, tzinfo=UTC)  # a Monday
MINUTES = 1425  # of a day: the last quarter of an hour is the night's
_A_MINUTE = timedelta(minutes=1)


def day_of(number: int, day: int, *, watched: bool) -> Iterator[tuple[Stamp, Body]]:
    """The probe's records of that day, in order."""
    chance = Random(number * 1000 + day)
    tests = [a_speed_test(direction=one) for one in (Direction.DOWNLOAD, Direction.UPLOAD)]
    for minute in range(MINUTES):
        at = WEEK_AT + timedelta(days=day) + minute * _A_MINUTE + timedelta(seconds=number % 50)
        for body in _bodies(minute, tests, chance, watched=watched):
            yield stamp(at, number), body


def stamp(at: datetime, number: int) -> Stamp:
    """A synchronised clock's."""
    since = at - WEEK_AT
    return Stamp(
        at=at,
        monotonic_ns=int(since.total_seconds()) * 10**9 + 1,
        boot_id=f"boot-{number}",
        synchronised=True,
        error_ms=1.5,
    )


def _bodies(minute: int, tests: Sequence[Body], chance: Random, *, watched: bool) -> Iterator[Body]:
    if watched:
        seen = a_reachability_minute(targets=4)
        yield replace(
            seen,
            targets=tuple(
                replace(
                    one,
                    samples=tuple(replace(two, rtt_ms=round(abs(chance.gauss(9, 1.5)), 3)) for two in one.samples),
                )
                for one in seen.targets
            ),
        )
    if minute % 30 == 7:
        yield tests[minute // 30 % 2]
    if minute % 15 == 3:
        yield LinkSeen(interface="eth0", carrier=True, carrier_up_count=1, carrier_down_count=0)
    if minute % 60 == 9:
        yield ClockSeen(time_server="time.example", offset_ms=0.4, round_trip_ms=9.0, stratum=2)
