"""Shell. The probe at work: puts sensor, speed tests, spool and publisher together and ends them in order.

Knows nothing of what any of them does.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from random import Random, SystemRandom
from urllib.parse import urlsplit

from probe import clock, identity
from probe.body.notice import Notice, NoticeKind
from probe.body.speed_test import Direction, SpeedTest
from probe.calibration import kept, machine
from probe.calibration.certificate import Certificate, noted
from probe.condition.beside import Beside
from probe.expense import Expense
from probe.identity import ProbeHome
from probe.keep import Keeper
from probe.publish import Publisher
from probe.reach.sensor import Sensor
from probe.rounds import Rounds
from probe.schedule import day_plan
from probe.settings import MeasureSettings, ProbeSettings, ReachabilitySettings, is_loopback, watched
from probe.spool import Spool
from probe.throughput.mlab import allowance, ledger
from probe.throughput.mlab.locate import NAME as MLAB
from probe.uplink.broker import destination_of


async def run(settings: ProbeSettings, home: Path, *, stop: asyncio.Event, say: Callable[[str], None]) -> None:
    """Measures and publishes until `stop`, and ends within three seconds of it; `say` hears sentences for people.

    Raises SettingsError, SpoolError and KeyFileError for what a person has to mend before it can begin.
    """
    layout = ProbeHome(root=home)
    destination = destination_of(settings.collector)
    who = identity.load_or_make(layout, line=settings.line, probe=settings.probe)
    plan_of = partial(_plan_of, settings.measure.tests_per_day, identity.secret_seed(who, "schedule"))
    with Spool(
        layout.spool, line=who.line, probe=who.probe, key=who.key, most_bytes=settings.spool_most_bytes
    ) as spool:
        publisher = Publisher(spool, identity=who, to=destination, say=say, uniform=SystemRandom().random)
        keeper = Keeper(spool, software=identity.software(), say=say, kept=publisher.wake)
        rounds = Rounds(
            settings.measure,
            expense=Expense(layout.rounds),
            plan_of=plan_of,
            measure=_Bench(settings, layout.mlab, kept.load(layout.calibration, key=who.key)).measure,
            keep=keeper.keep,
            is_ready=partial(_is_ready, layout.mlab),
        )
        observed = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(publisher.run(observed))
            await _observe(settings, rounds, keeper, stop)
            observed.set()  # the publisher goes last, with the last records
        keeper.close()


async def _observe(settings: ProbeSettings, rounds: Rounds, keeper: Keeper, stop: asyncio.Event) -> None:
    """Everything that makes records, between the notices of its start and its end."""
    sensor = _sensor(settings, keeper)
    how = "icmp" if sensor.icmp else "tcp and udp"
    _note(keeper, NoticeKind.STARTED, f"{len(watched(settings))} hosts are watched by {how}")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sensor.run(stop, phase_s=SystemRandom().uniform(0, settings.reachability.interval_s)))
        tasks.create_task(rounds.run(stop))
    _note(keeper, NoticeKind.STOPPED, "")


def _sensor(settings: ProbeSettings, keeper: Keeper) -> Sensor:
    reachability: ReachabilitySettings = settings.reachability
    return Sensor(
        watched(settings),
        gateway=reachability.gateway,
        interval_s=reachability.interval_s,
        emit=lambda one: keeper.keep(one.window.started, one.window.ended, one.body),
    )


def _note(keeper: Keeper, kind: NoticeKind, detail: str) -> None:
    now = clock.stamp()
    keeper.keep(now, now, Notice(kind=kind, detail=detail))


def _plan_of(tests_per_day: int, seed: str, on: date) -> Sequence[datetime]:
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
    from probe.throughput.client import measure
    from probe.throughput.mlab import client as mlab_client
    from probe.throughput.plan import Plan, default_duration_s

    plan = Plan(
        url=mlab_client.ASSIGNED if server == MLAB else server,
        method=settings.method,
        duration_s=settings.duration_s or default_duration_s(settings.method),
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


def _is_ready(mlab_kept: Path, server: str) -> bool:
    """M-Lab wants the tests of machines that nobody watches far apart; any other server may always be asked."""
    return server != MLAB or allowance.next_round_at(ledger.read(mlab_kept), clock.now()) is None
