"""What light sensing makes of what it saw, and of the chance of a test."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe import clock
from probe.body.draw import Stratum
from probe.body.reachability import ProbeMethod, Reachability, Role, Sample, TargetMinute
from probe.body.speed_test import Direction, Failure, Server
from probe.body.train import Train
from probe.courtesy.settings import SensingSettings
from probe.expense import Expense
from probe.record import Body
from probe.schedule import Spending
from probe.sensing.chance import chances, days_left, own_chance
from probe.sensing.level import Levels
from probe.sensing.sounding import Sounding
from probe.sensing.spread import Read, narrowest
from probe.sensing.strata import Sensed
from tests.build import AT, a_reachability_minute, a_speed_test

MINUTE = timedelta(minutes=1)
EXTRA_OF = {Stratum.CALM: 0.05, Stratum.STRAINED: 0.5, Stratum.UNKNOWN: 0.1}


def a_minute(rtt_ms: float | None, *, lost: int = 0, role: Role = Role.SERVER, loopback: bool = False) -> Reachability:
    told = a_reachability_minute(answers="." * lost + "#" * (12 - lost), targets=1, role=role)
    (target,) = told.targets
    samples = tuple(
        one if one.rtt_ms is None or rtt_ms is None else Sample(one.offset_ms, rtt_ms) for one in target.samples
    )
    return Reachability(
        interval_s=5,
        targets=(TargetMinute(target="t", role=role, method=ProbeMethod.ICMP, loopback=loopback, samples=samples),),
    )


def a_train(spread_bps: int | None) -> Train:
    failure = None if spread_bps else Failure.TIMED_OUT
    return Train(
        server=Server(url="ws://a.example"), method="ndt7", bytes=80_000, spread_bps=spread_bps, failure=failure
    )


def an_hour(sensed: Sensed, *, rtt_ms: float = 10) -> datetime:
    for number in range(60):
        sensed.minute(AT + number * MINUTE, a_minute(rtt_ms))
    return AT + 60 * MINUTE


def test_too_little_seen_is_unknown_and_not_calm() -> None:
    sensed = Sensed()
    assert sensed.stratum(AT) is Stratum.UNKNOWN
    sensed.minute(AT, a_minute(10))
    assert sensed.stratum(AT) is Stratum.UNKNOWN
    assert Sensed().stratum(an_hour(sensed) + timedelta(hours=1)) is Stratum.UNKNOWN


def test_a_line_as_it_always_is_is_calm() -> None:
    sensed = Sensed()
    assert sensed.stratum(an_hour(sensed)) is Stratum.CALM


@pytest.mark.parametrize(
    ("late", "stratum"),
    [
        (a_minute(12.9), Stratum.CALM),
        (a_minute(13.1), Stratum.STRAINED),
        (a_minute(10, lost=1), Stratum.STRAINED),
        (a_minute(None, lost=12), Stratum.STRAINED),
        (a_minute(500, role=Role.GATEWAY), Stratum.UNKNOWN),
        (a_minute(500, loopback=True), Stratum.UNKNOWN),
    ],
)
def test_slow_or_lossy_minutes_of_the_line_alone_are_strained(late: Reachability, stratum: Stratum) -> None:
    sensed = Sensed()
    now = an_hour(sensed) + timedelta(hours=1)
    for number in range(5):
        sensed.minute(now - number * timedelta(seconds=50), late)
    assert sensed.stratum(now) is stratum


@pytest.mark.parametrize(("last_bps", "stratum"), [(71_000_000, Stratum.CALM), (69_000_000, Stratum.STRAINED)])
def test_a_train_much_more_spread_than_usual_is_strained(last_bps: int, stratum: Stratum) -> None:
    sensed = Sensed()
    now = an_hour(sensed)
    for number in range(6):
        sensed.train(now - (10 - number) * MINUTE, a_train(100_000_000))
    sensed.train(now, a_train(last_bps))
    assert sensed.stratum(now) is stratum
    sensed.train(now, a_train(None))  # a failed one says nothing of how it is spread
    assert sensed.stratum(now) is stratum


def test_a_low_result_is_low_against_its_own_last_results() -> None:
    levels = Levels(0.9, {})
    assert [levels.hear(a_speed_test(ip_mbps=mbps)) for mbps in (100, 30, 100)] == [None, None, None]
    assert levels.hear(a_speed_test(ip_mbps=91)) is None
    assert "below 90%" in (levels.hear(a_speed_test(ip_mbps=80)) or "")
    assert levels.hear(a_speed_test(ip_mbps=10, direction=Direction.UPLOAD)) is None
    assert levels.hear(a_speed_test(failure=Failure.TIMED_OUT)) is None


def test_a_line_that_is_slower_for_good_is_soon_not_low_any_more() -> None:
    levels = Levels(0.9, {})
    for mbps in [100.0] * 12:
        levels.hear(a_speed_test(ip_mbps=mbps))
    low = [levels.hear(a_speed_test(ip_mbps=50)) is not None for _ in range(12)]
    assert low[0]
    assert not low[-1]
    assert sum(low) <= 7


def test_a_level_that_was_handed_in_holds_from_the_first_result_on() -> None:
    levels = Levels(0.9, {Direction.DOWNLOAD: 500_000_000})
    assert levels.hear(a_speed_test(ip_mbps=499)) is not None
    assert levels.hear(a_speed_test(ip_mbps=501)) is None


@given(st.integers(1_000_000, 10_000_000_000), st.integers(25, 80))
def test_packets_of_a_steady_line_are_spread_at_its_rate(bps: int, count: int) -> None:
    gap_ns = 1500 * 8 * 10**9 / bps
    reads = [Read(round(number * gap_ns), number * 1500) for number in range(count)]
    found = narrowest(reads)
    assert found is not None
    assert found == pytest.approx(bps, rel=0.01)


def test_a_pause_between_two_bursts_does_not_count() -> None:
    burst = [Read(number * 1000, number * 1500) for number in range(30)]
    later = [Read(50_000_000 + number * 1000, (30 + number) * 1500) for number in range(30)]
    assert narrowest([*burst, *later]) == pytest.approx(1500 * 8 * 1e6, rel=0.01)


@pytest.mark.parametrize("reads", [[], [Read(0, 100_000)], [Read(0, 0), Read(1, 1000)], [Read(5, 0), Read(5, 50_000)]])
def test_too_few_packets_or_all_at_one_instant_tell_nothing(reads: list[Read]) -> None:
    assert narrowest(reads) is None


NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


def spending(*, day: int = 0, month: int = 0, per_day: int = 10**6, per_month: int = 10**9) -> Spending:
    return Spending(
        spent_bytes=day,
        expected_bytes=1000,
        bytes_per_day=per_day,
        month_spent_bytes=month,
        bytes_per_month=per_month,
    )


def test_with_bytes_to_spare_every_slot_is_tested_and_strained_ones_more() -> None:
    for stratum, extra in EXTRA_OF.items():
        found = chances(stratum, EXTRA_OF, now=NOON, spending=spending(), tests_per_day=48)
        assert (found.own, found.extra) == (1.0, extra)
        assert found.tests_per_hour == pytest.approx(2 * (1 + extra))


def test_an_extra_test_never_takes_the_bytes_of_a_slot_to_come() -> None:
    for day in range(0, 30_000, 500):
        tight = spending(day=day, per_day=30_000)
        found = chances(Stratum.STRAINED, EXTRA_OF, now=NOON, spending=tight, tests_per_day=24)
        assert found.extra == 0 or day + 1000 + 12 * 1000 < 30_000


@given(
    per_day=st.integers(500, 100_000),
    per_month=st.integers(1000, 10**6),
    spent=st.integers(0, 10**6),
    minute=st.integers(0, 43_000),
)
def test_a_chance_is_never_above_what_the_bytes_allow_and_never_nothing_while_some_are_left(
    per_day: int, per_month: int, spent: int, minute: int
) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC) + minute * MINUTE
    given_bytes = spending(month=min(spent, per_month - 1), per_day=per_day, per_month=per_month)
    chance = own_chance(now=now, spending=given_bytes, tests_per_day=24)
    assert 0 < chance <= 1
    assert chance * 24_000 <= per_day


def test_before_the_first_test_nothing_is_left_out_and_nothing_extra_is_made() -> None:
    unknown = Spending(spent_bytes=0, expected_bytes=None, bytes_per_day=1)
    found = chances(Stratum.STRAINED, EXTRA_OF, now=NOON, spending=unknown, tests_per_day=24)
    assert (found.own, found.extra) == (1.0, 0.0)


def test_a_month_ends_where_the_next_begins() -> None:
    assert days_left(datetime(2026, 12, 31, 23, tzinfo=UTC)) == pytest.approx(1 / 24)
    assert days_left(datetime(2026, 2, 1, tzinfo=UTC)) == 28


async def test_trains_come_at_random_instants_are_kept_sensed_and_counted(tmp_path: Path) -> None:
    kept: list[Body] = []
    sensed: list[Train] = []
    stop = asyncio.Event()

    def train(halt: threading.Event) -> Train:
        return a_train(None if not kept else 100)

    def hear(at: datetime, one: Train) -> None:
        sensed.append(one)
        if len(sensed) == 3:
            stop.set()

    expense = Expense(tmp_path / "rounds.json")
    sounding = Sounding(
        settings=SensingSettings(train_every_s=0.01),
        expense=expense,
        train=train,
        keep=lambda started, ended, body: kept.append(body),
        sensed=hear,
        uniform=lambda: 0.5,
    )
    await asyncio.wait_for(sounding.run(stop), 20)
    assert [one.spread_bps for one in sensed] == [None, 100, 100]
    assert kept == sensed
    assert expense.light_bytes(clock.now().date()) == 3 * 80_000


async def test_trains_end_where_their_bytes_are_spent(tmp_path: Path) -> None:
    expense = Expense(tmp_path / "rounds.json")
    expense.add_light(clock.now().date(), 100)
    stop, waits = asyncio.Event(), 0

    def uniform() -> float:
        nonlocal waits
        waits += 1
        if waits == 5:
            stop.set()
        return 0.0

    def never(halt: threading.Event) -> Train:
        raise AssertionError("no bytes are left")

    sounding = Sounding(
        settings=SensingSettings(train_every_s=0.01, bytes_per_day=100),
        expense=expense,
        train=never,
        keep=lambda *_: None,
        sensed=lambda *_: None,
        uniform=uniform,
    )
    await asyncio.wait_for(sounding.run(stop), 20)
    assert waits >= 5
