"""Shell. Probe, broker and collector as processes of their own, killed and cut off from each other, again and again.

What must hold, whatever was killed when: every record that the spool took is in the journal exactly once, in order and
in an unbroken chain, and at the very moment a receipt could be seen, its batch could be read from the journal.
"""

import asyncio
import json
import os
import random
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiomqtt

from collector.account import Account, collector_account, probe_account
from collector.broker import BrokerPlan, prepare_accounts, wait_ready
from collector.envelope import Counts
from collector.home import CollectorHome
from collector.store import Store
from probe import key, keyfile, wire
from probe.body.notice import Notice
from probe.key import Key
from probe.spool import read_state
from probe.wire import Kind, Outcome
from prova.port import free_port
from tests.integration.collector_rig import WITHIN_S, enrol_probe, until
from tests.integration.gate import Gate, gate

ROOT = Path(__file__).parents[2]
RECEIPTS = wire.topic(Kind.RECEIPT, "casa", "p1")
AUDITOR = Account(user="auditor", writes=(), reads=(RECEIPTS,))
EVER = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
PARTS = ("broker", "collector", "probe")
LINES = ("collector's line", "probe's line")
_LONGEST_LIFE_S = 0.12
_HEARD_EVERY = 3  # cycles, so that a slow machine too gets further than starting up
_HEARD_WITHIN_S = 60
_EMPTY_WITHIN_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was done, and what was found afterwards."""

    cycles: int
    done: dict[str, int]
    records: int
    told: int
    batches: int
    receipts: int
    counts: Counts


@dataclass
class Nursery:
    """Gives birth to probes and collectors (`kill_parts`)."""

    process: subprocess.Popen[str]

    def bear(self, given: dict[str, Any]) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(given) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@dataclass
class Part:
    """One process that is killed and started again. `told` is all that it ever wrote to stdout, `log` to stderr."""

    told: Path
    log: Path
    begin: Callable[["Part"], int]
    pid: int = 0
    life: int = -1  # a descriptor of the running process

    def start(self) -> None:
        self.pid = self.begin(self)
        self.life = os.pidfd_open(self.pid)

    def check(self) -> None:
        assert not self._ended(0), f"it ended by itself: {self.log.read_text()[-2000:]}"

    def kill(self) -> None:
        if self.life < 0:
            return
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.life, signal.SIGKILL)
        assert self._ended(WITHIN_S)
        os.close(self.life)
        self.life = -1
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _ended(self, within_s: float) -> bool:
        return bool(select.select([self.life], [], [], within_s)[0])


@dataclass
class Audit:
    """Watches every receipt on the broker, and looks the batch up in the journal the moment it sees one."""

    plan: BrokerPlan
    store: Store
    receipt_key: Key
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    async def run(self) -> None:
        password = self.plan.password_file(AUDITOR.user).read_text()
        while True:
            with suppress(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    self.plan.host, self.plan.port, username=AUDITOR.user, password=password, timeout=2, keepalive=2
                ) as client:
                    await client.subscribe(RECEIPTS, qos=1)
                    async for message in client.messages:
                        self._check(bytes(message.payload))
            await asyncio.sleep(0.02)

    def _check(self, payload: bytes) -> None:
        receipt = wire.open_receipt(payload, key=self.receipt_key)
        assert receipt.outcome is not Outcome.REJECTED, receipt
        assert wire.sha256(self.store.signed_batch(receipt.batch_sha256)) == receipt.batch_sha256
        self.outcomes[receipt.outcome] += 1

    @property
    def heard(self) -> int:
        return self.outcomes.total()


@dataclass
class Household:
    """Everything that is killed and cut, and what is known of it. `chance` decides what and when."""

    home: Path
    chance: random.Random
    plan: BrokerPlan
    parts: dict[str, Part]
    gates: dict[str, Gate]
    audit: Audit
    by: Key
    done: Counter[str] = field(default_factory=Counter)

    async def cycle(self, number: int) -> None:
        """One, two or all three parts killed and started again, or connections reset, at a moment that chance picks."""
        heard = self.audit.heard
        if number % _HEARD_EVERY == 0:
            await until(lambda: self.audit.heard > heard, within_s=_HEARD_WITHIN_S)
        await asyncio.sleep(self.chance.uniform(0, _LONGEST_LIFE_S))
        if self.chance.random() < 0.25:
            name = self.chance.choice(LINES)
            self.gates[name].reset()
            self.done[name] += 1
            return
        victims = self.chance.sample(PARTS, self.chance.choices((1, 2, 3), (8, 3, 1))[0])
        for name in victims:
            self.parts[name].check()
            self.parts[name].kill()
        for name in victims:
            await asyncio.sleep(self.chance.uniform(0, 0.02))
            self.parts[name].start()
            self.done[name] += 1

    async def drain(self, watching: "asyncio.Task[None]") -> None:
        """No more records; waits until the spool has none left."""
        self.parts["probe"].check()
        os.kill(self.parts["probe"].pid, signal.SIGUSR1)

        def empty() -> bool:
            assert not watching.done(), watching.exception()
            for part in self.parts.values():
                part.check()
            state = read_state(self.home / "probe" / "spool.sqlite3")
            assert state is not None
            assert state.rejected_batches == 0
            return state.unsealed_records + state.sealed_batches == 0

        await until(empty, within_s=_EMPTY_WITHIN_S)

    def checked(self, cycles: int) -> Tally:
        """Raises AssertionError where a record or a batch is missing, there twice, changed or out of order."""
        records, told = self._everything_is_there()
        return Tally(
            cycles=cycles,
            done=dict(self.done),
            records=records,
            told=told,
            batches=self._the_chain_holds(),
            receipts=self.audit.heard,
            counts=self.audit.store.counts(),
        )

    def _everything_is_there(self) -> tuple[int, int]:
        with self.parts["probe"].told.open() as file:
            lines = [line.split() for line in file if line.endswith(" taken\n")]
        taken = {int(sequence): mark for sequence, mark, _ in lines}
        assert len(taken) == len(lines), "a number was given out twice"
        state = read_state(self.home / "probe" / "spool.sqlite3")
        assert state is not None
        expected = 1
        for one in self.audit.store.records(["casa"], *EVER):
            assert one.record.sequence == expected
            assert isinstance(one.record.body, Notice)
            mark = one.record.body.detail.split()[0]
            assert mark == taken.get(expected, mark)
            expected += 1
        assert state.last_sequence == expected - 1 >= max(taken)
        return expected - 1, len(taken)

    def _the_chain_holds(self) -> int:
        previous, expected, count = None, 1, 0
        for one in self.audit.store.records(["casa"], *EVER):
            if one.batch_sha256 == previous:
                continue
            batch = wire.open_batch(self.audit.store.signed_batch(one.batch_sha256), key=self.by)
            assert (batch.previous_sha256, batch.first) == (previous, expected)
            previous, expected, count = one.batch_sha256, batch.last + 1, count + 1
        return count


async def killed(home: Path, *, cycles: int, seed: int, progress: Callable[[int, int], None]) -> Tally:
    """The whole run. `progress` hears the number of cycles done and of receipts heard."""
    async with _at_work(home, random.Random(seed)) as household:
        watching = asyncio.create_task(household.audit.run())
        try:
            for number in range(cycles):
                assert not watching.done(), watching.exception()
                await household.cycle(number)
                progress(number + 1, household.audit.heard)
            # A slow machine makes up for it here; a flow that the kills stopped for good never gets there.
            await until(lambda: household.audit.outcomes[Outcome.ACCEPTED] > cycles / 4, within_s=60)
            await household.drain(watching)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        return household.checked(cycles)


@asynccontextmanager
async def _at_work(home: Path, chance: random.Random) -> AsyncIterator[Household]:
    accounts = (collector_account(), probe_account(line="casa", probe="p1"), AUDITOR)
    plan = prepare_accounts(home, free_port(), accounts)
    by = keyfile.load_or_make(home / "probe" / "key.json")
    enrol_probe(home, by)
    receipt_key = keyfile.load_or_make(CollectorHome(home).key)
    audit = Audit(plan, Store(CollectorHome(home).journal), receipt_key)
    with ExitStack() as stack:
        nursery = Nursery(stack.enter_context(_nursery(home)))
        stack.callback(nursery.process.kill)
        async with gate(plan.port) as collectors, gate(plan.port) as probes:
            gates = dict(zip(LINES, (collectors, probes), strict=True))
            parts = _parts(home, plan, nursery, gates, receipt_key)
            try:
                for part in parts.values():
                    part.start()
                await wait_ready(plan, WITHIN_S)
                yield Household(home, chance, plan, parts, gates, audit, by)
            finally:
                for part in parts.values():
                    part.kill()


def _nursery(home: Path) -> "subprocess.Popen[str]":
    with (home / "nursery.log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.integration.kill_parts"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )


def _parts(home: Path, plan: BrokerPlan, nursery: Nursery, gates: dict[str, Gate], receipt_key: Key) -> dict[str, Part]:
    given: dict[str, dict[str, Any]] = {
        "collector": {
            "broker": {
                "port": gates["collector's line"].port,
                "username": plan.collector_username,
                "password_file": str(plan.collector_password_file),
            }
        },
        "probe": {
            "port": gates["probe's line"].port,
            "password": plan.password_file("p1").read_text(),
            "receipt_key": key.public_jwk(receipt_key),
        },
    }

    def born(life: str) -> Callable[[Part], int]:
        return lambda part: nursery.bear(
            {"life": life, "home": str(home), "told": str(part.told), "log": str(part.log), **given[life]}
        )

    begins = {"broker": _broker(plan), "collector": born("collector"), "probe": born("probe")}
    return {name: Part(home / f"{name}.out", home / f"{name}.log", begins[name]) for name in PARTS}


def _broker(plan: BrokerPlan) -> Callable[[Part], int]:
    def begin(part: Part) -> int:
        with part.log.open("ab") as log:
            action = [(os.POSIX_SPAWN_DUP2, log.fileno(), descriptor) for descriptor in (1, 2)]
            return os.posix_spawn(plan.argv[0], plan.argv, os.environ, file_actions=action)

    return begin
