"""Pure. The second proof of a breach: a run of slots below that a day within its allowance hardly ever shows.

One test falls at a random moment of each slot. Let the line be below for so much of the day as fills `budget` slots,
in whatever pattern. The chance that `length` consecutive tests all fall below is the product of their slots' shares
below, summed over where the run may lie. Number the slots modulo `length`: every such product has one factor of each
class and no two are alike, so the sum is at most the product of the classes' sums, which add up to `budget` at most:
no more than (budget / length) ** length, by the inequality of the means. The test moments are independent of one
another; of the line nothing is assumed, nor guessed of what it did between two tests. Knows nothing of speeds.
"""

from collections.abc import Sequence

from analysis.speed.evidence import Standing


def longest_below(standings: Sequence[Standing]) -> int:
    """The longest run of consecutive tested slots that were below."""
    longest = run = 0
    for standing in standings:
        run = run + 1 if standing is Standing.BELOW else 0
        longest = max(longest, run)
    return longest


def chance_at_most(length: int, budget: float) -> float:
    """Of a run of `length` or more on a day that is below for `budget` slots' time at most.

    >>> round(chance_at_most(4, 1.2), 4), chance_at_most(2, 2.4), chance_at_most(0, 1.2)
    (0.0081, 1.0, 1.0)
    """
    return (budget / length) ** length if length > budget else 1.0


def length_needed(budget: float, error: float) -> int:
    """The shortest run with a chance of `error` at most.

    >>> [length_needed(0.05 * slots, 0.01) for slots in (24, 48, 96, 288)]
    [4, 6, 9, 19]
    """
    length = 1
    while chance_at_most(length, budget) > error:
        length += 1
    return length
