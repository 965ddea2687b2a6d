"""`prova dashboards` build, lint and project, as a person runs them."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # ships no types
from click.testing import CliRunner, Result

from analysis.contract_file import load as load_contract
from analysis.fleet.placement import GroupKind
from probe import clock
from prova.command.many.dashboards import command
from prova.exit import Exit, mendable
from prova.home import Home
from prova.many.judged_view import Order, follow
from prova.port import free_port
from tests.integration.influx_rig import BUCKET, Influx, running
from tests.integration.lake_rig import House

needs_influx = pytest.mark.component("influxdb")
CONTRACT = """
operator = "NOS"
service = "Fibra 1000"
technology = "ftth"
dated = 2026-01-15
profile = "pt-nos"
[line]
id = "casa"
timezone = "Europe/Lisbon"
municipality = "Lisboa"
[download]
maximum_mbps = 1000
normal_mbps = 1000
minimum_mbps = 400
[upload]
maximum_mbps = 200
normal_mbps = 200
minimum_mbps = 80
"""
DAY = timedelta(days=1)
TOPOLOGY = 'line,operator,region,node,segment\ncasa,NOS,Lisboa,olt-1,"pon, 7"\n'


def _case(*faults: str) -> str:
    """Each reported four days ago, and over a day later."""
    at = (clock.now() - 4 * DAY).replace(tzinfo=None, microsecond=0)
    times = f"reported_at = {at.isoformat()}\nrestored_at = {(at + DAY).isoformat()}\n"
    return "".join(f'[[fault]]\nid = "{name}"\n{times}' for name in faults)


def _run(*argv: str) -> Result:
    return CliRunner().invoke(command, [*argv])


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "home")
    house.sender()
    house.fill(days=3, per_day=8, from_at=clock.now() - 5 * DAY)
    (house.home / "contract.toml").write_text(CONTRACT)
    return house


@pytest.fixture
def influx(tmp_path: Path) -> Iterator[Influx]:
    folder = tmp_path / "influx"
    folder.mkdir()
    with running(folder) as one:
        yield one


def _project(house: House, url: str) -> Result:
    own = house.layout.projection_settings
    own.write_text(f'[influxdb]\nurl = "{url}"\nbucket = "{BUCKET}"\n')
    return _run("project", "--once", "--home", str(house.home))


def test_a_built_tree_is_whole_and_building_it_again_changes_nothing(tmp_path: Path) -> None:
    argv = ("build", str(tmp_path / "tree"), "--influxdb", "http://db:8086", "--bucket", "b", "--receiver", "r")
    assert _run(*argv).exit_code == 0
    before = {file: file.read_bytes() for file in (tmp_path / "tree").rglob("*") if file.is_file()}
    assert _run(*argv).exit_code == 0
    assert {file: file.read_bytes() for file in (tmp_path / "tree").rglob("*") if file.is_file()} == before
    (source,) = yaml.safe_load((tmp_path / "tree" / "datasources" / "prova.yaml").read_text())["datasources"]
    assert (source["url"], source["jsonData"]["dbName"]) == ("http://db:8086", "b")


def test_lint_finds_nothing_in_our_own_and_what_is_spoilt_in_a_file(tmp_path: Path) -> None:
    assert _run("lint").exit_code == 0
    _run("build", str(tmp_path))
    file = tmp_path / "dashboards" / "prova" / "prova-fleet.json"
    told = json.loads(file.read_text())
    told["editable"] = True
    file.write_text(json.dumps(told))
    done = _run("lint", "--json", str(file))
    assert [one["rule"] for one in json.loads(done.stdout)["flaws"]] == ["uneditable-dashboard"]


@pytest.mark.parametrize("text", ["{", "[]"])
def test_lint_says_of_a_file_that_is_no_dashboard_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    done = _run("lint", str(tmp_path / "x.json"))
    assert done.exception is not None
    told = mendable(done.exception)
    assert told is not None
    assert "from Grafana" in told[0]


@needs_influx
def test_findings_are_shown_and_what_the_case_no_longer_tells_is_withdrawn(house: House, influx: Influx) -> None:
    def faults() -> list[str]:
        asked = 'SELECT "id" FROM "finding" WHERE "withdrawn" = false AND "rule" = \'repair.w0\''
        return [row["id"].split(":")[2] for row in influx.query(asked)]

    (house.home / "fleet").mkdir()
    (house.home / "fleet" / "topology.csv").write_text(TOPOLOGY)
    (house.home / "case.toml").write_text(_case("one", "two"))
    assert _project(house, influx.url).exit_code == 0
    assert sorted(faults()) == ["one", "two"]
    (house.home / "case.toml").write_text(_case("two"))
    done = _project(house, influx.url)
    assert (done.exit_code, " 0 withdrawn" in done.stderr.splitlines()[0]) == (0, False), done.stderr
    assert faults() == ["two"]
    assert " 0 withdrawn" in _project(house, influx.url).stderr
    (placed,) = influx.query('SELECT last("judged") FROM "place" GROUP BY "line", "operator", "group"')
    assert (placed["line"], placed["operator"], placed["group"]) == ("casa", "NOS", "pon, 7")


@needs_influx
async def test_it_goes_on_through_a_database_that_was_away_until_it_is_stopped(house: House, influx: Influx) -> None:
    said: asyncio.Queue[str] = asyncio.Queue()
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    own = house.layout.projection_settings
    own.write_text(f'[influxdb]\nurl = "{influx.url}"\nbucket = "{BUCKET}"\n')

    def say(words: str) -> None:
        loop.call_soon_threadsafe(said.put_nowait, words)

    order = Order(
        home=Home(house.home),
        settings_path=None,
        contracts={"casa": load_contract(house.home / "contract.toml")},
        days=2,
        congestion_days=0,
        group_by=GroupKind.SEGMENT,
        say=say,
    )
    influx.kill()
    task = asyncio.create_task(follow(order, every_s=0.1, now=clock.now, stop=stop))
    try:
        assert "Trying again" in await asyncio.wait_for(said.get(), 60)
        await asyncio.to_thread(influx.start)
        async with asyncio.timeout(60):
            while "points" not in await said.get():
                pass
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


def test_a_database_that_is_away_is_told_and_nothing_is_lost(house: House) -> None:
    done = _project(house, f"http://127.0.0.1:{free_port()}")
    assert done.exception is not None
    told = mendable(done.exception)
    assert told is not None
    assert (told[1], "does not answer" in told[0]) == (Exit.UNREACHABLE, True)
