"""The dated data about terms: complete, marked, and refused where they contradict themselves."""

import copy
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from analysis.clocks import package_data, readings_file
from analysis.clocks.reading import SWITCHES, Basis, Clock
from analysis.clocks.term import Term

DOCUMENT = tomllib.loads((files("analysis.clocks") / "readings.toml").read_text("utf-8"))
RULES = package_data.rules()
ALL: tuple[Clock | Term, ...] = (*RULES.clocks, *RULES.terms)


def test_48_working_hours_have_six_readings_and_a_primary_with_its_reason() -> None:
    repair = RULES.clock("repair", date(2026, 11, 21))
    assert repair
    assert [reading.id for reading in repair.readings] == ["w0", "w1", "w2", "w3-09-22", "w3-08-20", "w3-09-18"]
    assert {reading.family for reading in repair.readings} == {"w0", "w1", "w2", "w3"}
    assert repair.hours == 48
    assert repair.primary == "w1"
    assert repair.reason.pt
    assert all(reading.basis is Basis.INTERPRETATION for reading in repair.readings)


def test_every_row_says_its_clause_its_source_and_how_sure_it_is() -> None:
    for rule in ALL:
        assert rule.clause
        assert rule.source
        assert rule.basis in Basis
    for clock in RULES.clocks:
        assert all(reading.source and reading.favour.pt and reading.against.en for reading in clock.readings)


def test_every_switch_has_a_default_and_a_reason_in_both_languages() -> None:
    assert set(RULES.reasons) == set(SWITCHES)
    assert all(reason.pt and reason.en for reason in RULES.reasons.values())


def test_an_alternative_names_a_rule_that_is_there() -> None:
    known = {rule.id for rule in ALL}
    assert {term.alternative_of for term in RULES.terms if term.alternative_of} <= known


def test_a_rule_holds_from_its_own_first_day() -> None:
    assert RULES.term("long-outage", date(2022, 11, 13)) is None
    assert RULES.term("long-outage", date(2022, 11, 14))
    assert RULES.clock("no such clock", date(2026, 1, 1)) is None


def test_a_rule_ends_before_its_until() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["clock"][0]["until"] = date(2027, 1, 1)
    rules = readings_file.parse(document)
    assert rules.clock("repair", date(2026, 12, 31))
    assert rules.clock("repair", date(2027, 1, 1)) is None


def broken(change: str, value: Any) -> dict[str, Any]:
    """The document with one value changed, or taken away where `value` is None; `change` is a path."""
    document = copy.deepcopy(DOCUMENT)
    *path, last = (int(part) if part.isdigit() else part for part in change.split("."))
    place: Any = document
    for part in path:
        place = place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return document


@pytest.mark.parametrize(
    ("change", "value", "sentence"),
    [
        ("clock.0.primary", "w9", "clock 'repair': its primary reading 'w9' is none of its readings"),
        ("clock.0.clause", None, "clock 'repair': 'clause' is missing"),
        ("clock.0.hours", 40, "clock 'repair': reading 'w2' counts days"),
        ("clock.0.reading.3.to_hour", 9, "clock 'repair': reading 'w3-09-22': a window from 9 to 9 h is none"),
        ("clock.0.reading.0.count", "weeks", "clock 'repair': 'weeks' is not a valid Count"),
        ("term.0.unit", "years", "term 'complaint-to-operator': 'years' is not a valid Unit"),
        ("term.0.moves_off", ["monday"], "term 'complaint-to-operator': 'monday' is not a valid Off"),
    ],
)
def test_a_wrong_row_is_named(change: str, value: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        readings_file.parse(broken(change, value))
