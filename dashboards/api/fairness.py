"""Pure. How many questions each asker may put: a bucket that fills steadily and holds a burst.

Knows no clock: the time is handed in, in seconds that only ever grow.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """So many questions a second for long, and `burst` at once."""

    per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left to one asker, as of `at_s`."""

    left: float
    at_s: float


def ask(bucket: Bucket | None, rate: Rate, at_s: float) -> tuple[Bucket, float]:
    """The bucket after one question more, and in how many seconds it may be put: 0 where at once.

    Where it may not, nothing is taken. None: an asker who is new.

    >>> ask(Bucket(0.5, 0.0), Rate(0.5, 10), 0.0)
    (Bucket(left=0.5, at_s=0.0), 1.0)
    """
    if bucket is None:
        bucket = Bucket(float(rate.burst), at_s)
    left = min(bucket.left + max(at_s - bucket.at_s, 0.0) * rate.per_s, float(rate.burst))
    if left < 1:
        return Bucket(left, at_s), (1 - left) / rate.per_s
    return Bucket(left - 1, at_s), 0.0
