"""Pure. One test's rate at the layer that verdicts use, IP packets: as it is, and the most that it can have been.

Knows nothing of promised speeds.
"""

from analysis.clause import Profile
from probe.body.speed_test import SpeedTest


def ip_bps(test: SpeedTest, profile: Profile) -> float:
    """The rate in IP packets; the most it can be where payload alone was measured. 0 for a test without a rate."""
    if test.ip_rate_bps is not None:
        return test.ip_rate_bps
    return (test.rate_bps or 0) * profile.number("largest_ip_per_payload")


def at_most_bps(test: SpeedTest, profile: Profile) -> float:
    """`ip_bps` with the profile's guard band, or with the test's own uncertainty where that is larger."""
    own_share = (test.uncertainty_bps or 0) / test.rate_bps if test.rate_bps else 0.0
    return ip_bps(test, profile) * (1 + max(profile.number("error_share"), own_share))
