import tomllib
from copy import deepcopy
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest

from analysis.clause import Parameter
from analysis.profile import ProfileError, ledger_rules, load, names, parse

NOS = tomllib.loads(resources.files("analysis").joinpath("profiles", "pt-nos.toml").read_text(encoding="utf-8"))


def test_every_profile_there_is_loads_under_its_own_name() -> None:
    assert names()
    assert all(load(name).id == name for name in names())


def test_every_number_has_unit_source_and_date() -> None:
    for name in names():
        profile = load(name)
        parameters = [*profile.measurement.values(), *(p for rule in profile.rules for p in rule.parameters.values())]
        assert all(isinstance(one, Parameter) and one.unit and one.source and one.since for one in parameters)


def test_every_rule_has_clause_text_and_version() -> None:
    for name in names():
        for rule in load(name).rules:
            assert rule.clause
            assert rule.text
            assert rule.version
            assert rule.technologies


def test_the_ledgers_rules_are_whole_numbers() -> None:
    rules = ledger_rules()
    assert all(
        isinstance(value, int) and value > 0
        for value in (rules.bad_in_a_row, rules.gap_intervals, rules.asked_at_least)
    )


def test_the_version_in_force_is_the_latest_that_has_begun() -> None:
    tables = deepcopy(NOS)
    newer = deepcopy(next(rule for rule in tables["rule"] if rule["id"] == "speed.normal"))
    newer |= {"version": "2", "valid_from": date(2027, 1, 1)}
    tables["rule"].insert(0, newer)
    profile = parse(tables)
    versions = {day: profile.rule("speed.normal", day) for day in (date(2026, 12, 31), date(2027, 1, 1))}
    assert [rule.version for rule in versions.values() if rule] == ["1", "2"]
    assert profile.rule("speed.normal", date(2015, 1, 1)) is None


def test_numbers_of_law_are_exact() -> None:
    rule = load("pt-nos").rule("speed.normal", date(2026, 11, 21))
    assert rule is not None
    assert rule.parameters["share"].value == Decimal("0.95")
    assert rule.parameters["layer"].value == "ip"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"value": 0.05}, "measurement.error_share is a binary fraction. Write it as a string"),
        ({"source": ""}, "measurement.error_share needs a unit, a date since which it holds, and a source"),
        ({"value": {}}, "measurement.error_share is neither a number"),
    ],
)
def test_a_profile_that_is_not_whole_says_where(entry: dict[str, Any], told: str) -> None:
    tables = deepcopy(NOS)
    tables["measurement"]["error_share"] |= entry
    with pytest.raises(ProfileError, match=told):
        parse(tables)


def test_a_missing_key_is_named() -> None:
    tables = deepcopy(NOS)
    del tables["rule"][0]["clause"]
    with pytest.raises(ProfileError, match="no 'clause'"):
        parse(tables)


def test_an_unknown_profile_names_the_known() -> None:
    with pytest.raises(ProfileError, match=r"There is no rule profile 'de'\. Known: pt-nos"):
        load("de")


def test_a_word_is_no_number() -> None:
    with pytest.raises(TypeError, match="layer is no number"):
        load("pt-nos").number("layer")
