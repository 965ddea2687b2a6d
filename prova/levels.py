"""Pure. What of a contract a probe is told: below which result it tests again. It learns a number, and no contract.

Knows nothing of settings files.
"""

from datetime import datetime

from analysis.contract import Contract
from probe.body.speed_test import Direction


def repeat_levels(contract: Contract, now: datetime) -> dict[str, int]:
    """Settings of [repeat]: the speed normally available, or the maximum where that is not stated, in force at `now`.

    Empty before the contract began.
    """
    terms = contract.on(now.astimezone(contract.line.zone).date())
    if terms is None:
        return {}
    speeds = {direction: terms.speeds(direction) for direction in Direction}
    return {f"{direction}_below_bps": one.normal_bps or one.maximum_bps for direction, one in speeds.items()}
