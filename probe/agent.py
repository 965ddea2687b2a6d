"""Shell. The probe at work: puts sensor, speed tests, spool and publisher together and ends them in order.

Knows nothing of what any of them does.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom

from probe import clock, identity
from probe.backlog.portion import LARGE_RECORD_BYTES, TARGET_RECORD_BYTES
from probe.body.notice import Notice, NoticeKind
from probe.body.reachability import Role
from probe.identity import Identity, ProbeHome
from probe.keep import Keeper
from probe.publish import Publisher
from probe.reach.book import Watched
from probe.reach.sensor import Sensor
from probe.reach.settings import ReachabilitySettings, lookups_of
from probe.rung.sentry import Rungs, Sentry
from probe.sensing.together import Measuring, put_together
from probe.settings import ProbeSettings, watched
from probe.spool import Spool
from probe.uplink.broker import destination_of
from probe.uplink.rotation import Rotation


async def run(
    settings: ProbeSettings, home: Path, *, stop: asyncio.Event, say: Callable[[str], None], software: str | None = None
) -> None:
    """Measures and publishes until `stop`, and ends within three seconds of it; `say` hears sentences for people.

    `software`: what records say made them, None to look it up.

    Raises SettingsError, SpoolError and KeyFileError for what a person has to mend before it can begin.
    """
    software = software or identity.software()
    layout = ProbeHome(root=home)
    destination = destination_of(settings.collector)
    who = identity.load_or_make(layout, line=settings.line, probe=settings.probe)
    with _spool(settings, layout, who) as spool:
        publisher = Publisher(
            spool,
            identity=who,
            to=destination,
            say=say,
            uniform=SystemRandom().random,
            hold_s=settings.collector.hold_s,
        )
        keeper = Keeper(spool, software=software, say=say, kept=publisher.wake, waits=publisher.wake_later)
        measuring = put_together(
            settings, layout, who, software=software, keep=keeper.keep, connected=lambda: publisher.in_session
        )
        publisher.tell_turns(measuring.turn)
        rotation = Rotation(spool, layout, key=who.key, software=software, say=say, wake=publisher.wake)
        publisher.heed_keys(rotation.heed)
        observed = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(publisher.run(observed))
            tasks.create_task(rotation.run(stop))
            await _observe(settings, measuring, keeper, layout, stop)
            observed.set()  # the publisher goes last, with the last records
        keeper.close()


def _spool(settings: ProbeSettings, layout: ProbeHome, who: Identity) -> Spool:
    return Spool(
        layout.spool,
        line=who.line,
        probe=who.probe,
        key=who.key,
        most_bytes=settings.spool_most_bytes,
        record_bytes=LARGE_RECORD_BYTES if settings.collector.hold_s else TARGET_RECORD_BYTES,
    )


async def _observe(
    settings: ProbeSettings, measuring: Measuring, keeper: Keeper, layout: ProbeHome, stop: asyncio.Event
) -> None:
    """Everything that makes records, between the notices of its start and its end."""
    sensor = _sensor(settings, keeper, measuring)
    sentry = Sentry(sensor, _rungs_of(settings), keep=keeper.keep, home=layout.root)
    how = "icmp" if sensor.icmp else "tcp and udp"
    _note(keeper, NoticeKind.STARTED, f"{len(watched(settings))} hosts are watched by {how}")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sensor.run(stop, phase_s=SystemRandom().uniform(0, settings.reachability.interval_s)))
        tasks.create_task(sentry.run(stop))
        tasks.create_task(measuring.run(stop))
    _note(keeper, NoticeKind.STOPPED, "")


def _sensor(settings: ProbeSettings, keeper: Keeper, measuring: Measuring) -> Sensor:
    reachability: ReachabilitySettings = settings.reachability

    def emit(one: Watched) -> None:
        keeper.keep(one.window.started, one.window.ended, one.body)
        measuring.minute(one.window.ended, one.body)

    return Sensor(
        watched(settings),
        gateway=reachability.gateway,
        interval_s=reachability.interval_s,
        emit=emit,
        asked=lookups_of(reachability, watched(settings)),
    )


def _rungs_of(settings: ProbeSettings) -> Rungs:
    """What is looked at beside small probes; the path is sought to a named target, else to a measuring server."""
    reachability = settings.reachability
    by_role = sorted(watched(settings), key=lambda target: target.role is not Role.INTERNET)
    return Rungs(
        router=settings.conditions.router,
        path=reachability.path,
        path_to=tuple(target.host for target in by_role),
        time_servers=reachability.time_servers,
        own_networks=reachability.own_networks,
        capture=reachability.capture,
    )


def _note(keeper: Keeper, kind: NoticeKind, detail: str) -> None:
    now = clock.stamp()
    keeper.keep(now, now, Notice(kind=kind, detail=detail))
