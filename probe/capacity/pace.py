"""Pure. When which datagrams of load are due, by a rate's two transmitters.

What was due and not sent, because the sender woke late, is sent at once, but no more than ten milliseconds of it:
that keeps the mean rate without a burst that no queue would bear. Knows nothing of sockets; the time is handed in.
"""

from probe.capacity.codec import LOAD_BYTES
from probe.capacity.pdu import RANDOM_SIZE, Rate

_NS_PER_US = 1_000
_MOST_DEBT_NS = 10_000_000
_LEAST_INTERVAL_NS = 100_000  # a peer's rate may not make this end spin
_MOST_BURST = 100  # by the protocol


class _Transmitter:
    """One burst of equal datagrams every `interval_ns`; off where that is 0."""

    def __init__(self, now_ns: int) -> None:
        self.interval_ns = 0
        self.due_ns = now_ns

    def set(self, interval_us: int, now_ns: int) -> None:
        interval_ns = max(interval_us * _NS_PER_US, _LEAST_INTERVAL_NS) if interval_us else 0
        if interval_ns and (not self.interval_ns or self.due_ns > now_ns + interval_ns):
            self.due_ns = now_ns  # it was off, or would wait by the interval of a slower rate
        self.interval_ns = interval_ns

    def fire(self, now_ns: int) -> tuple[int, int]:
        """(bursts due by now, bursts forgone because they are too late)."""
        if not self.interval_ns or now_ns < self.due_ns:
            return 0, 0
        bursts = (now_ns - self.due_ns) // self.interval_ns + 1
        self.due_ns += bursts * self.interval_ns
        sent = min(bursts, max(1, _MOST_DEBT_NS // self.interval_ns))
        return sent, bursts - sent


class Pace:
    """`extra_header_bytes`: of IP, over IPv4's; so much less payload keeps the size of a packet.

    `forgone_bytes` of payload were due too long ago to be sent.
    """

    def __init__(self, now_ns: int, *, extra_header_bytes: int, most_payload_bytes: int) -> None:
        self.forgone_bytes = 0
        self._extra = extra_header_bytes
        self._most = most_payload_bytes
        self._rate = Rate()
        self._first, self._second = _Transmitter(now_ns), _Transmitter(now_ns)

    def follow(self, rate: Rate, now_ns: int) -> None:
        """From now on at `rate`."""
        if rate != self._rate:
            self._rate = rate
            self._first.set(rate.interval1_us, now_ns)
            self._second.set(rate.interval2_us, now_ns)

    @property
    def next_due_ns(self) -> int | None:
        """When the next burst is due; None while the rate is nothing."""
        return min((one.due_ns for one in (self._first, self._second) if one.interval_ns), default=None)

    def due(self, now_ns: int) -> list[tuple[int, int]]:
        """(payload size, how many) of the datagrams to send now, in order; empty where none is due."""
        rate = self._rate
        bursts1, forgone1 = self._first.fire(now_ns)
        bursts2, forgone2 = self._second.fire(now_ns)
        burst1, burst2 = min(rate.burst1, _MOST_BURST), min(rate.burst2, _MOST_BURST)
        size1, size2 = self._size(rate.payload1_bytes), self._size(rate.payload2_bytes)
        addon, addons = self._size(rate.addon2_bytes), bursts2 if rate.addon2_bytes else 0
        self.forgone_bytes += forgone1 * burst1 * size1 + forgone2 * burst2 * size2
        groups = [(size1, bursts1 * burst1), (size2, bursts2 * burst2), (addon, addons)]
        return [(size, count) for size, count in groups if count]

    def _size(self, payload_bytes: int) -> int:
        """Room for the header at least; a random size is its most."""
        size = (payload_bytes & ~RANDOM_SIZE) - self._extra
        return min(max(size, LOAD_BYTES), self._most - self._extra)
