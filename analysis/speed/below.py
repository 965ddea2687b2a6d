"""Pure. For how much of a day the line was below a promised speed, at least and at most.

Knows nothing of how much is allowed.
"""

from analysis.speed.case import Case
from analysis.speed.evidence import Standing
from analysis.speed.share import day_at_least, day_at_most


def day_below(case: Case, confidence: float | None = None) -> tuple[float, float]:
    """The share of the day below the promised speed: at least, at most, each with `confidence`.

    Without it: the rule's own, and for *at least* its `breach_confidence` where it has one.

    A slot without a test counts as good for the first and as bad for the second. So does a slot that has not ended:
    what is proven of the running day cannot be undone by its rest.
    """
    for_breach = "breach_confidence" if "breach_confidence" in case.rule.parameters else "confidence"
    least, most = confidence or case.rule.number(for_breach), confidence or case.rule.number("confidence")
    ended = [slot.standing for slot in case.slots if slot.period.end_at <= case.now]
    to_come = len(case.slots) - len(ended)
    tested = [standing for standing in ended if standing is not None]
    below = sum(standing is Standing.BELOW for standing in tested)
    not_reached = sum(standing is not Standing.REACHED for standing in tested)
    return (
        day_at_least(below, len(tested) + to_come, len(case.slots), least),
        day_at_most(not_reached, len(tested), len(case.slots), most),
    )
