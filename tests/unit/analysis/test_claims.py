"""Whole cases through every rule: order, doubles, explanations, sentences."""

import random
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.assess import AROUND, BEFORE, assess
from analysis.explain.claim_step import claim_steps
from analysis.finding import Finding
from analysis.finding_json import report_json
from analysis.period import Period
from analysis.profile import load
from analysis.scenario.play import play
from analysis.scenario.script import Script
from analysis.scenario.script_file import read

FOLDER = Path(__file__).parents[2] / "scenario" / "claims"
RULES = {rule.id for rule in load("pt-nos").rules if not rule.id.startswith("speed.")}


def script(name: str) -> Script:
    return read(tomllib.loads((FOLDER / f"{name}.toml").read_text()))


def findings(name: str) -> dict[str, Finding]:
    told = script(name)
    report = assess(play(told), told.contract, told.period, told.now, told.case)
    return {one.id: one for one in report.findings if not one.rule.startswith("speed.")}


def test_the_order_of_records_and_doubles_among_them_make_no_difference() -> None:
    told = script("asleep_in_the_middle")
    records = list(play(told))
    mixed = random.Random(7).sample([*records, *records[::5]], len(records) + len(records[::5]))
    one, other = (assess(found, told.contract, told.period, told.now, told.case) for found in (records, mixed))
    assert report_json(one) == report_json(other)


@pytest.mark.parametrize("name", ["asleep_in_the_middle", "three_times_nine_hours", "night_of_25_hours"])
def test_what_a_case_makes_be_read_besides_changes_neither_speeds_nor_the_ledger(name: str) -> None:
    told = script(name)
    records = list(play(told))
    day = Period(told.period.end_at - timedelta(days=1), told.period.end_at)
    narrow = [one for one in records if one.record.started.at >= day.start_at - BEFORE - AROUND]
    alone = assess(narrow, told.contract, day, told.now)
    beside = assess(records, told.contract, day, told.now, told.case)
    assert len(narrow) < len(records)
    assert alone.ledger == beside.ledger
    assert alone.findings == tuple(one for one in beside.findings if one.rule.startswith("speed."))


def test_without_a_case_speeds_alone_are_judged() -> None:
    told = script("known_at_once")
    report = assess(play(told), told.contract, told.period, told.now)
    assert all(one.rule.startswith("speed.") for one in report.findings)


def test_every_rule_of_the_profile_is_met_with_in_some_case() -> None:
    expected = {one["rule"] for path in FOLDER.glob("*.toml") for one in tomllib.loads(path.read_text())["expected"]}
    assert RULES - expected <= {"visit.porting"}  # it lends `visit.missed` its sum


@pytest.mark.parametrize(
    "name",
    ["known_at_once", "probe_saw_three_days", "invoice_credits_nothing", "seventeen_days", "announced_works",
     "never_active", "operator_does_not_answer", "ended_and_not_paid_back", "call_not_paid_back"],
)  # fmt: skip
def test_a_finding_is_laid_open_to_its_verdict_and_says_no_placeholder(name: str) -> None:
    for one in findings(name).values():
        steps = claim_steps(one)
        assert steps[-1].formula.endswith(f"-> {one.verdict}"), one.rule
        for text in (one.sentence.pt, one.sentence.en):
            assert "{" not in text
            assert text.endswith((".", ".)"))
            assert "  " not in text


def test_ids_tell_faults_apart_that_begin_together() -> None:
    told = script("known_at_once")
    tables = tomllib.loads((FOLDER / "known_at_once.toml").read_text())
    tables["case"]["fault"].append({**tables["case"]["fault"][0], "id": "a2", "service": "television"})
    both = read(tables)
    report = assess(play(told), both.contract, both.period, both.now, both.case)
    ids = [one.id for one in report.findings]
    assert len(ids) == len(set(ids))
    assert "casa:repair.w1:a2:20261120T060000Z" in ids


def test_the_matrix_has_every_reading_and_no_more_than_the_price() -> None:
    (found,) = (one for one in findings("seventeen_days").values() if one.rule == "credit.amount")
    matrix = found.measured["matrix"]
    assert isinstance(matrix, list)
    assert len(matrix) == 16
    for cell in matrix:
        assert isinstance(cell, dict)
        price = {"internet": 30.0, "bundle": 45.0}[str(cell["base"])]
        assert 0 < float(str(cell["lower_eur"])) <= float(str(cell["upper_eur"])) <= price


def test_a_finding_names_its_outages_and_its_clause() -> None:
    (found,) = (one for one in findings("known_at_once").values() if one.rule == "availability.consecutive")
    assert found.witnesses == ("casa:outage:line:20261120T060000Z",)
    assert "129" in found.clause
    assert found.threshold["hours"] == 24
