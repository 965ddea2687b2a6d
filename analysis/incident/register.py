"""Pure. Entries as they were written, one after another, and the incidents that they leave; nothing is ever changed.

An entry is a flat table of JSON: `do` is open, update or close, `id` names its incident. What an entry does not name
stays as it was; what adds up (decisions, notices, papers) adds up. Knows nothing of files.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from analysis.incident.incident import (
    Audience,
    Decision,
    Incident,
    Kind,
    Paper,
    Risk,
    Role,
    Severity,
    Told,
)
from analysis.incident.rulebook import grade, rulebook

_TEXTS = ("title", "consequences", "measures")
_COUNTS = ("line_count", "people_count", "record_count")
MOST_LETTERS = 4000


class IncidentError(Exception):
    """This cannot be written down. The text says what and how to mend it."""


def incidents(entries: Iterable[tuple[datetime, Mapping[str, Any]]]) -> tuple[Incident, ...]:
    """Every incident, in order of opening. `entries`: each with when it was written. Raises IncidentError."""
    found: dict[str, Incident] = {}
    for at, entry in entries:
        name = str(entry["id"])
        if entry["do"] == "open":
            found[name] = _opened(name, at, entry)
        else:
            found[name] = _followed(named(found.values(), name), at, entry)
    return tuple(found.values())


def named(known: Iterable[Incident], name: str) -> Incident:
    """The incident of that id. Raises IncidentError."""
    known = tuple(known)
    for one in known:
        if one.id == name:
            return one
    there = ", ".join(one.id for one in known) or "none yet"
    raise IncidentError(f"There is no incident {name}. There are: {there}.")


def next_id(known: Sequence[Incident], at: datetime) -> str:
    """The next free name, as in 2026-003."""
    numbers = [int(one.id.rpartition("-")[2]) for one in known if one.id.startswith(f"{at.year}-")]
    return f"{at.year}-{max(numbers, default=0) + 1:03d}"


def checked(known: Sequence[Incident], at: datetime, entry: Mapping[str, Any]) -> Incident:
    """The incident as this next entry leaves it. Raises IncidentError where it may not follow."""
    long = [key for key, value in entry.items() if isinstance(value, str) and len(value) > MOST_LETTERS]
    if long:
        raise IncidentError(f"{long[0]} has over {MOST_LETTERS} letters. Say it shorter, or attach a paper.")
    if entry["do"] == "open":
        return _opened(str(entry["id"]), at, entry)
    return _followed(named(known, str(entry["id"])), at, entry)


def _opened(name: str, at: datetime, entry: Mapping[str, Any]) -> Incident:
    aware_at = _time(entry["aware_at"])
    if aware_at > at:
        raise IncidentError(f"Nobody can have become aware at {aware_at.isoformat()}, which is not past. Mend --aware.")
    kinds, risk, lines = tuple(map(Kind, entry["kinds"])), Risk(entry["risk"]), entry.get("line_count")
    severity, reason = grade(kinds, risk, lines)
    blank = Incident(
        id=name,
        title=str(entry["title"]),
        kinds=kinds,
        severity=severity,
        severity_reason=reason,
        role=Role(entry["role"]),
        risk=risk,
        aware_at=aware_at,
        opened_at=at,
    )
    return _noted(blank, at, entry)


def _followed(incident: Incident, at: datetime, entry: Mapping[str, Any]) -> Incident:
    if incident.closed_at is not None:
        raise IncidentError(f"Incident {incident.id} was closed on {incident.closed_at:%Y-%m-%d}. Open another one.")
    if "risk" in entry or "line_count" in entry or "kinds" in entry:
        kinds = tuple(map(Kind, entry.get("kinds", incident.kinds)))
        risk, lines = Risk(entry.get("risk", incident.risk)), entry.get("line_count", incident.line_count)
        severity, reason = grade(kinds, risk, lines)
        incident = replace(incident, kinds=kinds, risk=risk, severity=severity, severity_reason=reason)
    changed = _noted(incident, at, entry)
    if entry["do"] == "close":
        return replace(changed, closed_at=at, outcome=str(entry["outcome"]))
    return changed


def _noted(incident: Incident, at: datetime, entry: Mapping[str, Any]) -> Incident:
    """What any entry may bring."""
    changes: dict[str, Any] = {key: str(entry[key]) for key in _TEXTS if key in entry}
    changes |= {key: int(entry[key]) for key in _COUNTS if key in entry}
    if "severity" in entry:
        changes |= {"severity": Severity(entry["severity"]), "severity_reason": f"as {entry.get('by', '')} said"}
    if "happened_at" in entry:
        changes["happened_at"] = _time(entry["happened_at"])
    if "categories" in entry:
        changes["categories"] = tuple(dict.fromkeys((*incident.categories, *map(str, entry["categories"]))))
    changes["told"] = incident.told + tuple(_told(one, at) for one in entry.get("told", ()))
    changes["decisions"] = incident.decisions + tuple(_decision(one, at, entry) for one in entry.get("decisions", ()))
    changes["papers"] = incident.papers + tuple(Paper(**one) for one in entry.get("papers", ()))
    return replace(incident, **changes)


def _told(one: Mapping[str, Any], written_at: datetime) -> Told:
    at = _time(one["at"])
    if at > written_at:
        raise IncidentError(f"A notice at {at.isoformat()} is not past. Write it down once it was given.")
    return Told(audience=Audience(one["audience"]), at=at, reference=str(one.get("reference", "")))


def _decision(one: Mapping[str, Any], at: datetime, entry: Mapping[str, Any]) -> Decision:
    ends = str(one.get("ends", ""))
    known = {duty.id for duty in rulebook().duties}
    if ends and ends not in known:
        raise IncidentError(f"There is no duty {ends}. There are: {', '.join(sorted(known))}.")
    return Decision(at=at, by=str(entry.get("by", "")), words=str(one["words"]), ends=ends)


def _time(text: object) -> datetime:
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise IncidentError(f"{text} has no zone. Write it as 2026-10-05T14:30+01:00.")
    return at.astimezone(UTC)
