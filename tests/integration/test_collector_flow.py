"""The collector with a real broker, a real journal and probes that speak the wire."""

import asyncio
import time
from pathlib import Path

import pytest

from collector.envelope import Rejection
from collector.home import CollectorHome
from collector.journal import JournalError
from collector.settings import BrokerSettings, CollectorSettings, SettingsError
from probe import wire
from probe.wire import MAX_BATCH_BYTES, Kind, Outcome, Status
from prova.port import free_port
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

RECORDS = wire.topic(Kind.RECORDS, "casa", "p1")
STATUS = wire.topic(Kind.STATUS, "casa", "p1")
pytestmark = needs_mosquitto


async def test_a_batch_is_receipted_once_it_can_be_read(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    signed = sealed([a_notice(1), a_notice(2)], by=by)
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings) as collector:
        async with a_probe(broker) as probe:
            await probe.publish(RECORDS, signed, qos=1)
            receipt = await collector.next_receipt(probe)
        assert (receipt.outcome, receipt.batch_sha256) == (Outcome.ACCEPTED, wire.sha256(signed))
        assert collector.sequences() == [1, 2]
        assert collector.store.signed_batch(receipt.batch_sha256) == signed


async def test_a_batch_sent_again_is_a_duplicate_and_stored_once(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    signed = sealed([a_notice(1)], by=by)
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings) as collector:
        async with a_probe(broker) as probe:
            outcomes = []
            for _ in range(3):
                await probe.publish(RECORDS, signed, qos=1)
                outcomes.append((await collector.next_receipt(probe)).outcome)
        assert outcomes == [Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.DUPLICATE]
        assert collector.sequences() == [1]
        assert (collector.store.counts().accepted, collector.store.counts().duplicate) == (1, 2)


async def test_what_is_no_evidence_is_receipted_with_its_reason(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    refused = {
        "signature": sealed([a_notice(1)], by=a_key()),
        "wrong_identity": sealed([a_notice(1, probe="p2")], by=by),
        "too_large": b"x" * (MAX_BATCH_BYTES + 1),
    }
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings) as collector:
        async with a_probe(broker) as probe:
            for reason, payload in refused.items():
                await probe.publish(RECORDS, payload, qos=1)
                receipt = await collector.next_receipt(probe)
                assert (receipt.outcome, receipt.reason) == (Outcome.REJECTED, reason)
                assert receipt.batch_sha256 == wire.sha256(payload)
        assert collector.sequences() == []
        assert collector.store.counts().rejected == {Rejection(reason): 1 for reason in refused}
        assert sum("kept in quarantine" in words for words in collector.said) == 3


async def test_a_record_of_a_taken_number_with_other_content_is_refused(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings) as collector:
        async with a_probe(broker) as probe:
            await probe.publish(RECORDS, sealed([a_notice(1)], by=by), qos=1)
            await collector.next_receipt(probe)
            await probe.publish(RECORDS, sealed([a_notice(1, detail="other"), a_notice(2)], by=by), qos=1)
            receipt = await collector.next_receipt(probe)
        assert (receipt.outcome, receipt.reason) == (Outcome.REJECTED, "conflict")
        assert collector.sequences() == [1]
        assert "record p1/1 is here already with other content" in collector.said[-1]


async def test_a_sender_that_nobody_enrolled_gets_no_receipt(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    async with a_broker(tmp_path, TWO_PROBES) as broker, Collector(tmp_path, broker.settings) as collector:
        async with a_probe(broker) as known, a_probe(broker, line="praia", probe="p2") as stranger:
            topic = wire.topic(Kind.RECORDS, "praia", "p2")
            await stranger.publish(topic, sealed([a_notice(1, line="praia", probe="p2")], by=a_key()), qos=1)
            await until(lambda: collector.store.counts().rejected == {Rejection.UNKNOWN_PROBE: 1})
            await known.publish(RECORDS, sealed([a_notice(1)], by=by), qos=1)
            await collector.next_receipt(known)
            assert len(stranger.messages) == 0
        assert collector.store.lines() == ("casa",)


async def test_a_probe_enrolled_while_the_collector_runs_is_known_at_once(tmp_path: Path) -> None:
    by = a_key()
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings) as collector:
        enrol_probe(tmp_path, by)
        async with a_probe(broker) as probe:
            await probe.publish(RECORDS, sealed([a_notice(1)], by=by), qos=1)
            assert (await collector.next_receipt(probe)).outcome is Outcome.ACCEPTED


async def test_a_batch_as_large_as_the_wire_allows_is_accepted(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    signed = sealed([a_notice(1, detail="x" * 195_000)], by=by)
    assert 0.99 * MAX_BATCH_BYTES < len(signed) <= MAX_BATCH_BYTES
    async with (
        a_broker(tmp_path) as broker,
        Collector(tmp_path, broker.settings) as collector,
        a_probe(broker) as probe,
    ):
        await probe.publish(RECORDS, signed, qos=1)
        assert (await collector.next_receipt(probe)).outcome is Outcome.ACCEPTED


async def test_a_message_without_a_number_of_its_own_is_taken_all_the_same(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    async with (
        a_broker(tmp_path) as broker,
        Collector(tmp_path, broker.settings) as collector,
        a_probe(broker) as probe,
    ):
        await probe.publish(RECORDS, sealed([a_notice(1)], by=by), qos=0)
        assert (await collector.next_receipt(probe)).outcome is Outcome.ACCEPTED
        await probe.publish(RECORDS, sealed([a_notice(2)], by=by), qos=1)
        assert (await collector.next_receipt(probe)).outcome is Outcome.ACCEPTED


async def test_the_last_word_of_a_probe_is_kept_with_its_time(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    async with a_broker(tmp_path) as broker:
        async with a_probe(broker) as probe:
            await probe.publish(STATUS, Status.ONLINE, qos=1, retain=True)
        async with Collector(tmp_path, broker.settings) as collector:
            await until(lambda: collector.store.probes()[0].status is Status.ONLINE)
            first_heard_at = collector.store.probes()[0].status_at
        async with Collector(tmp_path, broker.settings) as collector, a_probe(broker) as probe:
            await probe.publish(STATUS, b"nonsense", qos=1)
            await until(lambda: collector.store.counts().rejected == {Rejection.MALFORMED: 1})
            assert collector.store.probes()[0].status_at == first_heard_at, "the retained copy is no news"
            await probe.publish(STATUS, Status.SLEEPING, qos=1, retain=True)
            await until(lambda: collector.store.probes()[0].status is Status.SLEEPING)


async def test_what_a_probe_sends_while_the_collector_is_away_waits_with_the_broker(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    async with a_broker(tmp_path) as broker, a_probe(broker) as probe:
        async with Collector(tmp_path, broker.settings):
            pass
        for sequence in range(1, 31):
            await probe.publish(RECORDS, sealed([a_notice(sequence)], by=by), qos=1)
        async with Collector(tmp_path, broker.settings) as collector:
            for _ in range(30):
                assert (await collector.next_receipt(probe)).outcome is Outcome.ACCEPTED
            assert collector.sequences() == list(range(1, 31))


@pytest.mark.slow
async def test_a_burst_beyond_every_window_is_kept_whole(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    burst = 1500
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings) as collector:
        async with a_probe(broker, max_inflight_messages=100) as probe:
            probe.pending_calls_threshold = burst
            batches = [sealed([a_notice(sequence)], by=by) for sequence in range(1, burst + 1)]
            await asyncio.gather(*(probe.publish(RECORDS, signed, qos=1, timeout=60) for signed in batches))
            receipted = {(await collector.next_receipt(probe)).batch_sha256 for _ in range(burst)}
        assert receipted == {wire.sha256(signed) for signed in batches}
        assert collector.sequences() == list(range(1, burst + 1))


async def test_the_collector_outlives_its_broker(tmp_path: Path) -> None:
    by = a_key()
    enrol_probe(tmp_path, by)
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings) as collector:
        for sequence in (1, 2, 3):
            async with a_probe(broker) as probe:
                heard = len([words for words in collector.said if words.startswith("Collecting")])
                await probe.publish(RECORDS, sealed([a_notice(sequence)], by=by), qos=1)
                await collector.next_receipt(probe)
            broker.kill()
            await broker.start()
            await until(lambda: len([words for words in collector.said if words.startswith("Collecting")]) > heard)  # noqa: B023  awaited here
        assert collector.sequences() == [1, 2, 3]


async def test_it_stops_within_two_seconds_while_idle(tmp_path: Path) -> None:
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings) as collector:
        assert await _stopped_within(collector) < 2


async def test_it_stops_within_two_seconds_where_there_is_no_broker(tmp_path: Path) -> None:
    settings = CollectorSettings(broker=BrokerSettings(port=free_port()))
    async with Collector(tmp_path, settings) as collector:
        assert "Trying until there is one" in collector.said[0]
        assert await _stopped_within(collector) < 2


async def test_it_stops_within_two_seconds_where_the_broker_never_answers(tmp_path: Path) -> None:
    asked, gone = asyncio.Event(), asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        asked.set()
        await reader.read()
        writer.close()
        gone.set()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    settings = CollectorSettings(broker=BrokerSettings(port=server.sockets[0].getsockname()[1]))
    collector = Collector(tmp_path, settings, said=["not yet"])
    async with server, collector:
        await asyncio.wait_for(asked.wait(), 5)
        assert await _stopped_within(collector) < 2
        await asyncio.wait_for(gone.wait(), 5)


async def _stopped_within(collector: Collector) -> float:
    began = time.monotonic()
    collector.stop.set()
    await collector.running
    return time.monotonic() - began


async def test_two_collectors_do_not_share_a_home(tmp_path: Path) -> None:
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings):
        with pytest.raises(JournalError, match="Another collector runs on"):
            async with Collector(tmp_path, broker.settings):
                pass


async def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "collector").write_text("in the way")
    with pytest.raises(JournalError, match=r"run\.lock cannot be written: .* Choose another home\."):
        async with Collector(tmp_path, CollectorSettings()):
            pass


async def test_a_password_file_that_is_missing_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    settings = CollectorSettings(broker=BrokerSettings(username="u", password_file=missing))
    with pytest.raises(SettingsError, match=f"{missing} cannot be read"):
        async with Collector(tmp_path, settings):
            pass


async def test_a_broker_that_refuses_us_is_named_and_asked_again(tmp_path: Path) -> None:
    async with a_broker(tmp_path) as broker:
        wrong = CollectorSettings(broker=BrokerSettings(port=broker.plan.port))
        async with Collector(tmp_path, wrong) as collector:
            assert "Not authorized" in collector.said[0]
            assert not collector.running.done()


async def test_the_journal_and_the_key_are_for_their_owner_alone(tmp_path: Path) -> None:
    layout = CollectorHome(tmp_path)
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings):
        for path in (layout.journal, layout.journal.with_name("journal.sqlite3-wal"), layout.key):
            assert path.stat().st_mode & 0o077 == 0, path
