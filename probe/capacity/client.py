"""Shell. One direction of one test of IP-layer capacity from this machine: dials, runs it, returns what was observed.

Every failure of the world is a result. Leaves no socket and no thread behind. Knows nothing of schedules or contracts.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from probe import conditions
from probe.body.conditions import Conditions
from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.capacity.datagrams import wall_offset_ns
from probe.capacity.dial import Dialled, dial
from probe.capacity.flow import Course, End, Receiving, Sending
from probe.capacity.pdu import Rate, Status
from probe.capacity.plan import CapacityPlan
from probe.capacity.report import Facts, report, unreached
from probe.capacity.result import TCP_SHARE, Ledger
from probe.capacity.search import (
    FULL_PACKET_BYTES,
    HEADER_BYTES,
    HIGHEST_BPS,
    SAFE_PACKET_BYTES,
    highest_row,
    ip_bps,
    table,
)
from probe.capacity.terms import settings_of
from probe.throughput.plan import Live

_GRACE_NS = 500_000_000  # beyond the duration, for the last sub-interval to become whole
_NOTHING_NS = 3_000_000_000  # without any load there will be none
_PROGRESS_NS = 250_000_000
_NS_PER_S = 1_000_000_000
_FAILURES = {End.SILENT: Failure.CUT_SHORT, End.GONE: Failure.CUT_SHORT}


def measure(
    plan: CapacityPlan,
    direction: Direction,
    *,
    on_progress: Callable[[Live], None] | None = None,
    stop: threading.Event | None = None,
) -> SpeedTest:
    """Blocks until the test is over, some seconds beyond the plan's times at most. Setting `stop` aborts it."""
    stop = stop or threading.Event()
    if plan.full_packets:
        test = _attempt(plan, direction, FULL_PACKET_BYTES, on_progress, stop)
        if test.failure is not Failure.TIMED_OUT or test.server.address is None:
            return test
        # The server answered, but no load came through: the path may be too narrow for full packets.
    return _attempt(plan, direction, SAFE_PACKET_BYTES, on_progress, stop)


def _attempt(
    plan: CapacityPlan,
    direction: Direction,
    packet_bytes: int,
    on_progress: Callable[[Live], None] | None,
    stop: threading.Event,
) -> SpeedTest:
    dialled = dial(plan, direction, packet_bytes, stop)
    if isinstance(dialled, Failure):
        return unreached(plan, direction, packet_bytes, Failure.ABORTED if stop.is_set() else dialled)
    try:
        return _Test(plan, direction, dialled, packet_bytes, on_progress).run(stop)
    finally:
        dialled.link.close()


@dataclass(frozen=True, slots=True)
class _Own:
    """The test's own traffic at this machine's interface, and what share of it the machine could not keep up with."""

    ip_bytes: int
    packets: int
    starved_share: float


class _Test:
    def __init__(
        self,
        plan: CapacityPlan,
        direction: Direction,
        dialled: Dialled,
        packet_bytes: int,
        on_progress: Callable[[Live], None] | None,
    ) -> None:
        self._plan = plan
        self._direction = direction
        self._dialled = dialled
        self._link = dialled.link
        self._packet_bytes = packet_bytes
        self._on_progress = on_progress
        self._started_ns = self._told_ns = time.monotonic_ns()
        most_bps = plan.most_bps or HIGHEST_BPS
        self._highest = table(packet_bytes)[highest_row(most_bps)]
        self._ledger = Ledger(ip_version=self._link.ip_version, settings=settings_of(dialled.agreed, most_bps))

    def run(self, stop: threading.Event) -> SpeedTest:
        agreed = self._dialled.agreed
        course = Course(
            leads=False,
            trial_ms=agreed.trial_ms,
            sub_interval_ms=agreed.sub_interval_ms,
            offset_ns=wall_offset_ns(),
            auth_mode=agreed.auth.mode,
            steer=self._steer,
            is_over=self._is_over,
            strange=lambda _: None,
            stop=stop,
        )
        before = conditions.begin(self._link.sock, self._direction)
        end, own = self._flow(course)
        after = conditions.end(before)
        around = conditions.conclude(before, after, own_ip_bytes=own.ip_bytes, own_packets=own.packets)
        return report(self._plan, self._ledger, self._facts(end, own.starved_share, around, aborted=stop.is_set()))

    def _flow(self, course: Course) -> tuple[End, _Own]:
        header_bytes = HEADER_BYTES[self._link.ip_version]
        if self._direction is Direction.UPLOAD:
            sending = Sending(self._link, course, self._held(self._dialled.agreed.rate))
            end, packets = sending.run(), sending.sequence
            return end, _Own(sending.sent_bytes + packets * header_bytes, packets, sending.starved_share)
        end = Receiving(self._link, course).run()
        dropped = self._link.dropped() or 0
        packets = self._ledger.datagrams + dropped
        return end, _Own(self._ledger.ip_bytes + dropped * self._packet_bytes, packets, dropped / max(1, packets))

    def _steer(self, status: Status) -> Rate:
        self._ledger.add(status)
        self._tell()
        return self._held(status.rate)

    def _held(self, rate: Rate) -> Rate:
        """What the server wants, but never more than the plan allows."""
        asked, most = ip_bps(rate, HEADER_BYTES[4]), ip_bps(self._highest, HEADER_BYTES[4])
        return rate if asked <= most else self._highest

    def _is_over(self, now_ns: int) -> bool:
        elapsed_ns = now_ns - self._started_ns
        if elapsed_ns >= self._plan.duration_s * _NS_PER_S + _GRACE_NS:
            return True
        if elapsed_ns >= _NOTHING_NS and not self._ledger.datagrams:
            return True
        return self._ledger.ip_bytes >= self._plan.most_bytes or (self._plan.adaptive and self._ledger.is_settled)

    def _tell(self) -> None:
        now_ns = time.monotonic_ns()
        if self._on_progress is None or now_ns - self._told_ns < _PROGRESS_NS:
            return
        self._told_ns = now_ns
        share = TCP_SHARE[self._link.ip_version]
        recent = self._ledger.recent_ip_bps
        self._on_progress(
            Live(
                direction=self._direction,
                elapsed_s=(now_ns - self._started_ns) / _NS_PER_S,
                duration_s=self._plan.duration_s,
                rate_bps=None if recent is None else round(recent * share),
                bytes=round(self._ledger.ip_bytes * share),
            )
        )

    def _facts(self, end: End, starved_share: float, around: Conditions, *, aborted: bool) -> Facts:
        failure = _FAILURES.get(end) if self._ledger.datagrams or end is End.GONE else Failure.TIMED_OUT
        return Facts(
            direction=self._direction,
            packet_bytes=self._packet_bytes,
            address=self._dialled.address,
            ip_version=self._link.ip_version,
            idle_rtt_ms=self._dialled.idle_rtt_ms,
            starved_share=starved_share,
            conditions=around,
            failure=Failure.ABORTED if aborted else failure,
        )
