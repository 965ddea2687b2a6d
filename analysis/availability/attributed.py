"""Pure. Whose one fault of the case was: from the interruption that it speaks of, or from what the case proves.

Knows no limit and no verdict.
"""

from analysis.availability.downtime import Downtime, Interruption, Standing, seconds
from analysis.case.case import Case, Fault, Service, Whose

_OF_CAUSE = {Whose.OPERATOR: Standing.OPERATOR, Whose.CUSTOMER: Standing.CUSTOMER}


def interruptions_of(fault: Fault, away: Downtime) -> tuple[Interruption, ...]:
    """Those that a fault of the internet speaks of: the one it was told in, and until its end those that follow."""
    if fault.service is not Service.INTERNET:
        return ()
    return tuple(
        one
        for one in away.interruptions
        if fault.known_at in one.span
        or (fault.restored_at is not None and fault.known_at < one.span.start_at < fault.restored_at)
    )


def standing_of(fault: Fault, away: Downtime, case: Case) -> Standing | None:
    """Whose most of its time was; None where nothing shows it."""
    ours = interruptions_of(fault, away)
    spent = {standing: sum(seconds(one.down(standing)) for one in ours) for standing in Standing}
    if any(spent.values()):
        return max(Standing, key=lambda standing: spent[standing])
    told = next((one.whose for one in case.causes if fault.known_at in one.period), None)
    return None if told is None else _OF_CAUSE.get(told, Standing.CONTESTED)
