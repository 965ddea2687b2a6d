import itertools
from fractions import Fraction
from math import comb

import pytest

from analysis.binomial import breach_count, compliance_count, lower_limit, tail_at_least, upper_limit

# Tests a day; fewest below that prove a breach of 95 % at 5, 1 and 0.1 %; most below that still prove compliance;
# power against a true share below of 10, 15, 20 and 30 %.
TABLE = [
    (4, 2, 3, 3, None, 0.05, 0.11, 0.18, 0.35),
    (6, 2, 3, 4, None, 0.11, 0.22, 0.34, 0.58),
    (12, 3, 4, 5, None, 0.11, 0.26, 0.44, 0.75),
    (24, 4, 5, 6, None, 0.21, 0.50, 0.74, 0.96),
    (30, 5, 6, 7, None, 0.18, 0.48, 0.74, 0.97),
    (48, 6, 7, 9, None, 0.35, 0.75, 0.94, 1),
    (59, 7, 8, 10, 0, 0.38, 0.80, 0.96, 1),
    (72, 8, 9, 11, 0, 0.43, 0.86, 0.98, 1),
    (96, 10, 11, 14, 1, 0.50, 0.93, 1, 1),
    (144, 13, 15, 17, 2, 0.69, 0.99, 1, 1),
    (192, 16, 18, 21, 4, 0.81, 1, 1, 1),
    (288, 22, 25, 28, 8, 0.93, 1, 1, 1),
    (480, 33, 37, 41, 15, 0.99, 1, 1, 1),
    (1440, 87, 93, 100, 58, 1, 1, 1, 1),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} tests")
def test_the_decision_numbers_are_the_published_ones(row: tuple[int, ...]) -> None:
    count, at_5, at_1, at_01, met_up_to, *_ = row
    assert breach_count(count, 0.05, 0.95) == at_5
    assert breach_count(count, 0.05, 0.99) == at_1
    assert breach_count(count, 0.05, 0.999) == at_01
    assert compliance_count(count, 0.05, 0.95) == met_up_to


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} tests")
def test_the_power_is_the_published_one(row: tuple[int | float | None, ...]) -> None:
    count, limit = row[0], row[1]
    assert isinstance(count, int)
    assert isinstance(limit, int)
    for true_share, power in zip((0.10, 0.15, 0.20, 0.30), row[5:], strict=True):
        assert tail_at_least(limit, count, true_share) == pytest.approx(power, abs=0.0051)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} tests")
def test_limits_and_tests_agree(row: tuple[int, ...]) -> None:
    count, breach, met_up_to = row[0], row[1], row[4]
    assert lower_limit(breach, count, 0.95) > 0.05 >= lower_limit(breach - 1, count, 0.95)
    if met_up_to is not None:
        assert upper_limit(met_up_to, count, 0.95) < 0.05 <= upper_limit(met_up_to + 1, count, 0.95)


@pytest.mark.parametrize(("days", "limit"), [(3, 13), (7, 25), (14, 44), (30, 87)])
def test_pooled_days_have_the_published_limits(days: int, limit: int) -> None:
    assert breach_count(48 * days, 0.05, 0.95) == limit


def test_a_tail_is_the_sum_of_its_terms() -> None:
    share = Fraction(1, 20)
    for count, least in itertools.product((1, 2, 7, 24), range(8)):
        if least <= count:
            terms = (comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(least, count + 1))
            assert tail_at_least(least, count, 0.05) == pytest.approx(float(sum(terms)), rel=1e-12)


def test_nothing_drawn_says_nothing() -> None:
    assert (lower_limit(0, 0, 0.95), upper_limit(0, 0, 0.95)) == (0.0, 1.0)
    assert breach_count(0, 0.05, 0.95) is None
    assert compliance_count(0, 0.05, 0.95) is None


def test_all_below_leaves_no_upper_limit() -> None:
    assert upper_limit(24, 24, 0.95) == 1.0
    assert lower_limit(24, 24, 0.95) == pytest.approx(0.05 ** (1 / 24))


def test_more_below_than_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 3"):
        lower_limit(4, 3, 0.95)
