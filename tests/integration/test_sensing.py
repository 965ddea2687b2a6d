"""Errands in processes of their own against real servers, and turns of a line over a real broker and collector."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from collector.account import collector_account, probe_account
from probe import clock
from probe.body.course import EndedBy
from probe.body.draw import Draw, Origin, Stratum
from probe.body.speed_test import Direction, Failure
from probe.courtesy.asking import Asking
from probe.identity import Identity, ProbeHome
from probe.keep import Keeper
from probe.key import Ed25519Key, generate
from probe.publish import Publisher
from probe.sensing.errand import Errand, OneTest, decode_brought, encode
from probe.sensing.send import ErrandError, send
from probe.sensing.short import MOST_BYTES, train
from probe.sensing.spread import WINDOW_BYTES
from probe.settings import MeasureSettings
from probe.spool import Spool
from probe.throughput.plan import Method, Plan
from probe.throughput.server import MeasuringServer
from probe.uplink.broker import Destination
from prova.port import free_port
from tests.build import a_record, a_speed_test
from tests.integration.collector_rig import Broker, Collector, a_broker, enrol_probe, needs_mosquitto, until

ACCOUNTS = (collector_account(), probe_account(line="casa", probe="p1"), probe_account(line="casa", probe="p2"))
SETTINGS = MeasureSettings(duration_s=1, demonstration=True, most_bytes=10**13)


@pytest.fixture
def server() -> Iterator[str]:
    with MeasuringServer("127.0.0.1") as running:
        host, port = running.address
        yield f"ws://{host}:{port}"


@pytest.mark.parametrize("method", [Method.NDT7, Method.MSAK])
def test_a_train_takes_few_bytes_and_says_how_they_were_spread(server: str, method: Method) -> None:
    seen = train(Plan(url=server, method=method), threading.Event())
    assert seen.failure is None
    assert seen.spread_bps is not None
    assert seen.spread_bps > 10_000_000, "this is loopback"
    assert WINDOW_BYTES <= seen.bytes <= MOST_BYTES + 16_384
    assert seen.rtt_ms is not None
    assert seen.rtt_ms < 100


def test_a_train_without_a_server_says_why() -> None:
    seen = train(Plan(url=f"ws://127.0.0.1:{free_port()}"), threading.Event())
    assert (seen.failure, seen.spread_bps, seen.bytes) == (Failure.REFUSED, None, 0)


def a_test(server: str, tmp_path: Path) -> OneTest:
    return OneTest(server=server, direction=Direction.DOWNLOAD, router=True, mlab_kept=tmp_path / "mlab.json")


def test_a_process_measures_and_brings_the_result_back(server: str, tmp_path: Path) -> None:
    errand = Errand(software="t", measure=SETTINGS, test=a_test(server, tmp_path))
    test = send(errand, threading.Event(), within_s=60).test
    assert test is not None
    assert test.failure is None
    assert test.rate_bps
    assert test.server.demonstration


def test_a_process_measures_as_the_settings_say(server: str, tmp_path: Path) -> None:
    given = replace(SETTINGS, duration_s=20, most_bytes=5_000_000, streams=1)
    errand = Errand(software="t", measure=given, test=a_test(server, tmp_path))
    test = send(errand, threading.Event(), within_s=60).test
    assert test is not None
    assert (test.streams, test.ended_by) == (1, EndedBy.BYTE_CAP)


def test_a_process_brings_a_train_and_a_look(server: str) -> None:
    seen = send(Errand(software="t", measure=SETTINGS, train_at=server), threading.Event(), within_s=60)
    assert seen.train is not None
    assert seen.train.spread_bps
    looked = send(Errand(software="t", measure=SETTINGS, look_s=0.2), threading.Event(), within_s=60)
    assert all(one.counter == "interface" and one.look_s >= 0.2 for one in looked.passed)


def test_a_process_that_is_told_to_stop_brings_what_it_has_within_a_second(server: str, tmp_path: Path) -> None:
    halt = threading.Event()
    errand = Errand(
        software="t", measure=replace(SETTINGS, duration_s=20, most_bytes=10**13), test=a_test(server, tmp_path)
    )
    threading.Timer(3, halt.set).start()
    began = time.monotonic()
    test = send(errand, halt, within_s=60).test
    assert test is not None
    assert test.failure is Failure.ABORTED
    assert time.monotonic() - began < 10


def test_a_process_that_measures_tells_what_it_has_moved_so_far(server: str, tmp_path: Path) -> None:
    errand = Errand(software="t", measure=replace(SETTINGS, duration_s=20), test=a_test(server, tmp_path))
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-m", "probe.sensing.child"], stdin=pipe, stdout=pipe) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(encode(errand))
        child.stdin.flush()
        said = [decode_brought(child.stdout.readline()).live for _ in range(2)]
        child.kill()
    first, second = said
    assert first is not None
    assert second is not None
    assert 0 < first.bytes < second.bytes


def test_a_process_that_takes_too_long_is_not_waited_for(server: str, tmp_path: Path) -> None:
    errand = Errand(
        software="t", measure=replace(SETTINGS, duration_s=20, most_bytes=10**13), test=a_test(server, tmp_path)
    )
    began = time.monotonic()
    with pytest.raises(ErrandError, match="without a word"):
        send(errand, threading.Event(), within_s=0.1)
    assert time.monotonic() - began < 5


@asynccontextmanager
async def a_probe_asking(home: Path, broker: Broker, key: Ed25519Key, probe: str) -> AsyncIterator[Asking]:
    """A probe of the line "casa" with its own spool, connected."""
    layout = ProbeHome(root=home / probe)
    layout.spool.parent.mkdir(parents=True)
    stop = asyncio.Event()
    to = Destination(
        host=broker.plan.host,
        port=broker.plan.port,
        receipt_key=_collectors(home),
        username=probe,
        password=broker.plan.password_file(probe).read_text(),
    )
    with Spool(layout.spool, line="casa", probe=probe, key=key) as spool:
        who = Identity(line="casa", probe=probe, key=key)
        publisher = Publisher(spool, identity=who, to=to, say=lambda _: None, uniform=lambda: 0.0)
        keeper = Keeper(spool, software="t", say=lambda _: None, kept=publisher.wake)
        asking = Asking(keeper.keep, connected=lambda: publisher.in_session)
        publisher.tell_turns(asking.heard)
        running = asyncio.create_task(publisher.run(stop))
        try:
            await until(lambda: publisher.in_session)
            yield asking
        finally:
            stop.set()
            await running


def _collectors(home: Path) -> Ed25519Key:
    from collector.home import CollectorHome
    from probe import keyfile

    return keyfile.load_or_make(CollectorHome(home).key)


@needs_mosquitto
async def test_two_probes_of_a_line_have_it_one_after_the_other(tmp_path: Path) -> None:
    keys = {probe: generate() for probe in ("p1", "p2")}
    for probe, key in keys.items():
        enrol_probe(tmp_path, key, probe=probe)
    async with (
        a_broker(tmp_path, ACCOUNTS) as broker,
        Collector(tmp_path, broker.settings),
        a_probe_asking(tmp_path, broker, keys["p1"], "p1") as first,
        a_probe_asking(tmp_path, broker, keys["p2"], "p2") as second,
    ):
        one = await first.ask(2.0)
        other = await second.ask(30.0)
        assert one is not None
        assert other is not None
        assert (one.granted, other.granted) == (True, False)
        assert other.until == one.until
        await until(lambda: clock.now() > one.until)
        again = await second.ask(30.0)
        assert again is not None
        assert again.granted


@needs_mosquitto
async def test_without_a_collector_a_wish_has_no_answer_in_time(tmp_path: Path) -> None:
    key = generate()
    async with (
        a_broker(tmp_path, ACCOUNTS) as broker,
        a_probe_asking(tmp_path, broker, key, "p1") as asking,
    ):
        assert await asking.ask(30.0) is None


def test_what_is_drawn_survives_the_wire() -> None:
    from probe import wire

    draw = Draw(
        origin=Origin.REPEAT,
        due_at=clock.now(),
        slot_at=clock.now(),
        slot_s=3600.0,
        stratum=Stratum.STRAINED,
        chance=None,
        repeat_of="p1/7",
        second_server=True,
        put_off_count=2,
        household_busy=False,
        alone=True,
    )
    record = a_record(body=replace(a_speed_test(), draw=draw))
    assert wire.decode_record(wire.encode_record(record), line="casa", probe="p1") == record
