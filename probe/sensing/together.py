"""Shell. Puts together what measures the line: speed tests, what they give way to, and light sensing between them.

Knows nothing of what any of them does.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from random import Random, SystemRandom
from urllib.parse import urlsplit

from probe import clock, identity
from probe.body.reachability import Reachability
from probe.body.speed_test import Direction, SpeedTest
from probe.body.train import Train
from probe.calibration import kept, machine
from probe.calibration.certificate import Certificate, noted
from probe.condition.beside import Beside
from probe.conditions import default_link
from probe.courtesy.asking import Asking
from probe.courtesy.gate import Gate
from probe.courtesy.line_lock import alone
from probe.courtesy.look import Look
from probe.expense import Expense
from probe.identity import Identity, ProbeHome
from probe.record import Body, Stamp
from probe.rounds import Rounds, Surroundings
from probe.schedule import Due, day_plan
from probe.sensing.sounding import Sounding
from probe.sensing.strata import Sensed
from probe.settings import MeasureSettings, ProbeSettings, is_loopback
from probe.throughput.mlab import allowance, ledger
from probe.throughput.mlab.locate import NAME as MLAB
from probe.throughput.plan import Method
from probe.wire import Turn

Keep = Callable[[Stamp, Stamp, Body], str | None]
_TRAINED = frozenset({Method.NDT7, Method.MSAK})  # others have no download that ends so soon


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """All of it. `minute` and `turn` take what others see: a minute of small probes, the collector's answer."""

    rounds: Rounds
    sounding: Sounding | None
    sensed: Sensed
    asking: Asking

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.rounds.run(stop))
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
    settings: ProbeSettings, layout: ProbeHome, who: Identity, *, keep: Keep, connected: Callable[[], bool]
) -> Measuring:
    """`keep` makes records; `connected`: whether the collector may answer."""
    expense, sensed = Expense(layout.rounds), Sensed()
    asking = Asking(keep, connected=connected)
    surroundings = Surroundings(
        expense=expense,
        plan_of=partial(_plan_of, settings.measure.tests_per_day, identity.secret_seed(who, "schedule")),
        measure=_Bench(settings, layout.mlab, kept.load(layout.calibration, key=who.key)).measure,
        keep=keep,
        is_ready=partial(_is_ready, layout.mlab),
        gate=_gate(settings, expense, asking, keep) if _crosses(settings.measure.servers) else None,
        stratum=sensed.stratum,
        extra_of=settings.sensing.extra_of,
        repeat=settings.repeat,
    )
    return Measuring(
        rounds=Rounds(settings.measure, surroundings),
        sounding=_sounding(settings, expense, sensed, keep),
        sensed=sensed,
        asking=asking,
    )


def _gate(settings: ProbeSettings, expense: Expense, asking: Asking, keep: Keep) -> Gate:
    return Gate(
        settings.courtesy,
        keep=keep,
        look=Look(settings.courtesy.limits.look_s, settings.conditions.router).passed,
        ask=asking.ask,
        alone_here=_alone_here,
        last_test_at=lambda: expense.last_began_at,
    )


def _alone_here() -> AbstractContextManager[bool]:
    link = default_link()
    return nullcontext(enter_result=True) if link is None else alone(link.interface)


def _sounding(settings: ProbeSettings, expense: Expense, sensed: Sensed, keep: Keep) -> Sounding | None:
    """None where no server of a method that has trains is measured against."""
    servers = [server for server in settings.measure.servers if server != MLAB]
    if not servers or settings.measure.method not in _TRAINED:
        return None
    return Sounding(
        settings=settings.sensing,
        expense=expense,
        train=partial(_train, settings.measure, servers[0]),
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


class _Bench:
    """Makes speed tests, and adds to their conditions what neither the test nor this machine's kernel tells."""

    def __init__(self, settings: ProbeSettings, mlab_kept: Path, certificate: Certificate | None) -> None:
        self._settings = settings.measure
        self._mlab_kept = mlab_kept
        self._certificate = certificate
        self._beside = Beside() if settings.conditions.router else None

    def measure(self, server: str, direction: Direction, halt: threading.Event) -> SpeedTest:
        """One test. The router is asked only where the test may cross the line."""
        if self._beside is None or is_loopback(urlsplit(server).hostname or ""):
            test = _measure(self._settings, self._mlab_kept, server, direction, halt)
        else:
            test = self._beside.during(lambda: _measure(self._settings, self._mlab_kept, server, direction, halt), halt)
        return noted(test, self._certificate, machine.fingerprint(test.conditions.interface))


def _measure(
    settings: MeasureSettings, mlab_kept: Path, server: str, direction: Direction, halt: threading.Event
) -> SpeedTest:
    # Loaded with the first test: a probe that only watches does without.
    from probe.throughput.latency1.beside import measure
    from probe.throughput.mlab import client as mlab_client
    from probe.throughput.plan import Plan, default_duration_s

    plan = Plan(
        url=mlab_client.ASSIGNED if server == MLAB else server,
        method=settings.method,
        duration_s=settings.duration_s or default_duration_s(settings.method, adaptive=settings.adaptive),
        adaptive=settings.adaptive,
        most_bytes=settings.most_bytes,
        streams=settings.streams,
        family=settings.family,
        demonstration=settings.demonstration,
        ca_file=settings.ca_file,
        software=identity.software(),
    )
    if server == MLAB:
        mlab = mlab_client.MlabPlan(plan=plan, accepted=settings.accept_mlab_policy, kept=mlab_kept)
        return mlab_client.measure_unattended(mlab, direction, halt)
    return measure(plan, direction, stop=halt)


def _train(settings: MeasureSettings, server: str, halt: threading.Event) -> Train:
    # Loaded with the first train, as above.
    from probe.sensing.short import train
    from probe.throughput.plan import Plan

    plan = Plan(
        url=server,
        method=settings.method,
        family=settings.family,
        demonstration=settings.demonstration,
        ca_file=settings.ca_file,
        software=identity.software(),
    )
    return train(plan, halt)


def _is_ready(mlab_kept: Path, server: str) -> bool:
    """M-Lab wants the tests of machines that nobody watches far apart; any other server may always be asked."""
    return server != MLAB or allowance.next_round_at(ledger.read(mlab_kept), clock.now()) is None
