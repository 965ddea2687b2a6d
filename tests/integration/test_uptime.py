"""A collector's own time at work, with a real broker that goes and comes back."""

from pathlib import Path

from collector.home import CollectorHome
from collector.uptime.diary import FILE, spans
from probe import clock
from tests.integration.collector_rig import Collector, a_broker, needs_mosquitto, until

pytestmark = needs_mosquitto


async def test_time_without_its_broker_is_downtime_that_the_store_tells(tmp_path: Path) -> None:
    beats = CollectorHome(tmp_path).journal.with_name(FILE)
    began_at = clock.now()
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings) as collector:
        await until(lambda: bool(spans(beats)))
        broker.kill()
        await until(lambda: any("No broker" in one for one in collector.said))
        await broker.start()
        await until(lambda: len(spans(beats)) == 2)
        told = collector.store.uptime(began_at, clock.now())
        assert len(told.down) == 1
        assert told.at_work
        assert began_at < told.down[0].start_at < told.down[0].end_at
    ended_at = clock.now()
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings) as collector:
        await until(lambda: len(spans(beats)) == 3)
        told = collector.store.uptime(ended_at, clock.now())
        assert len(told.down) == 1, "the time between two runs"
