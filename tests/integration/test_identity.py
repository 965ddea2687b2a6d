"""Enrolment end to end: a ticket, a probe's own keys, a real broker that knows it by its certificate, and its end."""

import asyncio
import ssl
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import aiomqtt
import pytest

from collector.broker import entered
from collector.desk import Desk
from collector.envelope import Arrival
from collector.fleet.share import Share
from collector.home import CollectorHome
from collector.identity.expel import expel, reload
from collector.identity.files import write_revoked
from collector.identity.register import RegisterError
from collector.journal import Journal
from probe import clock, key, keyfile, settings, wire
from probe.identity import ProbeHome
from probe.settings import SettingsError
from probe.spool import Spool
from probe.uplink import enrol as uplink
from probe.uplink.broker import destination_of
from probe.wire import Kind, Outcome
from tests.integration.collector_rig import (
    WITHIN_S,
    Collector,
    a_notice,
    enrol_probe,
    needs_mosquitto,
    sealed,
    until,
)
from tests.integration.identity_rig import HOST, Fleet
from tests.integration.rotation_rig import a_draft


async def _enrolled(fleet: Fleet, door: int, root: Path, *, line: str, probe: str) -> ProbeHome:
    home = ProbeHome(root=root)
    await asyncio.to_thread(uplink.enrol, home, fleet.ticket(door, line=line, probe=probe))
    return home


@needs_mosquitto
async def test_an_enrolled_probe_is_served_and_can_touch_nothing_of_anothers(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path / "collector")
    async with fleet.door() as door:
        one = await _enrolled(fleet, door, tmp_path / "1", line="casa", probe="p1")
        two = await _enrolled(fleet, door, tmp_path / "2", line="praia", probe="p2")
    async with (
        fleet.broker(),
        Collector(fleet.root, fleet.settings) as collector,
        fleet.client(one, "p1") as first,
        fleet.client(two, "p2") as second,
    ):
        await first.subscribe("prova/1/+/+/receipt", qos=1)  # granted as it stands; what it lets through is judged
        await first.subscribe("#", qos=1)
        await second.subscribe(wire.topic(Kind.RECEIPT, "praia", "p2"), qos=1)
        theirs = sealed([a_notice(1, line="praia", probe="p2")], by=keyfile.load_or_make(two.key))
        forged = sealed([a_notice(1, line="praia", probe="p2")], by=keyfile.load_or_make(one.key))
        await first.publish(wire.topic(Kind.RECORDS, "praia", "p2"), forged, qos=1)
        await second.publish(wire.topic(Kind.RECORDS, "praia", "p2"), theirs, qos=1)
        assert (await collector.next_receipt(second)).outcome is Outcome.ACCEPTED
        assert collector.sequences("praia") == [1]
        assert not collector.store.counts().rejected  # the forged one never reached the collector
        own = sealed([a_notice(1)], by=keyfile.load_or_make(one.key))
        await first.publish(wire.topic(Kind.RECORDS, "casa", "p1"), own, qos=1)
        receipt = await collector.next_receipt(first)  # the first message it got at all
        assert (receipt.probe, receipt.outcome) == ("p1", Outcome.ACCEPTED)


@needs_mosquitto
async def test_a_revoked_probe_is_cut_off_and_refused_at_once_without_a_restart(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path / "collector")
    async with fleet.door() as door:
        home = await _enrolled(fleet, door, tmp_path / "1", line="casa", probe="p1")
        other = await _enrolled(fleet, door, tmp_path / "2", line="loja", probe="p2")
        async with fleet.broker(), Collector(fleet.root, fleet.settings) as collector, fleet.client(other, "p2") as two:
            with pytest.raises(aiomqtt.MqttError):  # noqa: PT012  its connection ends under it
                async with fleet.client(home, "p1") as one:
                    batch = sealed([a_notice(1)], by=keyfile.load_or_make(home.key))
                    fleet.register.revoke("p1", at=clock.now())
                    await one.publish(wire.topic(Kind.RECORDS, "casa", "p1"), batch, qos=1)
                    await until(lambda: bool(collector.store.counts().rejected))
                    write_revoked(fleet.files, fleet.register, fleet.authority, at=clock.now())
                    assert reload(fleet.files.fleet("mosquitto.pid"))
                    await expel(fleet.authority, "p1", host=HOST, port=fleet.port, at=clock.now())
                    async with asyncio.timeout(WITHIN_S):
                        await anext(one.messages)
            assert {reason.value for reason in collector.store.counts().rejected} == {"revoked"}
            await _refused(fleet, home)
            theirs = sealed([a_notice(1, line="loja", probe="p2")], by=keyfile.load_or_make(other.key))
            await two.subscribe(wire.topic(Kind.RECEIPT, "loja", "p2"), qos=1)
            await two.publish(wire.topic(Kind.RECORDS, "loja", "p2"), theirs, qos=1)
            assert (await collector.next_receipt(two)).outcome is Outcome.ACCEPTED  # nobody else noticed
        renewal = uplink.Ticket(host="localhost", port=door, probe="p1", ca_pem=fleet.authority.pem.decode(), code=None)
        with pytest.raises(SettingsError, match="refuses"):
            await asyncio.to_thread(uplink.enrol, home, renewal)
        with pytest.raises(RegisterError, match="new name"):
            fleet.register.add_code("x", line="casa", probe="p1", until=clock.now())


async def _refused(fleet: Fleet, home: ProbeHome) -> None:
    """The broker shakes no hand with this certificate any more."""
    context = ssl.create_default_context(cafile=home.root / "probe" / "ca.pem")
    context.load_cert_chain(home.root / "probe" / "tls.pem", home.root / "probe" / "tls-key.pem")
    reader, writer = await asyncio.open_connection(
        HOST, fleet.port, ssl=context
    )  # TLS 1.3 tells it with the first read
    try:
        with pytest.raises(ssl.SSLError, match="revoked"):
            await asyncio.wait_for(reader.read(1), WITHIN_S)
    finally:
        writer.transport.abort()


@needs_mosquitto
async def test_no_probe_can_end_anothers_connection_by_its_name(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path / "collector")
    async with fleet.door() as door:
        one = await _enrolled(fleet, door, tmp_path / "1", line="casa", probe="p1")
        two = await _enrolled(fleet, door, tmp_path / "2", line="praia", probe="p2")
    async with fleet.broker(), fleet.client(one, "prova-p1") as first:
        await first.subscribe(wire.topic(Kind.RECEIPT, "casa", "p1"), qos=1)
        for name in ("prova-p1", "p1", "prova.collector"):
            async with entered(fleet.client(two, name)):
                pass
        await first.subscribe(wire.topic(Kind.RECEIPT, "casa", "p1"), qos=1)  # answered: it is connected


@needs_mosquitto
async def test_several_collectors_have_certificates_of_their_own_and_do_not_end_one_another(tmp_path: Path) -> None:
    lines = [next(f"line-{n}" for n in range(99) if Share(number, 2).takes(f"line-{n}")) for number in (1, 2)]
    fleet = Fleet(tmp_path / "1", collectors=2)
    second = CollectorHome(tmp_path / "2")
    own = key.generate()
    enrol_probe(second.root, own, line=lines[1], probe="p2")
    async with fleet.door() as door:
        one = await _enrolled(fleet, door, tmp_path / "probe", line=lines[0], probe="p1")
    async with (
        fleet.broker(),
        Collector(fleet.root, fleet.settings_of(Share(1, 2))) as first,
        Collector(second.root, fleet.settings_of(Share(2, 2))) as other,
        fleet.client(one, "p1") as client,
    ):
        await until(lambda: all(any("Share" in said for said in each.said) for each in (first, other)))
        batch = sealed([a_notice(1, line=lines[0])], by=keyfile.load_or_make(one.key))
        await client.publish(wire.topic(Kind.RECORDS, lines[0], "p1"), batch, qos=1)
        await until(lambda: first.sequences(lines[0]) == [1])
        assert not any("Trying" in said for each in (first, other) for said in each.said)


@needs_mosquitto
async def test_the_command_revokes_reloads_and_cuts(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path / "collector")
    async with fleet.door() as door:
        home = await _enrolled(fleet, door, tmp_path / "1", line="casa", probe="p1")
    settings_file = fleet.root / "collector" / "settings.toml"
    settings_file.write_text(f'[broker]\nhost = "{HOST}"\nport = {fleet.port}\n')
    argv = [sys.executable, "-m", "prova.main", "collector", "enrol", "revoke", "p1", "--home", str(fleet.root)]
    async with fleet.broker():
        with pytest.raises(aiomqtt.MqttError):  # noqa: PT012  its connection ends under it
            async with fleet.client(home, "p1") as one:
                done = await asyncio.to_thread(subprocess.run, argv, capture_output=True, text=True, check=True)
                assert "its connection was cut" in done.stderr
                await asyncio.wait_for(anext(one.messages), WITHIN_S)
        await _refused(fleet, home)


async def test_a_code_opens_once_and_only_in_its_time(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path / "collector")
    async with fleet.door() as door:
        await _enrolled(fleet, door, tmp_path / "1", line="casa", probe="p1")
        again = fleet.ticket(door, line="casa", probe="p1", code="code of p1")
        with pytest.raises(SettingsError, match="code is not good"):
            await asyncio.to_thread(uplink.enrol, ProbeHome(root=tmp_path / "2"), again)
        fleet.register.add_code("old", line="casa", probe="p3", until=clock.now() - timedelta(seconds=1))
        late = fleet.ticket(door, line="casa", probe="p3", code="old")
        with pytest.raises(SettingsError, match="code is not good"):
            await asyncio.to_thread(uplink.enrol, ProbeHome(root=tmp_path / "3"), late)


async def test_a_certificate_is_renewed_by_the_key_that_signs_evidence_and_no_other(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path / "collector")
    async with fleet.door() as door:
        home = await _enrolled(fleet, door, tmp_path / "1", line="casa", probe="p1")
        before = (home.root / "probe" / "tls.pem").read_text()
        renewal = uplink.Ticket(host="localhost", port=door, probe="p1", ca_pem=fleet.authority.pem.decode(), code=None)
        await asyncio.to_thread(uplink.enrol, home, renewal)
        assert (home.root / "probe" / "tls.pem").read_text() != before
        with pytest.raises(SettingsError, match="not known"):
            await asyncio.to_thread(uplink.enrol, ProbeHome(root=tmp_path / "2"), renewal)


async def test_what_enrolment_leaves_behind_is_its_owners_alone_and_the_settings_load(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path / "collector")
    async with fleet.door() as door:
        home = await _enrolled(fleet, door, tmp_path / "1", line="casa", probe="p1")
    loaded = settings.load(home.root / "probe" / "settings.toml")
    assert (loaded.line, loaded.probe, loaded.collector.port) == ("casa", "p1", fleet.port)
    assert destination_of(loaded.collector).tls is not None
    files = [path for path in tmp_path.rglob("*") if path.is_file()]  # noqa: ASYNC240  nothing else runs here
    assert files
    assert {path.name for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077} == set()


async def test_strangers_at_the_door_get_a_refusal_and_the_door_stays_open(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path / "collector")
    async with fleet.door() as door:
        for asked in (
            b"",
            b"..",
            b"x" * 9000,
            b"\xff.\xff.\xff",
            sealed([a_notice(1)], by=keyfile.load_or_make(tmp_path / "k")),
        ):
            ticket = fleet.ticket(door, line="casa", probe="p9", code="none")
            with pytest.raises(SettingsError, match="refuses"):
                await asyncio.to_thread(uplink._ask, ticket, asked)
        await _enrolled(fleet, door, tmp_path / "1", line="casa", probe="p1")


async def test_a_ticket_for_a_new_key_brings_a_probe_back_whose_disk_is_gone(tmp_path: Path) -> None:
    """Under its name, with its numbers and its chain going on."""
    fleet = Fleet(tmp_path / "collector")
    async with fleet.door() as door:
        old = await _enrolled(fleet, door, tmp_path / "old", line="casa", probe="p1")
        first = sealed([a_notice(1)], by=keyfile.load_or_make(old.key))
        with closing(Journal(fleet.files.home.journal)) as journal:
            looked = Desk(journal, keyfile.load_or_make(fleet.files.home.key))
            came = Arrival(topic=wire.topic(Kind.RECORDS, "casa", "p1"), payload=first, received_at=clock.now())
            looked.settle(looked.judge([came]))
        plain = fleet.ticket(door, line="casa", probe="p1")
        with pytest.raises(SettingsError, match="enrolled with another key"):
            await asyncio.to_thread(uplink.enrol, ProbeHome(root=tmp_path / "thief"), plain)
        fleet.register.add_code("n", line="casa", probe="p1", until=clock.now() + timedelta(hours=1), new_key=True)
        ticket = fleet.ticket(door, line="casa", probe="p1", code="n")
        new = ProbeHome(root=tmp_path / "new")
        assert await asyncio.to_thread(uplink.replace_key, new, ticket)
        own = keyfile.load_or_make(new.key)
        with Spool(new.spool, line="casa", probe="p1", key=own) as spool:
            assert spool.append(a_draft()).sequence == 2
            batch = spool.next_batch()
        assert batch is not None
        assert wire.open_batch(batch.signed, key=own).previous_sha256 == wire.sha256(first)
        with pytest.raises(SettingsError, match="not good"):
            await asyncio.to_thread(uplink.replace_key, ProbeHome(root=tmp_path / "thief"), ticket)


async def test_a_change_by_ticket_that_was_broken_off_is_done_again_with_the_same_ticket(tmp_path: Path) -> None:
    """The collector had been told, and the answer was lost."""
    fleet = Fleet(tmp_path / "collector")
    async with fleet.door() as door:
        home = await _enrolled(fleet, door, tmp_path / "1", line="casa", probe="p1")
        fleet.register.add_code("n", line="casa", probe="p1", until=clock.now() + timedelta(hours=1), new_key=True)
        ticket = fleet.ticket(door, line="casa", probe="p1", code="n")
        assert not await asyncio.to_thread(uplink.replace_key, home, ticket)
        following = home.next_key.read_bytes()
        assert not await asyncio.to_thread(uplink.replace_key, home, ticket), "the probe at work puts it in place"
        assert home.next_key.read_bytes() == following
