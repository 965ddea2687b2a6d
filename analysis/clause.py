"""Vocabulary. The law as dated data: parameters with unit and source, rules with clause and version, profiles.

Knows nothing of how a rule decides, nor where the data stand (`analysis.profile` loads them).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from analysis.contract import Technology

Value = Decimal | int | bool | str | tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One number (or word) that a verdict depends on.

    `since` is the day from which it holds; `source` says where it comes from. `reading` is true where no text fixes
    the value and another one could be defended.
    """

    name: str
    value: Value
    unit: str
    since: date
    source: str
    reading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One dated version of one rule. `parameters` holds its own and the profile's measuring ones, by name.

    `id` is a public name: a new meaning is a new id or a new `version`. `technologies` is never empty.
    """

    id: str
    version: str
    clause: str
    valid_from: date
    technologies: tuple[Technology, ...]
    text: str
    open_readings: tuple[str, ...]
    parameters: Mapping[str, Parameter]

    def number(self, name: str) -> float:
        """A parameter as a number. Raises KeyError for a name the profile does not have."""
        return float(_number(self.parameters[name]))

    def whole(self, name: str) -> int:
        """A parameter as a whole number. Raises KeyError."""
        return int(_number(self.parameters[name]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A set of rules that a contract is judged under.

    `measurement` holds what every rule shares, by name. `rules` holds every version, sorted by id and date.
    """

    id: str
    title: str
    measurement: Mapping[str, Parameter]
    rules: tuple[Rule, ...]

    def rule(self, rule_id: str, day: date) -> Rule | None:
        """The version in force on `day`; None before the first."""
        versions = [rule for rule in self.rules if rule.id == rule_id and rule.valid_from <= day]
        return versions[-1] if versions else None

    def number(self, name: str) -> float:
        """A measuring parameter as a number. Raises KeyError."""
        return float(_number(self.measurement[name]))


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRules:
    """What the time ledger and its outages go by; each is told in `profiles/ledger.toml`, in the order below.

    First what makes time down, then how an interruption is classed, then what is no interruption, then what a rung of
    the ladder needs to be a witness.
    """

    bad_in_a_row: int
    gap_intervals: int
    asked_at_least: int
    confirm_s: int
    good_in_a_row: int
    good_networks: int
    weak_recovery_s: int
    outage_s: int
    long_s: int
    loss_percent: int
    loss_window_s: int
    flap_count: int
    flap_window_s: int
    same_time_s: int
    same_time_days: int
    baseline_s: int
    expected_answers: int
    onset_s: int
    core_networks: int
    together_lines: int
    together_s: int
    together_chance_ppm: int


def _number(parameter: Parameter) -> Decimal:
    if isinstance(parameter.value, Decimal | int) and not isinstance(parameter.value, bool):
        return Decimal(parameter.value)
    raise TypeError(f"{parameter.name} is no number")
