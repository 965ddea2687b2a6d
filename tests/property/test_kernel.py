"""Many lines at once are judged as each alone: the same verdicts and the same counts."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis.assess import assess
from analysis.finding import Finding
from analysis.kernel.column import NEEDED
from analysis.kernel.judge import gather, judge
from analysis.kernel.outcome import Outcome
from analysis.kernel.plan import DIRECTIONS, JUDGED, SLIDING, plans
from analysis.kernel.reasons import ORDER
from analysis.kernel.verdict import VERDICTS, Decisions
from analysis.period import Period, local_day
from analysis.speed.day import RULES
from collector.lake.flat import Arrived, row
from collector.lake.segment import in_order, table_of
from probe.body.speed_test import Direction
from probe.record import Record
from tests.build import stored
from tests.many_lines import DAYS, FIRST_DAYS, a_line, some_contract


def tables(records: Iterable[Record], chance: random.Random) -> list[pa.Table]:
    """As the lake holds them: a file a day, each sorted; sometimes two files of a day."""
    files: dict[tuple[date, int], list[tuple[object, ...]]] = {}
    for record in records:
        half = int(chance.random() < 0.05)
        flat = row(Arrived(record=record, raw=b"{}", batch=1, batch_sha256="d", received_us=1))
        files.setdefault((record.started.at.astimezone(UTC).date(), half), []).append(flat)
    return [in_order([table_of(rows)]).select(list(NEEDED)) for _, rows in sorted(files.items())]


def expected(findings: Sequence[Finding], on: date, rule: str, direction: Direction) -> Finding:
    (found,) = [one for one in findings if (one.local_day, one.rule, one.direction) == (on, rule, direction)]
    return found


def compare(outcome: Outcome, number: int, findings: Sequence[Finding]) -> None:
    for way, direction in enumerate(DIRECTIONS):
        for place, on in enumerate(outcome.days):
            for rule in JUDGED:
                found = expected(findings, on, rule, direction)
                at = (number, place, way)
                assert VERDICTS[outcome.verdict[rule][at]] is found.verdict, (rule, direction, on, found)
                if rule == SLIDING or found.verdict.value == "not_applicable":
                    continue
                assert outcome.used[rule][at] == found.n_used, (rule, direction, on, found)
                if found.n_used:
                    assert outcome.slots_tested[rule][at] == found.measured["slots_ended_tested"], found
                    assert outcome.slots_below[rule][at] == found.measured["slots_below"], found
        for rule in RULES:
            excluded: dict[str, int] = {}
            for one in findings:
                if one.rule == rule and one.direction is direction:
                    for reason, count in one.n_excluded.items():
                        excluded[reason] = excluded.get(reason, 0) + count
            got = outcome.excluded[rule][number, way]
            assert {str(ORDER[place]): int(got[place]) for place in np.flatnonzero(got)} == excluded, (rule, direction)


SITUATIONS = (st.integers(0, 2**32), st.sampled_from(FIRST_DAYS), st.sampled_from([None, 3.3, 1.5]))
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])


@settings(patient, max_examples=6)
@given(*SITUATIONS)
def test_a_line_among_others_is_judged_as_alone(seed: int, first: date, now_after_days: float | None) -> None:
    together_and_alone(seed, first, now_after_days)


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(patient, max_examples=300)
@given(*SITUATIONS)
def test_a_thousand_lines_among_others_are_judged_as_alone(
    seed: int, first: date, now_after_days: float | None
) -> None:
    together_and_alone(seed, first, now_after_days)


def together_and_alone(seed: int, first: date, now_after_days: float | None) -> None:
    chance = random.Random(seed)
    contracts = [some_contract(chance, number, first) for number in range(3)]
    records = {one.line.id: a_line(chance, one, first) for one in contracts}
    now = datetime(2027, 6, 1, tzinfo=UTC)
    if now_after_days is not None:
        now = datetime.combine(first, datetime.min.time(), UTC) + timedelta(days=now_after_days, seconds=17.5)
    last = first + timedelta(days=DAYS - 1)
    made, left = plans(contracts, first, last, now)
    assert not left
    files = tables([one for of_line in records.values() for one in of_line], chance)
    for plan, evidence in zip(made, gather(files, made), strict=True):
        outcome = judge(evidence, plan, Decisions(plan.rules))
        for number, line in enumerate(plan.lines):
            if not outcome.alone[number]:
                contract = next(one for one in contracts if one.line.id == line)
                zone = contract.line.zone
                period = Period(local_day(first, zone).start_at, local_day(last, zone).end_at)
                compare(outcome, number, assess(map(stored, records[line]), contract, period, now).findings)
