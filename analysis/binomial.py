"""Pure. Exact one-sided limits and tests for a share, from `below_count` of `count` independent draws.

With one test at a random moment of each equal slot of a day, the slots need not be alike: the count below then has a
thinner upper tail than the binomial with the day's mean share (Hoeffding, Annals of Mathematical Statistics 27, 1956):
the exact test errs on the side of no accusation. Knows nothing of speeds or days.
"""

from functools import lru_cache

_KEPT = 2**15  # limits: many lines' days ask for the same ones


@lru_cache(_KEPT)
def lower_limit(below_count: int, count: int, confidence: float) -> float:
    """The share is above this with `confidence` (Clopper and Pearson, Biometrika 26, 1934). 0 where nothing was below.

    >>> round(lower_limit(4, 24, 0.95), 4)
    0.059
    """
    _check(below_count, count)
    if below_count == 0:
        return 0.0
    from scipy.special import betaincinv

    return float(betaincinv(below_count, count - below_count + 1, 1 - confidence))


@lru_cache(_KEPT)
def upper_limit(below_count: int, count: int, confidence: float) -> float:
    """The share is below this with `confidence`. 1 where everything was below, or nothing was drawn.

    >>> round(upper_limit(0, 59, 0.95), 4)
    0.0495
    """
    _check(below_count, count)
    if below_count == count:
        return 1.0
    from scipy.special import betaincinv

    return float(betaincinv(below_count + 1, count - below_count, confidence))


def tail_at_least(below_count: int, count: int, share: float) -> float:
    """The probability of `below_count` or more of `count` where the share is `share`.

    >>> round(tail_at_least(4, 24, 0.05), 3)
    0.03
    """
    _check(below_count, count)
    if below_count == 0:
        return 1.0
    from scipy.special import betainc

    return float(betainc(below_count, count - below_count + 1, share))


def breach_count(count: int, share: float, confidence: float) -> int | None:
    """The fewest of `count` that prove a share above `share`; None where not even all of them do.

    >>> breach_count(24, 0.05, 0.95)
    4
    """
    counts = range(1, count + 1)
    return next((k for k in counts if tail_at_least(k, count, share) <= _alpha(confidence)), None)


def compliance_count(count: int, share: float, confidence: float) -> int | None:
    """The most of `count` that still prove a share below `share`; None where not even none of them does.

    >>> compliance_count(96, 0.05, 0.95), compliance_count(58, 0.05, 0.95)
    (1, None)
    """
    counts = range(count, -1, -1)
    return next((k for k in counts if _tail_at_most(k, count, share) <= _alpha(confidence)), None)


def _tail_at_most(below_count: int, count: int, share: float) -> float:
    return 1.0 if below_count == count else 1 - tail_at_least(below_count + 1, count, share)


def _alpha(confidence: float) -> float:
    return 1 - confidence


def _check(below_count: int, count: int) -> None:
    if not 0 <= below_count <= count:
        raise ValueError(f"below_count must be between 0 and {count}, but is {below_count}")
