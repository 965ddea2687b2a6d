"""Vocabulary. One test laid open, as its template shows it. Knows nothing of where any of it came from."""

from dataclasses import dataclass

from dashboards.web.part.shown import Picture, Table, Tone


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that belong together, each a name and a value."""

    title: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the test may not carry every verdict, and what would mend it."""

    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class Use:
    """A finding that the test was a witness of."""

    tone: Tone
    verdict: str
    sentence: str
    clause: str
    address: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPage:
    """`absent` says that there is no such test; then all else is empty. `tone` is of what it counts for,
    never of its speed. `course`: None where no counts were kept.
    """

    __test__ = False  # a noun, nothing that a test runner should collect

    absent: str
    back: str
    when: str
    result: str
    tone: Tone
    grade: str
    meaning: str
    doubts: tuple[Doubt, ...] = ()
    course: Picture | None = None
    course_table: Table | None = None
    groups: tuple[Group, ...] = ()
    uses: tuple[Use, ...] = ()
