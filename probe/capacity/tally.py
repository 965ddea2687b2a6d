"""Pure. What a receiver of load counts, and the status units that tell it (RFC 9946).

A sub-interval ends with the first datagram that arrives once its time is up, and lasts from arrival to arrival: so
neither a receiver that wakes late nor the size of a packet shows in its rate. A trial interval is counted the same way.
Nor does a sub-interval end while a hold-up is being made good, on the way or in this machine's kernel: what was held up
would count for the next one, which would then exceed the line.
Delay and round trip are looked at once a millisecond at most. Knows nothing of sockets; the time is handed in.
"""

from collections import deque

from probe.capacity.pdu import Action, Auth, Delay, Load, Status, SubInterval

_NS_PER_US, _NS_PER_MS = 1_000, 1_000_000
_LATE_NS = 200 * _NS_PER_MS  # with nothing arriving for so long, a sub-interval ends without a datagram
_SAMPLE_NS = _NS_PER_MS
_HELD_UP_NS = 2 * _NS_PER_MS  # and
_HELD_UP_GAPS = 2  # times the usual gap between arrivals without one: a hold-up, made good within as long again
_SMOOTHING = 16  # arrivals, for the usual gap
_KEPT = 64  # runs and late ones remembered, to tell a datagram that is late from one that came twice
_U32 = 0xFFFFFFFF


class Order:
    """Loss, reordering and duplication from sequence numbers, which begin at 1. All counts are since the beginning."""

    def __init__(self) -> None:
        self.datagrams = self.lost = self.reordered = self.duplicated = 0
        self._first = self._last = 0  # of the run of consecutive ones under way; the last is the highest so far
        self._runs: deque[tuple[int, int]] = deque(maxlen=_KEPT)  # before it
        self._late: deque[int] = deque(maxlen=_KEPT)

    def take(self, sequences: list[int]) -> None:
        """These, in the order in which they came. A late one takes one loss back."""
        count = len(sequences)
        self.datagrams += count
        after = self._last + 1
        if sequences[0] == after and (count == 1 or sequences == list(range(after, after + count))):
            self._last = sequences[-1]
            return
        for sequence in sequences:
            if sequence > self._last:
                self._advance(sequence)
            elif self._came(sequence):
                self.duplicated += 1
            else:
                self.reordered += 1
                self.lost -= 1
                self._late.append(sequence)

    def _advance(self, sequence: int) -> None:
        if sequence != self._last + 1:
            self.lost += sequence - self._last - 1
            self._runs.append((self._first, self._last))
            self._first = sequence
        self._last = sequence

    def _came(self, sequence: int) -> bool:
        """Whether it came before, as far as is remembered."""
        if sequence >= self._first or sequence in self._late:
            return True
        return any(first <= sequence <= last for first, last in self._runs)


class _Interval:
    """What came since `began_ns`, the arrival that ended the interval before: the counts now less those then."""

    def __init__(self, began_ns: int, order: Order, size: int) -> None:
        self.began_ns = began_ns
        self.delays: list[int] = []
        self.variations: list[int] = []
        self._then = (order.datagrams, size, order.lost, order.reordered, order.duplicated)

    def counts(self, order: Order, size: int) -> tuple[int, int, int, int, int]:
        """(datagrams, bytes, lost, reordered, duplicated). What came late for an interval told already is no gain."""
        now = (order.datagrams, size, order.lost, order.reordered, order.duplicated)
        datagrams, bytes_in, lost, reordered, duplicated = (at - was for at, was in zip(now, self._then, strict=True))
        return datagrams, bytes_in, min(max(0, lost), _U32), reordered, duplicated

    def delay(self) -> Delay:
        if not self.delays:
            return Delay()
        return Delay(
            min_ms=min(self.delays),
            max_ms=max(self.delays),
            sum_ms=min(sum(self.delays), _U32),
            count=len(self.delays),
        )


class Tally:
    """Counts one test. Times are nanoseconds of one clock, which `offset_ns` carries to the wall clock on the wire."""

    def __init__(self, *, sub_interval_ms: int, offset_ns: int) -> None:
        self.arrived_ns: int | None = None  # of the last datagram
        self.first_ns: int | None = None
        self._period_ns = sub_interval_ms * _NS_PER_MS
        self._offset_ns = offset_ns
        self._order = Order()
        self._bytes = 0
        self._gap_ns = 0  # the usual one
        self._made_good_ns = 0
        self._trial = self._sub = _Interval(0, self._order, 0)
        self._done = SubInterval()
        self._done_count = 0
        self._status_sequence = 0
        self._clock_delta_ms: int | None = None
        self._rtt_min_ms: int | None = None
        self._rtt_variation_ms: int | None = None
        self._minimum_changed = False
        self._echoed_ns = 0
        self._sampled_ns = 0

    @property
    def datagrams(self) -> int:
        """All that came."""
        return self._order.datagrams

    def take(self, arrived_ns: int, sequences: list[int], size: int) -> None:
        """Datagrams that came together: `size` bytes of UDP payload in all."""
        self._order.take(sequences)
        self._bytes += size
        if self.arrived_ns is None:
            # The first ones mark the beginning: what they carry came in no time that was measured.
            self.first_ns = self.arrived_ns = arrived_ns
            self._trial, self._sub = self._begin(arrived_ns), self._begin(arrived_ns)
            return
        self._look_for_hold_up(arrived_ns, arrived_ns - self.arrived_ns)
        self.arrived_ns = max(self.arrived_ns, arrived_ns)
        late_ns = self.arrived_ns - self._sub.began_ns - self._period_ns
        if late_ns >= 0 and (self.arrived_ns >= self._made_good_ns or late_ns >= _LATE_NS):
            self._end_sub_interval(self.arrived_ns)

    def _look_for_hold_up(self, arrived_ns: int, gap_ns: int) -> None:
        if gap_ns > _HELD_UP_NS and gap_ns > _HELD_UP_GAPS * self._gap_ns > 0:
            self._made_good_ns = arrived_ns + gap_ns
        self._gap_ns += (gap_ns - self._gap_ns) // _SMOOTHING if self._gap_ns else gap_ns

    def _begin(self, at_ns: int) -> _Interval:
        return _Interval(at_ns, self._order, self._bytes)

    def wants_sample(self, arrived_ns: int) -> bool:
        """Whether the header of a datagram that came at `arrived_ns` is worth a look."""
        return arrived_ns - self._sampled_ns >= _SAMPLE_NS

    def sample(self, arrived_ns: int, load: Load) -> None:
        """Delay and, if the load answers a status unit that was not answered before, the round trip."""
        self._sampled_ns = arrived_ns
        now_ns = arrived_ns + self._offset_ns
        delta_ms = _rounded_ms(now_ns - load.sent_ns)
        if self._clock_delta_ms is None or delta_ms < self._clock_delta_ms:
            self._clock_delta_ms = delta_ms
            self._minimum_changed = True
        variation = min(delta_ms - self._clock_delta_ms, _U32)
        self._trial.delays.append(variation)
        self._sub.delays.append(variation)
        if load.status_ns and load.status_ns != self._echoed_ns:
            self._echoed_ns = load.status_ns
            self._round_trip(_rounded_ms(now_ns - load.status_ns) - load.response_ms)

    def _round_trip(self, rtt_ms: int) -> None:
        """A round trip of less than nothing is a peer's rounding, or its invention."""
        rtt_ms = min(max(0, rtt_ms), _U32 - 1)
        if self._rtt_min_ms is None or rtt_ms < self._rtt_min_ms:
            self._rtt_min_ms = rtt_ms
            self._minimum_changed = True
        self._rtt_variation_ms = rtt_ms - self._rtt_min_ms
        self._sub.variations.append(self._rtt_variation_ms)

    def status(self, now_ns: int, *, action: Action, stopped: bool, auth_mode: int) -> Status:
        """The next status unit; a new trial interval begins."""
        self._end_if_silent(now_ns)
        self._status_sequence += 1
        trial, arrived_ns = self._trial, self.arrived_ns or 0
        datagrams, size, lost, reordered, duplicated = trial.counts(self._order, self._bytes)
        status = Status(
            sequence=self._status_sequence,
            sent_ns=now_ns + self._offset_ns,
            action=action,
            receiving_stopped=stopped,
            sub_interval_count=self._done_count,
            sub_interval=self._done,
            lost=lost,
            reordered=reordered,
            duplicated=duplicated,
            clock_delta_ms=_signed_32(self._clock_delta_ms or 0),
            delay=trial.delay(),
            rtt_min_ms=self._rtt_min_ms,
            rtt_variation_ms=self._rtt_variation_ms,
            minimum_changed=self._minimum_changed,
            trial_us=(arrived_ns - trial.began_ns) // _NS_PER_US if datagrams else 0,
            datagrams=datagrams,
            bytes=min(size, _U32),
            auth=Auth(mode=auth_mode),
        )
        self._trial = self._begin(arrived_ns if datagrams else trial.began_ns)
        self._rtt_variation_ms = None
        self._minimum_changed = False
        return status

    def _end_if_silent(self, now_ns: int) -> None:
        """The time since the last datagram holds nothing, whatever the sub-interval's end."""
        end_ns = self._sub.began_ns + self._period_ns
        if self.first_ns is not None and now_ns - end_ns >= _LATE_NS:
            self._end_sub_interval(end_ns)

    def _end_sub_interval(self, end_ns: int) -> None:
        sub = self._sub
        datagrams, size, lost, reordered, duplicated = sub.counts(self._order, self._bytes)
        self._done = SubInterval(
            datagrams=datagrams,
            bytes=size,
            duration_us=(end_ns - sub.began_ns) // _NS_PER_US,
            lost=lost,
            reordered=reordered,
            duplicated=duplicated,
            delay=sub.delay(),
            rtt_min_ms=min(sub.variations, default=None),
            rtt_max_ms=max(sub.variations, default=0),
            end_ms=(end_ns - (self.first_ns or 0)) // _NS_PER_MS,
        )
        self._done_count += 1
        self._sub = self._begin(end_ns)


def _rounded_ms(ns: int) -> int:
    return (ns + _NS_PER_MS // 2) // _NS_PER_MS


def _signed_32(value: int) -> int:
    """Clocks that are weeks apart: the number says nothing then."""
    return min(max(value, -(1 << 31)), (1 << 31) - 1)
