"""Pure. What falls due in a case, soonest first: deadlines as the findings carry them, under each reading.

Nothing is counted here that a rule did not count. Knows nothing of pages, calendars and messages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from analysis.finding import Finding, Verdict
from analysis.period import local_day

_TERMS = ("repair.", "complaint.", "activation.", "availability.long")
_RUNNING = frozenset({"term_not_over", "reading", "window"})
_CUSTOMERS = ("complaint.deadline",)  # the only term that is the customer's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One deadline. `at` is the first instant after it; `on` set where it is a day's end: then that day.

    `reading` names the reading that counts so, empty where there is one alone. `customer`: it is the customer who has
    to act. `overdue`: it passed, and nothing shows that it was kept.
    """

    at: datetime
    on: date | None
    finding: Finding
    reading: str
    customer: bool
    overdue: bool


def dues(findings: Sequence[Finding], now: datetime, zone: ZoneInfo) -> tuple[Due, ...]:
    """Every deadline that runs, and every one that passed without an answer, by time."""
    found = [due for one in findings for due in _of(one, now, zone)]
    return tuple(sorted(found, key=lambda due: (due.at, due.finding.id, due.reading)))


def _of(finding: Finding, now: datetime, zone: ZoneInfo) -> Iterator[Due]:
    if not finding.rule.startswith(_TERMS) or not (_runs(finding) or _overdue(finding)):
        return
    readings = finding.measured.get("readings")
    rows = [one for one in readings if isinstance(one, dict)] if isinstance(readings, list) else []
    for one in rows:
        yield _due(finding, datetime.fromisoformat(str(one["deadline_at"])), str(one["reading"]), now)
    if not rows:
        yield from _single(finding, now, zone)


def _single(finding: Finding, now: datetime, zone: ZoneInfo) -> Iterator[Due]:
    told, customer = finding.measured, finding.rule in _CUSTOMERS
    on = next((one for key in ("act_by_on", "due_on") if isinstance(one := told.get(key), str)), None)
    at = told.get("deadline_at") or finding.threshold.get("deadline_at")
    if on is not None:
        day = date.fromisoformat(on)
        end_at = local_day(day, zone).end_at
        yield Due(at=end_at, on=day, finding=finding, reading="", customer=customer, overdue=end_at <= now)
    elif isinstance(at, str):
        yield _due(finding, datetime.fromisoformat(at), "", now)


def _runs(finding: Finding) -> bool:
    missing = finding.measured.get("missing")
    return (
        finding.verdict is Verdict.INSUFFICIENT and isinstance(missing, list) and bool(_RUNNING & {*map(str, missing)})
    )


def _overdue(finding: Finding) -> bool:
    """Broken, and not made good since."""
    told = finding.measured
    return finding.verdict is Verdict.BREACHED and all(told.get(key) is None for key in ("done_on", "restored_at"))


def _due(finding: Finding, at: datetime, reading: str, now: datetime) -> Due:
    return Due(at=at, on=None, finding=finding, reading=reading, customer=False, overdue=at <= now)


def near(found: Sequence[Due], now: datetime, within: timedelta) -> tuple[Due, ...]:
    """Those that end within that time from now."""
    return tuple(one for one in found if now < one.at <= now + within)
