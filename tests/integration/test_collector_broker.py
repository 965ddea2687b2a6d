"""The broker as it is prepared: who may do what, who may listen where, and how one knows that it serves."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest

from collector.account import COLLECTOR_USER
from collector.broker import BrokerError, BrokerKind, BrokerPlan, prepare, prepare_accounts, wait_ready
from probe import wire
from probe.wire import Kind
from prova.port import free_port
from tests.integration.collector_rig import (
    EITHER,
    HOUSEHOLD,
    TWO_PROBES,
    WITHIN_S,
    Broker,
    a_broker,
    needs_mosquitto,
)

OWN = {kind: wire.topic(kind, "casa", "p1") for kind in Kind}
OTHER = {kind: wire.topic(kind, "praia", "p2") for kind in Kind}


@asynccontextmanager
async def _heard(broker: Broker, user: str, *topics: str) -> AsyncIterator[aiomqtt.Client]:
    """A client of that user that asks for these topics, allowed or not."""
    async with broker.client(user) as client:
        await client.subscribe([(topic, 1) for topic in topics])
        yield client


async def _next(client: aiomqtt.Client) -> tuple[str, bytes]:
    async with asyncio.timeout(WITHIN_S):
        message = await anext(client.messages)
    assert isinstance(message.payload, bytes)
    return message.topic.value, message.payload


@needs_mosquitto
async def test_a_probe_writes_its_own_topics_and_no_others(tmp_path: Path) -> None:
    async with (
        a_broker(tmp_path, TWO_PROBES) as broker,
        _heard(broker, COLLECTOR_USER, "#") as collector,
        broker.client("p1") as probe,
    ):
        for topic in (*OTHER.values(), OWN[Kind.RECEIPT], "prova/1/casa/p2/records", "elsewhere"):
            await probe.publish(topic, b"forbidden", qos=1)
        await probe.publish(OWN[Kind.STATUS], b"first", qos=1)
        await probe.publish(OWN[Kind.RECORDS], b"second", qos=1)
        assert await _next(collector) == (OWN[Kind.STATUS], b"first")
        assert await _next(collector) == (OWN[Kind.RECORDS], b"second")


@needs_mosquitto
@pytest.mark.parametrize("asked", ["#", "prova/1/+/+/receipt", "prova/1/praia/p2/+"])
async def test_a_probe_reads_its_own_receipts_and_no_others(tmp_path: Path, asked: str) -> None:
    async with (
        a_broker(tmp_path, TWO_PROBES) as broker,
        _heard(broker, "p1", asked, OWN[Kind.RECEIPT]) as probe,
        broker.client("p2") as other,
        broker.client(COLLECTOR_USER) as collector,
    ):
        await other.publish(OTHER[Kind.RECORDS], b"forbidden", qos=1)
        await other.publish(OTHER[Kind.STATUS], b"forbidden", qos=1, retain=True)
        await collector.publish(OTHER[Kind.RECEIPT], b"forbidden", qos=1)
        await collector.publish(OWN[Kind.RECEIPT], b"first", qos=1)
        assert await _next(probe) == (OWN[Kind.RECEIPT], b"first")


async def test_the_embedded_broker_keeps_the_same_rights(tmp_path: Path) -> None:
    async with (
        a_broker(tmp_path, kind=BrokerKind.EMBEDDED) as broker,
        _heard(broker, COLLECTOR_USER, OWN[Kind.RECORDS]) as collector,
        broker.client("p1") as probe,
    ):
        codes = await probe.subscribe([(topic, 1) for topic in ("#", OWN[Kind.RECORDS], OTHER[Kind.RECEIPT])])
        assert all(code.is_failure for code in codes if not isinstance(code, int))
        await probe.publish(OWN[Kind.RECEIPT], b"forbidden", qos=1)
        await probe.publish(OTHER[Kind.RECORDS], b"forbidden", qos=1)
        await probe.publish(OWN[Kind.RECORDS], b"first", qos=1)
        assert await _next(collector) == (OWN[Kind.RECORDS], b"first")


@pytest.mark.parametrize("kind", EITHER)
async def test_a_retained_status_goes_to_nobody_who_did_not_ask(tmp_path: Path, kind: BrokerKind) -> None:
    async with a_broker(tmp_path, kind=kind) as broker, broker.client("p1") as probe:
        await probe.publish(OWN[Kind.STATUS], b"online", qos=1, retain=True)
        async with _heard(broker, COLLECTOR_USER, OWN[Kind.STATUS]) as collector:
            assert await _next(collector) == (OWN[Kind.STATUS], b"online")
            async with _heard(broker, "p1", OWN[Kind.RECEIPT]) as again:
                await collector.publish(OWN[Kind.RECEIPT], b"first", qos=1)
                assert await _next(again) == (OWN[Kind.RECEIPT], b"first")


@pytest.mark.parametrize("kind", EITHER)
async def test_nobody_gets_in_without_the_right_password(tmp_path: Path, kind: BrokerKind) -> None:
    async with a_broker(tmp_path, kind=kind) as broker:
        for user, password in ((None, None), ("p1", None), ("p1", "wrong"), ("p2", "wrong"), ("p1", "")):
            with pytest.raises(aiomqtt.MqttError, match="Not authorized"):
                async with aiomqtt.Client("127.0.0.1", broker.plan.port, username=user, password=password):
                    pass


@pytest.mark.parametrize("kind", EITHER)
async def test_nothing_listens_beyond_the_loopback(tmp_path: Path, kind: BrokerKind) -> None:
    async with a_broker(tmp_path, kind=kind) as broker:
        assert broker.process is not None
        assert _listening(broker.process.pid) == {f"0100007F:{broker.plan.port:04X}"}


def _listening(pid: int) -> set[str]:
    """Local addresses, as /proc writes them, of the listening sockets of one process, IPv4 and IPv6."""
    links = (path.readlink().name for path in Path(f"/proc/{pid}/fd").iterdir())
    inodes = {name.removeprefix("socket:[").rstrip("]") for name in links if name.startswith("socket:")}
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return {row[1] for row in rows if row[3] == "0A" and row[9] in inodes}


@pytest.mark.parametrize("kind", EITHER)
def test_passwords_stand_in_files_of_their_owner_and_nowhere_else(tmp_path: Path, kind: BrokerKind) -> None:
    plan = prepare(tmp_path, 1883, line="casa", probe="p1", kind=kind)
    passwords = [file.read_text() for file in plan.password_files]
    assert len(set(passwords)) == 2
    for path in (tmp_path / "broker").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
        if path.is_file() and path not in plan.password_files:
            assert not any(password in path.read_text() for password in passwords), path
    assert not any(password in " ".join(plan.argv) for password in passwords)


@needs_mosquitto
def test_passwords_outlive_a_restart(tmp_path: Path) -> None:
    before = prepare(tmp_path, 1883, line="casa", probe="p1")
    kept = before.probe_password_file.read_text()
    after = prepare(tmp_path, 1884, line="casa", probe="p1")
    assert after.probe_password_file.read_text() == kept
    assert after.collector_password_file != after.probe_password_file


@needs_mosquitto
async def test_no_password_reaches_the_log(tmp_path: Path) -> None:
    plan = prepare(tmp_path, free_port(), line="casa", probe="p1")
    with subprocess.Popen(plan.argv, stderr=subprocess.PIPE, text=True) as process:  # noqa: ASYNC220  returns at once
        try:
            await wait_ready(plan, WITHIN_S)
            with pytest.raises(aiomqtt.MqttError):
                async with aiomqtt.Client(plan.host, plan.port, username="p1", password="mistyped-secret"):
                    pass
        finally:
            process.terminate()
        _, log = process.communicate(timeout=WITHIN_S)
    for secret in ("mistyped-secret", *(file.read_text() for file in plan.password_files)):
        assert secret not in log


def test_the_embedded_broker_serves_one_probe_only(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="one probe only"):
        prepare_accounts(tmp_path, 1883, TWO_PROBES, kind=BrokerKind.EMBEDDED)


@needs_mosquitto
def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "broker").write_text("in the way")
    with pytest.raises(BrokerError, match=r"broker cannot be written: .*Make room or name another home"):
        prepare(tmp_path, 1883, line="casa", probe="p1")


@needs_mosquitto
async def test_a_broker_that_does_not_serve_in_time_is_reported(tmp_path: Path) -> None:
    plan = prepare(tmp_path, free_port(), line="casa", probe="p1")
    with pytest.raises(BrokerError, match=r"did not serve on 127\.0\.0\.1:\d+ within 0\.2 s"):
        await wait_ready(plan, 0.2)


@needs_mosquitto
async def test_another_households_broker_on_the_port_is_not_taken_for_ours(tmp_path: Path) -> None:
    async with a_broker(tmp_path / "theirs") as theirs:
        ours = prepare_accounts(tmp_path / "ours", theirs.plan.port, HOUSEHOLD)
        with pytest.raises(BrokerError, match=r"Another broker answers .* and refuses us"):
            await wait_ready(ours, WITHIN_S)


@needs_mosquitto
async def test_a_broker_open_to_everyone_on_the_port_is_not_taken_for_ours(tmp_path: Path) -> None:
    plan = prepare(tmp_path, free_port(), line="casa", probe="p1")
    config = tmp_path / "open.conf"
    config.write_text(f"listener {plan.port} 127.0.0.1\nallow_anonymous true\n")
    open_to_all = BrokerPlan(
        argv=(plan.argv[0], "-c", str(config)),
        kind=plan.kind,
        host=plan.host,
        port=plan.port,
        users=plan.users,
        password_files=plan.password_files,
    )
    broker = Broker(open_to_all)
    try:
        with pytest.raises(BrokerError, match="open to everyone"):
            await broker.start()
    finally:
        broker.kill()
