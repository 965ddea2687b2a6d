"""Pure. How long to wait before trying again: longer after each failure, and never in step with other probes.

Knows nothing of what is tried.
"""

from collections.abc import Callable

_FIRST_S = 1.0
_LONGEST_S = 60.0


def wait_s(failures: int, *, uniform: Callable[[], float]) -> float:
    """Seconds to wait after `failures` (1 or more) in a row: between half of a doubling bound and all of it.

    The half keeps a probe from hammering, the rest spreads thousands that lost the same broker. `uniform` gives
    numbers in [0, 1).

    >>> [wait_s(failures, uniform=lambda: 0.0) for failures in (1, 2, 3, 99)]
    [0.5, 1.0, 2.0, 30.0]
    """
    bound_s = min(_LONGEST_S, _FIRST_S * 2.0 ** min(failures - 1, 16))
    return bound_s * (0.5 + uniform() / 2)
