"""`prova show` over a real store."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from joserfc.jwk import OKPKey

from collector.envelope import Accepted, Enrolled, Witnessed
from collector.journal import Journal
from collector.judging.outline import open_outline
from probe import wire
from probe.body.reachability import Role
from probe.body.speed_test import Progress
from probe.key import public_jwk
from probe.record import Record
from prova.command.show import command
from prova.home import resolve
from tests.build import AT, MINUTE, a_record, a_speed_test
from tests.outage_history import BEYOND, GATEWAY, History, dark

DAYS = ["--from", "2026-11-21", "--to", "2026-11-22"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    cut = History(answers=dark(Role.FIRST_HOP, *BEYOND))
    _keep(tmp_path, [one.record for one in cut.records()])
    return tmp_path


def _keep(home: Path, records: Sequence[Record]) -> None:
    """As the collector writes them."""
    path = resolve(home).collector.journal
    path.parent.mkdir(parents=True)
    key = OKPKey.generate_key("Ed25519", private=True)
    journal = Journal(path)
    try:
        journal.enrol(Enrolled(probe="p1", line="casa", public_jwk=public_jwk(key), enrolled_at=AT))
        signed = wire.seal_batch(
            "casa", "p1", [wire.encode_record(record) for record in records], previous_sha256=None, key=key
        )
        batch = open_outline(signed, key=key)
        journal.store([Accepted(batch=batch, batch_sha256=wire.sha256(signed), signed=signed, received_at=AT)])
    finally:
        journal.close()


def shown(home: Path, *arguments: str) -> str:
    done = CliRunner().invoke(command, [*arguments, "--home", str(home), *DAYS], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_outages_as_json(home: Path) -> None:
    told = json.loads(shown(home, "outages", "--json"))
    assert [one["cause"] for one in told["outages"]] == ["access_line"]


def test_outages_as_a_table_in_both_languages(home: Path) -> None:
    english, portuguese = shown(home, "outages"), shown(home, "outages", "--lang", "pt")
    assert "access line or its session" in english
    assert "linha de acesso ou a sua sessão" in portuguese
    assert "(before: " in english
    assert "(before: " not in portuguese
    assert "(antes: " in portuguese
    assert "start known within 5 s, end within 6 s" in english
    assert "router's connection to the operator: not seen" in english


def test_a_quiet_day_says_so(tmp_path: Path) -> None:
    _keep(tmp_path, [one.record for one in History().records()])
    assert shown(tmp_path, "outages").startswith("No outage was observed.")


def test_a_time_that_nobody_watched_is_not_called_quiet(tmp_path: Path) -> None:
    gateway_alone = History(targets=(GATEWAY,))
    _keep(tmp_path, [one.record for one in gateway_alone.records()])
    assert "is not known" in shown(tmp_path, "outages")
    assert "Não se sabe" in shown(tmp_path, "outages", "--lang", "pt")


def test_tests_tell_their_course_where_somebody_asks(tmp_path: Path) -> None:
    series = (Progress(0.0, 0), Progress(500.0, 30_000_000))
    _keep(tmp_path, [a_record(body=a_speed_test(series=series))])
    (plain,), (full,) = (json.loads(shown(tmp_path, "tests", "--json", *more))["tests"] for more in ((), ("--series",)))
    assert full["series"][-1] == {"elapsed_ms": 500.0, "received_bytes": 30_000_000}
    assert full.keys() - plain.keys() == {"series", "stream_series"}


def test_the_ledger_tells_causes(home: Path) -> None:
    rows = shown(home, "ledger").splitlines()
    assert any(row.endswith("down: access line or its session") for row in rows)
    spans = json.loads(shown(home, "ledger", "--json"))["spans"]
    assert [span["cause"] for span in spans if span["state"] == "down"] == ["access_line"]


def test_what_the_witness_saw_stands_beside_an_outage(home: Path) -> None:
    assert json.loads(shown(home, "outages", "--json"))["outages"][0]["flags"] == []
    journal = Journal(resolve(home).collector.journal)
    try:
        journal.witness([_asked_outside(number) for number in range(30)])
    finally:
        journal.close()
    assert "alive_from_outside" in json.loads(shown(home, "outages", "--json"))["outages"][0]["flags"]
    assert json.loads(shown(home, "outages", "--json"))["outages"][0]["confidence"] == "low"


def _asked_outside(number: int) -> Witnessed:
    return Witnessed(
        line="casa",
        started_at=AT + number * MINUTE,
        ended_at=AT + (number + 1) * MINUTE,
        method="icmp",
        asked_count=2,
        answered_count=2,
    )
