"""Each folder's records give its findings, to the byte. `python -m tests.golden.regenerate` writes them anew."""

import pytest

from tests.golden.case import Case, cases
from tests.golden.scenarios import SCENARIOS


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_same_records_give_the_same_findings(case: Case) -> None:
    assert case.judged() == case.findings.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_same_records_go_through_the_same_stages(case: Case) -> None:
    assert case.worked_out() == case.stages.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", [case for case in cases() if case.outages.exists()], ids=lambda case: case.name)
def test_the_same_records_give_the_same_outages(case: Case) -> None:
    assert case.account() == case.outages.read_text(encoding="utf-8")


def test_every_scenario_has_its_folder() -> None:
    assert sorted(scenario.name for scenario in SCENARIOS) == [case.name for case in cases()]
