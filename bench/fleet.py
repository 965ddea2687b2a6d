"""What one line costs a fleet: messages, bytes on the way and on disks, the processor of the collector and of a seal.

A day of some lines goes through the real parts, in the batches that a probe makes of it: signed, settled in groups of
300, sealed, verified. `--hold`: how long routine records wait for company (`collector.hold_s` of a probe). Then what a
share of 125,000 lines asks of mosquitto, and what EMQX asks of us.

    python -m bench.fleet [--lines 20] [--listened 125000] [--unwatched] [--hold 180]
"""

import argparse
import asyncio
import http.client
import json
import os
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self

from collector.account import Account
from collector.broker import prepare_accounts, wait_ready
from collector.desk import Desk
from collector.enrolment import enrol
from collector.envelope import Arrival
from collector.home import CollectorHome
from collector.identity.gate import answer, open_gate, registers_of
from collector.journal import Journal
from collector.lake.seal import Order, seal
from collector.proof.audit.check import Question, check
from collector.settings import BrokerSettings
from collector.subscribe import connected
from probe import clock, key, keyfile, wire
from probe.backlog.patience import Patience
from probe.backlog.portion import LARGE_RECORD_BYTES
from probe.body.reachability import Reachability
from probe.body.rung import ClockSeen, LinkSeen
from probe.body.speed_test import Direction
from probe.record import Body
from probe.wire import Kind
from prova.port import free_port
from tests.build import a_reachability_minute, a_record, a_speed_test

GROUP = 300
DAY_AT = datetime(2026, 10, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUESTIONS, ASKERS = 4000, 8
CHANCE = random.Random(1)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of this process, and seconds by the wall."""

    cpu_s: float
    wall_s: float


class Clocked:
    """Counts both while it is entered."""

    def __enter__(self) -> Self:
        self._cpu_s, self._wall_s = time.process_time(), time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self.cost = Cost(time.process_time() - self._cpu_s, time.monotonic() - self._wall_s)


def a_day(*, watched: bool) -> Iterator[tuple[datetime, Body]]:
    """One line's routine: 48 tests, what is seen of link and clock; watched, a minute of four targets each minute."""
    tests = [a_speed_test(direction=one) for one in (Direction.DOWNLOAD, Direction.UPLOAD)]
    for number in range(1440):
        at = DAY_AT + number * MINUTE
        if watched:
            yield at, a_minute()
        if number % 30 == 7:
            yield at, tests[number // 30 % 2]
        if number % 15 == 3:
            yield at, LinkSeen(interface="eth0", carrier=True, carrier_up_count=1, carrier_down_count=0)
        if number % 60 == 9:
            yield at, ClockSeen(time_server="time.example", offset_ms=0.4, round_trip_ms=9.0, stratum=2)


def a_minute() -> Reachability:
    """Four targets, each asked every 5 s, and all answers differ: else they would pack better than real ones."""
    minute = a_reachability_minute(targets=4)
    targets = (
        replace(one, samples=tuple(replace(sample, rtt_ms=round(CHANCE.gauss(9, 1.5), 3)) for sample in one.samples))
        for one in minute.targets
    )
    return replace(minute, targets=tuple(targets))


@dataclass(slots=True)
class Held:
    """What waits at one probe for company, as its publisher has it."""

    hold: timedelta
    records: list[bytes] = field(default_factory=list)
    since_at: datetime | None = None
    patience: Patience = field(default_factory=Patience)

    def add(self, at: datetime, body: Body, encoded: bytes) -> list[list[bytes]]:
        """The batches that go now, before and with this record."""
        gone = []
        if self.since_at is not None and at - self.since_at >= self.hold:
            gone += self._cut()
        self.records.append(encoded)
        self.since_at = self.since_at or at
        if not self.patience.may_wait(body) or not self.hold:
            gone += self._cut()
        return gone

    def _cut(self) -> list[list[bytes]]:
        batches: list[list[bytes]] = [[]]
        size = 0
        for one in self.records:
            if batches[-1] and size + len(one) > LARGE_RECORD_BYTES:
                batches, size = [*batches, []], 0
            batches[-1].append(one)
            size += len(one)
        self.records, self.since_at = [], None
        return batches


def arrivals(home: Path, lines: int, *, watched: bool, hold_s: float) -> Iterator[list[Arrival]]:
    """A day of every line, in order of time, in groups."""
    held = [Held(timedelta(seconds=hold_s)) for _ in range(lines)]
    keys = [key.generate() for _ in range(lines)]
    for number, own in enumerate(keys):
        enrol(home, probe=f"p{number}", line=f"line-{number}", public_jwk=key.public_jwk(own), at=DAY_AT)
    heads: list[str | None] = [None] * lines
    group: list[Arrival] = []
    for sequence, (at, body) in enumerate(a_day(watched=watched), start=1):
        for number, own in enumerate(keys):
            line, probe = f"line-{number}", f"p{number}"
            encoded = wire.encode_record(a_record(body=body, at=at, sequence=sequence, line=line, probe=probe))
            for batch in held[number].add(at, body, encoded):
                signed = wire.seal_batch(line, probe, batch, previous_sha256=heads[number], key=own)
                heads[number] = wire.sha256(signed)
                group.append(Arrival(topic=wire.topic(Kind.RECORDS, line, probe), payload=signed, received_at=at))
            if len(group) >= GROUP:
                yield group
                group = []
    yield group


def through(home: CollectorHome, lines: int, *, watched: bool, hold_s: float) -> None:
    """The day received, sealed and verified."""
    journal = Journal(home.journal)
    desk = Desk(journal, keyfile.load_or_make(home.key))
    messages, up_bytes, down_bytes, cpu_s, wall_s = 0, 0, 0, 0.0, 0.0
    for group in arrivals(home.root, lines, watched=watched, hold_s=hold_s):
        with Clocked() as clocked:
            answers = desk.answers(desk.settle(desk.judge(group)).receipts)
        messages += len(answers)
        up_bytes += sum(len(one.payload) + len(one.topic) for one in group)
        down_bytes += sum(len(one.payload) + len(one.topic) for one in answers)
        cpu_s, wall_s = cpu_s + clocked.cost.cpu_s, wall_s + clocked.cost.wall_s
    journal.close()
    per = messages / lines
    print(
        f"a line a day: {per:.0f} messages, {up_bytes / lines / 1e6:.2f} MB up, {down_bytes / lines / 1e6:.2f} MB down"
    )
    print(f"settled: {cpu_s / messages * 1e6:.0f} us of CPU a message, {messages / wall_s:.0f} messages/s")
    print(f"journal: {home.journal.stat().st_size / lines / 1e6:.2f} MB a line and day")
    order = Order(before_on=date(2026, 10, 7), now_at=clock.now(), key=keyfile.load_or_make(home.key))
    with Clocked() as clocked:
        report = seal(home, order, say=lambda _: None)
    lake = home.journal.parent / "lake"
    sizes = {
        name: sum(one.stat().st_size for one in lake.glob(f"{name}/**/*.parquet")) for name in ("day=*", "batches")
    }
    print(
        f"sealed: {clocked.cost.cpu_s / report.record_count * 1e6:.0f} us of CPU a record, {clocked.cost.wall_s:.1f} s"
    )
    print(f"lake: {sizes['day=*'] / lines / 1e3:.0f} kB of records, {sizes['batches'] / lines / 1e3:.0f} kB of batches")
    subprocess.run(["sqlite3", str(home.journal), "VACUUM"], check=False)  # what is left of a sealed day
    print(
        f"journal after it: {home.journal.stat().st_size / lines / 1e3:.0f} kB a line and day without its emptied pages"
    )
    with Clocked() as clocked:
        found = check(home, Question(), say=lambda _: None)
    assert not found.defects
    print(f"verified: {clocked.cost.cpu_s / messages * 1e6:.0f} us of CPU a message")


async def listening(home: Path, lines: int) -> None:
    """A share's subscriptions at a real mosquitto."""
    plan = prepare_accounts(
        home,
        free_port(),
        (Account(user="prova.collector", writes=(), reads=("prova/1/+/+/records", "prova/1/+/+/status")),),
    )
    with subprocess.Popen(plan.argv, stderr=subprocess.DEVNULL) as broker:  # noqa: ASYNC220  returns at once
        try:
            await wait_ready(plan, 20)
            before = _resident_mb(broker.pid)
            own = BrokerSettings(
                host=plan.host, port=plan.port, username="prova.collector", password_file=plan.collector_password_file
            )
            async with connected(own, identifier="bench") as link:
                with Clocked() as clocked:
                    await link.listen([f"line-{number}" for number in range(lines)])
                after = _resident_mb(broker.pid)
            print(f"{lines} lines listened to in {clocked.cost.wall_s:.1f} s; mosquitto {before:.0f} -> {after:.0f} MB")
        finally:
            broker.kill()


def asked(home: CollectorHome) -> None:
    """EMQX's questions, over kept connections."""
    registers = registers_of((home,))
    body = json.dumps({"username": "p0", "clientid": "p0", "cert_common_name": "p0"})

    def ask(port: int) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as link:
            for _ in range(QUESTIONS // ASKERS):
                link.request("POST", "/authenticate", body, {"content-type": "application/json"})
                assert b'"allow"' in link.getresponse().read()

    with open_gate(lambda path, told: answer(registers, path, told, at=clock.now()), host="127.0.0.1", port=0) as port:
        askers = [threading.Thread(target=ask, args=(port,)) for _ in range(ASKERS)]
        with Clocked() as clocked:
            for one in askers:
                one.start()
            for one in askers:
                one.join()
    print(f"asked by EMQX: {QUESTIONS / clocked.cost.wall_s:.0f} questions/s, askers and answers in one process")


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=20)
    parser.add_argument("--listened", type=int, default=125_000)
    parser.add_argument("--unwatched", action="store_true", help="tests alone: no target is asked every few seconds")
    parser.add_argument("--hold", type=float, default=180.0, help="seconds; 0: each record is a message")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = CollectorHome(Path(folder) / "home")
        through(home, chosen.lines, watched=not chosen.unwatched, hold_s=chosen.hold)
        asked(home)
        asyncio.run(listening(Path(folder) / "broker", chosen.listened))


if __name__ == "__main__":
    main()
