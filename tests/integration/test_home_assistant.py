"""What Home Assistant is told, over a real mosquitto that knows it by an account of its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Template

from collector.account import Account
from collector.envelope import StatusSeen
from collector.home import CollectorHome
from collector.journal import Journal
from collector.projection import announce_settings
from collector.projection.announce import Announcer, announce, withdraw
from collector.projection.announce_settings import Announcing
from collector.projection.home_assistant import PRESENCE, Seen, discovery, seen_in, state
from collector.settings import BrokerSettings, SettingsError
from collector.store import Store
from probe import clock, key, wire
from probe.body.reachability import Role
from probe.body.speed_test import Direction, Failure
from probe.record import Body, Record
from probe.wire import Status
from tests.build import a_reachability_minute, a_record, a_server, a_speed_test
from tests.integration.collector_rig import WITHIN_S, Broker, a_broker, enrol_probe, needs_mosquitto, until
from tests.integration.lake_rig import accepted

MINUTE = timedelta(minutes=1)
ACCOUNTS = (
    Account(user="prova-home", writes=("homeassistant/device/+/config", "prova/home/+/state", PRESENCE), reads=()),
    Account(user="prova.collector", writes=(), reads=("#",)),  # stands for Home Assistant
)


def _records(now: datetime, *, silent: bool, first: int = 1) -> list[Record]:
    minute = a_reachability_minute(answers="-..........." if silent else "###.########")
    bodies: tuple[Body, ...] = (
        a_speed_test(direction=Direction.DOWNLOAD, rate_bps=432_100_000),
        a_speed_test(direction=Direction.UPLOAD, rate_bps=98_700_000),
        minute,
    )
    return [
        a_record(body=body, sequence=first + number, at=now - 2 * MINUTE, line="casa", probe="p1")
        for number, body in enumerate(bodies)
    ]


class Household:
    """A store with one line, to which records are added."""

    def __init__(self, root: Path) -> None:
        self.home = CollectorHome(root)
        self.key = key.generate()
        enrol_probe(root, self.key)

    def add(self, records: Sequence[Record], status: Status) -> None:
        now = clock.now()
        signed = wire.seal_batch(
            "casa", "p1", [wire.encode_record(one) for one in records], previous_sha256=None, key=self.key
        )
        journal = Journal(self.home.journal)
        journal.store([accepted(signed, self.key, now)], [StatusSeen(line="casa", probe="p1", status=status, at=now)])
        journal.close()


@asynccontextmanager
async def _told(broker: Broker) -> AsyncIterator[dict[str, Any]]:
    """What Home Assistant has heard so far, by topic."""
    heard: dict[str, Any] = {}

    async def listen() -> None:
        async with broker.client("prova.collector") as client:
            await client.subscribe("#", qos=1)
            async for message in client.messages:
                assert isinstance(message.payload, bytes)
                heard[str(message.topic)] = message.payload

    listening = asyncio.create_task(listen())
    try:
        yield heard
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


def _settings(broker: Broker) -> Announcing:
    own = BrokerSettings(
        host=broker.plan.host,
        port=broker.plan.port,
        username="prova-home",
        password_file=broker.plan.password_file("prova-home"),
    )
    return Announcing(own)


@asynccontextmanager
async def _announcing(announcer: Announcer) -> AsyncIterator[list[str]]:
    stop, said = asyncio.Event(), list[str]()
    task = asyncio.create_task(announce(announcer, now=clock.now, stop=stop, say=said.append, look_every_s=0.05))
    try:
        yield said
    finally:
        stop.set()
        await asyncio.wait_for(task, WITHIN_S)


@needs_mosquitto
async def test_a_line_is_found_and_shown_as_it_is_and_as_it_becomes(tmp_path: Path) -> None:
    household = Household(tmp_path / "home")
    household.add(_records(clock.now(), silent=False), Status.ONLINE)
    async with a_broker(tmp_path / "broker", ACCOUNTS) as broker:
        announcer = Announcer(Store(household.home.journal), _settings(broker), "1.2.3")
        async with _told(broker) as heard:
            async with _announcing(announcer):
                await until(lambda: len(heard) == 3)
                assert heard[PRESENCE] == b"online"
                shown = json.loads(heard["prova/home/casa/state"])
                assert (shown["download_mbps"], shown["upload_mbps"], shown["silent"]) == (432.1, 98.7, False)
                assert shown["probe"] == "online"
                household.add(_records(clock.now() + MINUTE, silent=True, first=4), Status.SLEEPING)
                await until(lambda: json.loads(heard["prova/home/casa/state"])["silent"] is True)
                assert json.loads(heard["prova/home/casa/state"])["probe"] == "sleeping"
            await until(lambda: bool(heard[PRESENCE] == b"offline"))
        async with _told(broker) as retained:  # a Home Assistant that starts later
            await until(lambda: len(retained) == 3)
            device = json.loads(retained["homeassistant/device/prova_casa/config"])
            assert device["availability_topic"] == PRESENCE
            assert {one["platform"] for one in device["components"].values()} == {"sensor", "binary_sensor"}
            assert await withdraw(announcer) == 1
        async with _told(broker) as left:
            await until(lambda: PRESENCE in left)
            assert set(left) == {PRESENCE}


@pytest.mark.slow
@needs_mosquitto
async def test_a_broker_that_went_away_is_told_again_when_it_is_back(tmp_path: Path) -> None:
    household = Household(tmp_path / "home")
    household.add(_records(clock.now(), silent=False), Status.ONLINE)
    async with a_broker(tmp_path / "broker", ACCOUNTS) as broker:
        announcer = Announcer(Store(household.home.journal), _settings(broker), "1")
        async with _announcing(announcer) as said:
            await until(lambda: bool(said))
            broker.kill()
            await until(lambda: any("Trying again" in one for one in said))
            await broker.start()
            async with _told(broker) as heard:
                await until(lambda: len(heard) == 3)


def test_an_old_minute_says_nothing_of_now_and_a_failed_test_is_no_speed() -> None:
    now = clock.now()
    gateway = a_reachability_minute(answers="..", role=Role.GATEWAY)
    seen = seen_in(_records(now, silent=True), Seen(), status=None)
    assert json.loads(state(seen, now=now))["silent"] is True
    assert json.loads(state(seen, now=now + timedelta(hours=1)))["silent"] is None
    older = seen_in(_records(now - timedelta(hours=1), silent=False), seen, status=None)
    assert older == seen  # what comes late is not news
    unasked = [a_record(body=a_reachability_minute(answers="--"), at=now), a_record(body=gateway, at=now)]
    assert seen_in(unasked, Seen(), status=None) == Seen()
    failed = a_record(body=a_speed_test(failure=Failure.TIMED_OUT), sequence=9, at=now, line="casa", probe="p1")
    shown = a_record(
        body=a_speed_test(server=a_server(demonstration=True)), sequence=10, at=now, line="casa", probe="p1"
    )
    assert seen_in([failed, shown], seen, status=None) == seen
    assert json.loads(state(Seen(), now=now)) == dict.fromkeys(
        ("probe", "download_mbps", "download_at", "upload_mbps", "upload_at", "silent")
    )


def test_every_entity_has_a_name_an_id_of_its_own_and_a_value() -> None:
    told = json.loads(discovery("casa", version="1"))
    assert told["device"]["identifiers"] == ["prova_casa"]
    assert set(told["origin"]) == {"name", "sw_version"}
    ids = [one["unique_id"] for one in told["components"].values()]
    assert len(set(ids)) == len(ids) == 6
    values = json.loads(state(Seen(), now=clock.now()))
    for one in told["components"].values():
        assert {"platform", "name", "unique_id", "value_template"} <= set(one)
        assert any(f"value_json.{name}" in one["value_template"] for name in values)


@pytest.mark.parametrize(("silent", "shown"), [(True, "ON"), (False, "OFF"), (None, "None")])
def test_the_templates_give_what_home_assistant_knows(silent: bool | None, shown: str) -> None:
    now = clock.now()
    seen = seen_in(_records(now, silent=bool(silent)), Seen(), status=Status.ONLINE)
    values = json.loads(state(seen, now=now)) | {"silent": silent}
    told = json.loads(discovery("casa", version="1"))["components"]
    rendered = {name: Template(one["value_template"]).render(value_json=values) for name, one in told.items()}
    assert rendered["prova_casa_silent"] == shown
    assert (rendered["prova_casa_download"], rendered["prova_casa_probe"]) == ("432.1", "online")
    assert datetime.fromisoformat(rendered["prova_casa_upload_at"]) < now


def test_nobody_is_told_unless_a_person_names_the_broker(tmp_path: Path) -> None:
    file = tmp_path / "home-assistant.toml"
    with pytest.raises(SettingsError, match="cannot be read"):
        announce_settings.load(file)
    file.write_text('prefix = "ha/#"\n[broker]\nport = 0\n')
    with pytest.raises(SettingsError) as caught:
        announce_settings.load(file)
    assert [line.split(": ", 1)[1] for line in str(caught.value).splitlines()] == [
        "prefix must be a topic without wildcards, as homeassistant.",
        "broker.host must name the broker that Home Assistant uses.",
        "broker.port must be a whole number from 1 to 65535, but is 0.",
    ]
    file.write_text('prefix = "ha"\n[broker]\nhost = "127.0.0.1"\n')
    assert announce_settings.load(file) == Announcing(BrokerSettings(), "ha")
