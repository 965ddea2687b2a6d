"""How much the collector takes, beside clients that only receive.

The same signed batches of fifty probes go, through one mosquitto with QoS 1, into `mosquitto_sub`, into paho and
aiomqtt, which count and acknowledge, and into the collector, which verifies each, commits it (synchronous=FULL) and
signs a receipt; the publisher waits for every receipt. All on one machine, so that publisher, broker and receiver share
its cores. A batch is made as the probe makes it, of notices, the smallest records, as many as 8 KiB hold.

    python -m bench.ingest [--batches 6000] [--bytes 8192] [--rounds 3] [--only collector]
    python -m bench.ingest --only collector --batches 80000 --rounds 10 --one-home      (ten million records)
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bench import mqtt
from collector.account import Account, collector_account
from collector.broker import BrokerPlan, prepare_accounts, wait_ready
from collector.enrolment import enrol
from collector.home import CollectorHome
from collector.store import Store
from probe import clock, key, wire
from probe.body.notice import Notice, NoticeKind
from probe.key import Key
from probe.record import Record, Stamp
from probe.wire import Kind
from prova.port import free_port

PROBES = 50
FLEET = Account(user="fleet", writes=("prova/1/+/+/records",), reads=("prova/1/+/+/receipt",))
LISTENER = Account(user="listener", writes=(), reads=("prova/1/+/+/records",))
WITHIN_S = 120
WARMING = 1000
RECEIPTS = "prova/1/+/+/receipt"
COLLECTOR = """
import asyncio, json, sys
from pathlib import Path
from collector import service
from collector.settings import parse

given = json.loads(sys.argv[1])
home = Path(given["home"])
settings = parse({"broker": given["broker"], "judging": given["judging"]}, folder=home)
asyncio.run(service.run(settings, home, stop=asyncio.Event(), say=print))
"""
PAHO = """
import sys
import paho.mqtt.client as paho

host, port, user, password, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])
seen = 0

def arrived(client, userdata, message):
    global seen
    seen += 1
    if seen == count:
        client.disconnect()

client = paho.Client(paho.CallbackAPIVersion.VERSION2, "only-paho", clean_session=True)
client.username_pw_set(user, password)
client.on_message = arrived
client.on_subscribe = lambda *_: print("ready", flush=True)
client.connect(host, port)
client.subscribe("prova/1/+/+/records", 1)
client.loop_forever()
"""
AIOMQTT = """
import asyncio, sys
import aiomqtt

async def main(host, port, user, password, count):
    async with aiomqtt.Client(host, int(port), username=user, password=password, identifier="only-aiomqtt") as client:
        await client.subscribe("prova/1/+/+/records", 1)
        print("ready", flush=True)
        seen = 0
        async for _ in client.messages:
            seen += 1
            if seen == int(count):
                return

asyncio.run(main(*sys.argv[1:]))
"""


@dataclass
class Fleet:
    """Fifty probes of one key: what each has sealed so far."""

    by: Key
    size_bytes: int
    start: Stamp = field(default_factory=clock.stamp)
    ends: list[tuple[int, str | None]] = field(default_factory=lambda: [(0, None)] * PROBES)

    def batches(self, count: int) -> list[tuple[str, bytes]]:
        """(topic, signed batch), probe by probe in turn."""
        return [self._next(number % PROBES) for number in range(count)]

    @property
    def a_batch(self) -> int:
        """How many records a batch of that size holds: JSON in base 64, header and signature apart."""
        return max(1, (self.size_bytes - 400) * 3 // 4 // (len(wire.encode_record(self._record(0, 10**6))) + 1))

    def _next(self, probe: int) -> tuple[str, bytes]:
        last, previous = self.ends[probe]
        encoded = [wire.encode_record(self._record(probe, last + one)) for one in range(1, self.a_batch + 1)]
        line, name = f"line-{probe}", f"p{probe}"
        signed = wire.seal_batch(line, name, encoded, previous_sha256=previous, key=self.by)
        self.ends[probe] = (last + self.a_batch, wire.sha256(signed))
        return wire.topic(Kind.RECORDS, line, name), signed

    def _record(self, probe: int, sequence: int) -> Record:
        return small(self.start, sequence, line=f"line-{probe}", probe=f"p{probe}")


def small(start: Stamp, sequence: int, *, line: str = "casa", probe: str = "p1") -> Record:
    """A notice, the smallest kind of record, a second after the one before it."""
    stamp = Stamp(
        at=start.at - timedelta(days=200) + timedelta(seconds=sequence),
        monotonic_ns=start.monotonic_ns + sequence * 10**9,
        boot_id=start.boot_id,
        synchronised=True,
        error_ms=1.5,
    )
    body = Notice(kind=NoticeKind.STARTED)
    return Record(
        line=line, probe=probe, sequence=sequence, started=stamp, ended=stamp, software="prova 0.1.0", body=body
    )


def publish(plan: BrokerPlan, stream: list[tuple[str, bytes]], *, receipts: str | None = None) -> None:
    """As fast as one connection allows."""
    mqtt.publish(
        (plan.host, plan.port),
        credentials=(FLEET.user, plan.password_file(FLEET.user).read_text()),
        stream=stream,
        count=len(stream),
        receipts=receipts,
    )


def into_mosquitto_sub(plan: BrokerPlan, stream: list[tuple[str, bytes]]) -> float:
    """Seconds until `mosquitto_sub` has seen the whole stream."""
    password = plan.password_file(LISTENER.user).read_text()
    argv = ["mosquitto_sub", "-h", plan.host, "-p", str(plan.port), "-u", LISTENER.user, "-P", password]
    argv += ["-i", "listener", "-c", "-t", LISTENER.reads[0], "-q", "1"]  # a lasting session: nothing is missed
    subprocess.run([*argv, "-E"], check=True, timeout=WITHIN_S)  # subscribes and ends at once
    began = time.monotonic()
    with subprocess.Popen([*argv, "-C", str(len(stream))], stdout=subprocess.DEVNULL) as listener:
        publish(plan, stream)
        listener.wait(WITHIN_S)
        return time.monotonic() - began


def into_a_library(script: str) -> Callable[[BrokerPlan, list[tuple[str, bytes]]], float]:
    """Seconds until a client in Python that only receives has seen the whole stream."""

    def measure(plan: BrokerPlan, stream: list[tuple[str, bytes]]) -> float:
        password = plan.password_file(LISTENER.user).read_text()
        argv = (sys.executable, "-c", script, plan.host, str(plan.port), LISTENER.user, password, str(len(stream)))
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as client:
            assert client.stdout is not None
            assert client.stdout.readline() == "ready\n"
            began = time.monotonic()
            publish(plan, stream)
            assert client.wait(WITHIN_S) == 0
            return time.monotonic() - began

    return measure


@dataclass
class Took:
    """What a run into the collector took: seconds, CPU seconds of all its processes, the broker's, the publisher's, and
    what the collector's processes held meanwhile.
    """

    seconds: float
    cpu_s: float
    broker_cpu_s: float
    publisher_cpu_s: float
    held_mib: list[float]


@contextmanager
def a_collector(plan: BrokerPlan, home: Path, judging: int | None = None) -> Iterator["subprocess.Popen[str]"]:
    given = {
        "home": str(home),
        "judging": {} if judging is None else {"processes": judging},
        "broker": {
            "port": plan.port,
            "username": plan.collector_username,
            "password_file": str(plan.collector_password_file),
        },
    }
    with subprocess.Popen(
        (sys.executable, "-c", COLLECTOR, json.dumps(given)), stdout=subprocess.PIPE, text=True
    ) as one:
        try:
            assert one.stdout is not None
            assert "Collecting" in one.stdout.readline()
            yield one
        finally:
            one.terminate()


def into_the_collector(
    plan: BrokerPlan, stream: list[tuple[str, bytes]], collector: "subprocess.Popen[str]", broker_pid: int
) -> Took:
    """Until the publisher has the receipt of every batch but the first thousand, which have the collector begin its
    processes. Each batch was on the disk before its receipt.
    """
    held = [held_mib(collector.pid)]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            held.append(held_mib(collector.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    publish(plan, stream[:WARMING], receipts=RECEIPTS)
    began, cpu_s, broker_s, own_s = time.monotonic(), _cpu_s(collector.pid), _cpu_s(broker_pid), time.process_time()
    try:
        publish(plan, stream[WARMING:], receipts=RECEIPTS)
        seconds, own_s = time.monotonic() - began, time.process_time() - own_s
    finally:
        ended.set()
        watching.join()
    return Took(seconds, _cpu_s(collector.pid) - cpu_s, _cpu_s(broker_pid) - broker_s, own_s, held)


def processes(pid: int) -> list[int]:
    """It and its children, whichever of its threads began them."""
    found = [pid]
    for thread in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (thread / "children").read_text().split())
    return found


def held_mib(pid: int) -> float:
    return sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in processes(pid)) * 4096 / 2**20


def _cpu_s(pid: int) -> float:
    spent = 0.0
    for one in processes(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        spent += (int(fields[11]) + int(fields[12])) / 100
    return spent


OTHERS = {
    "mosquitto_sub": into_mosquitto_sub,
    "paho": into_a_library(PAHO),
    "aiomqtt": into_a_library(AIOMQTT),
}


@contextmanager
def a_broker(home: Path) -> Iterator[tuple[BrokerPlan, int]]:
    plan = prepare_accounts(home, free_port(), (collector_account(), FLEET, LISTENER))
    with subprocess.Popen(plan.argv, stderr=subprocess.DEVNULL) as broker:
        try:
            asyncio.run(wait_ready(plan, 10))
            yield plan, broker.pid
        finally:
            broker.terminate()


@dataclass
class House:
    """A store, its broker and its collector, and the probes that send to it."""

    home: Path
    fleet: Fleet
    plan: BrokerPlan
    broker_pid: int
    collector: "subprocess.Popen[str]"
    kept: int = 0


@contextmanager
def a_house(given: argparse.Namespace) -> Iterator[House]:
    fleet = Fleet(key.generate(), given.bytes)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for probe in range(PROBES):
            jwk = key.public_jwk(fleet.by)
            enrol(home, probe=f"p{probe}", line=f"line-{probe}", public_jwk=jwk, at=clock.now())
        with a_broker(home) as (plan, broker_pid), a_collector(plan, home, given.processes) as collector:
            yield House(home, fleet, plan, broker_pid, collector)


def one_round(house: House, given: argparse.Namespace) -> float:
    """Records a second into the collector; every other receiver has a fresh broker and gets the same batches."""
    fleet, count = house.fleet, int(given.batches)
    stream = fleet.batches(count + WARMING)
    size = statistics.mean(len(signed) for _, signed in stream)
    told = [f"{count:,} batches of {fleet.a_batch} records, {size:,.0f} bytes"]
    for name, into in OTHERS.items():
        if given.only in {None, name}:
            with tempfile.TemporaryDirectory() as folder, a_broker(Path(folder)) as (plan, _):
                told.append(f"{name} {count / into(plan, stream[WARMING:]):,.0f} messages/s")
    took = into_the_collector(house.plan, stream, house.collector, house.broker_pid)
    house.kept += len(stream)
    counts = Store(CollectorHome(house.home).journal).counts()
    assert (counts.accepted, counts.passed_over, dict(counts.remarked)) == (house.kept, 0, {}), counts
    rate = count / took.seconds
    told.append(
        f"collector {rate:,.0f} messages/s, {rate * fleet.a_batch:,.0f} records/s,"
        f" {took.cpu_s / count * 1e6:.0f} us of CPU a message ({took.cpu_s / took.seconds:.2f} cores), the broker's"
        f" {took.broker_cpu_s / count * 1e6:.0f} us, the publisher's {took.publisher_cpu_s / count * 1e6:.0f} us,"
        f" {statistics.median(took.held_mib):.0f} MiB held, {max(took.held_mib):.0f} at most, with"
        f" {house.kept * fleet.a_batch:,} records in the store"
    )
    print("; ".join(told), flush=True)
    return rate * fleet.a_batch


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--batches", type=int, default=6000)
    options.add_argument("--bytes", type=int, default=8192)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", choices=(*OTHERS, "collector"))
    options.add_argument("--processes", type=int, help="the collector's setting judging.processes")
    options.add_argument("--one-home", action="store_true", help="one collector, with one store, for all rounds")
    given = options.parse_args()
    rates: list[float] = []
    with ExitStack() as houses:
        house = houses.enter_context(a_house(given))
        for _ in range(given.rounds):
            if rates and not given.one_home:
                houses.close()
                house = houses.enter_context(a_house(given))
            rates.append(one_round(house, given))
    print(f"median: {statistics.median(rates):,.0f} records/s")


if __name__ == "__main__":
    main()
