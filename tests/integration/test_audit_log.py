"""Every act of consequence stands in the audit log, whichever command or page it comes from."""

import json
from datetime import timedelta
from pathlib import Path

import click
from click.testing import CliRunner

from collector.audit_log.act import Outcome
from collector.audit_log.book import append, check
from collector.home import CollectorHome
from collector.operation.backup import backup
from collector.operation.restore import restore
from prova.command.collector import command as collector
from prova.command.many.api import command as api
from prova.command.password import command as password
from tests.integration.lake_rig import DAY_ON, NOW_AT, House

PASSWORD = "correct horse battery"


def run(command: click.Command, home: Path, *words: str) -> str:
    done = CliRunner().invoke(command, [*words, "--home", str(home)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def acts(home: Path) -> list[tuple[str, str]]:
    checked = check(home / "audit")
    assert checked.defects == ()
    return [(line.entry.act, line.entry.on) for line in checked.lines]


def written(home: Path) -> str:
    return "".join(path.read_text() for path in (home / "audit").iterdir())


def test_who_may_read_and_who_may_send_is_noted_without_a_secret(tmp_path: Path) -> None:
    home, secret = tmp_path / "home", tmp_path / "password"
    secret.write_text(PASSWORD)
    run(password, home, "--from-file", str(secret))
    token = run(api, home, "token", "new", "grafana", "--line", "casa").strip()
    id_ = token.split("_")[1]
    run(api, home, "token", "revoke", id_)
    run(collector, home, "enrol", "broker", "--host", "broker.example")
    ticket = ("--line", "casa", "--probe", "p1", "--host", "localhost", "-o", str(tmp_path / "ticket"))
    run(collector, home, "enrol", "issue", *ticket)
    run(collector, home, "enrol", "revoke", "p1")
    run(password, home, "--remove")
    assert acts(home) == [
        ("page.password_set", ""),
        ("api.token_made", f"{id_}, opens casa"),
        ("api.token_revoked", id_),
        ("enrol.fleet_made", "mosquitto, broker.example"),
        ("enrol.ticket_issued", "p1 of casa"),
        ("enrol.probe_revoked", "p1"),
        ("page.password_removed", ""),
    ]
    code = json.loads((tmp_path / "ticket").read_text())["code"]
    assert not [one for one in (PASSWORD, token.split("_", 2)[2], code) if one in written(home)]


def test_the_log_goes_with_the_store_into_a_copy_and_on_from_it(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    house.sender()
    house.fill(days=1, per_day=4)
    house.seal(before_on=DAY_ON + timedelta(days=1))
    run(api, house.home, "token", "new", "x")
    run(collector, house.home, "backup", "--to", str(tmp_path / "copies"))
    backup(house.layout, str(tmp_path / "more"), now_at=NOW_AT, say=lambda _: None)
    run(collector, tmp_path / "new", "restore", "--from", str(tmp_path / "copies"))
    assert [act for act, _ in acts(tmp_path / "new")] == ["api.token_made", "store.restored"]
    restore(CollectorHome(tmp_path / "other"), str(tmp_path / "more"), at=None, say=lambda _: None)
    assert acts(tmp_path / "other") == acts(house.home)
    assert [act for act, _ in acts(house.home)] == ["api.token_made", "store.backed_up"]


def test_what_deletes_is_told_before_it_begins(tmp_path: Path) -> None:
    from prova.command.privacy import command as privacy

    house = House(tmp_path / "home")
    house.sender()
    house.fill(days=2, per_day=4)
    house.seal(before_on=DAY_ON + timedelta(days=2))
    house.layout.retention_settings.write_text('[records]\ndays = 1\nreason = "a test"\n')
    run(privacy, house.home, "retention")
    assert not (house.home / "audit").exists()
    run(privacy, house.home, "retention", "--delete")
    lines = check(house.home / "audit").lines
    assert [(one.entry.act, one.entry.on, one.entry.outcome) for one in lines] == [
        ("privacy.retention_deleted", "records", Outcome.BEGUN),
        ("privacy.retention_deleted", "records", Outcome.DONE),
    ]


def test_a_log_that_another_version_wrote_on_is_read(tmp_path: Path) -> None:
    from collector.audit_log.act import Entry

    append(tmp_path / "audit", Entry(at=NOW_AT, who="user:ana", act="later.act"))
    assert acts(tmp_path) == [("later.act", "")]
