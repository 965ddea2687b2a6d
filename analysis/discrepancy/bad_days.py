"""Pure. On how many days a promise was surely not kept, where each day was tested with an error of its own.

Every kept day is called bad with a chance of at most `day_error`, by the random moments of its own tests, which owe
nothing to those of another day. If no more than m of the days were bad, then the days called bad are no more than m and
a binomial of the others. So a bound on m is exact whatever the line did, however its bad hours bunch: no day is taken
to be independent of the next. (A partial conjunction: Y. Benjamini and R. Heller, Biometrics 64, 2008.)
Knows nothing of tests.
"""

from analysis.binomial import tail_at_least

_ROUNDING = 1e-12  # 1 - 0.95 is not 0.05 in binary


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
