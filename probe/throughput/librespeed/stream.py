"""Shell. One connection's place in a test against LibreSpeed: asks again and again, and connects anew where it must.

Knows nothing of rates: what it kept is for `outcome`.
"""

import threading
import time

from probe.body.speed_test import Direction, Failure
from probe.throughput.connect import Call, Connected, connect
from probe.throughput.ending import Ending
from probe.throughput.librespeed import protocol
from probe.throughput.librespeed.answer import Began, Ended, Event, Fault
from probe.throughput.librespeed.exchange import Exchange
from probe.throughput.librespeed.protocol import Endpoints
from probe.throughput.observed import Seen
from probe.throughput.said import Said
from probe.throughput.tcp_info import TcpInfo, continued

_TICK_S = 0.01  # between two readings
_MOST_UPSETS = 20  # connections that a server may break off in one test


class Stream:
    """`started`: the monotonic second from which all connections of the test count. `call` finds the server again.

    `readings` go on over a new connection as if it were the old one.
    """

    def __init__(self, connected: Connected, call: Call, endpoints: Endpoints, started: float) -> None:
        self.readings: list[tuple[int, TcpInfo]] = []
        self.said: list[tuple[int, Said]] = []  # LibreSpeed's servers say nothing
        self.failure: Failure | None = None
        self.whole = False  # whether the load went on until it was to end
        self._exchange = Exchange(connected.sock)
        self._call = call
        self._endpoints = endpoints
        self._started = started
        self._bodies = list(protocol.BODY_BYTES)  # the first is what is sent
        self._before: TcpInfo | None = None  # the counters of the connections that are over
        self._upsets = 0
        self._answered = False  # whether the answer under way is one to what was asked
        self._read()

    def run(self, ending: Ending, stop: threading.Event) -> None:
        """Loads the line until `ending`; ends sooner if the server fails, or `stop` is set."""
        self._ask()
        self._load(ending, stop)
        if stop.is_set():
            self.failure = Failure.ABORTED

    def seen(self) -> Seen:
        """All of it, its counters as they are now. Once `run` has returned, and before `close`."""
        return Seen(readings=tuple(self.readings), said=(), last=self._counted())

    def close(self) -> None:
        """At once."""
        self._exchange.close()

    def _load(self, ending: Ending, stop: threading.Event) -> None:
        due = time.monotonic()
        while self.failure is None and not stop.is_set():
            now = time.monotonic()
            if now >= ending.until:
                self.whole = True
                break
            if now >= due:
                self._read()
                ending.moved(id(self), self._moved_bytes())
                due = now + _TICK_S
            for event in self._exchange.turn(min(due, ending.until)):
                self._take(event)
            if self._exchange.ended and self.failure is None:
                self._begin_anew(ending.until)
        self._read()

    def _read(self) -> None:
        elapsed_us = max(0, round((time.monotonic() - self._started) * 1_000_000))
        self.readings.append((elapsed_us, self._counted()))

    def _moved_bytes(self) -> int:
        last = self.readings[-1][1]
        download = self._call.direction is Direction.DOWNLOAD
        return (last.bytes_received if download else last.bytes_sent) or 0

    def _counted(self) -> TcpInfo:
        info = self._exchange.tcp_info()
        return info if self._before is None else continued(self._before, info)

    def _ask(self) -> None:
        plan, self._answered = self._call.plan, False
        if self._call.direction is Direction.DOWNLOAD:
            self._exchange.ask(protocol.download(plan.parts, self._endpoints, plan.software))
        else:
            head = protocol.upload(plan.parts, self._endpoints, plan.software, self._bodies[0])
            self._exchange.ask(head, self._bodies[0])

    def _take(self, event: Event) -> None:
        if isinstance(event, Fault):
            self.failure = Failure.PROTOCOL
        elif isinstance(event, Began):
            self._judge(event.status)
        elif self.failure is None:
            self._go_on(event)

    def _judge(self, status: int) -> None:
        if protocol.is_too_large(status) and len(self._bodies) > 1:
            self._bodies.pop(0)
            self._exchange.ended = True
        elif not protocol.accepts(status):
            self.failure = Failure.SERVER_REFUSED

    def _go_on(self, ended: Ended) -> None:
        if self._call.direction is Direction.DOWNLOAD and ended.body_bytes < protocol.LEAST_CHUNK_BYTES:
            self.failure = Failure.PROTOCOL
        elif ended.stays and not self._exchange.sending:
            self._ask()
        else:  # it wants a new connection, or did not hear the request out
            self._upsets += self._exchange.sending
            self._exchange.ended = True

    def _begin_anew(self, until: float) -> None:
        self._upsets += 1
        if self._upsets > _MOST_UPSETS:
            self.failure = Failure.CUT_SHORT
            return
        counted = self._counted()
        call = Call(plan=self._call.plan, direction=self._call.direction, until=until, stop=self._call.stop)
        connected = connect(call)
        if isinstance(connected, Failure):
            # Time ran out meanwhile: the test ends as it would have.
            self.failure = None if time.monotonic() >= until else connected
            return
        self._exchange.close()
        self._before, self._exchange = counted, Exchange(connected.sock)
        self._ask()
