"""Two collectors, each a process of its own, on one real broker and one lake, on disk and on object storage."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import tomli_w

from collector.account import collector_account, probe_account
from collector.envelope import StoredRecord
from collector.fleet import follow
from collector.fleet.share import Share
from collector.fleet.together import Together
from collector.home import CollectorHome
from collector.lake.place import opened
from collector.lake.seal import SealError
from collector.proof.audit.check import Question, check
from collector.store import Store, StoreError
from probe import clock, key, wire
from probe.wire import Kind
from tests.integration.collector_rig import (
    AT,
    WITHIN_S,
    Broker,
    Collector,
    a_broker,
    a_notice,
    enrol_probe,
    needs_mosquitto,
    sealed,
    until,
)
from tests.integration.lake_rig import EVER, House
from tests.integration.s3_rig import CREDENTIALS, a_bucket, address

LINES = tuple(f"line-{number}" for number in range(8))
SHARES = (Share(1, 2), Share(2, 2))
BATCHES = 4
PER_BATCH = 5


def _probe(line: str) -> str:
    return f"p-{line}"


def _of(line: str) -> int:
    return next(number for number, share in enumerate(SHARES) if share.takes(line))


@asynccontextmanager
async def _collecting(home: Path, broker: Broker, share: Share) -> AsyncIterator[None]:
    """`prova collector run` on that share, until the context ends; it must end well when told to."""
    settings = {
        "broker": {
            "host": broker.plan.host,
            "port": broker.plan.port,
            "username": broker.plan.collector_username,
            "password_file": str(broker.plan.collector_password_file),
            "share": str(share),
        }
    }
    file = home / "collector" / "settings.toml"
    file.write_text(tomli_w.dumps(settings))
    argv = [sys.executable, "-m", "prova.main", "collector", "run", "--home", str(home)]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as process:  # noqa: ASYNC220  returns at once
        assert process.stderr is not None
        try:
            assert "Collecting from the broker" in await asyncio.to_thread(process.stderr.readline)
            assert f"Share {share}: " in await asyncio.to_thread(process.stderr.readline)
            yield
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, WITHIN_S) == 0
        finally:
            process.kill()


async def _send(broker: Broker, line: str, own: key.Ed25519Key, *, twice: bool) -> None:
    """The line's batches in order; every second one again, as a probe does that missed a receipt."""
    head: str | None = None
    async with broker.client(_probe(line)) as client:
        for number in range(BATCHES):
            first = 1 + number * PER_BATCH
            records = [a_notice(first + one, line=line, probe=_probe(line)) for one in range(PER_BATCH)]
            batch = sealed(records, by=own, previous=head)
            head = wire.sha256(batch)
            for _ in range(2 if twice and number % 2 else 1):
                await client.publish(wire.topic(Kind.RECORDS, line, _probe(line)), batch, qos=1)


def _sealing(home: Path, lake: str, at: datetime) -> subprocess.Popen[str]:
    """What a collector does at night, as the process in which it does it."""
    (home / "collector" / "seal.toml").write_text(tomli_w.dumps({"lake": {"url": lake}}))
    argv = [sys.executable, "-m", "collector.lake.nightly", str(home), at.isoformat()]
    return subprocess.Popen(argv, stderr=subprocess.PIPE, text=True, env={**os.environ, **CREDENTIALS})


async def _seal_at_once(homes: Sequence[Path], lakes: Sequence[str]) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    processes = [_sealing(home, lake, tomorrow) for home, lake in zip(homes, lakes, strict=True)]
    told = [await asyncio.to_thread(one.communicate, timeout=60) for one in processes]
    assert [one.returncode for one in processes] == [0, 0], told


@needs_mosquitto
@pytest.mark.parametrize("storage", ["folder", pytest.param("s3", marks=pytest.mark.slow)])
async def test_two_collectors_share_a_broker_and_a_lake_and_every_record_is_there_once_and_in_order(
    tmp_path: Path, storage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = (tmp_path / "a", tmp_path / "b")
    keys = {line: key.generate() for line in LINES}
    for line, own in keys.items():
        enrol_probe(homes[_of(line)], own, line=line, probe=_probe(line))
    accounts = (collector_account(), *(probe_account(line=line, probe=_probe(line)) for line in LINES))
    together = Together(tuple(Store(CollectorHome(home).journal) for home in homes))
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(a_broker(tmp_path / "broker", accounts))
        for home, share in zip(homes, SHARES, strict=True):
            await stack.enter_async_context(_collecting(home, broker, share))
        await asyncio.gather(*(_send(broker, line, own, twice=True) for line, own in keys.items()))
        everything = BATCHES * PER_BATCH * len(LINES)
        await until(lambda: sum(one.record_count for one in together.probes()) == everything)
        counts = [store.counts() for store in together.stores]
    assert sum(one.accepted for one in counts) == BATCHES * len(LINES)
    assert [one.rejected for one in counts] == [{}, {}]  # a foreign line is no stranger: it is let pass
    before = list(together.records(LINES, *EVER))
    _hold(before)
    async with AsyncExitStack() as stack:
        where = str(tmp_path / "lake")
        if storage == "s3":
            endpoint = await stack.enter_async_context(a_bucket())
            for name, value in CREDENTIALS.items():
                monkeypatch.setenv(name, value)
            lakes = [address(endpoint, f"lake/share={one.number}-of-2") for one in SHARES]
        else:
            lakes = [f"{where}/share={one.number}-of-2" for one in SHARES]
        await _seal_at_once(homes, lakes)
        assert list(together.records(LINES, *EVER)) == before
        assert together.table(LINES, *EVER).num_rows == len(before)
        assert all(store._ask("SELECT count(*) FROM batch") == [(0,)] for store in together.stores)
        for home in homes:
            assert check(CollectorHome(home), Question(), say=lambda _: None).defects == ()


def _hold(stored: Sequence[StoredRecord]) -> None:
    """Every line's records, complete, in order, none twice, and its batches in the order in which they were signed."""
    by_line: dict[str, list[int]] = {line: [] for line in LINES}
    for one in stored:
        by_line[one.record.line].append(one.record.sequence)
    assert by_line == {line: list(range(1, BATCHES * PER_BATCH + 1)) for line in LINES}
    received = [(one.record.line, one.received_at) for one in stored]
    assert all(first[1] <= second[1] for first, second in pairwise(received) if first[0] == second[0])


@needs_mosquitto
async def test_a_share_is_sent_its_own_lines_alone_and_new_ones_once_they_are_enrolled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_LOOK_EVERY_S", 0.05)
    own, other = (next(line for line in LINES if _of(line) == number) for number in (0, 1))
    late = next(line for line in LINES if _of(line) == 0 and line != own)
    keys = {line: key.generate() for line in (own, other, late)}
    accounts = (collector_account(), *(probe_account(line=line, probe=_probe(line)) for line in keys))
    enrol_probe(tmp_path, keys[own], line=own, probe=_probe(own))
    async with a_broker(tmp_path / "broker", accounts) as broker:
        whole = broker.settings
        async with Collector(tmp_path, whole):
            pass  # its lasting session asks for everything
        shared = replace(whole, broker=replace(whole.broker, share=SHARES[0]))
        async with Collector(tmp_path, shared) as collector:
            await until(lambda: any("1 lines" in one for one in collector.said))
            await _send(broker, other, keys[other], twice=False)
            enrol_probe(tmp_path, keys[late], line=late, probe=_probe(late))
            await until(lambda: late in collector.store.lines())
            async with asyncio.timeout(WITHIN_S):
                # As a probe does that got no receipt: the broker may begin to deliver in the middle of them.
                while len(collector.sequences(late)) < BATCHES * PER_BATCH:
                    await _send(broker, late, keys[late], twice=False)
            await _send(broker, own, keys[own], twice=False)
            await until(lambda: len(collector.sequences(own)) == BATCHES * PER_BATCH)
            assert collector.sequences(late) == list(range(1, BATCHES * PER_BATCH + 1))
            assert not collector.store.counts().rejected


def test_two_collectors_that_name_one_folder_for_their_lakes_do_not_share_it(tmp_path: Path) -> None:
    houses = [House(tmp_path / name) for name in ("a", "b")]
    for number, house in enumerate(houses):
        house.sender(f"line-{number}", f"p{number}")
        house.fill(days=1, per_day=4)
    before = houses[1].everything()
    houses[0].seal(url=str(tmp_path / "lake"))
    with pytest.raises(SealError, match="place"):
        houses[1].seal(url=str(tmp_path / "lake"))
    assert houses[1].everything() == before
    houses[1].seal(url=str(tmp_path / "lake" / "share=2-of-2"))
    assert houses[1].everything() == before


def test_of_two_that_make_their_lake_in_one_folder_at_once_none_overwrites_the_other(tmp_path: Path) -> None:
    house = House(tmp_path / "a")
    house.sender()
    house.fill(days=1, per_day=4)
    before = house.everything()
    opened(str(tmp_path / "lake"), beside=tmp_path).put(
        "owners/another.txt", b"another\n"
    )  # it was quicker by a breath
    with pytest.raises(SealError, match="Another collector"):
        house.seal(url=str(tmp_path / "lake"))
    assert house.everything() == before
    assert house.store._ask("SELECT count(*) FROM lake") == [(0,)]
    assert [one.name for one in (tmp_path / "lake" / "owners").iterdir()] == ["another.txt"]


def test_stores_read_as_one_are_what_each_has(tmp_path: Path) -> None:
    houses = [House(tmp_path / name) for name in ("a", "b")]
    houses[0].sender("casa", "p1")
    houses[1].sender("loja", "p2")
    houses[0].sender("praia", "p3")
    for house in houses:
        house.fill(days=2, per_day=4)
    houses[0].seal()
    both = Together(tuple(house.store for house in houses))
    assert both.lines() == ("casa", "loja", "praia")
    assert [one.probe for one in both.probes()] == ["p1", "p2", "p3"]
    found = list(both.records(both.lines(), *EVER))
    table = both.table(both.lines(), *EVER, columns=["probe", "sequence"])
    assert [(one["probe"], one["sequence"]) for one in table.to_pylist()] == [
        (one.record.probe, one.record.sequence) for one in found
    ]
    assert both.table(["loja"], *EVER, columns=["rate_bps"]).num_rows == 8
    assert wire.sha256(both.signed_batch("loja", found[10].batch_sha256)) == found[10].batch_sha256
    assert both.table([], *EVER).num_rows == 0
    assert list(both.records(["elsewhere"], AT, AT)) == []


def test_a_line_that_two_stores_have_is_told_and_not_guessed(tmp_path: Path) -> None:
    houses = [House(tmp_path / name) for name in ("a", "b")]
    for house in houses:
        house.sender()
    with pytest.raises(StoreError, match="a line has one journal"):
        list(Together(tuple(house.store for house in houses)).records(["casa"], *EVER))
