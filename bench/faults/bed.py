"""Shell. Mosquitto, `prova collector run`, three probes and a listener: a system to break, and the count afterwards.

The probes' spools and the listener's notes lie beside what is broken. A record counts as acknowledged when its spool
let it go, which a receipt alone makes it do, so it can never be sent again.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt

from collector.account import Account, collector_account, probe_account
from collector.broker import BrokerPlan, prepare_accounts, wait_ready
from collector.home import CollectorHome
from collector.store import Store, StoreError
from probe import key, keyfile, wire
from probe.body.notice import Notice
from probe.spool import SpoolState, read_state
from probe.wire import Kind, Outcome
from prova.port import free_port
from tests.integration.collector_rig import enrol_probe

PROVA = str(Path(sys.executable).with_name("prova"))
PROBES = (("casa", "p1"), ("casa", "p2"), ("praia", "p3"))
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2290, 1, 1, tzinfo=UTC))
_AUDITOR = Account(user="auditor", writes=(), reads=tuple(wire.topic(Kind.RECEIPT, *one) for one in PROBES))
_WITHIN_S = 90.0
_COMMAND_S = 300.0


class BedError(AssertionError):
    """Something that must hold while faults are injected did not."""


@dataclass(frozen=True, slots=True)
class Around:
    """Where the parts run: prefixes of their commands, how they find the broker, their environment."""

    collector: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    collector_host: str = "127.0.0.1"
    probes_host: str = "127.0.0.1"
    everywhere: bool = False
    collector_env: tuple[tuple[str, str], ...] = ()
    probes_env: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """What was found at the end. `changed` records are in the store with other content."""

    acknowledged: int
    lost: int
    doubled: int
    changed: int
    receipts: int
    receipts_void: int
    defects: tuple[str, ...]


@dataclass
class Bed:
    """The running parts. `chance` decides the moments."""

    home: Path
    chance: random.Random
    plan: BrokerPlan
    around: Around
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    receipts: dict[str, bytes] = field(default_factory=dict)
    heard: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return Store(CollectorHome(self.home).journal)

    @property
    def said(self) -> str:
        """All that collectors said so far."""
        return (self.home / "collector.log").read_text()

    def start(self, name: str) -> None:
        commands = {"broker": self.plan.argv, "collector": self._collector(), "probes": self._probes()}
        env = {"collector": self.around.collector_env, "probes": self.around.probes_env}.get(name, ())
        with (self.home / f"{name}.log").open("ab") as log, (self.home / f"{name}.out").open("ab") as out:
            self.running[name] = subprocess.Popen(
                commands[name], stdin=subprocess.DEVNULL, stdout=out, stderr=log, env=os.environ | dict(env)
            )

    def kill(self, name: str, by: signal.Signals = signal.SIGKILL) -> None:
        process = self.running.pop(name, None)
        if process is not None:
            process.send_signal(by)
            process.wait(_WITHIN_S)

    def _collector(self) -> tuple[str, ...]:
        return (*self.around.collector, PROVA, "collector", "run", "--home", str(self.home), *self.settings())

    def settings(self) -> tuple[str, ...]:
        """The option that names the collector's settings, which are written anew."""
        path = self.home / "settings.toml"
        path.write_text(
            f'[broker]\nhost = "{self.around.collector_host}"\nport = {self.plan.port}\ntls = false\n'
            f'username = "{self.plan.collector_username}"\npassword_file = "{self.plan.collector_password_file}"\n'
        )
        return ("--settings", str(path))

    def _probes(self) -> tuple[str, ...]:
        probes = [
            {"line": line, "probe": name, "password": self.plan.password_file(name).read_text()}
            for line, name in PROBES
        ]
        own = keyfile.load_or_make(CollectorHome(self.home).key)
        given = {
            "home": str(self.home / "probes"),
            "host": self.around.probes_host,
            "port": self.plan.port,
            "probes": probes,
            "receipt_key": key.public_jwk(own),
        }
        return (*self.around.probes, sys.executable, "-m", "bench.faults.probes", json.dumps(given))

    async def flowing(self, more: int = 5) -> None:
        """Returns once so many receipts more were heard."""
        until = self.heard + more
        await self.waited(lambda: self.heard >= until, "receipts")

    async def waited(self, condition: object, what: str, within_s: float = _WITHIN_S) -> None:
        assert callable(condition)
        try:
            async with asyncio.timeout(within_s):
                while not condition():
                    await asyncio.sleep(0.02)
        except TimeoutError as error:
            told = "".join(f"\n{path.name}: {path.read_text()[-600:]}" for path in self.home.glob("*.log"))
            raise BedError(f"no {what} within {within_s:.0f} s{told}") from error

    async def pause(self, most_s: float) -> None:
        """A moment that chance picks."""
        await asyncio.sleep(self.chance.uniform(0, most_s))

    async def listen(self) -> None:
        """Keeps every receipt that passes the broker, for the audit."""
        password = self.plan.password_file(_AUDITOR.user).read_text()
        while True:
            with suppress(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    "127.0.0.1", self.plan.port, username=_AUDITOR.user, password=password, timeout=2, keepalive=2
                ) as client:
                    for topic in _AUDITOR.reads:
                        await client.subscribe(topic, qos=1)
                    async for message in client.messages:
                        self._hear(bytes(message.payload))
            await asyncio.sleep(0.02)

    def _hear(self, payload: bytes) -> None:
        receipt = wire.open_receipt(payload, key=keyfile.load_or_make(self.home / "receipt-key.json"))
        if receipt.outcome is Outcome.REJECTED:
            self.failures.append(f"a batch of {receipt.probe} was rejected: {receipt.reason}")
        self.receipts[receipt.batch_sha256] = payload
        self.heard += 1

    async def drained(self) -> None:
        """No more records; waits until every spool is empty."""
        self.running["probes"].send_signal(signal.SIGUSR1)
        await self.waited(lambda: not any(one.unsealed_records + one.sealed_batches for one in self.spools()), "drain")

    def spools(self) -> list[SpoolState]:
        """What waits in each probe."""
        found = [read_state(self.home / "probes" / name / "spool.sqlite3") for _, name in PROBES]
        return [one for one in found if one is not None]

    def counted(self) -> Count:
        """What is in the store against what was acknowledged, and what `prova collector verify` says."""
        acknowledged = lost = doubled = changed = 0
        taken = _taken(self.home / "probes.out")
        for state in self.spools():
            rows: dict[int, int] = {}
            for one in self.store.records([state.line], *EVER):
                if one.record.probe == state.probe and isinstance(one.record.body, Notice):
                    sequence = one.record.sequence
                    doubled += sequence in rows
                    rows[sequence] = int(one.record.body.detail.split()[0])
            gone = range(1, state.last_sequence + 1)
            acknowledged += len(gone)
            lost += sum(1 for sequence in gone if sequence not in rows)
            changed += sum(1 for sequence, mark in rows.items() if taken.get((state.probe, sequence), mark) != mark)
        # The listener goes on in the loop's own thread while this one counts.
        heard = tuple(self.receipts)
        void = [digest for digest in heard if not self._holds(digest)]
        return Count(acknowledged, lost, doubled, changed, len(heard), len(void), tuple(self.verified()))

    def _holds(self, digest: str) -> bool:
        try:
            return wire.sha256(self.store.signed_batch(digest)) == digest
        except StoreError:
            return False

    def verified(self) -> list[str]:
        """The defects that `prova collector verify` finds, with the newest receipts held against it."""
        kept = []
        for number, payload in enumerate(list(self.receipts.values())[-5:]):
            path = self.home / f"kept-{number}.jws"
            path.write_bytes(payload)
            kept += ["--against", str(path)]
        done = self.command("collector", "verify", "--home", str(self.home), "--json", *kept)
        if done.returncode not in {0, 3}:
            return [f"verify ended with {done.returncode}: {done.stderr[-300:]}"]
        return [json.dumps(one) for one in json.loads(done.stdout)["defects"]]

    def command(self, *words: str, env: Sequence[tuple[str, str]] = ()) -> "subprocess.CompletedProcess[str]":
        """A `prova` command, with a time limit."""
        return subprocess.run(
            [PROVA, *words], capture_output=True, text=True, timeout=_COMMAND_S, check=False, env=os.environ | dict(env)
        )


def _taken(path: Path) -> dict[tuple[str, int], int]:
    """By probe and number, the moment that each record was taken at."""
    words = [line.split() for line in path.read_text().splitlines()]
    return {(one[0], int(one[1])): int(one[2]) for one in words if len(one) == 3}


@asynccontextmanager
async def bed(home: Path, chance: random.Random, around: Around = Around()) -> AsyncIterator[Bed]:
    """All of it at work. `home/collector` may be a file system of its own, mounted already."""
    accounts = (collector_account(), *(probe_account(line=line, probe=name) for line, name in PROBES), _AUDITOR)
    plan = prepare_accounts(home, free_port(), accounts)
    if around.everywhere:
        conf = CollectorHome(home).broker_settings
        conf.write_text(conf.read_text().replace(" 127.0.0.1\n", " 0.0.0.0\n"))
    for line, name in PROBES:
        enrol_probe(home, keyfile.load_or_make(home / "probes" / name / "key.json"), line=line, probe=name)
    keyfile.load_or_make(CollectorHome(home).key)
    (home / "receipt-key.json").touch(0o600)
    (home / "receipt-key.json").write_bytes(CollectorHome(home).key.read_bytes())
    one = Bed(home, chance, plan, around)
    with ExitStack() as stack:
        for name in ("probes", "collector", "broker"):
            stack.callback(one.kill, name)
        one.start("broker")
        await wait_ready(plan, _WITHIN_S)
        listening = asyncio.create_task(one.listen())
        try:
            one.start("collector")
            one.start("probes")
            await one.flowing()
            yield one
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
