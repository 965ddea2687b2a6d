"""Pure. The indicators that are published of each group: of a line what value, of its group's lines which quantile.

Knows nothing of groups.
"""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.extract.line_summary import LineWay

MEDIAN = 0.5


@dataclass(frozen=True, slots=True)
class Indicator:
    """`digits` are those that are published. `steady`: the value that most lines reach, not the middle one."""

    name: str
    of: Callable[[LineWay], float | None]
    digits: int
    steady: bool = False


def ratio(value: float | None, whole: float | None) -> float | None:
    """None where either is not known, or the whole is 0."""
    return None if value is None or not whole else value / whole


INDICATORS = (
    Indicator("maximum_share", lambda way: ratio(way.rate_bps.median, way.maximum_bps), 4),
    Indicator("normal_share", lambda way: ratio(way.rate_bps.median, way.promised_bps), 4),
    Indicator("peak_bps", lambda way: way.peak_median_bps, 0),
    Indicator("off_peak_bps", lambda way: way.hours.off_peak_median_bps, 0),
    Indicator("peak_to_off_peak_share", lambda way: ratio(way.peak_median_bps, way.hours.off_peak_median_bps), 4),
    Indicator("consistent_bps", lambda way: way.hours.consistent_bps, 0, steady=True),
    Indicator("consistent_share", lambda way: ratio(way.hours.consistent_bps, way.maximum_bps), 4, steady=True),
    Indicator("reached_share", lambda way: way.hours.reached_share, 4),
)
BY_NAME = {one.name: one for one in INDICATORS}
