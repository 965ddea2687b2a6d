"""Pure. Whether others are using the line, from what passed its counters over a short look.

Limits: 64 kbit/s down and 32 kbit/s up, and a new look every minute until the slot ends, as the FCC has it for tests of
subsidised lines (DA 18-710). Where nothing can be counted nobody is known to be busy. Knows nothing of how is looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from probe.body.draw import Passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may pass for the household to count as at rest, and when to look again."""

    down_bps: int = 64_000
    up_bps: int = 32_000
    look_s: float = 5.0
    again_s: float = 60.0


def is_busy(passed: Sequence[Passed], limits: Limits) -> bool | None:
    """Whether any counter shows more than the limits; None where none could be read."""
    known = [one for one in passed if one.down_bps is not None or one.up_bps is not None]
    if not known:
        return None
    return any((one.down_bps or 0) > limits.down_bps or (one.up_bps or 0) > limits.up_bps for one in known)
