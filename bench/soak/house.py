"""Shell. The fleet's house: a broker, `prova collector run` on a disk and by a clock of its own, processes of probes.

Each part can be killed at any moment; `mend` starts what is not there.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiomqtt

from bench.faults.clocks import _faketime, _set
from bench.faults.disk import Disk
from bench.soak.probes import named
from collector.account import Account, collector_account, probe_account
from collector.broker import BrokerPlan, prepare_accounts, wait_ready
from collector.home import CollectorHome
from collector.store import Store, StoreError
from probe import clock, key, keyfile, wire
from probe.spool import SpoolError, SpoolState, read_state
from probe.wire import Outcome
from prova.port import free_port
from tests.integration.collector_rig import enrol_probe

PROVA = str(Path(sys.executable).with_name("prova"))
_COMMAND_S = 900.0
_AUDITOR = Account(user="auditor", writes=(), reads=("prova/1/+/+/receipt",))
_ASKED_AT_ONCE = 20  # of so many receipts one is looked up in the store the moment it is heard


@dataclass
class House:
    """The running parts. `processes` of probes share the fleet."""

    home: Path
    probes: int
    watched: int
    processes: int
    disk: Disk
    plan: BrokerPlan = field(init=False)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    receipts: set[str] = field(default_factory=set)
    rejected: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    asked: int = 0
    day: int = 0

    def build(self) -> None:
        """Keys, accounts, the collector's disk."""
        layout = CollectorHome(self.home)
        self.disk.make(megabytes=6000)
        accounts = [probe_account(line=line, probe=name) for line, name in map(named, range(self.probes))]
        self.plan = prepare_accounts(self.home, free_port(), (collector_account(), *accounts, _AUDITOR))
        for line, name in map(named, range(self.probes)):
            enrol_probe(
                self.home, keyfile.load_or_make(self.home / "probes" / name / "key.json"), line=line, probe=name
            )
        keyfile.load_or_make(layout.key)
        (self.home / "receipt-key.json").write_bytes(layout.key.read_bytes())
        (self.home / "collector" / "retention.toml").write_text(
            '[quarantine]\ndays = 2\nreason = "soak"\n[statuses]\ndays = 3\nreason = "soak"\n'
        )
        (self.home / "settings.toml").write_text(
            f'[broker]\nhost = "127.0.0.1"\nport = {self.plan.port}\ntls = false\n'
            f'username = "{self.plan.collector_username}"\npassword_file = "{self.plan.collector_password_file}"\n'
            "[judging]\nprocesses = 2\n"
        )

    @property
    def store(self) -> Store:
        return Store(CollectorHome(self.home).journal)

    def set_clock(self, at: datetime) -> None:
        """The collector's wall clock reads so from now on; it goes on by itself."""
        _set(self.home / "clock", round((at - clock.now()).total_seconds()))

    @property
    def names(self) -> tuple[str, ...]:
        return ("broker", "collector", *(f"probes-{number}" for number in range(self.processes)))

    async def mend(self) -> None:
        """Starts what does not run, in order."""
        for name in self.names:
            process = self.running.get(name)
            if process is None or process.poll() is not None:
                self._start(name)
                if name == "broker":
                    await wait_ready(self.plan, 60)

    def _start(self, name: str) -> None:
        env = dict(_faketime(self.home / "clock")) if name == "collector" else {}
        with (self.home / f"{name}.log").open("ab") as log, (self.home / f"{name}.out").open("ab") as out:
            process = subprocess.Popen(
                self._argv(name), stdin=subprocess.PIPE, stdout=out, stderr=log, env=os.environ | env
            )
        self.running[name] = process
        if name.startswith("probes"):
            self._say_day(process)

    def _argv(self, name: str) -> Sequence[str]:
        if name == "broker":
            return self.plan.argv
        if name == "collector":
            settings = str(self.home / "settings.toml")
            return (PROVA, "collector", "run", "--home", str(self.home), "--settings", settings)
        mine = range(int(name.rpartition("-")[2]), self.probes, self.processes)
        given = {
            "home": str(self.home),
            "port": self.plan.port,
            "receipt_key": key.public_jwk(keyfile.load_or_make(self.home / "receipt-key.json")),
            "probes": [
                (number, number < self.watched, self.plan.password_file(named(number)[1]).read_text())
                for number in mine
            ],
        }
        return (sys.executable, "-m", "bench.soak.probes", json.dumps(given))

    def take(self, day: int) -> None:
        """Has every probe take what it sees up to that day's end."""
        self.day = day
        for name, process in self.running.items():
            if name.startswith("probes"):
                self._say_day(process)

    def _say_day(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(f"day {self.day}\n".encode())
            process.stdin.flush()

    def kill(self, name: str) -> None:
        process = self.running.get(name)
        if process is not None:
            process.kill()
            process.wait(60)
            if process.stdin is not None:
                with suppress(BrokenPipeError):
                    process.stdin.close()

    def workers(self) -> list[int]:
        """The processes that judge for the collector."""
        process = self.running.get("collector")
        if process is None or process.poll() is not None:
            return []
        found: list[int] = []
        with suppress(OSError):
            for thread in Path(f"/proc/{process.pid}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
        return found

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A `prova` command by the collector's clock."""
        return subprocess.run(
            [PROVA, *words, "--home", str(self.home)],
            capture_output=True,
            text=True,
            timeout=_COMMAND_S,
            check=False,
            env=os.environ | dict(_faketime(self.home / "clock")),
        )

    def spools(self) -> list[SpoolState]:
        """What waits in each probe; a spool that is being made is left out."""
        found = []
        for _, name in map(named, range(self.probes)):
            with suppress(SpoolError):
                state = read_state(self.home / "probes" / name / "spool.sqlite3")
                found += [] if state is None else [state]
        return found

    async def listen(self) -> None:
        """Keeps every receipt, and looks some up in the store at once: none may come before its batch is kept."""
        password = self.plan.password_file(_AUDITOR.user).read_text()
        own = keyfile.load_or_make(self.home / "receipt-key.json")
        while True:
            with suppress(aiomqtt.MqttError, OSError):
                async with aiomqtt.Client(
                    "127.0.0.1", self.plan.port, username=_AUDITOR.user, password=password, timeout=5, keepalive=5
                ) as client:
                    await client.subscribe(_AUDITOR.reads[0], qos=1)
                    async for message in client.messages:
                        self._hear(wire.open_receipt(bytes(message.payload), key=own))
            await asyncio.sleep(0.1)

    def _hear(self, receipt: wire.Receipt) -> None:
        if receipt.outcome is Outcome.REJECTED:
            self.rejected.append(f"{receipt.probe}: {receipt.reason}")
            return
        self.receipts.add(receipt.batch_sha256)
        if len(self.receipts) % _ASKED_AT_ONCE == 0:
            self.asked += 1
            if not self.holds(receipt.batch_sha256):
                self.early.append(receipt.batch_sha256)

    def holds(self, digest: str) -> bool:
        try:
            return wire.sha256(self.store.signed_batch(digest)) == digest
        except StoreError as error:
            return "cannot be read" in str(error)  # a disk that is full this very moment says nothing of a batch

    def end(self) -> None:
        for name in reversed(self.names):
            self.kill(name)
        with suppress(OSError):
            self.disk.unmount()


def midnight(day: int) -> datetime:
    """When the week's day begins."""
    return datetime(2026, 10, 5, tzinfo=UTC) + timedelta(days=day)
