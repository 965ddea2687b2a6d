"""Probe, broker and collector as processes of their own, killed at random moments, again and again.

PROVA_KILL_CYCLES sets how often (30), PROVA_KILL_SEED repeats a run. What must hold, whatever was killed when:
every record that the spool took is in the journal exactly once, in order and in an unbroken chain, and at the very
moment a receipt could be seen, its batch could be read from the journal.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt
import pytest

from collector.account import Account, collector_account, probe_account
from collector.broker import BrokerPlan, prepare_accounts, wait_ready
from collector.home import CollectorHome
from collector.store import Store
from probe import key, keyfile, wire
from probe.body.notice import Notice
from probe.key import Key
from probe.spool import read_state
from probe.wire import Kind, Outcome
from prova.port import free_port
from tests.integration.collector_rig import WITHIN_S, enrol_probe, until

CYCLES = int(os.environ.get("PROVA_KILL_CYCLES", "30"))
SEED = int(os.environ.get("PROVA_KILL_SEED", str(random.randrange(10**6))))
RECEIPTS = wire.topic(Kind.RECEIPT, "casa", "p1")
AUDITOR = Account(user="auditor", writes=(), reads=(RECEIPTS,))
EVER = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))

COLLECTOR = """
import asyncio, json, sys
from pathlib import Path
from collector import service
from collector.settings import parse

given = json.loads(sys.argv[1])
home = Path(given["home"])
asyncio.run(service.run(parse({"broker": given["broker"]}, folder=home), home, stop=asyncio.Event(), say=print))
"""

# Takes records into the spool as fast as the disk lets it and tells each once `append` has returned; a line on stdin
# ends the taking, not the sending.
PROBE = """
import asyncio, json, sys
from pathlib import Path
from probe import clock, key, keyfile
from probe.uplink.broker import Destination
from probe.identity import Identity
from probe.publish import Publisher
from probe.body.notice import Notice, NoticeKind
from probe.spool import Draft, Spool

given = json.loads(sys.argv[1])
home = Path(given["home"])
own = keyfile.load_or_make(home / "probe" / "key.json")
to = Destination(port=given["port"], receipt_key=key.from_jwk(given["receipt_key"]), host="127.0.0.1",
                 username="p1", password=Path(given["password_file"]).read_text())

async def main():
    with Spool(home / "probe" / "spool.sqlite3", line="casa", probe="p1", key=own) as spool:
        publisher = Publisher(spool, identity=Identity(line="casa", probe="p1", key=own), to=to,
                              say=lambda words: None, uniform=lambda: -0.96, receipt_within_s=0.5)
        publishing = asyncio.create_task(publisher.run(asyncio.Event()))
        enough = asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        while not enough.done():
            now = clock.stamp()
            body = Notice(kind=NoticeKind.STARTED, detail=f"{now.monotonic_ns} " + "x" * 900)
            record = spool.append(Draft(started=now, ended=now, software="t", body=body))
            print(record.sequence, now.monotonic_ns, "taken", flush=True)
            publisher.wake()
            await asyncio.sleep(0.004)
        await publishing

print(flush=True)  # a kill may have torn the line before
asyncio.run(main())
"""


@dataclass
class Part:
    """One process that is killed and started again. `told` is all that it ever wrote to stdout, `log` to stderr."""

    argv: tuple[str, ...]
    told: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.told.open("ab") as out, self.log.open("ab") as log:
            self.process = subprocess.Popen(self.argv, stdin=subprocess.PIPE, stdout=out, stderr=log)

    def check(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, f"it ended by itself: {self.log.read_text()[-2000:]}"

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(WITHIN_S)
        assert self.process.stdin is not None
        self.process.stdin.close()


@dataclass
class Audit:
    """Watches every receipt on the broker, and looks the batch up in the journal the moment it sees one."""

    plan: BrokerPlan
    store: Store
    receipt_key: Key
    outcomes: list[Outcome] = field(default_factory=list)

    async def run(self) -> None:
        password = self.plan.password_file(AUDITOR.user).read_text()
        while True:
            with suppress(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    self.plan.host, self.plan.port, username=AUDITOR.user, password=password, timeout=2
                ) as client:
                    await client.subscribe(RECEIPTS, qos=1)
                    async for message in client.messages:
                        self._check(bytes(message.payload))
            await asyncio.sleep(0.02)

    def _check(self, payload: bytes) -> None:
        receipt = wire.open_receipt(payload, key=self.receipt_key)
        assert receipt.outcome is not Outcome.REJECTED, receipt
        assert wire.sha256(self.store.signed_batch(receipt.batch_sha256)) == receipt.batch_sha256
        self.outcomes.append(receipt.outcome)


@pytest.mark.component("mosquitto")
@pytest.mark.timeout(120 + 4 * CYCLES)
async def test_nothing_is_lost_doubled_or_receipted_too_early(tmp_path: Path) -> None:
    sys.stdout.write(f"PROVA_KILL_SEED={SEED} PROVA_KILL_CYCLES={CYCLES}" + "\n")
    accounts = (collector_account(), probe_account(line="casa", probe="p1"), AUDITOR)
    plan = prepare_accounts(tmp_path, free_port(), accounts)
    by = keyfile.load_or_make(tmp_path / "probe" / "key.json")
    enrol_probe(tmp_path, by)
    store = Store(CollectorHome(tmp_path).journal)
    receipt_key = keyfile.load_or_make(CollectorHome(tmp_path).key)
    parts = _parts(tmp_path, plan, receipt_key)
    audit = Audit(plan, store, receipt_key)
    watching = asyncio.create_task(audit.run())
    try:
        for part in parts.values():
            part.start()
        await wait_ready(plan, WITHIN_S)
        await _kill_at_random(parts, audit)
        # A slow machine makes up for it here; a flow that the kills stopped for good never gets there.
        await until(lambda: audit.outcomes.count(Outcome.ACCEPTED) > CYCLES, within_s=60)
        await _drain(parts["probe"], tmp_path, watching)
        for part in parts.values():
            part.check()
    finally:
        for part in parts.values():
            part.kill()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    _everything_is_there(store, parts["probe"].told, tmp_path)
    _the_chain_holds(store, by)
    assert audit.outcomes.count(Outcome.ACCEPTED) > CYCLES, "too few batches came through for the kills to matter"
    counts = store.counts()
    sys.stdout.write(f"{len(audit.outcomes)} receipts seen, {counts}" + "\n")
    assert not counts.rejected


def _parts(home: Path, plan: BrokerPlan, receipt_key: Key) -> dict[str, Part]:
    collector = {
        "home": str(home),
        "broker": {
            "port": plan.port,
            "username": plan.collector_username,
            "password_file": str(plan.collector_password_file),
        },
    }
    probe = {
        "home": str(home),
        "port": plan.port,
        "password_file": str(plan.password_file("p1")),
        "receipt_key": key.public_jwk(receipt_key),
    }
    argv = {
        "broker": plan.argv,
        "collector": (sys.executable, "-c", COLLECTOR, json.dumps(collector)),
        "probe": (sys.executable, "-c", PROBE, json.dumps(probe)),
    }
    return {name: Part(one, home / f"{name}.out", home / f"{name}.log") for name, one in argv.items()}


async def _kill_at_random(parts: dict[str, Part], audit: Audit) -> None:
    """One, two or all three at a time; each comes back at once, in a random order.

    Every third time only after a receipt was seen, so that a slow machine too gets further than starting up.
    """
    chance = random.Random(SEED)
    for cycle in range(CYCLES):
        heard = len(audit.outcomes)
        if cycle % 3 == 0:
            await until(lambda: len(audit.outcomes) > heard, within_s=60)  # noqa: B023  awaited here
        await asyncio.sleep(chance.uniform(0.05, 1.0))
        victims = chance.sample(sorted(parts), chance.choices((1, 2, 3), (8, 3, 1))[0])
        for name in victims:
            parts[name].check()
            parts[name].kill()
        for name in victims:
            await asyncio.sleep(chance.uniform(0, 0.1))
            parts[name].start()
        await wait_ready(audit.plan, WITHIN_S)


async def _drain(probe: Part, home: Path, watching: asyncio.Task[None]) -> None:
    """No more records; waits until the spool has none left."""
    assert probe.process is not None
    assert probe.process.stdin is not None
    probe.process.stdin.write(b"enough\n")
    probe.process.stdin.flush()

    def empty() -> bool:
        assert not watching.done(), watching.exception()
        state = read_state(home / "probe" / "spool.sqlite3")
        assert state is not None
        assert state.rejected_batches == 0
        return state.unsealed_records + state.sealed_batches == 0

    await until(empty, within_s=60)


def _everything_is_there(store: Store, told: Path, home: Path) -> None:
    lines = [line.split() for line in told.read_text().splitlines() if line.endswith(" taken")]
    taken = {int(sequence): mark for sequence, mark, _ in lines}
    state = read_state(home / "probe" / "spool.sqlite3")
    assert state is not None
    found = [one.record for one in store.records(["casa"], *EVER)]
    assert [one.sequence for one in found] == list(range(1, state.last_sequence + 1))
    assert max(taken) <= state.last_sequence
    for record in found:
        assert isinstance(record.body, Notice)
        assert record.body.detail.split()[0] == taken.get(record.sequence, record.body.detail.split()[0])
    sys.stdout.write(f"{len(found)} records, {len(taken)} of them told before a kill" + "\n")


def _the_chain_holds(store: Store, by: Key) -> None:
    digests = list(dict.fromkeys(one.batch_sha256 for one in store.records(["casa"], *EVER)))
    previous, expected = None, 1
    for digest in digests:
        batch = wire.open_batch(store.signed_batch(digest), key=by)
        assert (batch.previous_sha256, batch.first) == (previous, expected)
        previous, expected = digest, batch.last + 1
    sys.stdout.write(f"{len(digests)} batches in one chain" + "\n")
