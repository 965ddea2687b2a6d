"""What a heavy test gives way to, and when it is made all the same."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from probe import clock
from probe.body.draw import Course, Decision, Draw, Origin, Passed, TurnWish
from probe.courtesy.asking import Asking
from probe.courtesy.gate import Gate, Outside
from probe.courtesy.line_lock import alone
from probe.courtesy.quiet import Limits, is_busy
from probe.courtesy.settings import CourtesySettings
from probe.record import Body, Stamp
from probe.schedule import Skip, SkipReason
from probe.wire import Turn

BUSY = (Passed(counter="interface", look_s=5, down_bps=64_001, up_bps=0),)
QUIET = (Passed(counter="interface", look_s=5, down_bps=64_000, up_bps=32_000),)
SOON = CourtesySettings(limits=Limits(again_s=0.01), at_least_every_s=3600)


def a_draw() -> Draw:
    return Draw(origin=Origin.SLOT, due_at=clock.now(), chance=1.0, tests_per_hour=1.0)


@dataclass
class Household:
    """What the gate sees: looks, one after another (the last one goes on), and what the collector answers."""

    looks: list[tuple[Passed, ...]]
    turns: list[Turn | None] = field(default_factory=list)
    others_here: list[bool] = field(default_factory=list)
    last_test_at: datetime | None = None
    kept: list[Body] = field(default_factory=list)
    asked: int = 0
    held: list[str] = field(default_factory=list)
    looked_at: list[datetime] = field(default_factory=list)

    async def look(self, stop: asyncio.Event) -> tuple[Passed, ...]:
        self.looked_at.append(clock.now())
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]

    async def ask(self, for_s: float) -> Turn | None:
        self.asked += 1
        return self.turns.pop(0) if self.turns else None

    @contextmanager
    def alone_here(self) -> Iterator[bool]:
        free = not (self.others_here and self.others_here.pop(0))
        self.held.append("taken" if free else "refused")
        yield free
        self.held.append("let go")

    def keep(self, started: Stamp, ended: Stamp, body: Body) -> None:
        self.kept.append(body)

    @property
    def courses(self) -> list[Course]:
        return [body.course for body in self.kept if isinstance(body, Decision)]

    @asynccontextmanager
    async def through(
        self,
        *,
        within_s: float = 60,
        settings: CourtesySettings = SOON,
        stop: asyncio.Event | None = None,
        held_s: Callable[[datetime], float] = lambda _: 0.0,
    ) -> AsyncIterator[Draw | Skip | None]:
        outside = Outside(
            look=self.look,
            ask=self.ask,
            alone_here=self.alone_here,
            last_test_at=lambda: self.last_test_at,
            held_s=held_s,
        )
        gate = Gate(settings, outside, keep=self.keep)
        until = clock.now() + timedelta(seconds=within_s)
        async with gate.through(a_draw(), until=until, for_s=30, stop=stop or asyncio.Event()) as admitted:
            yield admitted


@pytest.mark.parametrize(
    ("passed", "busy"),
    [
        ((), None),
        ((Passed(counter="interface", look_s=5),), None),
        (QUIET, False),
        (BUSY, True),
        ((Passed(counter="interface", look_s=5, down_bps=0, up_bps=32_001),), True),
        ((*QUIET, Passed(counter="router", look_s=6, down_bps=5e6, up_bps=None)), True),
        ((*QUIET, Passed(counter="router", look_s=6)), False),
    ],
)
def test_a_household_is_busy_above_either_limit_of_any_counter(passed: tuple[Passed, ...], busy: bool | None) -> None:
    assert is_busy(passed, Limits()) is busy


async def test_at_rest_a_test_is_made_at_once_and_says_what_was_seen() -> None:
    household = Household([QUIET])
    async with household.through() as admitted:
        assert isinstance(admitted, Draw)
        assert (admitted.household_busy, admitted.put_off_count, admitted.alone) == (False, 0, None)
        assert household.held == ["taken"], "the line is kept while the test runs"
    assert household.held == ["taken", "let go"]
    assert household.kept == []


async def test_a_busy_household_puts_the_test_off_and_each_time_is_a_record() -> None:
    household = Household([BUSY, BUSY, QUIET])
    async with household.through() as admitted:
        assert isinstance(admitted, Draw)
        assert (admitted.household_busy, admitted.put_off_count) == (False, 2)
    assert household.courses == [Course.HOUSEHOLD_BUSY] * 2
    first = household.kept[0]
    assert isinstance(first, Decision)
    assert (first.passed, first.down_limit_bps, first.up_limit_bps) == (BUSY, 64_000, 32_000)
    assert first.draw.household_busy is True


async def test_what_cannot_be_seen_puts_nothing_off_and_is_not_said_to_be_quiet() -> None:
    async with Household([()]).through() as admitted:
        assert isinstance(admitted, Draw)
        assert admitted.household_busy is None


async def test_a_household_that_never_rests_leaves_the_test_out_where_one_was_made_lately() -> None:
    household = Household([BUSY], last_test_at=clock.now())
    async with household.through(within_s=0.5) as admitted:
        assert isinstance(admitted, Skip)
        assert admitted.reason is SkipReason.HOUSEHOLD_BUSY
    assert len(household.courses) >= 2


@pytest.mark.parametrize("last", [None, timedelta(hours=5)])
async def test_a_household_that_never_rests_is_measured_all_the_same_now_and_then(last: timedelta | None) -> None:
    household = Household([BUSY], last_test_at=None if last is None else clock.now() - last)
    async with household.through(within_s=0.05) as admitted:
        assert isinstance(admitted, Draw)
        assert admitted.household_busy is True
        assert admitted.put_off_count >= 1


async def test_another_probe_of_this_machine_puts_it_off() -> None:
    household = Household([QUIET], others_here=[True])
    async with household.through(within_s=10) as admitted:
        assert isinstance(admitted, Skip)
        assert admitted.reason is SkipReason.ANOTHER_PROBE
    assert household.asked == 0
    assert household.courses == [Course.ANOTHER_PROBE]


async def test_another_probe_of_the_line_puts_it_off_until_its_turn_ends() -> None:
    free_at = clock.now() + timedelta(seconds=0.5)
    household = Household([QUIET], turns=[Turn(granted=False, until=free_at), Turn(granted=True, until=free_at)])
    async with household.through() as admitted:
        assert isinstance(admitted, Draw)
        assert (admitted.alone, admitted.put_off_count) == (True, 1)
        assert clock.now() >= free_at


async def test_nobody_is_looked_at_or_asked_where_the_settings_say_so() -> None:
    household = Household([BUSY], turns=[Turn(granted=False, until=clock.now())])
    async with household.through(settings=CourtesySettings(defer=False, share_line=False)) as admitted:
        assert isinstance(admitted, Draw)
        assert (admitted.household_busy, admitted.alone) == (None, None)
    assert household.asked == 0


async def test_a_test_that_was_put_off_begins_on_no_moment_that_is_held() -> None:
    household, look_s = Household([BUSY, QUIET]), 0.1
    settings = CourtesySettings(limits=Limits(look_s=look_s, again_s=0.01), at_least_every_s=3600)

    def held_s(at: datetime) -> float:
        """The half second after the first look stands for the full hour."""
        until = household.looked_at[0] + timedelta(seconds=0.5) if household.looked_at else at
        return max(0.0, (until - at).total_seconds())

    async with household.through(settings=settings, held_s=held_s) as admitted:
        assert isinstance(admitted, Draw)
        assert admitted.put_off_count == 1
    first, second = household.looked_at
    assert (second - first).total_seconds() + look_s >= 0.49


async def test_a_test_whose_time_ends_on_the_hour_is_left_out_and_says_so() -> None:
    household = Household([QUIET])
    async with household.through(within_s=10, held_s=lambda _: 30.0) as admitted:
        assert isinstance(admitted, Skip)
        assert admitted.reason is SkipReason.MISSED
    assert household.asked == 0


async def test_stopping_ends_the_wait_at_once() -> None:
    household, stop = Household([BUSY]), asyncio.Event()
    stop.set()
    async with asyncio.timeout(5), household.through(stop=stop) as admitted:
        assert admitted is None


def test_one_holder_of_an_interface_at_a_time_whatever_process_it_is(tmp_path: Path) -> None:
    holder = (
        "import sys\nfrom pathlib import Path\nfrom probe.courtesy.line_lock import alone\n"
        "with alone('eth0', folders=(Path(sys.argv[1]),)) as free:\n    print(free, flush=True)\n    sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        with alone("eth0", folders=(tmp_path,)) as free, alone("eth1", folders=(tmp_path,)) as elsewhere:
            assert (free, elsewhere) == (False, True)
        other.kill()
        other.wait(10)
    with alone("eth0", folders=(tmp_path,)) as free:
        assert free, "the kernel lets go however the holder ends"


def test_where_no_lock_can_be_made_the_test_is_made(tmp_path: Path) -> None:
    with alone("eth0", folders=(tmp_path / "missing",)) as free:
        assert free


def test_a_link_in_the_locks_place_is_not_followed(tmp_path: Path) -> None:
    with alone("eth0", folders=(tmp_path,)):
        (name,) = [path.name for path in tmp_path.iterdir()]
    (tmp_path / name).unlink()
    target = tmp_path / "target"
    (tmp_path / name).symlink_to(target)
    with alone("eth0", folders=(tmp_path,)) as free:
        assert free
    assert not target.exists()


async def test_a_wish_is_a_record_and_its_answer_is_waited_for() -> None:
    kept: list[Body] = []
    turn = Turn(granted=True, until=clock.now())

    def keep(started: Stamp, ended: Stamp, body: Body) -> None:
        kept.append(body)
        asyncio.get_running_loop().call_soon(asking.heard, turn)

    asking = Asking(keep, connected=lambda: True)
    assert await asking.ask(30) == turn
    assert kept == [TurnWish(for_s=30)]
    asking.heard(turn)  # late, and nobody waits any more


async def test_without_a_collector_nobody_is_asked() -> None:
    kept: list[Body] = []
    asking = Asking(lambda *_: kept.append(_[2]), connected=lambda: False)
    assert await asking.ask(30) is None
    assert kept == []
