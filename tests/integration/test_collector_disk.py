"""A disk that fills up while the collector works: nothing is receipted that is not kept, and it goes on by itself."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest

from collector.home import CollectorHome
from probe import key, keyfile, wire
from probe.key import Key
from probe.wire import Kind, Outcome
from tests.integration.collector_rig import WITHIN_S, Broker, a_broker, a_key, a_notice, a_probe, sealed

RECORDS = wire.topic(Kind.RECORDS, "casa", "p1")
DISK_BYTES = 16_000_000
# Runs on a file system of its own, which a filler leaves almost no room on; SIGUSR1 takes the filler away.
RUNNER = """
import asyncio, json, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from collector import enrolment, service
from collector.settings import parse

given = json.loads(sys.argv[1])
home = Path(given["home"])
enrolment.enrol(home, probe="p1", line="casa", public_jwk=given["jwk"], at=datetime(2026, 11, 21, tzinfo=UTC))
filler = home / "collector" / "filler"
filler.write_bytes(bytes(given["filler"]))

async def main():
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, filler.unlink)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    settings = parse({"broker": given["broker"]}, folder=home)
    await service.run(settings, home, stop=stop, say=lambda words: print(words, flush=True))

asyncio.run(main())
"""

READER = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from collector.home import CollectorHome
from collector.store import Store

store = Store(CollectorHome(Path(sys.argv[1])).journal)
found = store.records(["casa"], datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
print(json.dumps([one.record.sequence for one in found]))
"""


@asynccontextmanager
async def _on_a_small_disk(home: Path, broker: Broker, jwk: str) -> AsyncIterator[asyncio.subprocess.Process]:
    folder = CollectorHome(home).journal.parent
    folder.mkdir()
    given = {
        "home": str(home),
        "jwk": jwk,
        "filler": DISK_BYTES - 600_000,
        "broker": {
            "port": broker.plan.port,
            "username": broker.plan.collector_username,
            "password_file": str(broker.plan.collector_password_file),
        },
    }
    mount = f'mount -t tmpfs -o size={DISK_BYTES} none "$0" && exec "$@"'
    process = await asyncio.create_subprocess_exec(
        *("unshare", "--mount", "sh", "-c", mount, str(folder), sys.executable, "-c", RUNNER, json.dumps(given)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), WITHIN_S) == 0


async def _said(process: asyncio.subprocess.Process, words: str) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(WITHIN_S):
        while True:
            line = (await process.stdout.readline()).decode()
            assert line, "the collector ended"
            if words in line:
                return line


async def _sequences(collector: asyncio.subprocess.Process, home: Path) -> list[int]:
    """What another process reads from the store on that disk."""
    process = await asyncio.create_subprocess_exec(
        *("nsenter", f"--mount=/proc/{collector.pid}/ns/mnt", sys.executable, "-c", READER, str(home)),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), WITHIN_S)
    found: list[int] = json.loads(out)
    return found


async def _outcome(probe: aiomqtt.Client, by_key: Key) -> tuple[str, Outcome]:
    async with asyncio.timeout(WITHIN_S):
        message = await anext(probe.messages)
    assert isinstance(message.payload, bytes)
    receipt = wire.open_receipt(message.payload, key=by_key)
    return receipt.batch_sha256, receipt.outcome


@pytest.mark.component("mosquitto")
@pytest.mark.component("mounts")
async def test_a_full_disk_stops_receipts_and_room_brings_them_back(tmp_path: Path) -> None:
    by = a_key()
    batches = [sealed([a_notice(number, detail="x" * 20_000)], by=by) for number in range(1, 41)]
    async with (
        a_broker(tmp_path) as broker,
        a_probe(broker) as probe,
        _on_a_small_disk(tmp_path, broker, key.public_jwk(by)) as collector,
    ):
        await _said(collector, "Collecting")
        for signed in batches:
            await probe.publish(RECORDS, signed, qos=1)
        complaint = await _said(collector, "has no room: free some space on its disk")
        assert "Until then batches stay with their probes" in complaint
        kept = len(await _sequences(collector, tmp_path))
        assert len(probe.messages) <= kept < len(batches)
        collector.send_signal(signal.SIGUSR1)
        await _said(collector, "can be written again")
        own = keyfile.load_or_make(Path(f"/proc/{collector.pid}/root") / CollectorHome(tmp_path).key.relative_to("/"))
        waiting = {wire.sha256(signed) for signed in batches}
        while waiting:  # each is accepted, once; what the broker brings again after that is known
            sha256, outcome = await _outcome(probe, own)
            if outcome is Outcome.ACCEPTED:
                waiting.remove(sha256)
            else:
                assert (outcome, sha256 in waiting) == (Outcome.DUPLICATE, False)
        assert await _sequences(collector, tmp_path) == list(range(1, len(batches) + 1))
