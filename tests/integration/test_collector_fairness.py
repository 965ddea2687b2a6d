"""One probe that floods, and others beside it: with a real broker, each is served, and memory stays bounded."""

import asyncio
from pathlib import Path

import aiomqtt
import pytest

from collector import subscribe
from collector.inflow.waiting import Bounds
from probe import wire
from probe.wire import Kind, Outcome
from tests.integration.collector_rig import (
    TWO_PROBES,
    Collector,
    a_broker,
    a_key,
    a_notice,
    a_probe,
    enrol_probe,
    needs_mosquitto,
    sealed,
    until,
)

pytestmark = needs_mosquitto
FLOOD = 400
RECORDS = wire.topic(Kind.RECORDS, "casa", "p1")


async def _send(probe: aiomqtt.Client, batches: list[bytes]) -> None:
    probe.pending_calls_threshold = len(batches)
    await asyncio.gather(*(probe.publish(RECORDS, signed, qos=1, timeout=60) for signed in batches))


async def test_a_probe_that_floods_keeps_no_other_out_and_gets_all_of_it_in_by_sending_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribe, "_BOUNDS", Bounds(sender_count=20, sender_bytes=10**6, count=1000, bytes=10**7))
    loud, quiet = a_key(), a_key()
    enrol_probe(tmp_path, loud)
    enrol_probe(tmp_path, quiet, line="praia", probe="p2")
    flood = [sealed([a_notice(sequence)], by=loud) for sequence in range(1, FLOOD + 1)]
    async with (
        a_broker(tmp_path, TWO_PROBES) as broker,
        a_probe(broker, max_inflight_messages=FLOOD) as p1,
        a_probe(broker, line="praia", probe="p2") as p2,
    ):
        async with Collector(tmp_path, broker.settings):
            pass
        await _send(p1, flood)
        mine = sealed([a_notice(1, line="praia", probe="p2")], by=quiet)
        await p2.publish(wire.topic(Kind.RECORDS, "praia", "p2"), mine, qos=1)
        async with Collector(tmp_path, broker.settings) as collector:
            assert (await collector.next_receipt(p2)).outcome is Outcome.ACCEPTED
            await until(lambda: collector.store.counts().passed_over > 0)
            assert len([words for words in collector.said if "more than it may leave unanswered" in words]) == 1
            while missing := set(range(1, FLOOD + 1)) - set(collector.sequences()):
                for sequence in sorted(missing)[:10]:
                    await p1.publish(RECORDS, flood[sequence - 1], qos=1)
                    await collector.next_receipt(p1)
            counts = collector.store.counts()
        assert counts.accepted == FLOOD + 1
        assert not counts.rejected


async def test_too_much_in_all_is_left_with_the_broker_and_nothing_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribe, "_BOUNDS", Bounds(sender_count=FLOOD, sender_bytes=10**7, count=10, bytes=10**7))
    by = a_key()
    enrol_probe(tmp_path, by)
    flood = [sealed([a_notice(sequence, detail="x" * 4000)], by=by) for sequence in range(1, FLOOD + 1)]
    async with a_broker(tmp_path) as broker, a_probe(broker, max_inflight_messages=FLOOD) as p1:
        async with Collector(tmp_path, broker.settings):
            pass
        await _send(p1, flood)
        async with Collector(tmp_path, broker.settings) as collector:
            outcomes = {(await collector.next_receipt(p1)).outcome for _ in flood}
            assert outcomes == {Outcome.ACCEPTED}
            assert (collector.store.counts().accepted, collector.store.counts().passed_over) == (FLOOD, 0)


async def test_what_is_odd_about_a_batch_is_said_once_and_receipted(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    async with (
        a_broker(tmp_path) as broker,
        Collector(tmp_path, broker.settings) as collector,
        a_probe(broker) as probe,
    ):
        for sequence in (2, 4):
            await probe.publish(RECORDS, sealed([a_notice(sequence)], by=by, previous="0" * 64), qos=1)
            assert (await collector.next_receipt(probe)).outcome is Outcome.ACCEPTED
        odd = [words for words in collector.said if "is kept, and is odd" in words]
        assert odd == [f"A batch on {RECORDS!r} is kept, and is odd: the batch before it, which it names, is not here."]
