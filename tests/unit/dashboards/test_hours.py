from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from analysis.outage.outage import Cause
from analysis.period import Period
from analysis.report import Ledger, Span, State
from dashboards.web.part.hours import LISTED_MOST, hours, whole_seconds
from tests.unit.dashboards.readings import LAST_DAY, a_ledger, a_reading, an_empty_reading
from tests.unit.dashboards.test_voice import EN

HOUR = timedelta(hours=1)


@given(st.lists(st.tuples(st.integers(1, 10_000_000_000), st.sampled_from(State)), min_size=1, max_size=20))
def test_the_totals_are_whole_seconds_that_add_up_to_the_period(pieces: list[tuple[int, State]]) -> None:
    at, spans = LAST_DAY.start_at, []
    for length_us, state in pieces:
        spans.append(Span(Period(at, at + timedelta(microseconds=length_us)), state))
        at += timedelta(microseconds=length_us)
    ledger = Ledger(period=Period(LAST_DAY.start_at, at), spans=tuple(spans))
    whole = whole_seconds(ledger)
    assert sum(whole.values()) == round(ledger.period.duration.total_seconds())
    assert all(abs(whole[state] - ledger.seconds(state)) < 1 for state in State)


def test_a_day_reads_as_its_three_totals_and_their_sum() -> None:
    ledger = a_ledger(
        (5 * HOUR, State.DOWN), (5 * HOUR + timedelta(seconds=40), State.UP), (22 * HOUR, State.UNOBSERVED)
    )
    line = hours(a_reading(line_ledger=ledger), EN).ribbons[0]
    assert [total.stretch for total in line.totals] == ["21 h 59 min 20 s", "40 s", "2 h"]
    assert line.sum == "Sum: 24 h"


def test_what_was_not_observed_is_not_a_zero() -> None:
    unseen = a_ledger((timedelta(), State.UNOBSERVED))
    line = hours(a_reading(line_ledger=unseen), EN).ribbons[0]
    assert [total.stretch for total in line.totals] == ["not measured", "not measured", "24 h"]


def test_a_measured_zero_is_a_zero() -> None:
    line = hours(a_reading(), EN).ribbons[0]
    assert [total.stretch for total in line.totals] == ["24 h", "0 min", "0 min"]


def test_the_table_lists_the_newest_stretches_and_says_what_it_leaves_out() -> None:
    changes = [(n * HOUR / 10, State.DOWN if n % 2 else State.UP) for n in range(1, 200)]
    table = hours(a_reading(line_ledger=a_ledger(*changes)), EN).tables[0]
    assert len(table.rows) == LISTED_MOST
    assert table.rows[0].cells[2] == "21 Nov, 18:40:20"
    assert table.note.startswith(f"{200 - LISTED_MOST} earlier stretches")


def test_without_a_store_there_is_a_sentence_and_no_ribbon() -> None:
    nothing = hours(an_empty_reading(), EN)
    assert nothing.absent
    assert nothing.ribbons == ()


def test_time_down_is_listed_with_its_cause() -> None:
    cut = Ledger(period=LAST_DAY, spans=(Span(LAST_DAY, State.DOWN, Cause.ACCESS_LINE),))
    (row,) = hours(a_reading(line_ledger=cut), EN).tables[0].rows
    assert row.cells[-1] == "access line or its session"
    assert hours(a_reading(), EN).tables[0].rows[0].cells[-1] == "–"  # noqa: RUF001  as it stands on the page
