"""Pure. When an adaptive test has seen enough: the rule "certain/1".

The test is looked at at set moments, each 15 % later than the one before, the first after 1.3 s and not before 30 idle
round trips. It may end at a look where the rate

* is steady (`estimate`), was kept up for half a second, and until now;
* is known to 0.6 % either way;
* was seen after 16 MB, or after 2 s: many lines let the first megabytes pass faster than the rest.

Looking often and stopping when it suits would make a 95 % interval too narrow. So the chance of being wrong is spent
over the looks: 5 % x 6/(pi^2 k^2) at look k, which adds up to 5 % over however many there are (Bonferroni; Lan and
DeMets, Biometrika 70, 1983). The interval that a record states is that of the look at which its test ended; one that
ran to its full length is one look more. The rate is never an average over looks, and the level is set by physics (next
to nothing is above a line's rate) rather than by the stop, so stopping does not pull it either way: tests/property
checks both.

What cannot be seen: a burst that is not over by then. With a bucket of B bytes, a peak P and a sustained rate R, it
lasts 8B/(P - R) seconds; the test has to go on for 0.4 s after it.

Knows nothing of sockets or clocks.
"""

import math

from probe.throughput.estimate import Estimate

RULE = "certain/1"
ERROR_RATE = 0.05  # over all looks together
_TOLERANCE = 0.006
_FIRST_S = 1.3
_FIRST_ROUND_TRIPS = 30
_PACE = 1.15
_KEPT_UP_S = 0.5
_RECENT_S = 0.2
_BURST_BYTES = 16_000_000
_BURST_S = 2.0


def look_s(number: int, idle_rtt_ms: float | None) -> float:
    """When look `number` (1, 2, ...) is due, in seconds of load."""
    first_s = max(_FIRST_S, _FIRST_ROUND_TRIPS * (idle_rtt_ms or 0) / 1000)
    return first_s * _PACE ** (number - 1)


def confidence(looks: int) -> float:
    """Of the interval at look number `looks`; with 0, of a test that is looked at once, at its end.

    >>> round(confidence(0), 3), round(confidence(1), 3), round(confidence(2), 3)
    (0.95, 0.97, 0.992)
    """
    return 1 - (ERROR_RATE if looks == 0 else ERROR_RATE * 6 / (math.pi * looks) ** 2)


def is_certain(found: Estimate | None, *, elapsed_s: float, moved_bytes: int) -> bool:
    """Whether a test may end with what this look found, at this look's confidence."""
    if found is None or found.uncertainty_bps is None or not found.steady:
        return False
    if moved_bytes < _BURST_BYTES and elapsed_s < _BURST_S:
        return False
    kept_up = found.kept_up_s >= _KEPT_UP_S and found.recent_s <= _RECENT_S
    return kept_up and found.uncertainty_bps <= _TOLERANCE * found.rate_bps
