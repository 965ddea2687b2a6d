"""`prova check`, `explain` and `show` with a case file, over a real store filled from a scenario."""

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import click
import pytest
import tomli_w
from click.testing import CliRunner, Result
from joserfc.jwk import OKPKey

from analysis.case.case_file import CaseError
from analysis.scenario.play import play
from analysis.scenario.script_file import read
from collector.envelope import Accepted, Enrolled
from collector.journal import Journal
from collector.judging.outline import open_outline
from probe import wire
from probe.key import public_jwk
from prova.command import check, explain, show
from prova.home import resolve

SCENARIO = Path(__file__).parents[2] / "scenario" / "claims" / "billed_on_the_31st.toml"
EVENINGS = Path(__file__).parents[2] / "scenario" / "every_evening_for_ten_days.toml"
TEN_DAYS = ("--from", "2026-11-09", "--to", "2026-11-19")
DAYS = ("--from", "2026-02-26", "--to", "2026-03-03")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario's records in a journal, its contract and its case in the home."""
    return filled(tmp_path_factory.mktemp("home"), SCENARIO)


@pytest.fixture(scope="module")
def evenings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten days with speeds promised, and no case."""
    return filled(tmp_path_factory.mktemp("evenings"), EVENINGS)


def filled(path: Path, scenario: Path) -> Path:
    tables = tomllib.loads(scenario.read_text())
    script = read(tables)
    (path / "contract.toml").write_text(tomli_w.dumps(tables["contract"]))
    if "case" in tables:
        (path / "case.toml").write_text(tomli_w.dumps(tables["case"]))
    journal_path = resolve(path).collector.journal
    journal_path.parent.mkdir(parents=True)
    key, journal, before = OKPKey.generate_key("Ed25519", private=True), Journal(journal_path), None
    records = [one.record for one in play(script)]
    try:
        journal.enrol(
            Enrolled(probe=records[0].probe, line="casa", public_jwk=public_jwk(key), enrolled_at=records[0].started.at)
        )
        for first in range(0, len(records), 40):
            some = [wire.encode_record(record) for record in records[first : first + 40]]
            signed = wire.seal_batch("casa", records[0].probe, some, previous_sha256=before, key=key)
            before = wire.sha256(signed)
            batch = open_outline(signed, key=key)
            accepted = Accepted(batch=batch, batch_sha256=before, signed=signed, received_at=records[-1].ended.at)
            journal.store([accepted])
    finally:
        journal.close()
    return path


def ran(command: click.Command, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def findings(home: Path, *more: str) -> dict[str, Any]:
    told = json.loads(ran(check.command, "--home", str(home), *DAYS, "--json", *more).stdout)
    assert told["schema"] == "prova.findings/1"
    return {f"{one['rule']} {one['period']['start_at'][:10]}": one for one in told["findings"]}


def test_the_case_of_the_home_is_read(home: Path) -> None:
    told = findings(home)
    assert told["availability.consecutive 2026-02-26"]["verdict"] == "breached"
    assert told["credit.amount 2026-01-31"]["measured"]["recommended_eur"] == "1.60"
    assert len(told["credit.amount 2026-01-31"]["measured"]["matrix"]) == 16
    assert told["repair.w1 2026-02-26"]["id"] == "casa:repair.w1:a1:20260226T120000Z"


def test_another_case_is_read_where_one_is_named(home: Path, tmp_path: Path) -> None:
    empty = tmp_path / "case.toml"
    empty.write_text("")
    told = findings(home, "--case", str(empty))
    assert told["availability.consecutive 2026-02-26"]["verdict"] == "insufficient"
    assert told["availability.consecutive 2026-02-26"]["measured"]["missing"] == ["report"]


def test_a_part_of_a_billing_period_gives_the_same_findings_as_all_of_it(home: Path) -> None:
    def claims(told: dict[str, Any]) -> dict[str, Any]:
        return {name: one for name, one in told.items() if not name.startswith("speed.")}

    whole = claims(findings(home))
    part = ran(check.command, "--home", str(home), "--from", "2026-02-27", "--to", "2026-02-28", "--json").stdout
    for one in json.loads(part)["findings"]:
        if one["rule"].startswith("availability.accumulated"):
            assert one == whole[f"{one['rule']} {one['period']['start_at'][:10]}"]


@pytest.mark.parametrize(("lang", "words"), [("pt", "são devidos pelo menos 1,60 €"), ("en", "at least EUR 1.60 are")])
def test_the_sentences_are_printed_in_both_languages(home: Path, lang: str, words: str) -> None:
    assert words in ran(check.command, "--home", str(home), *DAYS, "--lang", lang).output


def test_every_finding_of_the_case_can_be_explained_by_its_id(home: Path) -> None:
    ids = [one["id"] for name, one in findings(home).items() if not name.startswith("speed.")]
    assert ids
    for name in ids[::4]:
        told = json.loads(ran(explain.command, name, "--home", str(home), "--json").stdout)
        assert told["finding"]["id"] == name
        assert told["steps"][-1]["formula"].endswith(f"-> {told['finding']['verdict']}")


def test_a_claim_is_explained_down_to_its_outages_their_minutes_and_the_entries_of_the_case(home: Path) -> None:
    found = findings(home)["availability.consecutive 2026-02-26"]
    told = json.loads(ran(explain.command, found["id"], "--home", str(home), "--json").stdout)
    (outage,) = told["outages"]
    assert [outage["id"]] == found["witnesses"]
    assert outage["used"]
    assert outage["record_count"] == len(told["used"]) > 100
    assert {one["standing"] for one in told["used"]} == {"edge", "inside"}
    assert told["used"] == sorted(told["used"], key=lambda one: one["at"])
    assert {"fault"} <= {one["table"] for one in told["case"]}
    text = ran(explain.command, found["id"], "--home", str(home)).output
    assert "Outages used: 1 of 1" in text
    assert "From the case file:" in text
    assert "last answer, first miss, last miss, first answer:" in text


def test_an_outage_that_a_claim_does_not_rest_on_says_why(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text(
        '[[cause]]\nfrom = 2026-02-25T00:00:00\nto = 2026-03-02T00:00:00\nwhose = "customer"\nevidence = "own letter"\n'
    )
    amount = next(one for name, one in findings(home, "--case", str(path)).items() if name.startswith("credit.amount"))
    assert not amount["witnesses"]
    named = ("--home", str(home), "--case", str(path), "--json")
    told = json.loads(ran(explain.command, amount["id"], *named).stdout)
    assert [(one["used"], one["why_not"]) for one in told["outages"]] == [(False, "customer")]
    assert told["used"] == []


@pytest.mark.slow
def test_a_finding_over_many_days_is_explained_over_the_days_that_were_asked_about(evenings: Path) -> None:
    found = next(
        one
        for one in json.loads(ran(check.command, "--home", str(evenings), *TEN_DAYS, "--json").stdout)["findings"]
        if one["rule"] == "speed.discrepancy" and one["direction"] == "download"
    )
    told = json.loads(ran(explain.command, found["id"], "--home", str(evenings), "--json", *TEN_DAYS).stdout)
    assert told["finding"] == found
    assert len(told["used"]) == found["n_used"] > 0
    counted = Counter(one["reasons"][0] for one in told["left_out"])
    assert counted == found["n_excluded"]


@pytest.mark.slow
def test_a_finding_over_many_days_stands_under_them_and_not_under_a_billing_period(evenings: Path) -> None:
    lines = ran(check.command, "--home", str(evenings), *TEN_DAYS).output.splitlines()
    found = next(number for number, line in enumerate(lines) if "speed.discrepancy download" in line)
    assert lines[found - 1] == "All these days"


@pytest.mark.slow
def test_another_countrys_rule_is_explained_too(evenings: Path) -> None:
    asked = (*TEN_DAYS, "--profile", "nl-acm", "--json", "--home", str(evenings))
    found = [one for one in json.loads(ran(check.command, *asked).stdout)["findings"] if one["profile"] == "nl-acm"]
    for one in found[:1]:
        told = json.loads(ran(explain.command, one["id"], "--home", str(evenings), "--json", *TEN_DAYS).stdout)
        assert told["finding"]["id"] == one["id"]
        assert len(told["used"]) == one["n_used"]
        assert Counter(left["reasons"][0] for left in told["left_out"]) == one["n_excluded"]
        assert told["steps"][-1]["formula"].endswith(f"-> {one['verdict']}")


def test_a_breach_of_the_case_ends_with_one_when_asked(home: Path) -> None:
    run = CliRunner().invoke(check.command, ["--home", str(home), *DAYS, "--exit-code"], standalone_mode=False)
    assert run.return_value == 1


def test_announced_works_reach_the_outages(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text("[[works]]\nfrom = 2026-02-26T11:00:00\nto = 2026-02-28T13:00:00\n")
    days = ("--from", "2026-02-26", "--to", "2026-03-01", "--json", "--home", str(home))
    assert [one["cause"] for one in json.loads(ran(show.command, "outages", *days).stdout)["outages"]] != ["planned"]
    told = json.loads(ran(show.command, "outages", "--case", str(path), *days).stdout)
    assert [one["cause"] for one in told["outages"]] == ["planned"]
    spans = json.loads(ran(show.command, "ledger", "--case", str(path), *days).stdout)["spans"]
    assert "planned" in {span["cause"] for span in spans}


def test_a_case_that_is_wrong_or_not_there_is_said(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    with pytest.raises(CaseError, match="cannot be read"):
        ran(check.command, "--home", str(home), "--case", str(path))
    path.write_text("[[visit]]\n")
    with pytest.raises(CaseError, match=r"visit\[1\].outcome"):
        ran(check.command, "--home", str(home), "--case", str(path))
