"""Pure. What held the rate down: the line, or one of the two ends.

Knows nothing of sockets, and nothing of whose fault a limit is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from probe.body.speed_test import Limit
from probe.throughput.tcp_info import TcpInfo

_LIMIT_SHARE = 0.5  # of the time that the sender was busy
_BUSY_CORE_SHARE = 0.95
_QUEUE_SHARE = 0.05  # of the idle round-trip time
_QUEUE_MS = 0.5
_DROPPED_SHARE = 0.005  # retransmitted: a queue that is too short to be seen in round-trip times drops


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What was seen under load. `flat`: whether the rate was one that a line gives, steady and mostly kept up.

    `first` and `last`: the senders' counters at the beginning and the end of what counts; empty where they do not tell.
    """

    flat: bool
    first: Sequence[TcpInfo]
    last: Sequence[TcpInfo]
    idle_rtt_ms: float | None
    loaded_rtt_ms: float | None
    retransmitted_share: float | None
    cpu_share: float | None


def limited_by(load: Load) -> Limit | None:
    """None where nothing tells.

    A flat rate over a standing queue is the line's, however busy a core was and whatever the sender waited for: had an
    end been the limit, the queue would have run empty. Otherwise it is what the senders waited for during most of the
    time that they had something to send, or a core that was busy throughout.
    """
    queued = _queued(load)
    if load.flat and queued:
        return Limit.NETWORK
    waited = _waited(load)
    if waited is not None:
        return waited
    if (load.cpu_share or 0) >= _BUSY_CORE_SHARE and not (load.flat and queued is None):
        return Limit.CPU
    return Limit.NETWORK if load.last and _grown(load, "busy_us") else None


def _queued(load: Load) -> bool | None:
    """Whether packets waited before the line, or fell; None where nothing tells."""
    if (load.retransmitted_share or 0) >= _DROPPED_SHARE:
        return True
    if load.idle_rtt_ms is None or load.loaded_rtt_ms is None:
        return None
    return load.loaded_rtt_ms >= load.idle_rtt_ms + max(_QUEUE_MS, _QUEUE_SHARE * load.idle_rtt_ms)


def _waited(load: Load) -> Limit | None:
    busy_us = _grown(load, "busy_us")
    if busy_us and _grown(load, "rwnd_limited_us") > _LIMIT_SHARE * busy_us:
        return Limit.RECEIVER_WINDOW
    if busy_us and _grown(load, "sndbuf_limited_us") > _LIMIT_SHARE * busy_us:
        return Limit.SENDER_BUFFER
    return None


def _grown(load: Load, counter: str) -> int:
    """What a counter grew by over all senders; one without a first reading counts from its beginning."""
    return sum(getattr(one, counter) or 0 for one in load.last) - sum(getattr(one, counter) or 0 for one in load.first)
