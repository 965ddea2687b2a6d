"""How much the collector takes, beside a subscriber that does nothing.

The same signed stream goes once into `mosquitto_sub` and once into the collector, which verifies, commits and receipts
it. One machine, loopback, one probe; prints both rates and their ratio.

    python -m bench.ingest [--batches 3000] [--records 16] [--rounds 3]
"""

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench import mqtt
from collector.account import Account, collector_account, probe_account
from collector.broker import BrokerPlan, prepare_accounts, wait_ready
from collector.enrolment import enrol
from collector.home import CollectorHome
from collector.store import Store
from probe import clock, key, keyfile, wire
from probe.body.notice import Notice, NoticeKind
from probe.key import Key
from probe.record import Record, Stamp
from probe.wire import Kind
from prova.port import free_port

TOPIC = wire.topic(Kind.RECORDS, "casa", "p1")
LISTENER = Account(user="listener", writes=(), reads=(TOPIC,))
WITHIN_S = 120
COLLECTOR = """
import asyncio, json, sys
from pathlib import Path
from collector import service
from collector.settings import parse

given = json.loads(sys.argv[1])
home = Path(given["home"])
asyncio.run(service.run(parse({"broker": given["broker"]}, folder=home), home, stop=asyncio.Event(), say=print))
"""


def batches(by: Key, *, count: int, records: int) -> list[bytes]:
    """`count` signed batches of `records` each, small ones: about 380 bytes a record."""
    start = clock.stamp()
    signed: list[bytes] = []
    previous = None
    for first in range(1, count * records, records):
        encoded = [wire.encode_record(small(start, number)) for number in range(first, first + records)]
        signed.append(wire.seal_batch("casa", "p1", encoded, previous_sha256=previous, key=by))
        previous = wire.sha256(signed[-1])
    return signed


def small(start: Stamp, number: int) -> Record:
    at = Stamp(at=start.at + timedelta(seconds=number), monotonic_ns=start.monotonic_ns + number, boot_id=start.boot_id)
    body = Notice(kind=NoticeKind.STARTED)
    return Record(line="casa", probe="p1", sequence=number, started=at, ended=at, software="bench", body=body)


async def publish(plan: BrokerPlan, stream: list[bytes]) -> None:
    """As fast as one connection allows with five hundred under way."""
    await asyncio.to_thread(
        mqtt.publish,
        (plan.host, plan.port),
        user="p1",
        password=plan.password_file("p1").read_text(),
        topic=TOPIC,
        stream=stream,
        window=500,
    )


async def into_mosquitto_sub(plan: BrokerPlan, stream: list[bytes]) -> float:
    """Seconds until `mosquitto_sub` has seen the whole stream."""
    password = plan.password_file(LISTENER.user).read_text()
    argv = ["mosquitto_sub", "-h", plan.host, "-p", str(plan.port), "-u", LISTENER.user, "-P", password]
    argv += ["-i", "listener", "-c", "-t", TOPIC, "-q", "1"]  # a lasting session: nothing is missed while it starts
    subprocess.run([*argv, "-E"], check=True, timeout=WITHIN_S)  # noqa: ASYNC221  subscribes and ends at once
    began = time.monotonic()
    with subprocess.Popen([*argv, "-C", str(len(stream))], stdout=subprocess.DEVNULL) as listener:  # noqa: ASYNC220
        await publish(plan, stream)
        await asyncio.get_running_loop().run_in_executor(None, listener.wait, WITHIN_S)
        return time.monotonic() - began


async def into_the_collector(plan: BrokerPlan, stream: list[bytes], home: Path) -> tuple[float, float]:
    """Seconds until the journal holds the whole stream, and the collector's CPU seconds meanwhile."""
    given = {
        "home": str(home),
        "broker": {
            "port": plan.port,
            "username": plan.collector_username,
            "password_file": str(plan.collector_password_file),
        },
    }
    store = Store(CollectorHome(home).journal)
    argv = (sys.executable, "-c", COLLECTOR, json.dumps(given))
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as collector:  # noqa: ASYNC220  returns at once
        try:
            assert collector.stdout is not None
            assert "Collecting" in collector.stdout.readline()
            began, cpu_s = time.monotonic(), _cpu_s(collector.pid)
            await publish(plan, stream)
            while store.counts().accepted < len(stream):
                assert time.monotonic() - began < WITHIN_S, store.counts()
                await asyncio.sleep(0.005)
            return time.monotonic() - began, _cpu_s(collector.pid) - cpu_s
        finally:
            collector.terminate()


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def one_round(count: int, records: int) -> tuple[float, float, float]:
    """(seconds into mosquitto_sub, seconds into the collector, its CPU seconds), each with a fresh broker and home."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        by = keyfile.load_or_make(home / "probe.json")
        enrol(home, probe="p1", line="casa", public_jwk=key.public_jwk(by), at=clock.now())
        stream = batches(by, count=count, records=records)
        accounts = (collector_account(), probe_account(line="casa", probe="p1"), LISTENER)
        plan = prepare_accounts(home, free_port(), accounts)
        with subprocess.Popen(plan.argv, stderr=subprocess.DEVNULL) as broker:  # noqa: ASYNC220  returns at once
            try:
                await wait_ready(plan, 10)
                alone_s = await into_mosquitto_sub(plan, stream)
                return alone_s, *(await into_the_collector(plan, stream, home))
            finally:
                broker.terminate()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--batches", type=int, default=3000)
    options.add_argument("--records", type=int, default=16)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    rates: list[float] = []
    for number in range(1, given.rounds + 1):
        alone_s, ours_s, cpu_s = asyncio.run(one_round(given.batches, given.records))
        rates.append(given.batches / ours_s)
        print(
            f"round {number}: mosquitto_sub {given.batches / alone_s:,.0f} messages/s; collector"
            f" {given.batches / ours_s:,.0f} messages/s, {given.batches * given.records / ours_s:,.0f} records/s;"
            f" ratio {alone_s / ours_s:.2f}; {cpu_s / given.batches * 1e6:,.0f} us of CPU a message"
        )
    peak_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"the largest child, broker or collector, held {peak_kib / 1024:.0f} MiB at most")
    print(
        f"median: {statistics.median(rates):,.0f} messages/s, {statistics.median(rates) * given.records:,.0f} records/s"
    )


if __name__ == "__main__":
    main()
