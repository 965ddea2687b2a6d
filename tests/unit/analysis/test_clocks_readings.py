"""The dated data about terms: complete, marked, and refused where they contradict themselves."""

import copy
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from analysis.clocks import package_data, readings_file
from analysis.clocks.reading import SWITCHES, Basis, Clock, Switches
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


def test_every_row_is_read_as_it_is_written() -> None:
    """Field by field against the document itself, the optional ones too."""
    document = copy.deepcopy(DOCUMENT)
    document["term"][0] |= {"since": date(2020, 1, 1), "until": date(2030, 1, 1), "alternative_of": "t"}
    document["clock"][0]["since"] = date(2020, 1, 1)
    rules = readings_file.parse(document)
    for clock, told in zip(rules.clocks, document["clock"], strict=True):
        assert (clock.id, clock.hours, clock.clause, clock.source) == tuple(
            told[name] for name in ("id", "hours", "clause", "source")
        )
        assert (clock.basis, clock.since, clock.until) == (told["basis"], told.get("since"), told.get("until"))
        assert (clock.primary, clock.reason.pt, clock.reason.en) == (told["primary"], *told["reason"].values())
        for reading, one in zip(clock.readings, told["reading"], strict=True):
            assert (reading.id, reading.family, reading.count, reading.source, reading.basis) == tuple(
                one[name] for name in ("id", "family", "count", "source", "basis")
            )
            assert (reading.from_hour, reading.to_hour) == (one.get("from_hour", 0), one.get("to_hour", 24))
            assert reading.term.total_seconds() == told["hours"] * 3600
            for sentence, name in ((reading.label, "label"), (reading.favour, "favour"), (reading.against, "against")):
                assert (sentence.pt, sentence.en) == (one[name]["pt"], one[name]["en"])
    for term, told in zip(rules.terms, document["term"], strict=True):
        assert (term.id, term.count, term.unit, term.clause, term.source, term.basis) == tuple(
            told[name] for name in ("id", "count", "unit", "clause", "source", "basis")
        )
        assert (term.since, term.until, term.alternative_of) == tuple(
            told.get(name) for name in ("since", "until", "alternative_of")
        )
        assert (term.moves_off, term.label.pt) == (frozenset(told["moves_off"]), told["label"]["pt"])
    assert (rules.version, rules.seat.municipality) == (document["version"], document["seat"]["municipality"])


def test_a_row_that_names_nothing_is_told_by_a_question_mark() -> None:
    with pytest.raises(ValueError, match=r"^term '\?': 'id' is missing$"):
        readings_file.parse(broken("term.0.id", None))


def test_who_reads_for_the_customer_and_who_for_the_operator_differ_in_every_switch() -> None:
    customer, operator = Switches.for_customer(), Switches.for_operator()
    for name in SWITCHES:
        assert {getattr(customer, name), getattr(operator, name)} == {True, False}, name
        assert isinstance(getattr(customer, name), bool)
        assert isinstance(getattr(operator, name), bool)


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
