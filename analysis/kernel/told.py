"""Pure. A line's verdicts, out of a block's arrays or out of its own findings: the same form from both.

Knows nothing of rules.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from analysis.contract import Contract
from analysis.finding import Finding
from analysis.kernel.line import LineVerdicts, RuleVerdicts
from analysis.kernel.outcome import Outcome
from analysis.kernel.plan import DIRECTIONS, JUDGED, SLIDING, Plan
from analysis.kernel.reasons import ORDER
from analysis.kernel.verdict import VERDICTS
from probe.body.speed_test import Direction


def of_outcome(outcome: Outcome, plan: Plan) -> Iterator[LineVerdicts]:
    """Of every line that need not be judged alone, in the plan's order."""
    for number, line in enumerate(outcome.lines):
        if not outcome.alone[number]:
            yield LineVerdicts(
                line=line,
                zone=plan.calendar.zone,
                profile=plan.profile.id,
                days=outcome.days,
                alone=False,
                rules=tuple(
                    _of_arrays(outcome, rule, number, way) for rule in JUDGED for way in range(len(DIRECTIONS))
                ),
            )


def of_findings(findings: Sequence[Finding], contract: Contract, days: tuple[date, ...]) -> LineVerdicts:
    """Of one line's findings on those days, of every rule that judges a day."""
    found: dict[tuple[str, Direction | None, date | None], Finding] = {
        (one.rule, one.direction, one.local_day): one for one in findings
    }
    return LineVerdicts(
        line=contract.line.id,
        zone=contract.line.zone,
        profile=contract.profile,
        days=days,
        alone=True,
        rules=tuple(
            _of_findings([found[rule, direction, on] for on in days], rule, direction)
            for rule in JUDGED
            for direction in DIRECTIONS
        ),
    )


def _of_arrays(outcome: Outcome, rule: str, number: int, way: int) -> RuleVerdicts:
    sums = rule != SLIDING
    out = outcome.excluded[rule][number, way] if sums else np.zeros(0, dtype=np.int64)
    return RuleVerdicts(
        rule=rule,
        direction=DIRECTIONS[way],
        days=tuple(VERDICTS[place] for place in outcome.verdict[rule][number, :, way].tolist()),
        n_used=int(outcome.used[rule][number, :, way].sum()) if sums else None,
        n_excluded={ORDER[place].value: int(out[place]) for place in np.flatnonzero(out)} if sums else None,
    )


def _of_findings(findings: Sequence[Finding], rule: str, direction: Direction) -> RuleVerdicts:
    excluded: Counter[str] = Counter()
    for one in findings:
        excluded.update(dict(one.n_excluded))
    sums = rule != SLIDING
    return RuleVerdicts(
        rule=rule,
        direction=direction,
        days=tuple(one.verdict for one in findings),
        n_used=sum(one.n_used for one in findings) if sums else None,
        n_excluded={str(reason): excluded[reason] for reason in ORDER if excluded[reason]} if sums else None,
    )
