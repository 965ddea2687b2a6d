"""Units and containers hold what docs/operations.md promises of them; built where there is a builder."""

import configparser
import os
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path

import click
import pytest
import yaml  # type: ignore[import-untyped]  # ships no types

from prova.main import cli

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
TIMERS = sorted((ROOT / "deploy" / "systemd").glob("*.timer"))
CONTAINER = ROOT / "deploy" / "container"
PROGRAM = "/opt/prova/.venv/bin/prova"
needs_systemd = pytest.mark.component("systemd")
MOST_EXPOSED = 20  # of 100, by systemd's own count; 96 is a service without any of it


@cache
def _section(path: Path, name: str) -> list[tuple[str, str]]:
    lines = path.read_text().split(f"[{name}]\n", 1)[1].split("\n[", 1)[0].splitlines()
    return [(key, value) for key, _, value in (line.partition("=") for line in lines if line and line[0] not in "#;")]


@needs_systemd
def test_systemd_finds_nothing_wrong_in_any_unit(tmp_path: Path) -> None:
    for path in (*UNITS, *TIMERS):
        text = path.read_text().replace(PROGRAM, "/bin/true").replace("/usr/sbin/mosquitto", "/bin/true")
        (tmp_path / path.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(path.name for path in (*UNITS, *TIMERS))],
        cwd=tmp_path,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert not [line for line in done.stderr.splitlines() if "prova" in line]


@needs_systemd
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_may_do_little_beside_its_work(path: Path) -> None:
    argv = ["systemd-analyze", "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager", str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout.splitlines()[-1]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_as_nobody_lasting_and_hands_over_no_secret(path: Path) -> None:
    told = dict(_section(path, "Service"))
    assert told["DynamicUser"] == told["NoNewPrivileges"] == "yes"
    assert told["ProtectSystem"] == "strict"
    assert told["LimitCORE"] == "0", "a crash would leave a file with keys in it"
    assert set(told["CapabilityBoundingSet"].split()) <= {"CAP_NET_RAW"}
    assert {"PrivateTmp", "PrivateDevices", "ProtectHome", "RestrictNamespaces", "SystemCallFilter"} <= told.keys()
    assert not re.search(r"password|token|secret|key", told["ExecStart"], re.IGNORECASE)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_calls_a_command_that_there_is(path: Path) -> None:
    program, *words = shlex.split(dict(_section(path, "Service"))["ExecStart"])
    if program != PROGRAM:
        return
    command: click.Command = cli
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None
        command = found
    options = {name for one in command.params for name in one.opts}
    assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.name)
def test_a_timer_has_its_unit(path: Path) -> None:
    assert path.with_suffix(".service") in UNITS
    reader = configparser.ConfigParser(strict=False)
    reader.read(path)
    assert reader["Timer"]["Persistent"] == "yes"


def test_the_container_copies_what_there_is_and_runs_as_nobody() -> None:
    lines = (CONTAINER / "Containerfile").read_text().splitlines()
    text = "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#"))
    steps = [line.split(maxsplit=1) for line in text.replace("\\\n", " ").splitlines()]
    assert {word for word, _ in steps} <= {
        *("FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "STOPSIGNAL", "ENTRYPOINT", "CMD")
    }
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for word, rest in steps:
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists()
                assert f"!{source}" in ignored
    assert [rest for word, rest in steps if word == "USER"] == ["10001:10001"]
    assert not re.search(r"password|token|secret", str(steps), re.IGNORECASE)


def test_the_composition_is_one_flat_with_few_rights() -> None:
    told = yaml.safe_load((CONTAINER / "compose.yaml").read_text())
    (service,) = told["services"].values()
    assert (CONTAINER / service["build"]["context"]).resolve() == ROOT
    assert (ROOT / service["build"]["dockerfile"]).exists()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["cap_add"] == ["NET_RAW"]
    assert service["network_mode"] == "host"
    assert set(told["volumes"]) == {one.split(":")[0] for one in service["volumes"]}
    up = cli.get_command(click.Context(cli), "up")
    assert up is not None
    assert {word for word in service["command"] if word.startswith("--")} <= {
        name for one in up.params for name in one.opts
    }
