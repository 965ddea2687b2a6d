"""Vocabulary. A short train of packets: what light sensing sees between two speed tests.

An indication to compare with itself, never a speed of the line. Knows nothing of what it is compared with.
"""

from dataclasses import dataclass

from probe.body.amount import at_least_zero
from probe.body.speed_test import Failure, Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Train:
    """Some tens of packets from a measuring server, as fast as it sends them.

    `bytes`: received of TCP payload, with what opens the connection. `spread_bps`: the rate over the narrowest stretch
    of time in which `window_bytes` of them arrived: what is left of the bottleneck in how they are spread; None where
    fewer came. `rtt_ms`: the least that the kernel saw over the connection. A failed one has `failure` and no rate.
    """

    server: Server
    method: str
    bytes: int
    duration_ms: float | None = None
    window_bytes: int | None = None
    spread_bps: int | None = None
    rtt_ms: float | None = None
    failure: Failure | None = None

    def __post_init__(self) -> None:
        at_least_zero(
            bytes=self.bytes,
            duration_ms=self.duration_ms,
            window_bytes=self.window_bytes,
            spread_bps=self.spread_bps,
            rtt_ms=self.rtt_ms,
        )
        if self.failure is not None and self.spread_bps is not None:
            raise ValueError("a failed train has no spread_bps")
