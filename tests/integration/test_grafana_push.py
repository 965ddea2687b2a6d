"""Dashboards pushed by the real grafana-client, in its own environment, over HTTP to what answers as Grafana does."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboards.grafana.alert import SOURCE_UID
from dashboards.grafana.catalogue import FOLDER_UID, dashboards
from dashboards.grafana.classic import classic
from prova.command.many.dashboards import command
from prova.exit import Exit, mendable
from prova.port import free_port
from tests.conftest import GRAFANA_PYTHON
from tests.integration.grafana_rig import TOKEN, Grafana, running

UIDS = [one.uid for one in dashboards()]


RUNNER = """
import json, sys
from click.testing import CliRunner
from prova.command.many.dashboards import command
from prova.exit import mendable
for line in sys.stdin:
    done = CliRunner().invoke(command, json.loads(line))
    code, said = done.exit_code, done.stderr
    if done.exception is not None:
        said, code = mendable(done.exception) or (repr(done.exception), -1)
    print(json.dumps([code, done.stdout, said]), flush=True)
"""


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture(scope="module")
def child() -> Iterator[subprocess.Popen[str]]:
    """One process of the environment with grafana-client, for all pushes: starting it is what costs most."""
    argv = [str(GRAFANA_PYTHON), "-c", RUNNER]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one:
        yield one
        assert one.stdin is not None
        one.stdin.close()
        assert one.wait(60) == 0


@dataclass(frozen=True)
class Pusher:
    """Pushes with a token of a file in `folder`."""

    child: subprocess.Popen[str]
    folder: Path

    def __call__(self, url: str, *more: str, token: str = TOKEN) -> Done:
        (self.folder / "token").write_text(f"{token}\n")
        argv = ["push", "--grafana", url, "--token-file", str(self.folder / "token")]
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(json.dumps([*argv, "--influxdb", "http://influx:8086", *more]) + "\n")
        self.child.stdin.flush()
        return Done(*json.loads(self.child.stdout.readline()))


@pytest.fixture
def push(child: subprocess.Popen[str], tmp_path: Path) -> Pusher:
    return Pusher(child, tmp_path)


def _steps(done: Done) -> dict[str, str]:
    assert done.returncode == 0, done.stderr
    return {one["uid"]: one["step"] for one in json.loads(done.stdout)["changes"]}


@pytest.mark.component("grafana-client")
def test_a_grafana_has_after_a_push_what_it_should_and_a_second_one_changes_nothing(push: Pusher) -> None:
    with running() as grafana:
        assert set(_steps(push(grafana.url, "--json")).values()) == {"make"}
        assert set(grafana.folders) == {FOLDER_UID}
        assert {uid: one["meta"]["folderUid"] for uid, one in grafana.boards.items()} == dict.fromkeys(UIDS, FOLDER_UID)
        for one in dashboards():
            assert grafana.boards[one.uid]["dashboard"].items() >= json.loads(json.dumps(classic(one))).items()
        written = len(grafana.written)
        assert set(_steps(push(grafana.url, "--json")).values()) == {"keep"}
        assert len(grafana.written) == written
        _what_someone_changed_is_shown_and_put_right(push, grafana)


def _what_someone_changed_is_shown_and_put_right(push: Pusher, grafana: Grafana) -> None:
    grafana.boards[UIDS[0]]["dashboard"]["title"] = "Mine"
    grafana.sources[SOURCE_UID]["url"] = "http://elsewhere:8086"
    grafana.folders[FOLDER_UID]["title"] = "Ours"
    written = len(grafana.written)
    shown = push(grafana.url, "--dry-run").stdout
    assert len(grafana.written) == written
    assert '-"title": "Mine"'.replace('"title', ' "title') in shown
    assert "http://elsewhere:8086" in shown
    assert grafana.boards[UIDS[0]]["dashboard"]["title"] == "Mine"
    changed = {uid for uid, step in _steps(push(grafana.url, "--json")).items() if step == "change"}
    assert changed == {UIDS[0], SOURCE_UID, FOLDER_UID}
    assert grafana.boards[UIDS[0]]["dashboard"]["title"] == dashboards()[0].title
    assert (grafana.sources[SOURCE_UID]["url"], grafana.folders[FOLDER_UID]["title"]) == ("http://influx:8086", "Prova")


@pytest.mark.component("grafana-client")
def test_a_token_is_sent_and_never_shown(push: Pusher, tmp_path: Path) -> None:
    secret = tmp_path / "influx"
    secret.write_text("s3cret-of-influx\n")
    with running() as grafana:
        done = push(grafana.url, "--influxdb-token-file", str(secret))
        assert done.returncode == 0, done.stderr
        assert any("Token s3cret-of-influx" in body for body in grafana.bodies)
        assert "s3cret" not in done.stdout + done.stderr + json.dumps(grafana.sources)
        assert TOKEN not in done.stdout + done.stderr
        kept = push(grafana.url)
        assert "keep    data source" in kept.stdout, "without a token the header that is there stays"
        assert grafana.sources[SOURCE_UID]["jsonData"]["httpHeaderName1"] == "Authorization"


@pytest.mark.component("grafana-client")
def test_what_stands_in_the_way_is_told_with_its_mend(push: Pusher) -> None:
    with running() as grafana:
        refused = push(grafana.url, token="wrong")
        assert (refused.returncode, "service account" in refused.stderr) == (Exit.USAGE, True)
        grafana.broken = True
        away = push(grafana.url)
        assert (away.returncode, "does not answer as Grafana does" in away.stderr) == (Exit.UNREACHABLE, True)
    nobody = push(f"http://127.0.0.1:{free_port()}")
    assert (nobody.returncode, "does not answer as Grafana does" in nobody.stderr) == (Exit.UNREACHABLE, True)


@pytest.mark.parametrize("url", ["grafana.example", "ftp://x", "http://[", "https://me:pass@grafana.example"])
def test_an_address_that_is_none_or_holds_a_secret_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    done = CliRunner().invoke(command, ["push", "--grafana", url, "--token-file", str(tmp_path / "token")])
    assert done.exception is not None
    told = mendable(done.exception)
    assert told is not None
    assert (told[1], "me:pass" in told[0]) == (Exit.USAGE, False)


def test_where_grafana_client_is_not_installed_the_way_to_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("x")
    argv = ["push", "--grafana", "http://127.0.0.1:1", "--token-file", str(tmp_path / "token")]
    done = CliRunner().invoke(command, argv)
    assert done.exception is not None
    told = mendable(done.exception)
    assert told is not None
    assert (told[1], "an environment of its own" in told[0]) == (Exit.USAGE, True)
