"""Pure. The speed rules over a block of whole lines: tables of the store in, verdicts and counts out.

Where something that the arrays do not hold could change a verdict, the line is marked to be judged alone, by
`analysis.assess`: tests side by side, time in which the line may have been down, extra tests that could decide. Knows
nothing of where tables come from, nor of wording or witnesses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from analysis.kernel import arrange
from analysis.kernel.block import Block
from analysis.kernel.column import Mark
from analysis.kernel.frame import Frame
from analysis.kernel.hear import BELOW, NOTHING, Heard, Trouble, hear, together, trouble
from analysis.kernel.outcome import Outcome
from analysis.kernel.plan import SLIDING, Plan
from analysis.kernel.verdict import Decisions
from analysis.profile import ledger_rules
from analysis.speed.day import RULES

_MAXIMUM, _MINIMUM, _NORMAL = RULES
_SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a block's tables told."""

    heard: Heard
    troubles: tuple[Trouble, ...]


def gather(tables: Iterable[pa.Table], plans: Sequence[Plan]) -> tuple[Evidence, ...]:
    """For each plan, from tables with the columns `column.NEEDED`; of each only what was heard stays in memory.

    At least one table, which may be empty.
    """
    parts: list[list[Heard]] = [[] for _ in plans]
    troubles: list[list[Trouble]] = [[] for _ in plans]
    for table in tables:
        frame = Frame(table)
        looked = table.column("asked_count").null_count < len(frame)
        for plan, of_plan, around in zip(plans, parts, troubles, strict=True):
            of_plan.append(hear(frame, plan))
            if looked:
                around.append(trouble(frame, plan, _margin_us(plan)))
    return tuple(Evidence(together(one), tuple(around)) for one, around in zip(parts, troubles, strict=True))


def _margin_us(plan: Plan) -> int:
    """How far from a question without an answer the line may still count as down."""
    rules = ledger_rules()
    around_s = plan.profile.number("outage_margin_s") + rules.confirm_s + rules.weak_recovery_s
    return round(around_s * _SECOND_US)


def judge(evidence: Evidence, plan: Plan, decisions: Decisions) -> Outcome:
    """Every judged day of every line of the plan."""
    tests = arrange.by_line(evidence.heard)
    alone = _alone(tests, evidence.troubles, plan)
    tests = arrange.by_direction(tests)
    block = Block(plan, tests, arrange.lanes(tests))
    standing = tests.standing
    cut = {id(one): block.rows(one) for one in {id(one): one for one in standing.values()}.values()}
    counts = {name: block.days(cut[id(one)], name) for name, one in standing.items()}
    used = {name: block.days_with(one != NOTHING) for name, one in standing.items()}
    verdict = {
        _MAXIMUM: block.maximum(counts[_MAXIMUM], standing[_MAXIMUM], decisions),
        _MINIMUM: block.minimum(counts[_MINIMUM], standing[_MINIMUM], decisions),
        _NORMAL: decisions.normal(counts[_NORMAL]),
        SLIDING: block.sliding(cut[id(standing[_NORMAL])], decisions),
    }
    final = {name: block.told(name, one, used.get(name)) for name, one in verdict.items()}
    alone |= block.could_be_proven_by_extra_tests(counts[_NORMAL], standing[_NORMAL], final[_NORMAL])
    return Outcome(
        lines=plan.lines,
        days=plan.calendar.days[1:],
        alone=alone,
        verdict={name: block.by_line(one) for name, one in final.items()},
        used={name: block.by_line(one) for name, one in used.items()},
        slots_tested={name: block.by_line(one.ended_tested) for name, one in counts.items()},
        slots_below={name: block.by_line(one.below) for name, one in counts.items()},
        excluded={name: block.excluded(name) for name in RULES},
    )


def _alone(tests: Heard, troubles: Sequence[Trouble], plan: Plan) -> Mark:
    """Lines of which something could matter that the arrays do not hold. `tests` are by line and time."""
    below = _below(tests)
    has_below = np.bincount(tests.line[below], minlength=len(plan.lines)) > 0
    beside, twice = arrange.side_by_side(tests)
    alone = np.bincount(tests.line[beside], minlength=len(plan.lines)) > 0
    alone &= has_below
    for which in (tests.odd, twice, _near(tests, below, troubles, plan)):
        alone |= np.bincount(tests.line[which], minlength=len(plan.lines)) > 0
    return alone


def _below(tests: Heard) -> Mark:
    below = np.zeros(len(tests), dtype=np.bool_)
    for standing in tests.standing.values():
        below |= standing == BELOW
    return below


def _near(tests: Heard, below: Mark, troubles: Sequence[Trouble], plan: Plan) -> Mark:
    """The tests below that may touch time in which the line was down."""
    near = np.zeros(len(tests), dtype=np.bool_)
    if not any(len(one.line) for one in troubles):
        return near
    base_us, span_us = plan.calendar.base_us, plan.calendar.end_us - plan.calendar.base_us
    width = 2 * span_us  # so that what reaches beyond the calendar stays among its own line's
    line = np.concatenate([one.line for one in troubles]).astype(np.int64)
    start_us = np.clip(np.concatenate([one.start_us for one in troubles]) - base_us, 0, width - 1) + line * width
    end_us = np.clip(np.concatenate([one.end_us for one in troubles]) - base_us, 0, width - 1) + line * width
    order = np.argsort(start_us, kind="stable")
    start_us, latest_us = start_us[order], np.maximum.accumulate(end_us[order])
    offset = tests.line[below] * np.int64(width) - base_us
    before = np.searchsorted(start_us, tests.end_us[below] + offset, side="right") - 1
    near[below] = (before >= 0) & (latest_us[np.maximum(before, 0)] >= tests.start_us[below] + offset)
    return near
