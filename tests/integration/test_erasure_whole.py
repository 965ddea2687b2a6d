"""The whole way: probes, a real broker, a real collector, lake and copies; one line erased, every byte looked at."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector.erasure import retained
from collector.home import CollectorHome
from collector.lake.seal import Order, seal
from collector.operation.backup import backup
from collector.operation.restore import restore
from collector.proof.audit.check import Question, check
from probe import clock, keyfile, wire
from probe.key import generate, public_jwk
from probe.record import Record
from probe.wire import Kind, Outcome
from prova.main import cli
from tests.integration.collector_rig import (
    TWO_PROBES,
    Collector,
    a_broker,
    a_notice,
    a_probe,
    enrol_probe,
    needs_mosquitto,
    sealed,
)
from tests.integration.lake_rig import House
from tests.integration.traces_rig import Person

_BATCHES, _A_BATCH = 12, 4


def _quiet(_: str) -> None:
    pass


def _records(line: str, probe: str, after: int) -> list[Record]:
    return [
        a_notice(number, line=line, probe=probe, detail=f"the word of {line} at {number}")
        for number in range(after + 1, after + _A_BATCH + 1)
    ]


@needs_mosquitto
@pytest.mark.slow
async def test_from_the_wire_to_the_last_copy_nothing_is_left_and_all_else_holds(tmp_path: Path) -> None:
    home, copies = tmp_path / "home", tmp_path / "copies"
    layout, keys = CollectorHome(home), {"casa": generate(), "praia": generate()}
    names = {"casa": "p1", "praia": "p2"}
    sent: dict[str, list[bytes]] = {"casa": [], "praia": []}
    for line, own in keys.items():
        enrol_probe(home, own, line=line, probe=names[line])
    async with a_broker(home, TWO_PROBES) as broker:
        layout.journal.with_name("settings.toml").write_text(
            f'[broker]\nhost = "{broker.plan.host}"\nport = {broker.plan.port}\n'
            f'username = "prova.collector"\npassword_file = "{broker.plan.collector_password_file}"\n'
        )
        async with Collector(home, broker.settings) as collector:
            for line, probe in names.items():
                async with a_probe(broker, line=line, probe=probe) as client:
                    await client.publish(wire.topic(Kind.STATUS, line, probe), b"online", qos=1, retain=True)
                    previous = None
                    for number in range(_BATCHES):
                        records = _records(line, probe, number * _A_BATCH)
                        batch = sealed(records, by=keys[line], previous=previous)
                        previous = wire.sha256(batch)
                        await client.publish(wire.topic(Kind.RECORDS, line, probe), batch, qos=1)
                        assert (await collector.next_receipt(client)).outcome is Outcome.ACCEPTED
                        sent[line] += [batch, *(wire.encode_record(one) for one in records)]
        tomorrow, now = (clock.now() + timedelta(days=1)).date(), clock.now()
        order = Order(before_on=tomorrow, now_at=now, key=keyfile.load_or_make(layout.key))
        await asyncio.to_thread(seal, layout, order, say=_quiet)
        await asyncio.to_thread(backup, layout, str(copies), now_at=now, say=_quiet)
        house = House(home)
        ours = [one for one in house.everything() if one[0].startswith("p1/")]
        words = ["privacy", "erase", "--line", "praia", "--yes", "--home", str(home)]
        done = await asyncio.to_thread(CliRunner().invoke, cli, words, standalone_mode=False)
        assert done.return_value == 0, done.output
        assert await retained._kept(broker.settings.broker, "praia") == ()
        assert await retained._kept(broker.settings.broker, "casa") != ()
    hers = keys["praia"]
    known = (public_jwk(hers).encode(), hers.public_key.public_bytes_raw(), b"the word of praia", b"prova/1/praia")
    person = Person(known, tuple(sent["praia"]), tuple(sent["casa"]))
    assert person.traces([home, copies]) == []
    assert house.everything() == ours
    assert len(ours) == _BATCHES * _A_BATCH
    audit = check(layout, Question(), say=_quiet)
    assert (audit.defects, audit.batch_count) == ((), 2 * _BATCHES)
    restore(CollectorHome(tmp_path / "back"), str(copies), at=None, say=_quiet)
    assert House(tmp_path / "back").everything() == ours
