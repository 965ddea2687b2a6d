"""Pure. How far a rate may be off, from the spread of its windows and from what a count can tell.

Knows nothing of how the windows were chosen.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist, stdev

CONFIDENCE = 0.95
# What a line of known rate differed by beyond its windows' own spread (docs/decisions/0009, "The interval").
_FLOOR_SHARE = 0.004


def half_width(
    rates: Sequence[float], rate_bps: float, grain_bps: float, confidence: float = CONFIDENCE
) -> float | None:
    """Of the two-sided interval around `rate_bps`. `rates`: of windows that do not overlap; None for fewer than two.

    `grain_bps`: what one segment more or less would change.
    """
    count = len(rates)
    if count < 2:
        return None
    spread = student_t(1 - confidence, count - 1) * stdev(rates) / math.sqrt(count)
    return math.hypot(spread, grain_bps, _FLOOR_SHARE * rate_bps)


def student_t(outside: float, freedom: int) -> float:
    """The value that Student's t exceeds, either way, with probability `outside`.

    Exact for one and two degrees of freedom; beyond, Hill's algorithm 396 (Communications of the ACM 13, 1970).

    >>> round(student_t(0.05, 4), 3)
    2.776
    """
    if freedom == 1:
        return 1 / math.tan(outside * math.pi / 2)
    if freedom == 2:
        return math.sqrt(2 / (outside * (2 - outside)) - 2)
    a = 1 / (freedom - 0.5)
    b = 48 / a**2
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * freedom
    y = float((d * outside) ** (2 / freedom))
    if y > 0.05 + a:
        y = _near_normal(outside, freedom, (a, b, c, d))
    else:
        tail = (1 / ((freedom + 6) / (freedom * y) - 0.089 * d - 0.822) / (freedom + 2) / 3 + 0.5 / (freedom + 4)) * y
        y = (tail - 1) * (freedom + 1) / (freedom + 2) + 1 / y
    return math.sqrt(freedom * y)


def _near_normal(outside: float, freedom: int, terms: tuple[float, float, float, float]) -> float:
    a, b, c, d = terms
    x = NormalDist().inv_cdf(outside / 2)
    y = x * x
    if freedom < 5:
        c += 0.3 * (freedom - 4.5) * (x + 0.6)
    c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    return math.expm1(a * y * y)
