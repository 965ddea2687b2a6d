"""Pure. On how many days a promise was surely not kept, where each day was tested with an error of its own.

Two bounds, each exact whatever the line did and however its bad hours bunch: no day is taken to be independent of the
next, for only the random moments of the tests are. Either may be the better one, so each has half of the error.

By calls: every kept day is called bad with a chance of at most `day_error`. If no more than m of the days were bad, the
days called bad are no more than m and a binomial of the others. By sum: the slots below on kept days together are no
more than a binomial of their number, so what m bad days leave unexplained, were they those with most slots below, must
not be more than that. Many days a little bad each, no one of which is proven, are found by the second.
(Partial conjunctions: Y. Benjamini and R. Heller, Biometrics 64, 2008.) Knows nothing of tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.binomial import tail_at_least
from analysis.discrepancy.day_count import DayCount

_ROUNDING = 1e-12  # 1 - 0.95 is not 0.05 in binary


@dataclass(frozen=True, slots=True, kw_only=True)
class SurelyBad:
    """The fewest bad days by either bound, each with half of the error."""

    by_calls: int
    by_sum: int

    @property
    def at_least(self) -> int:
        """The better of the two."""
        return max(self.by_calls, self.by_sum)


def surely_bad(days: Sequence[DayCount], *, day_error: float, allowed_share: float, confidence: float) -> SurelyBad:
    """How many of `days` were bad at least, with `confidence` for the better of the two bounds."""
    each = (1 + confidence) / 2
    return SurelyBad(
        by_calls=bad_days_at_least(sum(one.is_bad for one in days), len(days), day_error, each),
        by_sum=bad_days_by_sum([(one.below_count, one.slots) for one in days], allowed_share, each),
    )


def bad_days_at_least(called: int, days: int, day_error: float, confidence: float) -> int:
    """The fewest bad days that `called` of `days` can be explained by, with `confidence`.

    >>> [bad_days_at_least(called, 30, 0.05, 0.975) for called in (0, 4, 5, 10, 30)]
    [0, 0, 1, 6, 29]
    """
    explained = (
        bad
        for bad in range(called + 1)
        if tail_at_least(called - bad, days - bad, day_error) > 1 - confidence + _ROUNDING
    )
    return next(explained, called)


def bad_days_by_sum(counts: Sequence[tuple[int, int]], allowed_share: float, confidence: float) -> int:
    """The fewest bad days that (slots below, slots) of each day can be explained by, with `confidence`.

    >>> bad_days_by_sum([(3, 24)] * 30, 0.05, 0.9875), bad_days_by_sum([(1, 24)] * 30, 0.05, 0.9875)
    (28, 0)
    """
    below = sorted((count for count, _ in counts), reverse=True)
    slots = sorted(total for _, total in counts)
    explained = (
        bad
        for bad in range(len(counts))
        if tail_at_least(sum(below[bad:]), sum(slots[bad:]), allowed_share) > 1 - confidence + _ROUNDING
    )
    return next(explained, len(counts))
