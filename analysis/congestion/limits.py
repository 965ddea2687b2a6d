"""Pure. What is called congestion, as dated data (`analysis/profiles/congestion.toml`). Knows nothing of any line."""

from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache

from analysis.congestion.signal import DayClass, Signal
from analysis.profile import parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers, each with its source in the file; names are the file's."""

    latency_rise_ms: float
    loaded_latency_rise_ms: float
    loss_rise_share: float
    rate_drop_share: float
    strain_rise: float
    noise_factor: float
    quiet_share: float
    low_share: float
    day_cells_least: int
    days_least: int
    weekdays_least: int
    weekend_days_least: int
    recurring_share: float
    error_share: float
    shuffles: int
    window_least_s: int
    window_gap_s: int
    window_days_least: int
    episode_least_s: int
    episode_cells_least: int
    episodes_most: int
    shift_days_least: int
    return_share: float
    household_cells_least: int
    household_days_least: int
    household_looks_least: int
    household_quiet_share: float
    household_busy_share: float
    rung_share: float
    rung_cells_least: int
    shared_lines_least: int
    shared_shuffles: int
    shared_overlap_share: float
    shared_error_share: float

    def rise(self, signal: Signal) -> float:
        """The least rise of a signal that counts, in the unit of `level.worse`."""
        if signal.is_rate:
            return float(-Decimal(str(1 - self.rate_drop_share)).ln())
        return {
            Signal.LATENCY: self.latency_rise_ms,
            Signal.LOADED_LATENCY: self.loaded_latency_rise_ms,
            Signal.LOSS: self.loss_rise_share,
            Signal.STRAIN: self.strain_rise,
        }[signal]

    def days_of(self, which: DayClass) -> int:
        """The fewest days of a class by which anything recurs."""
        return self.weekdays_least if which is DayClass.WEEKDAY else self.weekend_days_least


@cache
def limits() -> Limits:
    """The limits that ship with this version."""
    told = parameters("congestion")
    numbers = {one.name: _number(told[one.name].value) for one in fields(Limits)}
    return Limits(**numbers)  # type: ignore[arg-type]  # the file's own test holds it to the types


def _number(value: object) -> int | float:
    return value if isinstance(value, int) else float(str(value))
