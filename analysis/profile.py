"""Pure. Rule profiles from their data files (`analysis/profiles/`): the law, dated and with its sources.

`load` and `ledger_rules` read nothing but data that ships with this code, which is code in another notation; the same
version always gives the same profile. Knows nothing of any test.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any

from analysis.clause import LedgerRules, Parameter, Profile, Rule, Value
from analysis.contract import Technology

_LEDGER = "ledger"
_NO_LAW = (_LEDGER, "congestion", "names", "treatment")  # numbers by which records are read, not promises judged
_SENTENCES = "sentences"  # what their files begin with


class ProfileError(ValueError):
    """There is no such profile, or its file is not whole. The text says which, what and how to mend it."""


@cache
def load(name: str) -> Profile:
    """The profile called `name`. Raises ProfileError."""
    if name not in names():
        raise ProfileError(f"There is no rule profile {name!r}. Known: {', '.join(names())}.")
    return parse(tomllib.loads(_text(f"{name}.toml")))


@cache
def names() -> tuple[str, ...]:
    """Every profile that there is, sorted."""
    files = (entry.name for entry in resources.files("analysis").joinpath("profiles").iterdir())
    stems = (name.removesuffix(".toml") for name in files if name.endswith(".toml"))
    return tuple(sorted(stem for stem in stems if stem not in _NO_LAW and not stem.startswith(_SENTENCES)))


@cache
def ledger_rules() -> LedgerRules:
    """What the time ledger goes by."""
    numbers = {name: parameter.value for name, parameter in parameters(_LEDGER).items()}
    return LedgerRules(**numbers)  # type: ignore[arg-type]  # the file's own test holds it to whole numbers


def parameters(name: str) -> dict[str, Parameter]:
    """The numbers of a file that holds no rules, by name. Raises ProfileError."""
    return _parameters(name, tomllib.loads(_text(f"{name}.toml")))


def parse(mapping: Mapping[str, Any]) -> Profile:
    """A profile from the tables of its file. Raises ProfileError with the place at fault."""
    try:
        measurement = _parameters("measurement", mapping["measurement"])
        rules = [_rule(table, measurement) for table in mapping["rule"]]
        return Profile(
            id=mapping["id"],
            title=mapping["title"],
            measurement=measurement,
            rules=tuple(sorted(rules, key=lambda rule: (rule.id, rule.valid_from))),
        )
    except KeyError as error:
        raise ProfileError(
            f"The rule profile has no {error.args[0]!r}. Add it, with unit, since and source."
        ) from error


def _rule(table: Mapping[str, Any], measurement: Mapping[str, Parameter]) -> Rule:
    return Rule(
        id=table["id"],
        version=table["version"],
        clause=table["clause"],
        valid_from=table["valid_from"],
        technologies=tuple(Technology(name) for name in table["technologies"]),
        text=table["text"],
        open_readings=tuple(table["open_readings"]),
        parameters={**measurement, **_parameters(table["id"], table.get("parameters", {}))},
    )


def _parameters(where: str, table: Mapping[str, Mapping[str, Any]]) -> dict[str, Parameter]:
    return {name: _parameter(f"{where}.{name}", name, entry) for name, entry in table.items()}


def _parameter(where: str, name: str, entry: Mapping[str, Any]) -> Parameter:
    since, source, unit = entry["since"], entry["source"], entry["unit"]
    if not (isinstance(since, date) and source and unit):
        raise ProfileError(f"{where} needs a unit, a date since which it holds, and a source.")
    return Parameter(
        name=name,
        value=_value(where, entry["value"]),
        unit=unit,
        since=since,
        source=source,
        reading=entry.get("reading", False),
    )


def _value(where: str, value: object) -> Value:
    """Shares and ratios are written as decimal strings, so that no binary fraction stands for a number of law."""
    if isinstance(value, float):
        raise ProfileError(f'{where} is a binary fraction. Write it as a string: "{value}".')
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str):
        try:
            return Decimal(value)
        except InvalidOperation:
            return value
    if isinstance(value, bool | int):
        return value
    raise ProfileError(f"{where} is neither a number, a word nor a list of whole numbers.")


def _text(name: str) -> str:
    return resources.files("analysis").joinpath("profiles", name).read_text(encoding="utf-8")
