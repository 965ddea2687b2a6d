"""A finding laid open: its arithmetic can be redone from its own figures, and no record is missing."""

import re
import tomllib
from pathlib import Path

import pytest
from scipy.stats import beta

from analysis.assess import judged as judged_tests
from analysis.explain.explain import explain
from analysis.explain.explanation import Explanation
from analysis.explain.explanation_json import explanation_json
from analysis.profile import load
from analysis.scenario.compare import judged
from analysis.scenario.play import play
from analysis.scenario.script_file import read
from probe.body.speed_test import SpeedTest

SCENARIOS = Path(__file__).parents[2] / "scenario"
TOLD = (
    "across_midnight",
    "kept_promise",
    "evening_congestion",
    "never_the_maximum",
    "slow_over_wifi",
    "found_by_noon",
    "probe_asleep",
)


def laid_open(name: str) -> list[Explanation]:
    script = read(tomllib.loads((SCENARIOS / f"{name}.toml").read_text()))
    report, records = judged(script), play(script)
    tests = judged_tests(records, script.contract.line.id, script.contract, load(script.contract.profile))
    return [explain(finding, tests, script.contract) for finding in report.findings]


@pytest.mark.parametrize("name", TOLD)
def test_every_limit_can_be_redone_from_the_formula_as_written(name: str) -> None:
    redone = 0
    for told in laid_open(name):
        for step in told.steps:
            found = re.search(
                r"BetaInv\((\S+); (\d+), (\d+)\) x (\d+)/(\d+)(?: \+ (\d+)/(\d+))? = .* = (\S+)$", step.formula
            )
            if found is None:
                continue
            share, a, b, tested, total, unseen, _, said = found.groups()
            value = beta.ppf(float(share), int(a), int(b)) * int(tested) / int(total) + int(unseen or 0) / int(total)
            assert round(value, 6) == pytest.approx(float(said), abs=1.5e-6)
            interval = told.finding.interval
            assert interval is not None
            assert float(said) in {interval.low, interval.high} or not float(said)
            redone += 1
    assert redone or name == "slow_over_wifi"


@pytest.mark.parametrize("name", TOLD)
def test_every_test_of_the_day_is_used_or_left_out_with_a_reason(name: str) -> None:
    script = read(tomllib.loads((SCENARIOS / f"{name}.toml").read_text()))
    records = [one.record for one in play(script) if isinstance(one.record.body, SpeedTest)]
    for told in laid_open(name):
        expected = {
            record.id
            for record in records
            if isinstance(record.body, SpeedTest)
            and record.body.direction is told.finding.direction
            and record.started.at in told.finding.period
        }
        used, left_out = {one.record_id for one in told.used}, {one.record_id for one in told.left_out}
        assert used | left_out == expected
        assert not used & left_out
        assert used == set(told.finding.witnesses)


def test_the_last_step_says_the_verdict() -> None:
    for told in laid_open("evening_congestion"):
        if told.steps and told.finding.interval is not None:
            assert told.steps[-1].formula.endswith(f"-> {told.finding.verdict}")


def test_an_explanation_carries_its_numbers_with_their_sources_as_json() -> None:
    told = explanation_json(laid_open("evening_congestion")[0])
    assert told["schema"] == "prova.explanation/1"
    assert told["rule"]["parameters"]["error_share"]["source"]
    assert told["rule"]["parameters"]["error_share"]["value"] == "0.05"
