"""Shell. The two sides of a test under way: one sends load and hears status, the other counts load and tells status.

Both ends of the wire use both. The server leads: it says stop and waits until the client has said it too; a client
says stop and goes. Silence has limits: without feedback for a second the load falls to the lowest rate, and after five
seconds without a word the test is over. Knows nothing of how a rate is found: that is asked of `Steer`.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from probe.capacity.codec import LOAD_BYTES, decode_load, decode_status, encode_status, says_stop, sequences
from probe.capacity.datagrams import Datagrams, split
from probe.capacity.pace import Pace
from probe.capacity.pdu import Action, Load, Malformed, Rate, Status
from probe.capacity.search import FULL_PACKET_BYTES, HEADER_BYTES
from probe.capacity.tally import Tally

SILENT_NS = 5_000_000_000  # after which the other end is taken for gone
_PARTING_NS = 500_000_000  # of a server that is told to stop at once
_UNHEARD_NS = 1_000_000_000  # after which load is not worth sending
_LOOK_NS = 50_000_000  # how soon a stop is noticed
_LOWEST = Rate(interval1_us=50_000, payload1_bytes=1222, burst1=1)
_FAREWELLS = 3  # of a client: one may be lost
_GATHER_S = 0.0005  # what comes in that time is read together; the kernel has stamped it
_NS_PER_MS = 1_000_000
_U16 = 0xFFFF

Steer = Callable[[Status], Rate]  # what the trial interval was like, to how load is to be sent from now on


class End(StrEnum):
    """Why a flow ended."""

    OWN = "own"  # this end's time was up, or it was stopped
    PEER = "peer"  # the other end said stop, or confirmed ours
    SILENT = "silent"
    GONE = "gone"  # the socket failed: the other end's port is closed, or the way to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How one test runs. Times are nanoseconds of the monotonic clock.

    `offset_ns` carries them to the wall clock. `is_over` is asked all the time with the time. `strange` gets what is
    not of the flow.
    """

    leads: bool
    trial_ms: int
    sub_interval_ms: int
    offset_ns: int
    auth_mode: int
    steer: Steer
    is_over: Callable[[int], bool]
    strange: Callable[[bytes], None]
    stop: threading.Event


class _Watch:
    """The stop handshake and the watchdog, which both sides have in common."""

    def __init__(self, link: Datagrams, course: Course) -> None:
        self.action = Action.TEST
        self.heard_ns = time.monotonic_ns()
        self._link = link
        self._course = course
        self._peer_stopped = False

    def end(self, now_ns: int) -> End | None:
        """Why it is over; None while it is not. Where this end leads, it begins to say stop instead."""
        if self._peer_stopped:
            return End.PEER
        if self._link.gone is not None:
            return End.GONE
        hurries = self._course.leads and self._course.stop.is_set()
        if now_ns - self.heard_ns > (_PARTING_NS if hurries else SILENT_NS):
            return End.SILENT
        if self.action is Action.TEST and (self._course.stop.is_set() or self._course.is_over(now_ns)):
            self.action = Action.STOP
            if not self._course.leads:
                return End.OWN
        return None

    def hear(self, now_ns: int, action: Action) -> None:
        """The other end is alive. Once stop was said only its answer counts: no one is waited for without end."""
        if self.action is Action.TEST:
            self.heard_ns = now_ns
        self._peer_stopped |= action is not Action.TEST

    def farewells(self) -> int:
        """How often this end says stop on leaving."""
        self.action = Action.STOP
        return _FAREWELLS if not self._course.leads and self._link.gone is None else 0


class Sending:
    """Sends load from `rate` on, as the feedback says.

    `sequence`: of the last datagram that the kernel took; `sent_bytes`: the payload of all of them.
    """

    def __init__(self, link: Datagrams, course: Course, rate: Rate) -> None:
        now_ns = time.monotonic_ns()
        self.sequence = 0
        self.pace = Pace(
            now_ns,
            extra_header_bytes=HEADER_BYTES[link.ip_version] - HEADER_BYTES[4],
            most_payload_bytes=FULL_PACKET_BYTES - HEADER_BYTES[4],
        )
        self.pace.follow(rate, now_ns)
        self._link = link
        self._course = course
        self._watch = _Watch(link, course)
        self._last = Status(sequence=0, sent_ns=0)
        self._last_ns = now_ns
        self._errors = 0
        self.sent_bytes = 0

    def run(self) -> End:
        """Until it is over."""
        while (end := self._watch.end(now_ns := time.monotonic_ns())) is None:
            if self._watch.action is not Action.TEST or now_ns - self._watch.heard_ns > _UNHEARD_NS:
                self.pace.follow(_LOWEST, now_ns)
            for size, count in self.pace.due(now_ns):
                self._send(now_ns, size, count)
            if self._link.wait(min(self.pace.next_due_ns or now_ns + _LOOK_NS, now_ns + _LOOK_NS)):
                self._hear()
        if end is End.GONE:
            self._hear()  # it may have said stop before it went
            end = self._watch.end(time.monotonic_ns()) or end
        for _ in range(self._watch.farewells()):
            self._send(time.monotonic_ns(), LOAD_BYTES, 1)
        return end

    @property
    def starved_share(self) -> float:
        """Of the load that was due, what was too late to be sent."""
        return self.pace.forgone_bytes / max(1, self.pace.forgone_bytes + self.sent_bytes)

    def _send(self, now_ns: int, size: int, count: int) -> None:
        """What the kernel does not take is not counted: it would look like loss on the way."""
        first = Load(
            sequence=self.sequence + 1,
            payload_bytes=size,
            sent_ns=now_ns + self._course.offset_ns,
            action=self._watch.action,
            receiving_stopped=now_ns - self._watch.heard_ns > _UNHEARD_NS,
            status_errors=self._errors,
            status_ns=self._last.sent_ns,
            response_ms=min(round((now_ns - self._last_ns) / _NS_PER_MS), _U16),
        )
        taken = self._link.send_loads(first, count)
        self.sequence += taken
        self.sent_bytes += taken * size

    def _hear(self) -> None:
        for arrived_ns, data, segment in self._link.receive():
            for unit in split(data, segment):
                status = decode_status(unit)
                if isinstance(status, Malformed):
                    self._course.strange(unit)
                else:
                    self._take(arrived_ns, status)

    def _take(self, arrived_ns: int, status: Status) -> None:
        self._watch.hear(arrived_ns, status.action)
        if status.sequence <= self._last.sequence:
            self._errors = _U16  # OB-UDPST's word for one that came late or twice
            return
        self._errors = min(status.sequence - self._last.sequence - 1, _U16)
        self._last, self._last_ns = status, arrived_ns
        self.pace.follow(self._course.steer(status), time.monotonic_ns())


class Receiving:
    """Counts load and tells its sender every trial interval."""

    def __init__(self, link: Datagrams, course: Course) -> None:
        self.tally = Tally(sub_interval_ms=course.sub_interval_ms, offset_ns=course.offset_ns)
        self._link = link
        self._course = course
        self._watch = _Watch(link, course)

    def run(self) -> End:
        """Until it is over."""
        trial_ns = self._course.trial_ms * _NS_PER_MS
        tell_ns = time.monotonic_ns() + trial_ns
        while (end := self._watch.end(now_ns := time.monotonic_ns())) is None:
            if now_ns >= tell_ns:
                self._tell(now_ns)
                tell_ns = max(tell_ns, now_ns - trial_ns) + trial_ns
            if self._link.wait(min(tell_ns, now_ns + _LOOK_NS)):
                self._count()
                time.sleep(_GATHER_S)
        if end is End.GONE:
            self._count()  # it may have said stop before it went
            end = self._watch.end(time.monotonic_ns()) or end
        for _ in range(self._watch.farewells()):
            self._tell(time.monotonic_ns())
        return end

    def _tell(self, now_ns: int) -> None:
        """Before the first load there is nothing to tell."""
        if self.tally.first_ns is None and self._watch.action is Action.TEST:
            return
        status = self.tally.status(
            now_ns,
            action=self._watch.action,
            stopped=now_ns - (self.tally.arrived_ns or now_ns) > _UNHEARD_NS,
            auth_mode=self._course.auth_mode,
        )
        self._link.send(encode_status(replace(status, rate=self._course.steer(status))))

    def _count(self) -> None:
        for arrived_ns, data, segment in self._link.receive():
            numbers = sequences(data, segment)
            if not numbers:
                self._course.strange(bytes(data))
                continue
            self.tally.take(arrived_ns, numbers, len(data))
            last = data[(len(numbers) - 1) * segment :]  # who has said stop says nothing else after it
            if self.tally.wants_sample(arrived_ns) or says_stop(last):
                load = decode_load(last)
                if not isinstance(load, Malformed):
                    self.tally.sample(arrived_ns, load)
                    self._watch.hear(arrived_ns, load.action)
