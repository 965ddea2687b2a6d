"""Pure. Which own tests stand nearest in time to an official result: named, not judged.

Knows nothing of what a test may be used for beyond what it was judged to be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from analysis.case.case import OfficialResult
from analysis.report import JudgedTest
from probe.body.speed_test import Direction, SpeedTest

WITHIN = timedelta(hours=24)  # further apart, two tests say nothing of each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The own test of one direction nearest to the official result. `after_s` below 0: it was before it.

    `official_bps` None: the result does not tell this direction.
    """

    result: str
    direction: Direction
    record_id: str
    ip_rate_bps: int
    official_bps: int | None
    after_s: float


def nearest(result: OfficialResult, tests: Sequence[JudgedTest]) -> Iterator[Near]:
    """One for each direction that has a test with a rate within a day of the result."""
    told = {Direction.DOWNLOAD: result.download_bps, Direction.UPLOAD: result.upload_bps}
    for direction in Direction:
        own = [
            (abs(after), after, one, body.ip_rate_bps)
            for one in tests
            if isinstance(body := one.stored.record.body, SpeedTest)
            and body.direction is direction
            and body.ip_rate_bps is not None
            and abs(after := one.stored.record.started.at - result.measured_at) <= WITHIN
        ]
        if own:
            _, after, one, rate_bps = min(own, key=lambda found: (found[0], found[2].stored.record.id))
            yield Near(
                result=result.id,
                direction=direction,
                record_id=one.stored.record.id,
                ip_rate_bps=rate_bps,
                official_bps=told[direction],
                after_s=after.total_seconds(),
            )
