"""The composition with Grafana holds what docs/operations.md promises of it, as far as is seen without a container."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml  # type: ignore[import-untyped]  # ships no types

from collector import settings as collector_settings
from collector.projection import settings as projection_settings
from dashboards.grafana.deliver.provisioning import Site
from prova.main import cli

ROOT = Path(__file__).parents[2]
HERE = ROOT / "deploy" / "container" / "grafana"
TOLD = yaml.safe_load((HERE / "compose.yaml").read_text())
SERVICES: dict[str, Any] = TOLD["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "prova"}
_KEYS = {
    *("build", "image", "user", "entrypoint", "command", "volumes", "read_only", "tmpfs", "cap_drop", "security_opt"),
    *("restart", "stop_grace_period", "mem_limit", "pids_limit", "ports", "networks", "network_mode", "healthcheck"),
    *("depends_on", "secrets", "environment", "profiles"),
}  # of the Compose Specification
_CHECKED = {"broker", "enrol", "collector", "influxdb", "grafana"}  # the others are followers, or end by themselves


def test_every_key_is_one_of_the_compose_specification_and_every_name_is_there() -> None:
    assert set(TOLD) - {"x-prova"} == {"name", "services", "networks", "volumes", "secrets"}
    for name, one in SERVICES.items():
        assert set(one) <= _KEYS, name
        for volume in one["volumes"]:
            source = volume.split(":")[0]
            assert (HERE / source).exists() if source.startswith(".") else source in TOLD["volumes"], volume
        assert set(one.get("networks", ())) <= set(TOLD["networks"])
        assert set(one.get("secrets", ())) <= set(TOLD["secrets"])
        assert set(one.get("depends_on", ())) <= set(SERVICES)
        for other, how in one.get("depends_on", {}).items():
            healthy = how["condition"] == "service_healthy"
            assert healthy == ("healthcheck" in SERVICES[other]), f"{name} waits for {other}"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_nobody_and_may_do_little(name: str) -> None:
    one = SERVICES[name]
    assert int(one["user"].split(":")[0]) > 0
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one["mem_limit"]
    assert ("healthcheck" in one) == (name in _CHECKED)
    assert ":latest" not in one["image"]


def test_secrets_are_files_and_stand_nowhere_else() -> None:
    assert all(one["file"].startswith("./secrets/") for one in TOLD["secrets"].values())
    assert "/deploy/container/grafana/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    for one in SERVICES.values():
        for name, value in one.get("environment", {}).items():
            if re.search(r"PASSWORD|TOKEN|SECRET", name):
                assert name.endswith("_FILE")
                assert value.removeprefix("/run/secrets/") in one["secrets"]
    assert Site().influxdb_token_file == "/run/secrets/influxdb-token"
    assert "influxdb-token" in SERVICES["grafana"]["secrets"]


def test_only_what_others_need_can_be_reached_from_outside() -> None:
    open_to = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}
    assert open_to == {"broker": ["8883:8883"], "enrol": ["8884:8884"], "grafana": ["127.0.0.1:3000:3000"]}
    assert TOLD["networks"]["inside"]["internal"] is True
    assert SERVICES["influxdb"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", [name for name, one in OURS.items() if "entrypoint" not in one and name != "tools"])
def test_a_service_calls_a_command_that_there_is(name: str) -> None:
    words = list(OURS[name]["command"])
    command: click.Command = cli
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None
        command = found
    options = {option for one in command.params for option in one.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_the_files_of_settings_are_what_the_commands_read() -> None:
    broker = collector_settings.load(HERE / "collector.toml").broker
    assert (broker.host, broker.port) == ("broker", 8883)
    assert broker.ca_file == Path("/var/lib/prova/broker/fleet/authority.pem")
    shown = projection_settings.load(HERE / "projection.toml")
    environment = SERVICES["influxdb"]["environment"]
    assert shown.bucket == environment["DOCKER_INFLUXDB_INIT_BUCKET"] == Site().bucket
    assert (shown.org, shown.url) == (environment["DOCKER_INFLUXDB_INIT_ORG"], Site().influxdb_url)
    assert str(shown.token_file) == environment["DOCKER_INFLUXDB_INIT_ADMIN_TOKEN_FILE"]
