"""Pure. Whether a hop that was asked is a witness, and what it says: by its own rate of answers before.

A hop that never answered tells nothing by its silence; one that answers one question in five needs to be asked longer.
Knows nothing of which hop it is.
"""

from collections.abc import Callable, Iterable, Mapping

from analysis.clause import LedgerRules
from analysis.outage.outage import RungState
from analysis.outage.rung.looks import Count, Looks
from analysis.outage.rung.moment import Moment
from probe.body.reachability import TargetMinute


def said(before: Count | None, during: Count | None, rules: LedgerRules) -> RungState:
    """What one hop says that answered so often before and during. Without a *before*, half of its answers must come.

    >>> from analysis.profile import ledger_rules
    >>> said(Count(100, 100), Count(12, 0), ledger_rules()), said(Count(100, 0), Count(12, 0), ledger_rules())
    (<RungState.FAULT: 'fault'>, <RungState.UNSEEN: 'unseen'>)
    """
    if during is None or not during.asked:
        return RungState.UNSEEN
    rate = before.answered / before.asked if before is not None and before.asked else None
    if during.answered and during.answered * 2 >= (1 if rate is None else rate) * during.asked:
        return RungState.WELL
    if during.answered:
        return RungState.UNCLEAR
    expected = 0 if rate is None else rate * during.asked
    return RungState.FAULT if expected >= rules.expected_answers else RungState.UNSEEN


def together(states: Iterable[RungState]) -> RungState:
    """Several hops of one rung: any that answers proves it well; dark is the rung only if all that speak are dark."""
    spoken = {state for state in states if state is not RungState.UNSEEN}
    if RungState.WELL in spoken:
        return RungState.WELL
    return spoken.pop() if len(spoken) == 1 else (RungState.UNCLEAR if spoken else RungState.UNSEEN)


def before(
    looks: Looks, moment: Moment, takes: Callable[[TargetMinute], bool], key: Callable[[TargetMinute], str]
) -> Mapping[str, Count]:
    """How each answered just before; where nothing was asked before, just after."""
    start_us, end_us = moment.first_us - moment.baseline_us, moment.from_us
    return looks.counts(takes, start_us, end_us, key) or looks.counts(
        takes, moment.until_us, moment.until_us + moment.baseline_us, key
    )


def onset(
    looks: Looks, moment: Moment, takes: Callable[[TargetMinute], bool], key: Callable[[TargetMinute], str]
) -> Mapping[str, Count]:
    """How each answered while the interruption began."""
    return looks.counts(takes, moment.first_us, moment.onset_end_us, key)
