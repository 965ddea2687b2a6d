"""Pure. Which duties an incident has, until when, and which of them are met. Knows nothing of how it is shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from analysis.incident.incident import Audience, Incident
from analysis.incident.rulebook import Duty, rulebook


class Stand(StrEnum):
    """How a duty stands."""

    MET = "met"
    LATE = "late"  # done, after its time
    DECIDED = "decided"  # somebody decided, with reasons, that it is not owed
    RUNNING = "running"
    SOON = "soon"
    OVERDUE = "overdue"
    AT_ONCE = "at_once"  # without undue delay, and not done yet


URGENT = frozenset({Stand.SOON, Stand.OVERDUE, Stand.AT_ONCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One duty of one incident. `due_at` None: without undue delay. `met_at` None: not done."""

    duty: Duty
    stand: Stand
    from_at: datetime
    due_at: datetime | None
    met_at: datetime | None


def clocks(incident: Incident, now: datetime, *, soon: timedelta) -> tuple[Clock, ...]:
    """Every duty that the incident has by its role, its risk and the day on which it became known, in order of law."""
    found = (_clock(duty, incident, now, soon) for duty in rulebook().duties if _applies(duty, incident))
    return tuple(one for one in found if one is not None)


def is_urgent(incident: Incident, now: datetime, *, soon: timedelta) -> bool:
    """Whether something is due soon, or overdue."""
    return any(one.stand in URGENT for one in clocks(incident, now, soon=soon))


def _applies(duty: Duty, incident: Incident) -> bool:
    return incident.role in duty.roles and incident.risk in duty.risks and incident.aware_at.date() >= duty.since_on


def _clock(duty: Duty, incident: Incident, now: datetime, soon: timedelta) -> Clock | None:
    notices = _notices(incident, duty.audience)
    if duty.from_notice and not notices:
        return None
    from_at = notices[0] if duty.from_notice else incident.aware_at
    met_at = next(iter(notices[1:] if duty.from_notice else notices), None)
    due_at = None if duty.hours is None else from_at + timedelta(hours=duty.hours)
    decided = any(one.ends == duty.id for one in incident.decisions)
    stand = Stand.DECIDED if decided and met_at is None else _stand(due_at, met_at, now, soon)
    return Clock(duty=duty, stand=stand, from_at=from_at, due_at=due_at, met_at=met_at)


def _notices(incident: Incident, audience: Audience) -> list[datetime]:
    return sorted(one.at for one in incident.told if one.audience is audience)


def _stand(due_at: datetime | None, met_at: datetime | None, now: datetime, soon: timedelta) -> Stand:
    if met_at is not None:
        return Stand.LATE if due_at is not None and met_at > due_at else Stand.MET
    if due_at is None:
        return Stand.AT_ONCE
    if now > due_at:
        return Stand.OVERDUE
    return Stand.SOON if due_at - now <= soon else Stand.RUNNING
