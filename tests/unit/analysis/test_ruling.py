"""Where a limit lies between what is sure and what is possible."""

import pytest

from analysis.finding import Verdict
from analysis.ruling import bounded


@pytest.mark.parametrize(
    ("low_s", "high_s", "inclusive", "verdict"),
    [
        (10.1, 20, False, Verdict.BREACHED),
        (10.0, 10.0, False, Verdict.MET),
        (9.0, 10.0, False, Verdict.MET),
        (9.0, 10.1, False, Verdict.INSUFFICIENT),
        (10.0, 10.1, False, Verdict.INSUFFICIENT),
        (10.0, 10.0, True, Verdict.BREACHED),
        (9.0, 9.9, True, Verdict.MET),
        (9.0, 10.0, True, Verdict.INSUFFICIENT),
    ],
)
def test_what_is_sure_breaks_a_limit_and_what_is_possible_keeps_it_open(
    low_s: float, high_s: float, inclusive: bool, verdict: Verdict
) -> None:
    assert bounded(low_s, high_s, 10.0, inclusive=inclusive) is verdict
