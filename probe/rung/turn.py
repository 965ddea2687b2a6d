"""Pure. When a rung is looked at again: seldom in routine, at once and often in trouble, once more after it.

Knows no clock: every time is handed in, in seconds of one monotonic clock. Knows nothing of what is looked at.
"""

from dataclasses import dataclass

from probe.body.rung import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Seconds between looks. In trouble the first comes `after_s` into it, then one every `trouble_s` until
    `eager_for_s` into it, from then on every `patient_s`.
    """

    routine_s: float
    after_s: float
    trouble_s: float
    eager_for_s: float
    patient_s: float


@dataclass(frozen=True, slots=True)
class Last:
    """The last look."""

    at_s: float
    occasion: Occasion


def occasion(pattern: Pattern, now_s: float, last: Last | None, *, began_s: float | None) -> Occasion | None:
    """Why a look is due now, None where none is. `began_s`: when the trouble of now began, None where there is none."""
    if last is None:
        return Occasion.ROUTINE
    since_s = now_s - last.at_s
    if began_s is None:
        if last.occasion is Occasion.TROUBLE:
            return Occasion.RECOVERY
        return Occasion.ROUTINE if since_s >= pattern.routine_s else None
    into_s = now_s - began_s
    if into_s < pattern.after_s:
        return None
    step_s = pattern.trouble_s if into_s < pattern.eager_for_s else pattern.patient_s
    first = last.at_s < began_s + pattern.after_s
    return Occasion.TROUBLE if first or since_s >= step_s else None
