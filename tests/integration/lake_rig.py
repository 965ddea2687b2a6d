"""A store with real batches of real keys, to be sealed and read: any number of probes, days and late arrivals."""

import random
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from collector.enrolment import enrol
from collector.envelope import Accepted
from collector.home import CollectorHome
from collector.journal import Journal
from collector.judging.outline import open_outline
from collector.lake.seal import Order, Report, seal
from collector.store import Store
from probe import key, keyfile, wire
from probe.body.notice import Notice, NoticeKind
from probe.body.speed_test import Direction, Server, SpeedTest
from probe.record import Body, Record, Stamp
from probe.units import epoch_us

DAY_ON = date(2026, 10, 5)
START_AT = datetime(2026, 10, 5, tzinfo=UTC)
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
NOW_AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Sender:
    """One probe: its key, its sequence, its chain."""

    line: str
    name: str
    own: key.Ed25519Key = field(default_factory=key.generate)
    sequence: int = 0
    head: str | None = None

    def batch(self, starts: Iterable[datetime], received_at: datetime) -> Accepted:
        """Its next records, those begun at `starts`, as one signed batch."""
        records = []
        for at in starts:
            self.sequence += 1
            records.append(a_record(self.line, self.name, self.sequence, at))
        encoded = [wire.encode_record(one) for one in records]
        signed = wire.seal_batch(self.line, self.name, encoded, previous_sha256=self.head, key=self.own)
        self.head = wire.sha256(signed)
        return accepted(signed, self.own, received_at)


@dataclass
class House:
    """A home with a journal, and whoever sends to it."""

    home: Path
    senders: list[Sender] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    @property
    def layout(self) -> CollectorHome:
        return CollectorHome(self.home)

    @property
    def store(self) -> Store:
        return Store(self.layout.journal)

    @property
    def lake(self) -> Path:
        return self.layout.journal.parent / "lake"

    def sender(self, line: str = "casa", name: str = "p1") -> Sender:
        one = Sender(line, name)
        self.senders.append(one)
        enrol(self.home, probe=name, line=line, public_jwk=key.public_jwk(one.own), at=START_AT)
        return one

    def keep(self, *batches: Accepted) -> None:
        with closing(Journal(self.layout.journal)) as journal:
            journal.store(batches)

    def fill(self, *, days: int = 3, per_day: int = 24, from_at: datetime = START_AT) -> None:
        """Every sender's records, spread evenly, a few to a batch; each arrives a second after its last began."""
        apart = timedelta(days=1) / per_day
        batches: list[Accepted] = []
        for one in self.senders:
            starts = [from_at + number * apart for number in range(days * per_day)]
            while starts:
                count = self.chance.randint(1, 4)
                taken, starts = starts[:count], starts[count:]
                batches.append(one.batch(taken, taken[-1] + timedelta(seconds=1)))
        self.keep(*sorted(batches, key=lambda one: one.received_at))

    def seal(
        self,
        *,
        before_on: date = date(2026, 11, 1),
        chunk_bytes: int = 10**8,
        now_at: datetime = NOW_AT,
        url: str | None = None,
    ) -> Report:
        order = Order(
            before_on=before_on,
            now_at=now_at,
            key=keyfile.load_or_make(self.layout.key),
            url=url,
            chunk_bytes=chunk_bytes,
        )
        return seal(self.layout, order, say=lambda words: None)

    def ids(self, lines: Sequence[str] | None = None) -> list[str]:
        return [one.record.id for one in self.store.records(lines or self.store.lines(), *EVER)]

    def everything(self) -> list[tuple[str, str, int, bytes]]:
        """Every record and what proves it, in the store's order."""
        return [
            (one.record.id, one.batch_sha256, epoch_us(one.received_at), wire.encode_record(one.record))
            for one in self.store.records(self.store.lines(), *EVER)
        ]

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        return self.store.table(self.store.lines(), *EVER, columns=columns)


def a_record(line: str, probe: str, sequence: int, at: datetime) -> Record:
    """A speed test every fourth time, else a notice."""
    stamp = Stamp(at=at, monotonic_ns=sequence * 10**9, boot_id="b", synchronised=True, error_ms=1.5)
    body: Body = Notice(kind=NoticeKind.STARTED, detail=f"n{sequence}")
    if sequence % 4 == 0:
        server = Server(url="wss://test.example.pt", tls=True)
        body = SpeedTest(
            direction=Direction.DOWNLOAD, method="ndt7", method_version="1", server=server, rate_bps=sequence * 10**6
        )
    return Record(line=line, probe=probe, sequence=sequence, started=stamp, ended=stamp, software="t", body=body)


def accepted(signed: bytes, by: key.Ed25519Key, received_at: datetime) -> Accepted:
    return Accepted(
        batch=open_outline(signed, key=by), batch_sha256=wire.sha256(signed), signed=signed, received_at=received_at
    )
