"""Vocabulary. How the load of a speed test went: what ended it, a burst at its start, a length that a regulator wants.

Knows nothing of the rest of the test.
"""

from dataclasses import dataclass
from enum import StrEnum

from probe.body.amount import at_least_zero


class EndedBy(StrEnum):
    """What ended the load; of a test without a result only what cut it off."""

    CERTAIN = "certain"  # the rate was known well enough (an adaptive test)
    FULL_LENGTH = "full_length"  # the time that was planned
    BYTE_CAP = "byte_cap"  # the bytes that were allowed
    SERVER = "server"  # the other end stopped first


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What a line let pass above its sustained rate at the start. `bytes` and `duration_s`: from the first byte until
    it was over, the ramp inside; `bps`: TCP payload, without the ramp.
    """

    bps: int
    bytes: int
    duration_s: float

    def __post_init__(self) -> None:
        at_least_zero(bps=self.bps, bytes=self.bytes, duration_s=self.duration_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescribed:
    """What a jurisdiction's own method makes of the test. `profile` names it, `edition` which of its versions.

    `bps`: mean TCP payload over `measured_s`, which began `lead_in_s` after the load did; None where the test did not
    last that long. The rule is the jurisdiction's, the measurement no certified one.
    """

    profile: str
    edition: str
    lead_in_s: float
    measured_s: float
    bps: int | None = None

    def __post_init__(self) -> None:
        at_least_zero(lead_in_s=self.lead_in_s, measured_s=self.measured_s, bps=self.bps)
