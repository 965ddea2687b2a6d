"""The publisher against a real broker: nothing leaves the spool before the collector's word for it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from collector.broker import BrokerKind
from probe import wire
from probe.uplink.broker import Destination
from probe.wire import Receipt
from tests.integration.collector_rig import EITHER, a_broker, needs_mosquitto, until
from tests.integration.probe_rig import (
    COLLECTOR_KEY,
    PROBE_KEY,
    a_desk,
    a_sender,
    accept,
    both_ends,
    destination,
    reject,
    silence,
)

pytestmark = needs_mosquitto


@pytest.mark.parametrize("kind", EITHER)
async def test_a_record_reaches_the_collector_and_leaves_the_spool_with_its_receipt(
    kind: BrokerKind, tmp_path: Path
) -> None:
    async with both_ends(tmp_path, kind=kind) as (desk, sender):
        for detail in ("a", "b"):
            sender.append(detail)
            await until(lambda: sender.waiting == 0)
        assert desk.details == ["a", "b"]


async def test_a_batch_is_kept_until_its_receipt(tmp_path: Path) -> None:
    async with both_ends(tmp_path, silence, receipt_within_s=0.2) as (desk, sender):
        sender.append("a")
        await until(lambda: len(desk.signed) >= 3)
        assert sender.waiting == 1
        assert len(set(desk.signed)) == 1, "sent again, a batch is the same to the byte"
        desk.answer = accept
        await until(lambda: sender.waiting == 0)


async def test_a_collector_that_gives_no_receipts_is_told_of_once(tmp_path: Path) -> None:
    async with both_ends(tmp_path, silence, receipt_within_s=0.05) as (desk, sender):
        sender.append("a")
        await until(lambda: len(desk.signed) >= 5)
        told = [sentence for sentence in sender.said if "no receipt comes" in sentence]
        assert len(told) == 1
        assert "enrolled probe p1" in told[0]


async def test_a_receipt_of_another_key_frees_nothing(tmp_path: Path) -> None:
    forger = OKPKey.generate_key("Ed25519", private=True)
    async with both_ends(tmp_path, lambda receipt: (receipt, forger), receipt_within_s=0.2) as (desk, sender):
        sender.append("a")
        await until(lambda: len(desk.signed) >= 2)
        assert sender.waiting == 1
        assert any("A receipt was ignored" in sentence for sentence in sender.said)


@pytest.mark.parametrize("change", [{"probe": "p2"}, {"line": "praia"}, {"batch_sha256": "0" * 64}])
async def test_a_receipt_for_something_else_frees_nothing(change: dict[str, str], tmp_path: Path) -> None:
    def misdirected(receipt: Receipt) -> tuple[Receipt, OKPKey]:
        return replace(receipt, **change), COLLECTOR_KEY  # type: ignore[arg-type]  # all three are text

    async with both_ends(tmp_path, misdirected, receipt_within_s=0.2) as (desk, sender):
        sender.append("a")
        await until(lambda: len(desk.signed) >= 3)
        assert sender.waiting == 1


async def test_a_rejected_batch_is_kept_counted_and_not_sent_again(tmp_path: Path) -> None:
    async with both_ends(tmp_path, reject, receipt_within_s=0.1) as (desk, sender):
        sender.append("a")
        await until(lambda: sender.spool.state().rejected_batches == 1)
        desk.answer = accept
        sender.append("b")
        await until(lambda: sender.waiting == 0)
        assert len(desk.signed) == 2
        assert sender.spool.state().rejected_batches == 1
        assert any("rejected records (conflict)" in sentence for sentence in sender.said)


async def test_what_was_measured_while_the_broker_was_away_arrives_in_order_and_chained(tmp_path: Path) -> None:
    async with a_broker(tmp_path) as broker, a_sender(tmp_path, destination(broker)) as sender:
        await until(lambda: any("Connected" in sentence for sentence in sender.said))
        broker.kill()
        for n in range(60):
            sender.append(f"{n} " + "x" * 300)
        await until(lambda: any("No broker" in sentence for sentence in sender.said))
        await broker.start()
        async with a_desk(broker) as desk:
            await until(lambda: sender.waiting == 0)
            assert [record.sequence for record in desk.records] == list(range(1, 61))
            batches = [wire.open_batch(one, key=PROBE_KEY) for one in desk.signed]
            digests = [wire.sha256(one) for one in desk.signed]
            assert [batch.previous_sha256 for batch in batches] == [None, *digests[:-1]]


async def test_only_a_few_batches_are_under_way_at_once(tmp_path: Path) -> None:
    async with both_ends(tmp_path, silence) as (desk, sender):
        for n in range(200):
            sender.append(f"{n} " + "x" * 300)
        await until(lambda: len(desk.signed) >= 4)
        desk.answer = accept
        assert await sender.end() < 2
        assert len(desk.signed) == 4


async def test_the_status_says_online_and_then_that_silence_is_meant(tmp_path: Path) -> None:
    async with both_ends(tmp_path) as (desk, sender):
        await until(lambda: desk.statuses == ["online"])
        sender.append("the last words")
        await sender.end()
        await until(lambda: desk.statuses == ["online", "sleeping"])
        assert desk.details == ["the last words"]


async def test_a_late_reader_finds_the_status(tmp_path: Path) -> None:
    async with a_broker(tmp_path) as broker, a_sender(tmp_path, destination(broker)) as sender:
        await until(lambda: any("Connected" in sentence for sentence in sender.said))
        async with a_desk(broker) as desk:
            await until(lambda: desk.statuses == ["online"])


async def test_stopping_takes_less_than_two_seconds_without_receipts(tmp_path: Path) -> None:
    async with both_ends(tmp_path, silence) as (desk, sender):
        sender.append("a")
        await until(lambda: len(desk.signed) == 1)
        assert await sender.end() < 2
        await until(lambda: desk.statuses == ["online", "sleeping"])


async def test_stopping_takes_less_than_two_seconds_without_a_broker(tmp_path: Path) -> None:
    async with a_broker(tmp_path) as broker:
        to = destination(broker)
    async with a_sender(tmp_path, to) as sender:
        await until(lambda: bool(sender.said))
        assert await sender.end() < 2
        (sentence,) = sender.said
        assert sentence.startswith(f"No broker at 127.0.0.1:{to.port} (")
        assert sentence.endswith("Records are kept here and sent once there is one.")


async def test_a_host_that_cannot_be_is_told_like_one_that_is_not_there(tmp_path: Path) -> None:
    to = Destination(host="x" * 70 + ".invalid", port=1883, receipt_key=COLLECTOR_KEY)
    async with a_sender(tmp_path, to) as sender:
        await until(lambda: bool(sender.said))
        assert sender.said[0].startswith("No broker at xxx")


async def test_stopping_takes_less_than_two_seconds_where_the_broker_says_nothing(tmp_path: Path) -> None:
    accepted = asyncio.Event()
    writers: list[asyncio.StreamWriter] = []

    def keep_silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        if len(writers) == 2:  # the first one only asks whether the port is open
            accepted.set()

    async with a_broker(tmp_path) as broker:
        to = destination(broker)
    async with await asyncio.start_server(keep_silent, "127.0.0.1", 0) as server:
        port: int = server.sockets[0].getsockname()[1]
        async with a_sender(tmp_path, replace(to, port=port)) as sender:
            await asyncio.wait_for(accepted.wait(), 10)
            assert await sender.end() < 2
        for writer in writers:
            writer.transport.abort()


async def test_a_wrong_password_is_told_with_its_mend(tmp_path: Path) -> None:
    async with (
        a_broker(tmp_path) as broker,
        a_sender(tmp_path, replace(destination(broker), password="wrong")) as sender,
    ):
        await until(lambda: bool(sender.said))
        (sentence,) = sender.said
        assert "does not let this probe in" in sentence
        assert "collector.password_file" in sentence


async def test_routine_waits_for_company_and_what_is_urgent_takes_it_along(tmp_path: Path) -> None:
    async with both_ends(tmp_path, hold_s=600.0) as (desk, sender):
        sender.append("first")
        await until(lambda: sender.waiting == 0)
        for detail in ("a", "b", "c"):
            sender.append(detail, later=True)
        assert sender.spool.next_batch(seal=False) is None
        sender.append("urgent")
        await until(lambda: sender.waiting == 0)
        assert (desk.details, len(desk.signed)) == (["first", "a", "b", "c", "urgent"], 2)
        sender.append("last", later=True)
        await sender.end()
        assert desk.details[-1] == "last", "whoever leaves keeps nothing back"


async def test_routine_waits_no_longer_than_it_may(tmp_path: Path) -> None:
    async with both_ends(tmp_path, hold_s=0.3) as (desk, sender):
        sender.append("first")
        await until(lambda: sender.waiting == 0)
        for detail in ("a", "b"):
            sender.append(detail, later=True)
        await until(lambda: sender.waiting == 0)
        assert (desk.details, len(desk.signed)) == (["first", "a", "b"], 2)
