"""Pure. One minute of small questions: whether the line worked, names were found, and the zone's own servers answered.

So that *the internet does not work* is told from *names do not resolve*, and both from *that zone cannot be reached*.
Knows nothing of other minutes.
"""

from collections.abc import Iterable

from analysis.names.account import Part
from analysis.outage.aim import NOT_ASKED
from probe.body.reachability import Reachability, Role, TargetMinute

_LINE = frozenset({Role.INTERNET, Role.SERVER})


def part(minute: Reachability, least_questions: int) -> Part:
    """What worked. A record of several minutes is of minutes in which every question was answered."""
    if minute.condensed is not None:
        return Part.WELL if _of(minute, {Role.RESOLVER}) else Part.UNSEEN
    line = _answered(_of(minute, _LINE), least_questions)
    names = _answered(_of(minute, {Role.RESOLVER}), least_questions)
    zone = _answered(_of(minute, {Role.NAME_SERVER}), least_questions)
    if names is None and zone is None:
        return Part.UNSEEN
    if names:
        return Part.ZONE if zone is False else Part.WELL
    # Any answer from beyond the own network shows that the line worked, a far name server's too.
    if line or zone:
        return Part.WELL if names is None else Part.NAMES
    return Part.LINE if line is False else Part.UNSEEN


def _of(minute: Reachability, roles: Iterable[Role]) -> list[TargetMinute]:
    return [one for one in minute.targets if one.role in roles and not one.loopback]


def _answered(targets: Iterable[TargetMinute], least_questions: int) -> bool | None:
    """Whether any answered; None where so few were asked that silence says nothing."""
    asked = [one for target in targets for one in target.samples if one.no_answer not in NOT_ASKED]
    if any(one.no_answer is None for one in asked):
        return True
    return False if len(asked) >= least_questions else None
