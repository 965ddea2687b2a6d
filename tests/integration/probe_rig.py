"""Real parts for tests of the probe: its spool and publisher, and a collector of the tests' own at the other end."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import aiomqtt
from joserfc.jwk import OKPKey

from collector.account import COLLECTOR_USER
from collector.broker import BrokerKind
from probe import wire
from probe.body.notice import Notice, NoticeKind
from probe.identity import Identity
from probe.publish import Publisher
from probe.record import Record
from probe.spool import Draft, Spool
from probe.uplink.broker import Destination
from probe.wire import Kind, Outcome, Receipt
from tests.build import a_stamp
from tests.integration.collector_rig import WITHIN_S, Broker, a_broker

LINE, PROBE = "casa", "p1"
PROBE_KEY = OKPKey.generate_key("Ed25519", private=True)
COLLECTOR_KEY = OKPKey.generate_key("Ed25519", private=True)
Answer = Callable[[Receipt], tuple[Receipt, OKPKey] | None]


def accept(receipt: Receipt) -> tuple[Receipt, OKPKey] | None:
    return receipt, COLLECTOR_KEY


def silence(receipt: Receipt) -> tuple[Receipt, OKPKey] | None:
    return None


def reject(receipt: Receipt) -> tuple[Receipt, OKPKey] | None:
    return replace(receipt, outcome=Outcome.REJECTED, reason="conflict"), COLLECTOR_KEY


@dataclass
class Desk:
    """The collector's end: keeps every batch as it came and answers as `answer` says."""

    client: aiomqtt.Client
    answer: Answer = accept
    signed: list[bytes] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    listening: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def records(self) -> list[Record]:
        """Each record once, in the order of arrival."""
        found = {record: None for one in self.signed for record in wire.open_batch(one, key=PROBE_KEY).records}
        return list(found)

    @property
    def details(self) -> list[str]:
        return [record.body.detail for record in self.records if isinstance(record.body, Notice)]

    async def serve(self) -> None:
        await self.client.subscribe([("prova/1/+/+/records", 1), ("prova/1/+/+/status", 1)])
        self.listening.set()
        async for message in self.client.messages:
            assert isinstance(message.payload, bytes)
            kind, line, probe = wire.parse_topic(str(message.topic))
            if kind is Kind.STATUS:
                self.statuses.append(message.payload.decode())
                continue
            self.signed.append(message.payload)
            answered = self.answer(
                Receipt(
                    line=line,
                    probe=probe,
                    batch_sha256=wire.sha256(message.payload),
                    outcome=Outcome.ACCEPTED,
                    received_at=datetime(2026, 11, 21, tzinfo=UTC),
                )
            )
            if answered is not None:
                receipt, key = answered
                sealed = wire.seal_receipt(receipt, key=key)
                await self.client.publish(wire.topic(Kind.RECEIPT, line, probe), sealed, qos=1)


@asynccontextmanager
async def a_desk(broker: Broker, answer: Answer = accept) -> AsyncIterator[Desk]:
    async with broker.client(COLLECTOR_USER) as client:
        desk = Desk(client, answer)
        serving = asyncio.create_task(desk.serve())
        await asyncio.wait_for(desk.listening.wait(), WITHIN_S)
        try:
            yield desk
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


def destination(broker: Broker) -> Destination:
    return Destination(
        host=broker.plan.host,
        port=broker.plan.port,
        receipt_key=OKPKey.import_key(COLLECTOR_KEY.as_dict(private=False)),
        username=PROBE,
        password=broker.plan.password_file(PROBE).read_text(),
    )


@dataclass
class Sender:
    """A spool and its publisher at work; `said` is what it said so far."""

    spool: Spool
    publisher: Publisher
    said: list[str]
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def append(self, detail: str, *, later: bool = False) -> None:
        """A record more; `later`: one that may wait for others."""
        body = Notice(kind=NoticeKind.STARTED, detail=detail)
        self.spool.append(Draft(started=a_stamp(), ended=a_stamp(), software="t", body=body))
        (self.publisher.wake_later if later else self.publisher.wake)()

    @property
    def waiting(self) -> int:
        """Batches and records without a receipt, the rejected ones left out."""
        state = self.spool.state()
        return state.sealed_batches + state.unsealed_records

    async def __aenter__(self) -> Self:
        self.running = asyncio.create_task(self.publisher.run(self.stop))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end()

    async def end(self) -> float:
        """Stops it; the seconds that took."""
        began = time.monotonic()
        self.stop.set()
        await asyncio.wait_for(self.running, WITHIN_S)
        return time.monotonic() - began


@asynccontextmanager
async def a_sender(
    folder: Path, to: Destination, *, receipt_within_s: float = 20.0, hold_s: float = 0.0
) -> AsyncIterator[Sender]:
    said: list[str] = []
    with Spool(folder / "spool.sqlite3", line=LINE, probe=PROBE, key=PROBE_KEY) as spool:
        publisher = Publisher(
            spool,
            identity=Identity(line=LINE, probe=PROBE, key=PROBE_KEY),
            to=to,
            say=said.append,
            uniform=random.random,
            receipt_within_s=receipt_within_s,
            hold_s=hold_s,
        )
        async with Sender(spool, publisher, said) as sender:
            yield sender


@asynccontextmanager
async def both_ends(
    folder: Path,
    answer: Answer = accept,
    *,
    receipt_within_s: float = 20.0,
    kind: BrokerKind = BrokerKind.MOSQUITTO,
    hold_s: float = 0.0,
) -> AsyncIterator[tuple[Desk, Sender]]:
    """A broker with the collector at one end and the probe at the other."""
    async with (
        a_broker(folder, kind=kind) as broker,
        a_desk(broker, answer) as desk,
        a_sender(folder, destination(broker), receipt_within_s=receipt_within_s, hold_s=hold_s) as sender,
    ):
        yield desk, sender
