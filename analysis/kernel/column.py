"""Vocabulary. The store's columns that speed rules need, and the arrays that they become.

Knows nothing of what a value means for a verdict.
"""

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Mark = NDArray[np.bool_]
Small = NDArray[np.uint8]
Index = NDArray[np.intp]

TEXT = (
    "line",
    "direction",
    "limited_by",
    "failure",
    "server_address",
    "path",
    "link_type",
    "draw_origin",
)
TEST = (
    *TEXT,
    "started_at",
    "ended_at",
    "synchronised",
    "ended_synchronised",
    "layout",
    "rate_bps",
    "ip_rate_bps",
    "uncertainty_bps",
    "bytes",
    "duration_s",
    "server_demonstration",
    "server_tests_count",
    "server_other_bytes",
    "server_link_bps",
    "server_cpu_share",
    "server_cpu_pressure_share",
    "link_bps",
    "full_duplex",
    "mtu_bytes",
    "other_bytes",
    "reverse_bytes",
    "household_bytes",
    "cpu_share",
    "cpu_pressure_share",
    "memory_pressure_share",
    "ceiling_bps",
    "draw_household_busy",
)
LOOK = ("asked_count", "answered_count", "interval_s")  # of a minute of small probes, beside the times
NEEDED = (*TEST, *LOOK)
