"""`prova collector enrol`: what it writes, and what it never says."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collector.enrolment import enrol, replace_key
from collector.identity.fleet import fleet_access
from probe import clock, key
from prova.command.collector import command


def _run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(command, ["enrol", *words, "--home", str(home)])


def _issue(home: Path, ticket: Path, *, probe: str = "p1") -> Result:
    where = ("--line", "casa", "--probe", probe, "--host", "localhost", "-o", str(ticket))
    return _run(home, "issue", *where)


def test_a_ticket_is_its_owners_alone_and_its_code_is_not_said(tmp_path: Path) -> None:
    told = _issue(tmp_path / "home", tmp_path / "ticket")
    assert told.exit_code == 0
    assert stat.S_IMODE((tmp_path / "ticket").stat().st_mode) == 0o600
    code = json.loads((tmp_path / "ticket").read_text())["code"]
    assert len(code) > 20
    assert code not in told.output
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert code.encode() not in kept


def test_who_was_let_in_and_who_no_longer_is_listed(tmp_path: Path) -> None:
    _issue(tmp_path, tmp_path / "1")
    _issue(tmp_path, tmp_path / "2", probe="p2")
    assert _run(tmp_path, "revoke", "p2").exit_code == 0
    listed = json.loads(_run(tmp_path, "list", "--json").stdout)
    assert [(one["probe"], one["revoked_at"] is None) for one in listed["identities"]] == [("p1", True), ("p2", False)]
    assert "p2  line casa  revoked" in _run(tmp_path, "list").stdout


@pytest.mark.parametrize("name", ["P1", "a/b", "", "prova.collector", "+"])
def test_a_name_that_cannot_be_a_topics_level_gets_no_ticket(tmp_path: Path, name: str) -> None:
    assert _issue(tmp_path, tmp_path / "ticket", probe=name).exit_code != 0
    assert not (tmp_path / "ticket").exists()


def test_a_revoked_probe_has_no_rights_left_with_the_broker() -> None:
    assert "user p1\ntopic deny #\n" in fleet_access(["p1"])


def test_a_line_that_falls_to_another_collector_gets_its_ticket_there(tmp_path: Path) -> None:
    (tmp_path / "collector").mkdir()
    settings = tmp_path / "collector" / "settings.toml"
    settings.write_text('[broker]\nshare = "2/2"\n')
    told = _issue(tmp_path, tmp_path / "ticket")
    assert "The line casa falls to share 1/2, and this collector has 2/2" in str(told.exception)
    assert not (tmp_path / "ticket").exists()
    settings.write_text('[broker]\nshare = "1/2"\n')
    assert _issue(tmp_path, tmp_path / "ticket").exit_code == 0


def test_each_of_several_collectors_has_a_name_at_the_broker(tmp_path: Path) -> None:
    (tmp_path / "collector").mkdir()
    (tmp_path / "collector" / "settings.toml").write_text('[broker]\nshare = "1/2"\n')
    assert _run(tmp_path, "emqx", "--host", "localhost", "--host", "192.0.2.1").exit_code == 0
    fleet = tmp_path / "broker" / "fleet"
    assert {path.name for path in fleet.glob("collector-*.pem")} == {
        *("collector-1.pem", "collector-1-key.pem", "collector-2.pem", "collector-2-key.pem")
    }
    access = (fleet / "access").read_text()
    assert "user prova.collector.1\n" in access
    assert "user prova.collector.2\n" in access
    assert str(fleet / "server.pem") in (fleet / "emqx.hocon").read_text()
    files = [*tmp_path.rglob("*.pem"), fleet / "emqx.hocon"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def _probe(home: Path, own: key.Ed25519Key) -> str:
    enrol(home, probe="p1", line="casa", public_jwk=key.public_jwk(own), at=clock.now())
    return own.thumbprint()


def test_the_keys_of_a_probe_are_listed_and_one_of_them_can_be_revoked(tmp_path: Path) -> None:
    first, second = key.generate(), key.generate()
    _issue(tmp_path, tmp_path / "1")
    old = _probe(tmp_path, first)
    replace_key(tmp_path, probe="p1", line="casa", public_jwk=key.public_jwk(second), at=clock.now())
    assert _run(tmp_path, "revoke", "p1", "--key", old).exit_code == 0
    (listed,) = json.loads(_run(tmp_path, "list", "--json").stdout)["identities"]
    told = [
        (one["key"], one["allowed_by"], one["until_at"] is None, one["revoked_at"] is None) for one in listed["keys"]
    ]
    assert told == [(second.thumbprint(), "ticket", True, True), (old, "enrolment", False, False)]
    assert listed["revoked_at"] is None, "the probe itself is still let in"
    assert f"key {old}" in _run(tmp_path, "list").stdout
    assert "has no key nothing" in str(_run(tmp_path, "revoke", "p1", "--key", "nothing").exception)


def test_a_ticket_for_a_new_key_is_for_a_probe_that_is_enrolled(tmp_path: Path) -> None:
    where = ("issue", "--line", "casa", "--probe", "p1", "--host", "localhost", "-o", str(tmp_path / "ticket"))
    assert "No probe p1 is enrolled" in str(_run(tmp_path, *where, "--new-key").exception)
    assert not (tmp_path / "ticket").exists()
    _probe(tmp_path, key.generate())
    assert "goes with --new-key" in str(_run(tmp_path, *where, "--revoke").exception)
    assert _run(tmp_path, *where, "--new-key", "--revoke").exit_code == 0
    (listed,) = json.loads(_run(tmp_path, "list", "--json").stdout)["identities"]
    assert [one["revoked_at"] is None for one in listed["keys"]] == [False]
