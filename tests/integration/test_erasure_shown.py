"""A line taken out of where it was shown, and used for less where its person asked: real database and broker."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import aiomqtt
import pytest
from click.testing import CliRunner, Result

from collector.account import Account
from collector.erasure import retained, shown
from collector.projection import settings
from collector.projection.feed import Feed
from collector.projection.influx import Database, DatabaseRefusalError
from collector.projection.project import Place, catch_up
from collector.request.entry import Kind as Kindred
from collector.request.entry import Purpose
from collector.subscribe import LinkError
from probe import clock, wire
from probe.identity import ProbeHome
from probe.uplink import enrol as uplink
from probe.wire import Kind
from prova.command import doctor
from prova.home import Home
from prova.main import cli
from prova.port import free_port
from prova.privacy import kept_back
from prova.privacy.asked import Wished, taken_up
from tests.integration.api_rig import Client, a_token, served
from tests.integration.collector_rig import TWO_PROBES, WITHIN_S, a_broker, a_key, enrol_probe, needs_mosquitto
from tests.integration.identity_rig import HOST, Fleet
from tests.integration.influx_rig import BUCKET, Influx, running
from tests.integration.lake_rig import DAY_ON, EVER, House

needs_influx = pytest.mark.component("influxdb")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Two lines; the first two of three days sealed."""
    house = House(tmp_path / "home")
    house.sender()
    house.sender(line="loja", name="p2")
    house.fill(days=3, per_day=8)
    house.seal(before_on=DAY_ON + timedelta(days=2))
    return house


@pytest.fixture
def influx(tmp_path: Path) -> Iterator[Influx]:
    with running(tmp_path) as one:
        yield one


def _run(house: House, *words: str) -> Result:
    return CliRunner().invoke(cli, ["privacy", *words, "--home", str(house.home)], standalone_mode=False)


def _lines(influx: Influx) -> set[str]:
    return {one["value"] for one in influx.query('SHOW TAG VALUES WITH KEY = "line"')}


def _show(house: House, url: str) -> None:
    feed, place = Feed(house.layout.journal), Place(house.layout.projection_place, f"{url}  {BUCKET}")
    hidden = kept_back.asking(Home(house.home), Purpose.PROJECTION)
    with closing(Database(settings.Influx(url=url, bucket=BUCKET))) as database:
        catch_up(feed, database, place, say=lambda _: None, hidden=hidden)


@needs_influx
def test_an_erased_or_restricted_line_is_in_the_database_no_more_and_a_lifted_one_again(
    house: House, influx: Influx
) -> None:
    house.layout.projection_settings.write_text(f'[influxdb]\nurl = "{influx.url}"\nbucket = "{BUCKET}"\n')
    _show(house, influx.url)
    assert _lines(influx) == {"casa", "loja"}
    assert _run(house, "restrict", "--line", "loja", "--reason", "a quarrel").return_value == 0
    assert _lines(influx) == {"casa"}
    house.fill(days=1, per_day=4, from_at=EVER[0])
    _show(house, influx.url)
    assert _lines(influx) == {"casa"}
    assert _run(house, "lift", _only(house), "--reason", "settled").exit_code == 0
    _show(house, influx.url)
    assert _lines(influx) == {"casa", "loja"}
    assert _run(house, "erase", "--line", "loja", "--yes").return_value == 0
    assert _lines(influx) == {"casa"}
    _show(house, influx.url)
    assert _lines(influx) == {"casa"}


def _only(house: House) -> str:
    (one,) = json.loads(_run(house, "log", "--json").output)["requests"]
    return str(one["id"])


def test_a_database_that_does_not_answer_keeps_the_request_begun_and_the_rest_is_done(house: House) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    house.layout.projection_settings.write_text(f'[influxdb]\nurl = "{dead}"\nbucket = "{BUCKET}"\n')
    done = _run(house, "erase", "--line", "loja", "--yes")
    assert done.return_value == 4
    assert "does not answer" in done.output
    assert house.store.lines() == ("casa",)
    house.layout.projection_settings.unlink()
    assert _run(house, "erase", "--line", "loja", "--yes").return_value == 0
    assert json.loads(_run(house, "log", "--json").output)["requests"][0]["state"] == "granted"


@needs_influx
def test_a_database_that_refuses_says_what_to_remove_there(influx: Influx) -> None:
    wrong = settings.Influx(url=f"{influx.url}/elsewhere", bucket=BUCKET)
    with closing(Database(wrong)) as database, pytest.raises(DatabaseRefusalError, match="tag line=loja"):
        database.forget("loja", until_at=clock.now())


@needs_mosquitto
async def test_the_status_that_a_broker_keeps_is_taken_back_and_no_other(tmp_path: Path) -> None:
    home = Home(tmp_path).collector
    for line, probe in (("casa", "p1"), ("praia", "p2")):
        enrol_probe(tmp_path, a_key(), line=line, probe=probe)
    async with a_broker(tmp_path, TWO_PROBES) as broker:
        for line, probe in (("casa", "p1"), ("praia", "p2")):
            async with broker.client(probe) as client:
                await client.publish(wire.topic(Kind.STATUS, line, probe), b"online", qos=1, retain=True)
        own = broker.settings.broker
        assert await retained._kept(own, "casa") == ("prova/1/casa/p1/status",)
        assert await retained.clear(home, own, "casa", at=clock.now()) == ()
        assert await retained._kept(own, "casa") == ()
        assert await retained._kept(own, "praia") == ("prova/1/praia/p2/status",)
    home.broker_settings.unlink()
    with pytest.raises(LinkError, match="does not answer"):
        await retained.clear(home, own, "casa", at=clock.now())


@pytest.mark.slow
@needs_mosquitto
async def test_an_erased_probe_of_a_fleet_is_cut_off_let_in_no_more_and_named_nowhere(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path / "home")
    settings_file = fleet.files.home.journal.with_name("settings.toml")
    own = fleet.settings.broker
    settings_file.write_text(
        f'[broker]\nhost = "{HOST}"\nport = {fleet.port}\nca_file = "{own.ca_file}"\n'
        f'certificate_file = "{own.certificate_file}"\nkey_file = "{own.key_file}"\n'
    )
    async with fleet.door() as door:
        ticket = fleet.ticket(door, line="vivenda-9q4", probe="p-7c1e2d")
        hers = ProbeHome(root=tmp_path / "hers")
        await asyncio.to_thread(uplink.enrol, hers, ticket)
    status = wire.topic(Kind.STATUS, "vivenda-9q4", "p-7c1e2d")
    async with fleet.broker():
        with pytest.raises(aiomqtt.MqttError):  # noqa: PT012  its connection ends under it
            async with fleet.client(hers, "p-7c1e2d") as client:
                await client.publish(status, b"online", qos=1, retain=True)
                done = await asyncio.to_thread(_erase, fleet.root, "vivenda-9q4")
                assert done.return_value == 0, done.output
                async with asyncio.timeout(WITHIN_S):
                    await anext(client.messages)
        assert await retained._kept(own, "vivenda-9q4") == ()
        with pytest.raises(aiomqtt.MqttError):
            async with fleet.client(hers, "p-7c1e2d") as client:
                await client.publish(status, b"online", qos=1)
        assert await retained._kept(own, "vivenda-9q4") == ()
    held = b"".join(one.read_bytes() for one in fleet.root.rglob("*") if one.is_file())
    assert not [one for one in (b"vivenda-9q4", b"p-7c1e2d") if one in held]


def _erase(home: Path, line: str) -> Result:
    words = ["privacy", "erase", "--line", line, "--yes", "--home", str(home)]
    return CliRunner().invoke(cli, words, standalone_mode=False)


@needs_mosquitto
async def test_home_assistant_forgets_the_line_and_keeps_the_others(tmp_path: Path, house: House) -> None:
    topics = ("homeassistant/device/+/config", "prova/home/+/state")
    accounts = (
        Account(user="prova-home", writes=topics, reads=()),
        Account(user="prova.collector", writes=topics, reads=("#",)),
    )
    async with a_broker(tmp_path, accounts) as broker:
        (tmp_path / "secret").touch(mode=0o600)
        (tmp_path / "secret").write_text(broker.plan.password_file("prova-home").read_text())
        house.layout.announce_settings.write_text(
            f'[broker]\nhost = "{broker.plan.host}"\nport = {broker.plan.port}\nusername = "prova-home"\n'
            f'password_file = "{tmp_path}/secret"\n'
        )
        async with broker.client("prova.collector") as client:
            for line in ("casa", "loja"):
                await client.publish(f"prova/home/{line}/state", b"{}", qos=1, retain=True)
        (one,) = await asyncio.to_thread(shown.withdraw_shown, house.layout, "loja", now_at=clock.now())
        assert one.problem is None
        async with broker.client("prova.collector") as client:
            await client.subscribe("#", qos=1)
            await client.unsubscribe("#")
            kept = [str((await anext(client.messages)).topic) for _ in range(len(client.messages))]
    assert kept == ["prova/home/casa/state"]


def test_who_objected_to_a_purpose_is_left_out_of_it_alone(house: House) -> None:
    home = Home(house.home)
    assert _run(house, "object", "--line", "loja", "--purpose", "extract", "--purpose", "api").return_value == 0
    lines = house.store.lines()
    assert kept_back.kept(home, lines, Purpose.EXTRACT) == {"loja"}
    assert kept_back.kept(home, lines, Purpose.API) == {"loja"}
    assert kept_back.kept(home, lines, Purpose.CONGESTION) == frozenset()
    assert len(house.ids(["loja"])) > 0


def test_who_objected_is_not_there_for_any_program(house: House) -> None:
    home = Home(house.home)
    assert _run(house, "object", "--line", "loja", "--purpose", "api").return_value == 0
    token = a_token(home.path)
    with served(home.path, kept=kept_back.asking(home, Purpose.API)) as port:
        client = Client(port, token)
        assert [one["line"] for one in client.items("/v1/lines")] == ["casa"]
        assert client.get("/v1/lines?line=loja").status == 404
        assert _run(house, "lift", _only(house), "--reason", "changed her mind").exit_code == 0
        assert [one["line"] for one in client.items("/v1/lines")] == ["casa", "loja"]


def test_probes_are_shown_with_what_their_line_is_not_used_for(house: House) -> None:
    assert _run(house, "object", "--line", "loja", "--purpose", "extract", "--purpose", "api").return_value == 0
    shows = CliRunner().invoke(cli, ["show", "probes", "--home", str(house.home)])
    told = {one.split()[2]: one for one in shows.output.splitlines()}
    assert told["loja"].endswith("by request not for: api, extract")
    assert "by request" not in told["casa"]


def test_a_request_that_nobody_answered_is_overdue_and_told_by_doctor(house: House) -> None:
    own = Home(house.home)
    wished = Wished(kind=Kindred.RECTIFY, line="loja", received_on=date(2026, 1, 31))
    assert taken_up(own, wished).due_on == date(2026, 2, 28)
    assert _run(house, "log", "--exit-code").return_value == 1
    assert "OVERDUE" in _run(house, "log").output
    late = "was due on 2026-02-28"
    assert late in str(_run(house, "extend", _only(house), "--reason", "many").exception)
    (check,) = doctor._requests(house.home)
    assert check.ok is False
    assert "since 2026-02-28" in check.found
    assert _run(house, "refuse", _only(house), "--reason", "it is right as it is").exit_code == 0
    assert list(doctor._requests(house.home)) == []


def test_a_request_is_extended_once(house: House) -> None:
    assert taken_up(Home(house.home), Wished(kind=Kindred.RECTIFY, line="loja")).is_open
    assert "due on" in _run(house, "extend", _only(house), "--reason", "many at once").output
    assert "was extended before" in str(_run(house, "extend", _only(house), "--reason", "again").exception)


def test_an_objection_may_be_refused_with_its_reason(house: House) -> None:
    refused = _run(house, "object", "--line", "loja", "--purpose", "api", "--refuse", "a court asked for it")
    assert refused.return_value == 0
    (one,) = json.loads(_run(house, "log", "--json").output)["requests"]
    assert (one["state"], one["said"][-1]["reason"]) == ("refused", "a court asked for it")
    assert kept_back.kept(Home(house.home), house.store.lines(), Purpose.API) == frozenset()


def test_a_remark_stands_beside_a_record_that_stays_as_it_is(house: House) -> None:
    before, record = house.everything(), house.ids(["loja"])[3]
    assert _run(house, "rectify", "--line", "loja", "--record", record, "--remark", "the cable was out").exit_code == 0
    (one,) = json.loads(_run(house, "log", "--json").output)["requests"]
    assert one["said"][-1] == {"line": "loja", "record": record, "remark": "the cable was out"}
    assert house.everything() == before
    wrong = _run(house, "rectify", "--line", "loja", "--record", "p2/999", "--remark", "x")
    assert "has no record p2/999" in str(wrong.exception)
