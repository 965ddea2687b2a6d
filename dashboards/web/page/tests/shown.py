"""Vocabulary. The tests of a month, as their template shows them. Knows nothing of where any of it came from."""

from dataclasses import dataclass

from dashboards.web.frame.shown import Choice
from dashboards.web.part.shown import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class TestShown:
    """One test of the list; `address` lays it open. `tone` is of what it counts for, never of its speed."""

    __test__ = False  # a noun, nothing that a test runner should collect

    id: str
    address: str
    when: str
    direction: str
    result: str
    tone: Tone
    grade: str
    marks: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing to choose by, and its choices."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsPage:
    """`tests`: one page of those chosen, newest first. `pages` lead to the others; empty where all are here."""

    __test__ = False

    steps_label: str
    steps: tuple[Choice, ...]
    window: str
    as_of: str
    filters: tuple[Filter, ...]
    found: str
    tests: tuple[TestShown, ...]
    pages: tuple[Choice, ...]
