"""Pure. What other countries' rules say of the same tests: shown beside the finding, and deciding nothing.

Knows nothing of the finding.
"""

from collections import Counter
from collections.abc import Sequence

from analysis.country import comparator
from analysis.country.judge import Held, judge
from analysis.finding import Figure
from collector.envelope import StoredRecord
from probe.body.speed_test import Direction


def compared(names: Sequence[str], tests: Sequence[StoredRecord], held: Held) -> dict[Direction, list[Figure]]:
    """For each direction, one entry a rule: how many complete campaigns it calls which, by verdict."""
    told: dict[Direction, dict[str, Counter[str]]] = {direction: {} for direction in Direction}
    for name in names:
        for finding in judge(comparator.load(name), tests, held):
            if finding.direction is not None:
                told[finding.direction].setdefault(finding.rule, Counter())[finding.verdict.value] += 1
    return {
        direction: [{"rule": rule, **dict(sorted(verdicts.items()))} for rule, verdicts in sorted(rules.items())]
        for direction, rules in told.items()
    }
