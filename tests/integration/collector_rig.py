"""Real parts for tests of the collector: a broker in a process of its own, a collector, a probe made of the wire."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import aiomqtt
import pytest
from joserfc.jwk import OKPKey

from collector import service
from collector.account import Account, collector_account, probe_account
from collector.broker import BrokerKind, BrokerPlan, prepare_accounts, wait_ready
from collector.enrolment import enrol
from collector.home import CollectorHome
from collector.settings import BrokerSettings, CollectorSettings
from collector.store import Store
from probe import key, keyfile, wire
from probe.body.notice import Notice, NoticeKind
from probe.key import Key
from probe.record import Record, Stamp
from probe.wire import Kind, Receipt
from prova.port import free_port

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WITHIN_S = 20
HOUSEHOLD = (collector_account(), probe_account(line="casa", probe="p1"))
needs_mosquitto = pytest.mark.component("mosquitto")
EITHER = (pytest.param(BrokerKind.MOSQUITTO, marks=needs_mosquitto), BrokerKind.EMBEDDED)
TWO_PROBES = (*HOUSEHOLD, probe_account(line="praia", probe="p2"))


def a_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", private=True)


def a_notice(sequence: int, *, line: str = "casa", probe: str = "p1", detail: str = "") -> Record:
    """A small record, a minute after the one before it."""
    at = AT + timedelta(minutes=sequence)
    stamp = Stamp(at=at, monotonic_ns=sequence * 60 * 10**9, boot_id="b", synchronised=True)
    body = Notice(kind=NoticeKind.STARTED, detail=detail)
    return Record(line=line, probe=probe, sequence=sequence, started=stamp, ended=stamp, software="t", body=body)


def sealed(records: Sequence[Record], *, by: Key, previous: str | None = None) -> bytes:
    """The records as their probe would send them."""
    encoded = [wire.encode_record(one) for one in records]
    return wire.seal_batch(records[0].line, records[0].probe, encoded, previous_sha256=previous, key=by)


async def until(condition: Callable[[], bool], within_s: float = WITHIN_S) -> None:
    """Waits for a condition that nothing announces."""
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)


@dataclass
class Broker:
    """A broker that can be killed and started again on the same port."""

    plan: BrokerPlan
    process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        self.process = subprocess.Popen(self.plan.argv, stderr=subprocess.DEVNULL)  # noqa: ASYNC220  returns at once
        await wait_ready(self.plan, WITHIN_S)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(WITHIN_S)

    def client(self, user: str, **options: Any) -> aiomqtt.Client:
        password = self.plan.password_file(user).read_text()
        return aiomqtt.Client(self.plan.host, self.plan.port, username=user, password=password, **options)

    @property
    def settings(self) -> CollectorSettings:
        return CollectorSettings(
            broker=BrokerSettings(
                host=self.plan.host,
                port=self.plan.port,
                username=self.plan.collector_username,
                password_file=self.plan.collector_password_file,
            )
        )


@asynccontextmanager
async def a_broker(
    home: Path, accounts: Sequence[Account] = HOUSEHOLD, *, kind: BrokerKind = BrokerKind.MOSQUITTO
) -> AsyncIterator[Broker]:
    broker = Broker(prepare_accounts(home, free_port(), accounts, kind=kind))
    try:
        await broker.start()
        yield broker
    finally:
        broker.kill()


@dataclass
class Collector:
    """A collector in this process; `said` is what it said so far."""

    home: Path
    settings: CollectorSettings
    said: list[str] = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        self.running = asyncio.create_task(service.run(self.settings, self.home, stop=self.stop, say=self.said.append))
        await until(lambda: bool(self.said) or self.running.done())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop.set()
        await asyncio.wait_for(self.running, WITHIN_S)

    @property
    def store(self) -> Store:
        return Store(CollectorHome(self.home).journal)

    def sequences(self, line: str = "casa") -> list[int]:
        everything = self.store.records([line], AT - timedelta(days=1), AT + timedelta(days=400))
        return [one.record.sequence for one in everything]

    async def next_receipt(self, probe: aiomqtt.Client) -> Receipt:
        """The next receipt that this probe gets, its signature checked."""
        async with asyncio.timeout(WITHIN_S):
            message = await anext(probe.messages)
        assert isinstance(message.payload, bytes)
        return wire.open_receipt(message.payload, key=keyfile.load_or_make(CollectorHome(self.home).key))


def enrol_probe(home: Path, by: Key, *, line: str = "casa", probe: str = "p1") -> None:
    enrol(home, probe=probe, line=line, public_jwk=key.public_jwk(by), at=AT)


@asynccontextmanager
async def a_probe(
    broker: Broker, *, line: str = "casa", probe: str = "p1", **options: Any
) -> AsyncIterator[aiomqtt.Client]:
    """Connected as that probe and listening for its receipts."""
    async with broker.client(probe, **options) as client:
        await client.subscribe(wire.topic(Kind.RECEIPT, line, probe), qos=1)
        yield client
