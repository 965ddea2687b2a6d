"""Wrong input: one clear sentence with the mend, the right exit code, and never a traceback."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.e2e.stores import BREACHED, NOW, fill

PROVA = (sys.executable, "-m", "prova.main")
CONTRACT = """\
operator = "NOS"
service = "Fibra 1000"
technology = "ftth"
dated = 2026-01-15
profile = "pt-nos"
[line]
id = "casa"
timezone = "Europe/Lisbon"
[download]
maximum_mbps = 1000
normal_mbps = 1000
minimum_mbps = 400
[upload]
maximum_mbps = 200
normal_mbps = 200
minimum_mbps = 80
"""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    words: str


def prova(*arguments: str, env: dict[str, str] | None = None) -> Ended:
    ended = subprocess.run(
        [*PROVA, *arguments], capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **(env or {})}
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "contract.toml"
    path.write_text(CONTRACT)
    return path


def edited(path: Path, old: str, new: str) -> Path:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path


def test_broken_toml_names_line_and_column(contract: Path) -> None:
    ended = prova("contract", "check", str(edited(contract, "maximum_mbps = 1000", "maximum_mbps = ")))
    assert ended.code == 2
    assert "line 10, column 16" in ended.words
    assert str(contract) in ended.words


def test_an_unknown_key_names_the_nearest_known_one(contract: Path) -> None:
    ended = prova("contract", "check", str(edited(contract, "normal_mbps = 200", "normaly_mbps = 200")))
    assert ended.code == 2
    assert "normaly_mbps" in ended.words
    assert "normal_mbps" in ended.words


def test_a_normal_speed_above_the_maximum_is_refused(contract: Path) -> None:
    ended = prova("contract", "check", str(edited(contract, "normal_mbps = 1000", "normal_mbps = 1200")))
    assert ended.code == 2
    assert "download" in ended.words
    assert "1200" in ended.words


def test_all_problems_of_a_contract_are_said_at_once(contract: Path) -> None:
    edited(contract, "normal_mbps = 1000", "normal_mbps = 1200")
    edited(contract, "Europe/Lisbon", "Europe/Lisboa")
    edited(contract, 'technology = "ftth"', 'technology = "fibre"')
    ended = prova("contract", "check", str(contract))
    assert ended.code == 2
    assert all(word in ended.words for word in ("1200", "Europe/Lisboa", "fibre"))


def test_a_contract_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    ended = prova("check", "--contract", str(tmp_path / "none.toml"), "--home", str(tmp_path))
    assert ended.code == 2
    assert "prova contract new" in ended.words


def test_up_stops_at_a_broken_contract_before_anything_starts(tmp_path: Path, contract: Path) -> None:
    edited(contract, "minimum_mbps = 400", "minimum_mbps = 4000")
    ended = prova("up", "--contract", str(contract), "--home", str(tmp_path / "home"))
    assert ended.code == 2
    assert "4000" in ended.words
    assert not (tmp_path / "home" / "collector").exists()


def test_a_measuring_servers_port_in_use_is_said() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = prova("server", "--listen", f"127.0.0.1:{port}")
    assert ended.code == 2
    assert str(port) in ended.words
    assert "name another" in ended.words


def test_a_server_that_refuses_is_unreachable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        ended = prova("measure", "--server", f"ws://127.0.0.1:{port}", "--json")
    assert ended.code == 4
    assert "nothing listens there" in ended.words
    tests = json.loads(ended.out)["tests"]
    assert [test["failure"] for test in tests] == ["refused", "refused"]
    assert all(test["rate_bps"] is None for test in tests), "not measured is never zero"


def test_a_server_whose_name_is_unknown_is_unreachable() -> None:
    ended = prova("measure", "--server", "ws://no-such-host.invalid", "--direction", "download")
    assert ended.code == 4
    assert "cannot be resolved" in ended.words


def test_a_server_address_that_is_none_is_a_usage_error() -> None:
    ended = prova("measure", "--server", "ftp://example.org")
    assert ended.code == 2
    assert "ws://" in ended.words


def test_a_store_that_is_not_there_yet_says_how_it_comes_about(tmp_path: Path, contract: Path) -> None:
    ended = prova("check", "--contract", str(contract), "--home", str(tmp_path / "home"))
    assert ended.code == 2
    assert "Start Prova once" in ended.words


def test_an_unknown_key_in_the_probes_settings_names_the_nearest(tmp_path: Path) -> None:
    settings = tmp_path / "probe.toml"
    settings.write_text('line = "casa"\n[collector]\nhots = "127.0.0.1"\nreceipt_key_file = "k"\n')
    ended = prova("probe", "run", "--home", str(tmp_path / "home"), "--settings", str(settings))
    assert ended.code == 2
    assert "hots" in ended.words
    assert "host" in ended.words


def test_a_collectors_settings_that_are_not_there_are_named(tmp_path: Path) -> None:
    ended = prova("collector", "run", "--home", str(tmp_path / "home"))
    assert ended.code == 2
    assert "settings.toml" in ended.words


@pytest.mark.component("mounts")
def test_a_full_disk_is_said_with_its_mend(tmp_path: Path) -> None:
    """A small file system of its own, full to the last byte, in a mount namespace that ends with the command."""
    script = (
        'mount -t tmpfs -o size=64k none "$1" && dd if=/dev/zero of="$1/filler" bs=4k status=none 2>/dev/null;'
        ' "$2" -m prova.main up --home "$1/home" --page 127.0.0.1:0'
    )
    command = ["unshare", "--mount", "bash", "-c", script, "full", str(tmp_path), sys.executable]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2, ended.stderr
    assert "No space left" in ended.stderr
    assert "--home" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_unsynchronised_clock_leaves_no_verdict_and_says_why(tmp_path: Path, contract: Path) -> None:
    home = tmp_path / "home"
    fill(home, replace(BREACHED, synchronised=False))
    day = NOW.date().isoformat()
    ended = prova("check", "--contract", str(contract), "--home", str(home), "--from", day)
    assert ended.code == 3
    assert "timedatectl set-ntp true" in ended.words


@pytest.mark.slow
def test_a_breach_ends_with_one_only_when_asked(tmp_path: Path, contract: Path) -> None:
    home = tmp_path / "home"
    fill(home, BREACHED)
    days = ("--from", "2026-11-20", "--to", "2026-11-21")
    common = ("check", "--contract", str(contract), "--home", str(home), *days)
    assert prova(*common).code == 0
    assert prova(*common, "--exit-code").code == 1
    found = json.loads(prova(*common, "--json").out)
    assert found["schema"] == "prova.findings/1"
    assert "breached" in {finding["verdict"] for finding in found["findings"]}


def test_a_comparator_that_is_unknown_is_named_with_the_known_ones(tmp_path: Path, contract: Path) -> None:
    ended = prova("check", "--contract", str(contract), "--home", str(tmp_path / "home"), "--profile", "xx-1999")
    assert ended.code == 2
    assert "xx-1999" in ended.words
    assert "de-2021" in ended.words


def test_a_day_that_is_none_is_a_usage_error(contract: Path) -> None:
    ended = prova("check", "--contract", str(contract), "--from", "31-10-2026")
    assert ended.code == 2
    assert "YYYY-MM-DD" in ended.words


def test_the_doctor_says_what_is_wrong_and_the_mend(tmp_path: Path) -> None:
    ended = prova("doctor", "--home", str(tmp_path), "--json")
    checks = json.loads(ended.out)["checks"]
    wanted = {
        "clock",
        "broker",
        "disk",
        "ICMP",
        "link",
        "machine",
        "router",
        "calibration",
        "carrier",
        "path",
        "capture",
    }
    assert wanted <= {check["name"] for check in checks}
    assert ended.code == (2 if any(check["ok"] is False for check in checks) else 0)
    assert all(check["mend"] for check in checks if check["ok"] is False)
