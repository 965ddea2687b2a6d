"""`prova status` over real parts: a broker that goes, a store with a copy and an exercise."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from collector.home import CollectorHome
from collector.uptime.diary import FILE, spans
from probe import clock
from prova.command.collector import command as collector_command
from prova.status.command import command
from prova.status.measured import receipt_p95_s
from tests.integration.collector_rig import Collector, a_broker, needs_mosquitto, until
from tests.integration.lake_rig import House


def _status(home: Path, *words: str) -> Result:
    argv = [*words, "--home", str(home)]
    return CliRunner().invoke(command, argv, catch_exceptions=False, standalone_mode=False)


def _parts(told: dict[str, Any]) -> dict[str, str]:
    return {one["part"]: one["stand"] for one in told["parts"]}


def test_a_home_without_anything_says_what_is_missing_and_claims_nothing(tmp_path: Path) -> None:
    told = json.loads(_status(tmp_path, "--json").stdout)
    assert _parts(told)["store"] == "down"
    assert {one["met"] for one in told["levels"]} == {None}
    assert _status(tmp_path, "--exit-code").return_value == 1
    assert "not measured" in _status(tmp_path).stdout


@needs_mosquitto
async def test_a_broker_that_went_is_down_and_so_is_its_collector_and_the_downtime_is_told(tmp_path: Path) -> None:
    beats = CollectorHome(tmp_path).journal.with_name(FILE)
    async with a_broker(tmp_path) as broker:
        plan = broker.plan
        (tmp_path / "collector").mkdir(exist_ok=True)
        (tmp_path / "collector" / "settings.toml").write_text(
            f'[broker]\nhost = "{plan.host}"\nport = {plan.port}\nusername = "{plan.collector_username}"\n'
            f'password_file = "{plan.collector_password_file}"\n'
        )
        async with Collector(tmp_path, broker.settings) as collector:
            await until(lambda: bool(spans(beats)))
            told = json.loads((await asyncio.to_thread(_status, tmp_path, "--json")).stdout)
            assert (_parts(told)["broker"], _parts(told)["collector"]) == ("well", "well")
            broker.kill()
            await until(lambda: any("No broker" in one for one in collector.said))
            told = json.loads((await asyncio.to_thread(_status, tmp_path, "--json")).stdout)
            assert _parts(told)["broker"] == "down"
            await broker.start()
            await until(lambda: len(spans(beats)) == 2)
        told = json.loads((await asyncio.to_thread(_status, tmp_path, "--json")).stdout)
        assert len(told["downtime"]) == 1


def test_levels_are_measured_from_what_is_stored(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    house.sender()
    house.fill(days=1, per_day=4, from_at=clock.now() - timedelta(hours=20))
    waited_s = receipt_p95_s(house.store, clock.now())
    assert waited_s is not None
    assert waited_s >= 0
    CliRunner().invoke(
        collector_command, ["drill", "--home", str(house.home)], catch_exceptions=False, standalone_mode=False
    )
    told = json.loads(_status(house.home, "--json").stdout)
    found = {one["name"]: one for one in told["levels"]}
    assert found["complete_share"]["value"] == 1.0
    assert found["complete_share"]["met"] is True
    assert found["restore_s"]["met"] is True
    assert found["drill_age_days"]["met"] is True
    assert found["backup_age_h"]["value"] is None, "a copy made for an exercise alone is gone again"


def test_a_home_with_its_own_numbers_is_held_against_them(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    house.sender()
    house.fill(days=1, per_day=4)
    (house.home / "collector" / "service.toml").write_text("complete_share = 2\n")
    told = json.loads(_status(house.home, "--json").stdout)
    assert {one["name"]: one["met"] for one in told["levels"]}["complete_share"] is False
    assert _status(house.home, "--exit-code").return_value == 1
