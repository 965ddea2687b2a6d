"""Vocabulary. A set-up that is not confirmed yet: what was typed so far, and what was read.

Knows nothing of who fills it in. Nothing of it is written anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analysis.summary.reading import Reading


class Step(StrEnum):
    """In their order."""

    CONTRACT = "contract"
    TERMS = "terms"
    LINE = "line"
    SERVER = "server"
    HOSTS = "hosts"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Draft:
    """`typed`: what stands in the fields, by their names. `keeps`: the contract that is there is kept as it is."""

    typed: Mapping[str, str] = field(default_factory=dict)
    reading: Reading | None = None
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field: its name, and the key of the words in `setup_problem`."""

    field: str
    key: str
