"""A probe whose signing key changes, at work: home, spool, publisher, and what heeds receipts for the key."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from collector.home import CollectorHome
from probe import identity, key, keyfile
from probe.body.notice import Notice, NoticeKind
from probe.identity import ProbeHome
from probe.key import Ed25519Key
from probe.publish import Publisher
from probe.spool import Draft, Spool
from probe.uplink.broker import Destination
from probe.uplink.rotation import Rotation
from tests.build import a_stamp
from tests.integration.collector_rig import WITHIN_S, Broker, Collector

LINE, PROBE = "casa", "p1"


@dataclass
class Rotating:
    """`said` is what it said so far."""

    home: ProbeHome
    spool: Spool
    publisher: Publisher
    rotation: Rotation
    said: list[str]
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def append(self, detail: str = "") -> int:
        """A record more, to be sent; its number."""
        record = self.spool.append(a_draft(detail))
        self.publisher.wake()
        return record.sequence

    def rotate(self) -> Ed25519Key:
        """As `prova probe rotate-key` does it; the next key."""
        made = keyfile.load_or_make(self.home.next_key)
        self.rotation.look()
        return made

    @property
    def signs_with(self) -> str:
        return keyfile.load_or_make(self.home.key).thumbprint()

    @property
    def waiting(self) -> int:
        state = self.spool.state()
        return state.sealed_batches + state.unsealed_records


def a_draft(detail: str = "") -> Draft:
    body = Notice(kind=NoticeKind.STARTED, detail=detail)
    return Draft(started=a_stamp(), ended=a_stamp(), software="t", body=body)


def spool_of(home: ProbeHome) -> Spool:
    """With the key that is in place."""
    return Spool(home.spool, line=LINE, probe=PROBE, key=keyfile.load_or_make(home.key))


def public_jwk(home: ProbeHome) -> str:
    return key.public_jwk(keyfile.load_or_make(home.key))


def to(broker: Broker, collector: Path) -> Destination:
    return Destination(
        host=broker.plan.host,
        port=broker.plan.port,
        receipt_key=keyfile.load_or_make(CollectorHome(collector).key),
        username=PROBE,
        password=broker.plan.password_file(PROBE).read_text(),
    )


@asynccontextmanager
async def rotating(home: ProbeHome, broker: Broker, collector: Collector) -> AsyncIterator[Rotating]:
    said: list[str] = []
    who = identity.load_or_make(home, line=LINE, probe=PROBE)
    with Spool(home.spool, line=LINE, probe=PROBE, key=who.key) as spool:
        publisher = Publisher(
            spool,
            identity=who,
            to=to(broker, collector.home),
            say=said.append,
            uniform=random.random,
            receipt_within_s=0.5,
        )
        rotation = Rotation(spool, home, key=who.key, software="t", say=said.append, wake=publisher.wake)
        publisher.heed_keys(rotation.heed)
        one = Rotating(home, spool, publisher, rotation, said)
        running = asyncio.create_task(publisher.run(one.stop))
        try:
            yield one
        finally:
            one.stop.set()
            await asyncio.wait_for(running, WITHIN_S)
