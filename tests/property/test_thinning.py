"""Whatever happened: what a spool condensed reads as the same time up, down and unobserved, for any part of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from analysis.ledger import build
from analysis.period import Period
from collector.envelope import StoredRecord
from probe.backlog.condense import condense, groups
from probe.body.reachability import Role
from probe.record import Record
from tests.build import AT, a_reachability_minute, a_record, stored

WHOLE = "############"
AROUND = timedelta(minutes=10)
marks = st.one_of(st.just(WHOLE), st.just(WHOLE), st.just(WHOLE), st.text("##.- ", min_size=12, max_size=12))
# A stretch: so many minutes alike, and what comes before it: nothing, or so many seconds that nobody watched.
stretches = st.lists(
    st.tuples(marks, st.integers(1, 24), st.sampled_from((0, 0, 0, 4, 14, 16, 40, 170, 600)), st.booleans()),
    min_size=1,
    max_size=8,
)


def records_of(given_stretches: Sequence[tuple[str, int, int, bool]]) -> list[Record]:
    found: list[Record] = []
    at, boot = AT, 0
    for answers, count, unwatched_s, rebooted in given_stretches:
        at += timedelta(seconds=unwatched_s)
        boot += rebooted and unwatched_s > 0
        for _ in range(count):
            one = a_record(
                body=a_reachability_minute(answers=answers), at=at, sequence=len(found) + 1, boot_id=f"b{boot}"
            )
            found.append(one)
            at = one.ended.at
    return found


def thinned(records: Sequence[Record]) -> list[Record]:
    by_number = {one.sequence: one for one in records}
    for group in groups(records):
        for one in group:
            del by_number[one.sequence]
        by_number[group[0].sequence] = condense(group)
    return [by_number[number] for number in sorted(by_number)]


def seen(records: Sequence[Record], period: Period) -> list[StoredRecord]:
    """What a reader asks a store for."""
    return [stored(one) for one in records if period.start_at - AROUND <= one.started.at < period.end_at + AROUND]


@given(stretches, st.integers(0, 7_000), st.integers(60, 7_000), st.sampled_from((Role.INTERNET, Role.GATEWAY)))
def test_no_edge_of_the_ledger_moves(
    given_stretches: list[tuple[str, int, int, bool]], from_s: int, for_s: int, of: Role
) -> None:
    whole = records_of(given_stretches)
    fewer = thinned(whole)
    start_at = AT + timedelta(seconds=from_s)
    period = Period(start_at, start_at + timedelta(seconds=for_s))
    assert build(seen(fewer, period), period, of).spans == build(seen(whole, period), period, of).spans


@given(stretches)
def test_every_number_is_there_once_or_named_once(given_stretches: list[tuple[str, int, int, bool]]) -> None:
    whole = records_of(given_stretches)
    claimed: list[int] = []
    for one in thinned(whole):
        condensed = getattr(one.body, "condensed", None)
        ranges = condensed.sequences if condensed else ((one.sequence, one.sequence),)
        claimed += [number for first, last in ranges for number in range(first, last + 1)]
    assert claimed == [one.sequence for one in whole]


def test_hours_of_a_good_line_are_up_to_the_last_second_when_condensed() -> None:
    whole = records_of([(WHOLE, 240, 0, False)])
    fewer = thinned(whole)
    assert len(fewer) < 50
    period = Period(AT + timedelta(seconds=60), AT + timedelta(hours=3))
    (span,) = build([stored(one) for one in fewer], period).spans
    assert span.period == period
    assert replace(span) == build([stored(one) for one in whole], period).spans[0]
