"""The collector with a real broker, a real journal and probes that speak the wire."""

from pathlib import Path

import pytest

from collector.account import collector_account, probe_account
from collector.broker import BrokerKind
from probe import wire
from probe.wire import Kind, Outcome
from tests.integration.collector_rig import (
    AT,
    Collector,
    a_broker,
    a_key,
    a_probe,
    a_record,
    enrol_probe,
    next_receipt,
    sealed,
    settings_for,
    until,
)

RECORDS = wire.topic(Kind.RECORDS, "casa", "p1")
pytestmark = pytest.mark.component("mosquitto")


@pytest.mark.parametrize("kind", list(BrokerKind))
async def test_a_batch_is_receipted_once_it_can_be_read(tmp_path: Path, kind: BrokerKind) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    signed = sealed([a_record(1), a_record(2)], by=by)
    async with a_broker(tmp_path, kind=kind) as broker, Collector(tmp_path, settings_for(broker.plan)) as collector:
        async with a_probe(broker) as probe:
            await probe.publish(RECORDS, signed, qos=1)
            receipt = await next_receipt(probe, collector)
            assert (receipt.outcome, receipt.batch_sha256) == (Outcome.ACCEPTED, wire.sha256(signed))
            found = list(collector.store.records(["casa"], AT, AT.replace(hour=13)))
            assert [one.record.sequence for one in found] == [1, 2]
            assert collector.store.signed_batch(found[0].batch_sha256) == signed
