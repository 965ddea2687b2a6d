"""Pure. Whether the router, or its internet connection, started anew between two readings.

A router restarting means power or a person; a connection starting anew on a router that ran on means the line or the
operator. Knows nothing of outages: it gives the ladder one of its rungs.
"""

from dataclasses import dataclass

from probe.record import Stamp
from probe.router.reading import RouterReading

_SLACK_S = 5.0  # uptimes are whole seconds, read a network round trip late
_DRIFT_SHARE = 0.001  # of the time between the readings: two cheap clocks


@dataclass(frozen=True, slots=True)
class Restarts:
    """What started anew between two readings. None: cannot be told.

    `connection` false proves little alone: some routers report the machine's uptime as the connection's. True beside
    `device` false is the strong evidence.
    """

    device: bool | None
    connection: bool | None


def elapsed_s(before: Stamp, after: Stamp) -> float | None:
    """The time between two stamps; None where the machine was restarted between them, or they are out of order."""
    if before.boot_id != after.boot_id or after.monotonic_ns < before.monotonic_ns:
        return None
    return (after.monotonic_ns - before.monotonic_ns) / 1e9


def restarted(before_s: int | None, after_s: int | None, *, elapsed: float | None) -> bool | None:
    """Whether an uptime began anew within the `elapsed` seconds between its two readings.

    None where one was not said, or where the two agree neither with running on nor with a restart (the router set its
    clock, or counts in coarse steps), or where they agree with both (the first reading came just after a start).

    >>> restarted(86_400, 86_460, elapsed=60), restarted(86_400, 20, elapsed=60), restarted(86_400, 9_999, elapsed=60)
    (False, True, None)
    """
    if before_s is None or after_s is None or elapsed is None:
        return None
    slack_s = _SLACK_S + _DRIFT_SHARE * elapsed
    ran_on = abs(before_s + elapsed - after_s) <= slack_s
    fresh = after_s <= elapsed + slack_s
    return None if ran_on == fresh else fresh


def restarts(before: RouterReading, after: RouterReading) -> Restarts:
    """What started anew between two readings of the same router."""
    elapsed = elapsed_s(before.stamp, after.stamp)
    return Restarts(
        device=restarted(before.device_uptime_s, after.device_uptime_s, elapsed=elapsed),
        connection=restarted(before.wan_uptime_s, after.wan_uptime_s, elapsed=elapsed),
    )
