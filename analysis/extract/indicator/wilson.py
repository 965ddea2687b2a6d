"""Pure. The interval of a share of lines.

E. B. Wilson's (Journal of the American Statistical Association 22, 1927), with the effective number of lines in place
of their number. Knows nothing of what the share is of.
"""

from math import sqrt

Z = 1.959963984540054  # of a two-sided interval of 95 %


def wilson(share: float, count: float) -> tuple[float, float]:
    """Both ends, within 0 and 1; `count` is above 0.

    >>> [round(end, 3) for end in wilson(0.9, 100)]
    [0.826, 0.945]
    """
    middle = share + Z * Z / (2 * count)
    half = Z * sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    whole = 1 + Z * Z / count
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)
