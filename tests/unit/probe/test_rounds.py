import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from probe import clock
from probe.body.conditions import Conditions
from probe.body.conditions import Path as Way
from probe.body.draw import Course, Decision, Draw, Origin, Passed, Stratum
from probe.body.notice import Notice, NoticeKind
from probe.body.speed_test import Direction, Failure, Server, SpeedTest
from probe.courtesy.gate import Gate, Outside
from probe.courtesy.quiet import Limits
from probe.courtesy.settings import CourtesySettings, RepeatSettings
from probe.expense import Expense
from probe.record import Body, Stamp
from probe.rounds import Rounds, Surroundings, given_up
from probe.schedule import Due
from probe.settings import MeasureSettings

A, B = "ws://a.example", "ws://b.example"


def a_result(server: str, direction: Direction, failure: Failure | None = None) -> SpeedTest:
    return SpeedTest(
        direction=direction,
        method="ndt7",
        method_version="1",
        server=Server(url=server),
        rate_bps=None if failure else 1_000_000,
        bytes=None if failure else 500,
        failure=failure,
    )


@dataclass
class Bench:
    """Rounds with a speed test of the test's own; what was kept is in `kept`."""

    folder: Path
    measure: Callable[[str, Direction, threading.Event], SpeedTest]
    settings: MeasureSettings
    planned: tuple[Due, ...] = ()
    is_ready: Callable[[str], bool] = lambda _: True
    around: dict[str, Any] = field(default_factory=dict)
    kept: list[tuple[Stamp, Stamp, Body]] = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run_until(self, count: int) -> None:
        """Until so many observations were kept, then stops."""
        await self.run_while(lambda: len(self.kept) < count)

    async def run_while(self, lacking: Callable[[], bool]) -> None:
        running = asyncio.create_task(self.start())
        async with asyncio.timeout(60):
            while lacking():
                await asyncio.sleep(0.005)
        self.stop.set()
        await asyncio.wait_for(running, 5)

    async def start(self) -> None:
        def plan_of(on: date) -> tuple[Due, ...]:
            tomorrow = datetime.combine(on, datetime.max.time(), clock.now().tzinfo)
            return (*(due for due in self.planned if due.at.date() == on), a_due(tomorrow))

        surroundings = Surroundings(
            expense=Expense(self.folder / "rounds.json"),
            plan_of=plan_of,
            measure=self.measure,
            keep=self.keep,
            is_ready=self.is_ready,
            **self.around,
        )
        await Rounds(self.settings, surroundings).run(self.stop)

    def keep(self, started: Stamp, ended: Stamp, body: Body) -> str:
        self.kept.append((started, ended, body))
        return f"p1/{len(self.kept)}"

    @property
    def decisions(self) -> list[Decision]:
        """What was due and not made there and then."""
        return [body for _, _, body in self.kept if isinstance(body, Decision)]

    @property
    def draws(self) -> list[Draw]:
        """How each speed test was drawn."""
        return [body.draw for _, _, body in self.kept if isinstance(body, SpeedTest) and body.draw is not None]

    @property
    def told(self) -> list[tuple[str, str, str | None]]:
        """(server, direction, failure) of each speed test."""
        tests = [body for _, _, body in self.kept if isinstance(body, SpeedTest)]
        return [(test.server.url, test.direction.value, test.failure) for test in tests]

    @property
    def methods(self) -> list[str]:
        """By which protocol each speed test was made."""
        return [body.method for _, _, body in self.kept if isinstance(body, SpeedTest)]

    @property
    def skipped(self) -> list[str]:
        """The reason of each test that was skipped."""
        notices = [body for _, _, body in self.kept if isinstance(body, Notice)]
        assert all(notice.kind is NoticeKind.TEST_SKIPPED for notice in notices)
        return [notice.detail.split(":")[0] for notice in notices]


def works(server: str, direction: Direction, halt: threading.Event) -> SpeedTest:
    return a_result(server, direction)


def a_due(at: datetime, origin: Origin = Origin.SLOT, lot: float = 0.5) -> Due:
    return Due(at=at, slot_at=at - timedelta(minutes=1), slot_s=3600, origin=origin, lot=lot)


def soon(origin: Origin = Origin.SLOT, lot: float = 0.5) -> tuple[Due, ...]:
    """Instants enough that one of them lies ahead, however busy the machine is."""
    return tuple(a_due(clock.now() + timedelta(seconds=0.1 * n), origin, lot) for n in range(1, 600))


def settings(*servers: str, bytes_per_day: int = 10**9, tests_per_day: int = 24) -> MeasureSettings:
    return MeasureSettings(
        servers=servers, first_test_after_s=0, bytes_per_day=bytes_per_day, tests_per_day=tests_per_day
    )


async def test_a_round_is_a_download_and_then_an_upload(tmp_path: Path) -> None:
    bench = Bench(tmp_path, works, settings(A))
    await bench.run_until(2)
    assert bench.told == [(A, "download", None), (A, "upload", None)]
    for started, ended, _ in bench.kept:
        assert started.monotonic_ns <= ended.monotonic_ns


async def test_one_test_runs_at_a_time(tmp_path: Path) -> None:
    running = threading.Semaphore(1)

    def alone(server: str, direction: Direction, halt: threading.Event) -> SpeedTest:
        assert running.acquire(blocking=False)
        time.sleep(0.12)
        running.release()
        return a_result(server, direction)

    bench = Bench(tmp_path, alone, settings(A), planned=soon())
    await bench.run_until(4)
    assert len(bench.told) >= 4


@pytest.mark.parametrize("failure", [Failure.REFUSED, Failure.NAME_NOT_RESOLVED, Failure.TIMED_OUT])
async def test_a_server_that_cannot_be_reached_is_recorded_and_the_next_one_tried(
    failure: Failure, tmp_path: Path
) -> None:
    tried: list[str] = []

    def second_works(server: str, direction: Direction, halt: threading.Event) -> SpeedTest:
        tried.append(server)
        return a_result(server, direction, failure if len(tried) == 1 else None)

    bench = Bench(tmp_path, second_works, settings(A, B))
    await bench.run_until(3)
    first, second = tried[:2]
    assert {first, second} == {A, B}
    assert bench.told == [(first, "download", failure), (second, "download", None), (second, "upload", None)]


async def test_where_no_server_can_be_reached_each_is_asked_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda s, d, _: a_result(s, d, Failure.NO_ROUTE), settings(A, B))
    await bench.run_until(2)
    assert sorted(bench.told) == [(A, "download", "no_route"), (B, "download", "no_route")]


async def test_a_test_that_was_cut_short_is_a_result_of_its_server(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda s, d, _: a_result(s, d, Failure.CUT_SHORT), settings(A, B))
    await bench.run_until(2)
    assert len({server for server, _, _ in bench.told}) == 1
    assert [direction for _, direction, _ in bench.told] == ["download", "upload"]


async def test_stopping_ends_the_running_test_and_keeps_it_as_aborted(tmp_path: Path) -> None:
    under_way = threading.Event()

    def until_halted(server: str, direction: Direction, halt: threading.Event) -> SpeedTest:
        under_way.set()
        assert halt.wait(10)
        return a_result(server, direction, Failure.ABORTED)

    bench = Bench(tmp_path, until_halted, settings(A))
    running = asyncio.create_task(bench.start())
    await asyncio.to_thread(under_way.wait, 10)
    began = time.monotonic()
    bench.stop.set()
    await running
    assert time.monotonic() - began < 8
    assert bench.told == [(A, "download", "aborted")]
    assert bench.methods == ["ndt7"], "it ended by itself, and was not given up"


async def test_a_test_that_does_not_heed_is_given_up_and_kept_as_aborted(tmp_path: Path) -> None:
    under_way, go_on = threading.Event(), threading.Event()

    def deaf(server: str, direction: Direction, halt: threading.Event) -> SpeedTest:
        under_way.set()
        go_on.wait(10)
        return a_result(server, direction)

    bench = Bench(tmp_path, deaf, settings(A))
    running = asyncio.create_task(bench.start())
    await asyncio.to_thread(under_way.wait, 10)
    began = time.monotonic()
    bench.stop.set()
    await running
    go_on.set()
    assert time.monotonic() - began < 8, "it goes on for ten seconds"
    assert bench.told == [(A, "download", "aborted")]
    assert bench.methods == ["unknown"]


async def test_a_planned_instant_is_a_round(tmp_path: Path) -> None:
    bench = Bench(tmp_path, works, settings(A), planned=soon())
    await bench.run_until(4)
    assert [direction for _, direction, _ in bench.told][:4] == ["download", "upload"] * 2


async def test_a_round_that_the_days_bytes_do_not_allow_is_skipped_and_said(tmp_path: Path) -> None:
    bench = Bench(tmp_path, works, settings(A, bytes_per_day=1500), planned=soon(lot=0.0))
    await bench.run_until(3)
    assert len(bench.told) == 2
    assert set(bench.skipped) == {"bytes_spent"}


async def test_what_a_test_moved_before_it_was_given_up_is_spent(tmp_path: Path) -> None:
    def lost(server: str, direction: Direction, halt: threading.Event) -> SpeedTest:
        return given_up(server, direction, demonstration=False, moved_bytes=700)

    bench = Bench(tmp_path, lost, settings(A, bytes_per_day=1500), planned=soon(lot=0.0))
    await bench.run_until(3)
    assert (len(bench.told), set(bench.skipped)) == (2, {"bytes_spent"})
    today = clock.now().date()
    assert Expense(tmp_path / "rounds.json").month_bytes(today) >= 700  # a month may have ended meanwhile


async def test_a_test_within_this_machine_spends_none_of_the_days_bytes(tmp_path: Path) -> None:
    def loopback(server: str, direction: Direction, halt: threading.Event) -> SpeedTest:
        return replace(a_result(server, direction), conditions=Conditions(path=Way.LOOPBACK))

    bench = Bench(tmp_path, loopback, settings(A, bytes_per_day=1), planned=soon())
    await bench.run_until(4)
    assert bench.skipped == []


async def test_a_restart_soon_after_a_test_skips_the_first_one(tmp_path: Path) -> None:
    await Bench(tmp_path, works, settings(A)).run_until(2)
    again = Bench(tmp_path, works, settings(A))
    await again.run_until(1)
    assert again.skipped == ["just_tested"]


@pytest.mark.parametrize("none", [settings(), settings(A, tests_per_day=0)])
async def test_without_servers_or_tests_nothing_is_tested(none: MeasureSettings, tmp_path: Path) -> None:
    bench = Bench(tmp_path, works, none)
    await asyncio.wait_for(bench.start(), 5)
    assert bench.kept == []


async def test_stopping_before_the_first_test_makes_none(tmp_path: Path) -> None:
    bench = Bench(tmp_path, works, MeasureSettings(servers=(A,), first_test_after_s=3600))
    running = asyncio.create_task(bench.start())
    await asyncio.sleep(0)
    bench.stop.set()
    await asyncio.wait_for(running, 5)
    assert bench.kept == []


async def test_a_server_that_may_not_be_asked_yet_is_left_out_of_the_round(tmp_path: Path) -> None:
    bench = Bench(tmp_path, works, settings(A, B), is_ready=lambda server: server == B)
    await bench.run_until(2)
    assert {server for server, _, _ in bench.told} == {B}


async def test_a_round_whose_servers_may_all_not_be_asked_yet_is_skipped_with_its_reason(tmp_path: Path) -> None:
    bench = Bench(tmp_path, works, settings(A), is_ready=lambda _: False)
    await bench.run_until(1)
    assert (bench.told, bench.skipped) == ([], ["spaced"])


def low_at(*servers: str) -> Callable[[str, Direction, threading.Event], SpeedTest]:
    """Downloads are fast three times, then slow at these servers."""
    made: list[Direction] = []

    def measure(server: str, direction: Direction, halt: threading.Event) -> SpeedTest:
        made.append(direction)
        slow = direction is Direction.DOWNLOAD and made.count(direction) > 3 and server in servers
        return replace(a_result(server, direction), rate_bps=100_000 if slow else 1_000_000)

    return measure


async def test_a_test_says_how_it_was_drawn(tmp_path: Path) -> None:
    bench = Bench(tmp_path, works, settings(A), planned=soon(), around={"stratum": lambda _: Stratum.CALM})
    await bench.run_until(4)
    first, planned = bench.draws[0], bench.draws[2]
    assert (first.origin, first.chance, first.tests_per_hour) == (Origin.START, None, None)
    assert (planned.origin, planned.stratum, planned.chance) == (Origin.SLOT, Stratum.CALM, 1.0)
    assert planned.tests_per_hour == 1.0
    assert planned.slot_at is not None
    assert planned.slot_at <= planned.due_at


async def test_an_extra_test_is_made_by_the_chance_of_its_stratum_and_left_out_with_a_record(tmp_path: Path) -> None:
    planned = soon(Origin.EXTRA, lot=0.5)
    chance = {Stratum.CALM: 0.4, Stratum.STRAINED: 0.6, Stratum.UNKNOWN: 0.0}
    for stratum, made in ((Stratum.CALM, False), (Stratum.STRAINED, True)):
        folder = tmp_path / stratum
        folder.mkdir()
        around = {"extra_of": chance, "stratum": lambda _, stratum=stratum: stratum}
        bench = Bench(folder, works, settings(A), planned=planned, around=around)
        await bench.run_until(6)
        extra = [draw for draw in bench.draws if draw.origin is Origin.EXTRA]
        assert bool(extra) is made
        assert all(draw.chance == 0.6 and draw.tests_per_hour == pytest.approx(1.6) for draw in extra)
        left_out = [one.draw for one in bench.decisions if one.course is Course.NOT_DRAWN]
        assert bool(left_out) is not made
        assert all(draw.chance == 0.4 and draw.stratum is Stratum.CALM for draw in left_out)


async def test_a_low_result_is_tested_again_at_the_same_server_and_at_a_second_one(tmp_path: Path) -> None:
    around = {"repeat": RepeatSettings(per_day=2), "repeat_after_s": 0.0}
    bench = Bench(tmp_path, low_at(A, B), settings(A, B), planned=soon(), around=around)

    def first_low() -> tuple[str, SpeedTest] | None:
        made = enumerate((body for _, _, body in bench.kept), 1)
        return next(
            ((f"p1/{n}", body) for n, body in made if isinstance(body, SpeedTest) and body.rate_bps == 100_000), None
        )

    def repeats_of(record: str) -> list[SpeedTest]:
        tests = (body for _, _, body in bench.kept if isinstance(body, SpeedTest))
        return [test for test in tests if test.draw is not None and test.draw.repeat_of == record]

    # A busy machine puts other tests, due meanwhile, between the low one and its two repeats.
    await bench.run_while(lambda: (low := first_low()) is None or len(repeats_of(low[0])) < 2)
    low = first_low()
    assert low is not None
    record, trigger = low
    repeats = repeats_of(record)
    assert [body.server.url for body in repeats] == [trigger.server.url, B if trigger.server.url == A else A]
    assert [body.draw.second_server for body in repeats if body.draw] == [False, True]
    assert all(body.direction is Direction.DOWNLOAD for body in repeats)
    assert all(body.draw and body.draw.chance is None and body.draw.tests_per_hour is None for body in repeats)


async def test_repeats_are_bounded_by_the_day_and_what_stays_alone_is_said(tmp_path: Path) -> None:
    around = {"repeat": RepeatSettings(per_day=1), "repeat_after_s": 0.0}
    bench = Bench(tmp_path, low_at(A), settings(A), planned=soon(), around=around)
    async with asyncio.timeout(60):
        running = asyncio.create_task(bench.start())
        while "repeats_spent" not in bench.skipped:
            await asyncio.sleep(0.005)
        bench.stop.set()
        await running
    assert len([draw for draw in bench.draws if draw.origin is Origin.REPEAT]) == 1


async def test_a_test_that_its_gate_does_not_let_through_is_skipped_with_the_gates_reason(tmp_path: Path) -> None:
    async def busy(stop: asyncio.Event) -> tuple[Passed, ...]:
        return (Passed(counter="router", look_s=5, down_bps=10**6, up_bps=0),)

    async def nobody(for_s: float) -> None:
        return None

    outside = Outside(look=busy, ask=nobody, alone_here=lambda: nullcontext(enter_result=True), last_test_at=clock.now)
    gate = Gate(CourtesySettings(limits=Limits(again_s=3600)), outside, keep=lambda *_: None)
    bench = Bench(tmp_path, works, settings(A), around={"gate": gate})
    await bench.run_until(1)
    assert (bench.told, bench.skipped) == ([], ["household_busy"])


async def test_without_bytes_for_every_slot_slots_are_left_out_by_lot(tmp_path: Path) -> None:
    await Bench(tmp_path, works, settings(A)).run_until(2)  # by which it is known what a whole round moves
    bench = Bench(tmp_path, works, settings(A, bytes_per_day=12_000), planned=soon(lot=0.99))
    await bench.run_until(3)
    assert (bench.told, bench.skipped) == ([], ["just_tested"])
    assert {one.course for one in bench.decisions} == {Course.NOT_DRAWN}
    assert all(0 < (one.draw.chance or 0) < 0.5 for one in bench.decisions)
