from datetime import timedelta

import pytest

from analysis.period import Period
from dashboards.web.held import AROUND, Held
from tests.build import AT, a_record, stored

HOUR = timedelta(hours=1)
PERIOD = Period(AT, AT + 3 * HOUR)
HELD = Held("casa", PERIOD, tuple(stored(a_record(at=AT + n * HOUR, sequence=n + 1)) for n in range(4)))


def test_it_gives_what_started_in_the_half_open_period() -> None:
    given = HELD.records(["casa"], AT + HOUR, AT + 3 * HOUR)
    assert [one.record.sequence for one in given] == [2, 3]


def test_a_little_more_than_the_period_is_held() -> None:
    assert len(list(HELD.records(["casa"], AT - AROUND, PERIOD.end_at + AROUND))) == 4


@pytest.mark.parametrize(
    ("lines", "before", "after"), [(["other"], 0, 0), (["casa", "other"], 0, 0), (["casa"], 2, 0), (["casa"], 0, 2)]
)
def test_what_is_not_held_is_refused_and_not_taken_for_nothing(lines: list[str], before: int, after: int) -> None:
    with pytest.raises(ValueError, match="is held over"):
        HELD.records(lines, AT - before * HOUR, PERIOD.end_at + after * HOUR)
