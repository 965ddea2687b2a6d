"""Shell. Puts together what measures the line: speed tests, what they give way to, and light sensing between them.

Knows nothing of what any of them does.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from random import Random, SystemRandom
from typing import Any
from urllib.parse import urlsplit

from probe import clock, identity
from probe.bell.answer import Bell
from probe.bell.audience import Audience
from probe.bell.said import Ended, Refused, Why
from probe.body.draw import Passed
from probe.body.reachability import Reachability
from probe.body.speed_test import Direction, SpeedTest
from probe.body.train import Train
from probe.calibration import kept, machine
from probe.calibration.certificate import Certificate, noted
from probe.conditions import default_link
from probe.courtesy.asking import Asking
from probe.courtesy.gate import Gate, Outside
from probe.courtesy.line_lock import alone
from probe.expense import Expense
from probe.identity import Identity, ProbeHome
from probe.record import Body, Stamp
from probe.rounds import Rounds, Surroundings, given_up
from probe.schedule import Due, Skip, SkipReason, afforded_at, day_plan, held_s
from probe.sensing.errand import Brought, Errand, OneTest
from probe.sensing.send import ErrandError, send
from probe.sensing.sounding import Sounding
from probe.sensing.strata import Sensed
from probe.settings import ProbeSettings, is_loopback
from probe.throughput.mlab.locate import NAME as MLAB
from probe.throughput.plan import Method
from probe.wire import Turn
from probe.worker import in_thread

_TEST_WITHIN_S = 170.0
_TRAIN_WITHIN_S = 20.0
_LOOK_BESIDE_S = 10.0  # the process's start, and the router's answers
Keep = Callable[[Stamp, Stamp, Body], str | None]
_TRAINED = frozenset({Method.NDT7, Method.MSAK})  # others have no download that ends so soon


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """All of it. `minute` and `turn` take what others see: a minute of small probes, the collector's answer."""

    rounds: Rounds
    bell: Bell
    sounding: Sounding | None
    sensed: Sensed
    asking: Asking

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.rounds.run(stop))
            tasks.create_task(self.bell.run(stop))
            if self.sounding is not None:
                tasks.create_task(self.sounding.run(stop))

    def minute(self, ended: Stamp, body: Body) -> None:
        """What the small probes of one minute saw."""
        if isinstance(body, Reachability):
            self.sensed.minute(ended.at, body)

    def turn(self, turn: Turn) -> None:
        """The collector said who has the line."""
        self.asking.heard(turn)


def put_together(
    settings: ProbeSettings,
    layout: ProbeHome,
    who: Identity,
    *,
    software: str,
    keep: Keep,
    connected: Callable[[], bool],
) -> Measuring:
    """`keep` makes records; `connected`: whether the collector may answer."""
    expense, sensed = Expense(layout.rounds), Sensed()
    audience = Audience()
    errands = _Errands(settings, software, layout.mlab, kept.load(layout.calibration, key=who.key), audience)
    asking = Asking(keep, connected=connected)
    surroundings = Surroundings(
        expense=expense,
        plan_of=partial(_plan_of, settings.measure.tests_per_day, identity.secret_seed(who, "schedule")),
        measure=errands.measure,
        keep=keep,
        is_ready=partial(_is_ready, layout.mlab),
        gate=_gate(settings, expense, asking, errands, keep) if _crosses(settings.measure.servers) else None,
        stratum=sensed.stratum,
        extra_of=settings.sensing.extra_of,
        repeat=settings.repeat,
    )
    rounds = Rounds(settings.measure, surroundings)
    return Measuring(
        rounds=rounds,
        bell=Bell(layout.bell, partial(_asked, rounds, layout.mlab), audience),
        sounding=_sounding(errands, expense, sensed, keep),
        sensed=sensed,
        asking=asking,
    )


def _gate(settings: ProbeSettings, expense: Expense, asking: Asking, errands: "_Errands", keep: Keep) -> Gate:
    outside = Outside(
        look=errands.look,
        ask=asking.ask,
        alone_here=_alone_here,
        last_test_at=lambda: expense.last_began_at,
        held_s=partial(held_s, share=SystemRandom().random()),
    )
    return Gate(settings.courtesy, outside, keep=keep)


def _alone_here() -> AbstractContextManager[bool]:
    link = default_link()
    return nullcontext(enter_result=True) if link is None else alone(link.interface)


def _sounding(errands: "_Errands", expense: Expense, sensed: Sensed, keep: Keep) -> Sounding | None:
    """None where no server of a method that has trains is measured against."""
    settings = errands.settings
    servers = [server for server in settings.measure.servers if server != MLAB]
    if not servers or settings.measure.method not in _TRAINED:
        return None
    return Sounding(
        settings=settings.sensing,
        expense=expense,
        train=partial(errands.train, servers[0]),
        keep=keep,
        sensed=sensed.train,
        uniform=SystemRandom().random,
    )


def _crosses(servers: Sequence[str]) -> bool:
    """Whether a test may leave this machine."""
    return any(not is_loopback(urlsplit(server).hostname or "") for server in servers)


def _plan_of(tests_per_day: int, seed: str, on: date) -> Sequence[Due]:
    """The same at every start, and known to nobody else."""
    return day_plan(on, tests_per_day, uniform=Random(f"{seed} {on}").random)


@dataclass(frozen=True, slots=True)
class _Errands:
    """Sends processes; each method is called in a thread."""

    settings: ProbeSettings
    software: str
    mlab_kept: Path
    certificate: Certificate | None
    audience: Audience

    def measure(self, server: str, direction: Direction, halt: threading.Event) -> SpeedTest:
        """One test, with what this machine was shown to measure."""
        asked = OneTest(
            server=server,
            direction=direction,
            router=self.settings.conditions.router,
            mlab_kept=self.mlab_kept,
        )
        brought = Brought()
        with suppress(ErrandError):
            errand = Errand(software=self.software, measure=self.settings.measure, test=asked)
            brought = send(errand, halt, within_s=_TEST_WITHIN_S, heard=self.audience.tell)
        if brought.test is None:
            demonstration = self.settings.measure.demonstration
            moved_bytes = brought.live.bytes if brought.live is not None and _crosses((server,)) else None
            return given_up(server, direction, demonstration=demonstration, moved_bytes=moved_bytes)
        return noted(brought.test, self.certificate, machine.fingerprint(brought.test.conditions.interface))

    def train(self, server: str, halt: threading.Event) -> Train | None:
        """One train; None where the process failed."""
        with suppress(ErrandError):
            return self._send(halt, _TRAIN_WITHIN_S, train_at=server).train
        return None

    async def look(self, stop: asyncio.Event) -> tuple[Passed, ...]:
        """What passes; nothing known where the process failed or `stop` is set."""
        look_s, halt = self.settings.courtesy.limits.look_s, threading.Event()
        looking = asyncio.create_task(in_thread(lambda: self._look(look_s, halt)))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({looking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return looking.result() if looking.done() else ()
        finally:
            halt.set()
            stopping.cancel()
            looking.cancel()

    def _look(self, look_s: float, halt: threading.Event) -> tuple[Passed, ...]:
        with suppress(ErrandError):
            return self._send(
                halt, look_s + _LOOK_BESIDE_S, look_s=look_s, router=self.settings.conditions.router
            ).passed
        return ()

    def _send(self, halt: threading.Event, within_s: float, **asked: Any) -> Brought:
        errand = Errand(software=self.software, measure=self.settings.measure, **asked)
        return send(errand, halt, within_s=within_s)


async def _asked(rounds: Rounds, mlab_kept: Path, stop: asyncio.Event) -> Refused | Ended:
    """A test that a person asked for, or why there is none and when there may be."""
    outcome = await rounds.asked(stop)
    if isinstance(outcome, Skip):
        return Refused(why=Why(outcome.reason), again_at=_again_at(outcome.reason, mlab_kept))
    return outcome


def _again_at(reason: SkipReason, mlab_kept: Path) -> datetime | None:
    if reason is SkipReason.SPACED:
        from probe.throughput.mlab import allowance, ledger

        return allowance.next_round_at(ledger.read(mlab_kept), clock.now())
    return afforded_at(reason, clock.now())


def _is_ready(mlab_kept: Path, server: str) -> bool:
    """M-Lab wants the tests of machines that nobody watches far apart; any other server may always be asked."""
    if server != MLAB:
        return True
    from probe.throughput.mlab import allowance, ledger

    return allowance.next_round_at(ledger.read(mlab_kept), clock.now()) is None
