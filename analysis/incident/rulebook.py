"""Pure. The rules on incidents from their data file: duties to tell, grades, and what looks like an incident.

Knows nothing of any one incident.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from analysis.incident.incident import Audience, Kind, Risk, Role, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Whom to tell, by which clause. `hours` None: without undue delay, and no number stands in the text.

    `from_notice`: they run from the first notice to the same audience, not from awareness.
    """

    id: str
    audience: Audience
    roles: frozenset[Role]
    risks: frozenset[Risk]
    hours: int | None
    from_notice: bool
    since_on: date
    clause: str
    source: str
    reading: str
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The severity of what has one of these kinds, at one of these risks (empty: any), on so many lines at least."""

    level: Severity
    kinds: frozenset[Kind]
    risks: frozenset[Risk]
    least_lines: int
    reason: str


@dataclass(frozen=True, slots=True)
class Sign:
    """What looks like an incident from `least` on."""

    least: int
    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All of it. `grades` in order: the first that fits holds."""

    duties: tuple[Duty, ...]
    grades: tuple[Grade, ...]
    signs: Mapping[str, Sign]


@cache
def rulebook() -> Rulebook:
    """The rules that come with this version."""
    text = resources.files("analysis.incident").joinpath("profiles", "duties.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return Rulebook(
        duties=tuple(_duty(one) for one in table["duty"]),
        grades=tuple(
            Grade(
                level=Severity(one["level"]),
                kinds=frozenset(map(Kind, one["kinds"])),
                risks=frozenset(map(Risk, one.get("risks", ()))),
                least_lines=one.get("least_lines", 0),
                reason=one["reason"],
            )
            for one in table["severity"]
        ),
        signs={name: Sign(one["least"], Kind(one["kind"]), one["reason"]) for name, one in table["suggestion"].items()},
    )


def grade(kinds: Sequence[Kind], risk: Risk, line_count: int | None) -> tuple[Severity, str]:
    """How grave, and why. An unknown count of lines is taken for a small one."""
    for one in rulebook().grades:
        fits = one.kinds & frozenset(kinds) and (not one.risks or risk in one.risks)
        if fits and (line_count or 0) >= one.least_lines:
            return one.level, one.reason
    return Severity.LOW, "No rule calls it graver."


def _duty(one: Mapping[str, object]) -> Duty:
    told = {key: str(one[key]) for key in ("id", "clause", "source", "reading")}
    since, text, hours = one["since"], one["text"], one.get("hours")
    assert isinstance(since, date)
    assert isinstance(text, dict)
    assert hours is None or isinstance(hours, int)
    roles, risks = one["roles"], one["risks"]
    assert isinstance(roles, list)
    assert isinstance(risks, list)
    return Duty(
        id=told["id"],
        audience=Audience(str(one["audience"])),
        roles=frozenset(map(Role, roles)),
        risks=frozenset(map(Risk, risks)),
        hours=hours,
        from_notice=one["from"] == "notified",
        since_on=since,
        clause=told["clause"],
        source=told["source"],
        reading=told["reading"],
        text=text,
    )
