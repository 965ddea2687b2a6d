"""Shell. The probe's outage sensors at work: settings as JSON, a home; every record as a line of JSON.

Until SIGTERM, and where input is a pipe until that ends.
"""

import asyncio
import json
import os
import signal
import stat
import sys
from pathlib import Path

import msgspec

from probe.reach.book import Watched
from probe.reach.sensor import Sensor
from probe.reach.settings import lookups_of, read_reachability
from probe.record import Body, Stamp
from probe.rung.sentry import Rungs, Sentry
from probe.settings_table import Table
from probe.wire import kind_of


async def main(given: dict[str, object], home: Path) -> None:
    table = Table(given)
    settings = read_reachability(table)
    assert not table.problems, table.problems
    sensor = Sensor(
        settings.targets,
        gateway=settings.gateway,
        interval_s=settings.interval_s,
        emit=emit,
        asked=lookups_of(settings, settings.targets),
    )
    rungs = Rungs(
        router=True,
        path=settings.path,
        path_to=tuple(target.host for target in settings.targets),
        time_servers=settings.time_servers,
        own_networks=settings.own_networks,
        capture=settings.capture,
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        loop.add_reader(sys.stdin, stop.set)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sensor.run(stop, phase_s=0.0))
        tasks.create_task(Sentry(sensor, rungs, keep=tell, home=home).run(stop))


def emit(watched: Watched) -> None:
    tell(watched.window.started, watched.window.ended, watched.body)


def tell(started: Stamp, ended: Stamp, body: Body) -> None:
    line = {"kind": kind_of(body), "started": started, "ended": ended, "body": body}
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1]), Path(sys.argv[2])))
