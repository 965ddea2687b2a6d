"""The whole flow over the broker that needs no installation."""

import asyncio
from pathlib import Path

from collector.broker import BrokerKind
from collector.settings import BrokerSettings, CollectorSettings
from probe import wire
from probe.wire import Kind, Outcome, Status
from tests.integration.collector_rig import Collector, a_broker, a_key, a_notice, a_probe, enrol_probe, sealed, until

RECORDS = wire.topic(Kind.RECORDS, "casa", "p1")


async def test_the_embedded_broker_carries_batches_receipts_and_status(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    batches = [sealed([a_notice(number)], by=by) for number in range(1, 101)]
    async with (
        a_broker(tmp_path, kind=BrokerKind.EMBEDDED) as broker,
        Collector(tmp_path, broker.settings) as collector,
        a_probe(broker) as probe,
    ):
        await probe.publish(wire.topic(Kind.STATUS, "casa", "p1"), Status.ONLINE, qos=1, retain=True)
        probe.pending_calls_threshold = len(batches)
        await asyncio.gather(*(probe.publish(RECORDS, signed, qos=1) for signed in batches))
        receipts = [await collector.next_receipt(probe) for _ in batches]
        assert {one.outcome for one in receipts} == {Outcome.ACCEPTED}
        assert {one.batch_sha256 for one in receipts} == {wire.sha256(signed) for signed in batches}
        assert collector.sequences() == list(range(1, 101))
        await until(lambda: collector.store.probes()[0].status is Status.ONLINE)


async def test_the_flow_goes_on_after_the_embedded_broker_died(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    async with (
        a_broker(tmp_path, kind=BrokerKind.EMBEDDED) as broker,
        Collector(tmp_path, broker.settings) as collector,
    ):
        for number in (1, 2):
            async with a_probe(broker) as probe:
                await until(lambda: collector.said[-1].startswith("Collecting"))
                await probe.publish(RECORDS, sealed([a_notice(number)], by=by), qos=1)
                await collector.next_receipt(probe)
            broker.kill()
            await until(lambda: not collector.said[-1].startswith("Collecting"))
            await broker.start()
        assert collector.sequences() == [1, 2]


async def test_an_account_that_may_not_subscribe_is_named(tmp_path: Path) -> None:
    async with a_broker(tmp_path, kind=BrokerKind.EMBEDDED) as broker:
        as_probe = BrokerSettings(port=broker.plan.port, username="p1", password_file=broker.plan.password_file("p1"))
        async with Collector(tmp_path, CollectorSettings(broker=as_probe)) as collector:
            assert "refuses the subscriptions of this user" in collector.said[0]
