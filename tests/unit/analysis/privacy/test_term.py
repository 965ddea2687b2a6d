"""By when an answer is due: whole calendar months, and no later than any reading of the law."""

from datetime import date

import pytest

from analysis.privacy.term import due_on, term


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        (date(2026, 11, 22), date(2026, 12, 22), date(2027, 2, 22)),
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 30)),
        (date(2027, 12, 31), date(2028, 1, 31), date(2028, 3, 31)),
        (date(2027, 11, 30), date(2027, 12, 30), date(2028, 2, 29)),
    ],
)
def test_an_answer_is_due_after_a_month_and_after_three_where_extended(
    received: date, due: date, extended: date
) -> None:
    assert (due_on(received), due_on(received, is_extended=True)) == (due, extended)


def test_every_term_names_its_clause_and_there_is_none_before_the_first() -> None:
    assert "art. 12(3)" in term(date(2026, 11, 22)).clause
    with pytest.raises(ValueError, match="no term"):
        term(date(2018, 5, 24))
