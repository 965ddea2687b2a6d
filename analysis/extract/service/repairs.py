"""Pure. A line's faults of a period, each with how long its repair took under every reading of the term.

Known only up to the period's end, whatever was seen after it. Knows nothing of other lines, and gives no verdict.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.availability.attributed import standing_of
from analysis.availability.downtime import Standing
from analysis.case.case import Case, Service
from analysis.clause import LedgerRules
from analysis.clocks import package_data
from analysis.clocks.reading import Pause
from analysis.clocks.working_time import elapsed
from analysis.contract import Contract
from analysis.extract.service.line_service import Clock, Owner, Repair
from analysis.extract.service.owner import owners
from analysis.extract.service.sight import Sight
from analysis.outage.outage import Flag, Outage
from analysis.period import Period
from analysis.repair.judge import life_of

_TERM = "repair"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """From when, until when it is known to have stood, and whether it was seen to end then."""

    clock: Clock
    began_at: datetime
    until_at: datetime
    ended: bool
    pauses: Sequence[Pause] = ()


def repairs(sight: Sight, contract: Contract, case: Case, asked: Period, rules: LedgerRules) -> tuple[Repair, ...]:
    """Those that began within `asked`: outages that were the operator's, and faults of the case, but the customer's."""
    faults = (*_observed(sight, asked, rules), *_known(sight, case, asked))
    return tuple(_repair(one, contract) for one in sorted(faults, key=lambda one: (one.clock, one.began_at)))


def _observed(sight: Sight, asked: Period, rules: LedgerRules) -> Iterator[_Fault]:
    whose = owners(sight.outages, sight.away)
    for one in sight.outages:
        began_at = one.down[0].start_at
        if one.down_s_lower >= rules.outage_s and whose[one.id] is Owner.OPERATOR and began_at in asked:
            until_at, ended = _end(one, asked.end_at)
            yield _Fault(clock=Clock.OBSERVED, began_at=began_at, until_at=until_at, ended=ended)


def _end(outage: Outage, end_at: datetime) -> tuple[datetime, bool]:
    """An end that nobody watched is none: it is known to have stood until the last miss."""
    good_at = outage.end.later_at
    if good_at is not None and good_at <= end_at and Flag.END_UNOBSERVED not in outage.flags:
        return good_at, True
    return min(outage.down[-1].end_at, end_at), False


def _known(sight: Sight, case: Case, asked: Period) -> Iterator[_Fault]:
    for one in case.faults:
        own = one.service is Service.INTERNET and one.known_at in asked
        if not own or standing_of(one, sight.away, case) is Standing.CUSTOMER:
            continue
        life = life_of(one, sight.away, asked.end_at)
        ended = life.restored_at is not None and life.restored_at <= asked.end_at
        until_at = life.restored_at if ended and life.restored_at is not None else life.still_down_at
        yield _Fault(
            clock=Clock.KNOWN,
            began_at=one.known_at,
            until_at=min(until_at, asked.end_at),
            ended=ended,
            pauses=case.pauses,
        )


def _repair(fault: _Fault, contract: Contract) -> Repair:
    return Repair(
        began_on=fault.began_at.astimezone(contract.line.zone).date(),
        clock=fault.clock,
        ended=fault.ended,
        spent_s=_spent_s(fault, contract),
    )


def _spent_s(fault: _Fault, contract: Contract) -> Mapping[str, int]:
    """By reading; empty where the term was in force under none."""
    calendar = package_data.calendar(contract.line)
    term = package_data.rules().clock(_TERM, fault.began_at.astimezone(contract.line.zone).date())
    return {
        one.id: round(elapsed(one, fault.began_at, fault.until_at, calendar, pauses=fault.pauses).total_seconds())
        for one in (term.readings if term is not None else ())
    }


def readings(on_line: Sequence[Repair]) -> tuple[str, ...]:
    """Every reading that these have, in their own order."""
    return tuple(dict.fromkeys(reading for one in on_line for reading in one.spent_s))
