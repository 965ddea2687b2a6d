"""Pure. Incidents as rows of text, and as JSON. Knows nothing of where they are kept."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analysis.incident.clock import Clock, Stand, clocks
from analysis.incident.incident import Incident
from analysis.incident.letter import moment

_STANDS = {
    Stand.MET: "done",
    Stand.LATE: "done, too late",
    Stand.DECIDED: "decided: not owed",
    Stand.RUNNING: "running",
    Stand.SOON: "DUE SOON",
    Stand.OVERDUE: "OVERDUE",
    Stand.AT_ONCE: "DUE AT ONCE",
}


def as_json(incident: Incident, now: datetime, soon: timedelta) -> dict[str, Any]:
    """One incident with its clocks; times in ISO 8601, UTC."""
    told = [
        {
            "duty": one.duty.id,
            "clause": one.duty.clause,
            "audience": one.duty.audience.value,
            "stand": one.stand.value,
            "from_at": one.from_at.isoformat(),
            "due_at": _iso(one.due_at),
            "met_at": _iso(one.met_at),
        }
        for one in clocks(incident, now, soon=soon)
    ]
    plain = {key: _plain(value) for key, value in asdict(incident).items()}
    return plain | {"clocks": told}


def row(incident: Incident, now: datetime, soon: timedelta, zone: ZoneInfo) -> str:
    """One line of a list."""
    state = "closed" if incident.closed_at else "open"
    lines = "lines not known" if incident.line_count is None else f"{incident.line_count} lines"
    running = [one for one in clocks(incident, now, soon=soon) if one.met_at is None and one.stand is not Stand.DECIDED]
    due = "; ".join(f"{one.duty.audience.value} {_due(one, now, zone)}" for one in running)
    kinds = "+".join(one.value for one in incident.kinds)
    return f"{incident.id}  {state}  {incident.severity.value}  {kinds}  {lines}  {_shown(incident.title)}" + (
        f"  [{due}]" if due and not incident.closed_at else ""
    )


def rows(incident: Incident, now: datetime, soon: timedelta, zone: ZoneInfo) -> Iterator[str]:
    """One incident laid open."""
    yield row(incident, now, soon, zone)
    grave = f"{incident.severity.value} ({_shown(incident.severity_reason)})"
    yield f"  grave: {grave}; risk to people: {incident.risk.value}"
    yield f"  known since {moment(incident.aware_at, zone)}; written down {moment(incident.opened_at, zone)}"
    if incident.happened_at is not None:
        yield f"  happened {moment(incident.happened_at, zone)}"
    counts = (("people", incident.people_count), ("records", incident.record_count))
    yield "".join(f"  {name}: {'not known' if count is None else count};" for name, count in counts)
    if incident.categories:
        yield f"  data: {_shown(', '.join(incident.categories))}"
    for name, words in (("consequences", incident.consequences), ("measures", incident.measures)):
        if words:
            yield f"  {name}: {_shown(words)}"
    yield from (f"  to tell: {line}" for line in _clock_rows(clocks(incident, now, soon=soon), now, zone))
    for one in incident.told:
        yield f"  told {one.audience.value} {moment(one.at, zone)} {_shown(one.reference)}".rstrip()
    for made in incident.decisions:
        ends = f" (ends {made.ends})" if made.ends else ""
        yield f"  {moment(made.at, zone)} {_shown(made.by)}: {_shown(made.words)}{ends}"
    for paper in incident.papers:
        yield f"  paper {_shown(paper.name)}, {paper.byte_count} bytes, {paper.sha256}"
    if incident.closed_at is not None:
        yield f"  closed {moment(incident.closed_at, zone)}: {_shown(incident.outcome)}"


def _clock_rows(found: Sequence[Clock], now: datetime, zone: ZoneInfo) -> Iterator[str]:
    for one in found:
        yield f"{one.duty.audience.value}, {one.duty.clause}: {_due(one, now, zone)}. {one.duty.text['en']}"


def _due(one: Clock, now: datetime, zone: ZoneInfo) -> str:
    stand = _STANDS[one.stand]
    if one.met_at is not None:
        return f"{stand} {moment(one.met_at, zone)}"
    if one.due_at is None or one.stand is Stand.DECIDED:
        return stand
    left_h = (one.due_at - now).total_seconds() / 3600
    return f"{stand}, until {moment(one.due_at, zone)} ({left_h:.1f} h)"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _shown(text: str) -> str:
    """A terminal's control characters come from nobody's words."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
