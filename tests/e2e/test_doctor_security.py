"""`prova doctor --security` on an installation as anybody has it after `prova up`."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from prova.exit import Exit
from prova.security.processes import of_home, sockets_of
from tests.e2e.test_up import PROVA, answers, up, wait_for


def doctor(home: Path) -> tuple[int, dict[str, Any]]:
    argv = [*PROVA, "doctor", "--security", "--json", "--home", str(home)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, json.loads(done.stdout)


@pytest.mark.component("mosquitto")
@pytest.mark.timeout(180)
def test_a_default_installation_has_nothing_open_and_listens_on_loopback_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with up(home) as running:
        wait_for(lambda: answers(running), within_s=60, what="the page")
        code, told = doctor(home)
        assert (code, told["open_count"]) == (Exit.DONE, 0), [
            one["found"]["en"] for one in told["checks"] if one["state"] == "open"
        ]
        processes = of_home(home)
        assert {one.core_bytes for one in processes} == {0}
        found = [one for process in processes for one in sockets_of(process)]
        assert running.port in {one.port for one in found}
        assert len(found) >= 3
        assert [one.written for one in found if not one.is_here] == []
        (home / "collector" / "key.json").chmod(0o666)
        code, told = doctor(home)
        assert (code, told["open_count"]) == (Exit.USAGE, 1)
        running.stop()


@pytest.mark.parametrize("place", ["0.0.0.0:0", "[::]:0"])
def test_the_page_is_shown_to_nobody_else_without_password_and_tls(tmp_path: Path, place: str) -> None:
    argv = [*PROVA, "up", "--home", str(tmp_path / "home"), "--page", place]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == Exit.USAGE
    assert "no password is set" in done.stderr
