"""Pure. What strangers can cause at will, told once a minute at most: so they fill no log and push nothing out of it.

Knows nothing of what is told. For any number of threads that each can do without a count now and then.
"""

from collections.abc import Callable

EVERY_S = 60.0


class Thinned:
    """`clock` never goes back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._told_s, self._untold_count = clock, -EVERY_S, 0

    def ask(self) -> int | None:
        """How many were not told since one was; None where this one is not to be told either.

        >>> times = iter((0.0, 1.0, 59.0, 61.0))
        >>> thinned = Thinned(lambda: next(times))
        >>> [thinned.ask() for _ in range(4)]
        [0, None, None, 2]
        """
        now_s = self._clock()
        if now_s - self._told_s < EVERY_S:
            self._untold_count += 1
            return None
        untold, self._untold_count, self._told_s = self._untold_count, 0, now_s
        return untold
