"""`prova api`: tokens, and where it will not listen."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from prova.command.many.api import command


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(command, [*words, "--home", str(home)])


def test_a_token_is_told_once_listed_without_itself_and_taken_back(tmp_path: Path) -> None:
    told = run(tmp_path, "token", "new", "grafana", "--line", "casa", "--group", "segment=pon-3")
    token = told.stdout.strip()
    assert token.startswith("prova_")
    id_ = token.split("_")[1]
    listed = run(tmp_path, "token", "list").stdout
    assert listed.startswith(f"{id_}  grafana  casa, segment pon-3  until ")
    assert token.split("_", 2)[2] not in listed + (tmp_path / "api" / "tokens.json").read_text()
    assert run(tmp_path, "token", "revoke", id_).exit_code == 0
    (one,) = json.loads(run(tmp_path, "token", "list", "--json").stdout)["tokens"]
    assert one["revoked"]
    log = (tmp_path / "changes.jsonl").read_text()
    assert log.count(id_) == 2
    assert token not in log


def test_a_token_can_go_into_a_file_of_its_owner_alone(tmp_path: Path) -> None:
    told = run(tmp_path / "home", "token", "new", "x", "-o", str(tmp_path / "token"))
    assert "prova_" not in told.stdout
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600


def test_a_token_that_is_not_there_cannot_be_taken_back(tmp_path: Path) -> None:
    assert "There is no token x. Known: none." in str(run(tmp_path, "token", "revoke", "x").exception)


@pytest.mark.parametrize("group", ["street=x", "segment", "segment="])
def test_a_group_of_no_known_kind_is_refused(tmp_path: Path, group: str) -> None:
    assert "is not KIND=NAME" in run(tmp_path, "token", "new", "x", "--group", group).output


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0", "example.pt:80"])
def test_it_is_not_open_to_others_without_tls(tmp_path: Path, listen: str) -> None:
    assert "tokens would go there unencrypted" in run(tmp_path, "serve", "--listen", listen).output
