"""Shell. One connection of a test over WebSocket while it is under load: reads counters, keeps what the server says.

Where the protocol wants it, tells the server as well. Knows nothing of rates: what it kept is for `outcome`.
"""

import threading
import time
from collections.abc import Callable

from probe.body.speed_test import Direction, Failure
from probe.throughput.ending import Ending
from probe.throughput.observed import Seen
from probe.throughput.said import Said
from probe.throughput.tcp_info import TcpInfo
from probe.throughput.websocket.channel import Channel
from probe.throughput.websocket.dialect import Dialect
from probe.throughput.websocket.frame import Binary, Close, Event, Opcode, Ping, Status, Text, Violation
from probe.throughput.websocket.telling import Telling

_TICK_S = 0.01  # between two readings
_UNSENT_S = 0.05  # of what is delivered: the kernel never runs dry between two turns
_LEAST_UNSENT_BYTES, _MOST_UNSENT_BYTES = 1 << 18, 1 << 26
_FAREWELL_S = 1.0  # for the server to end after we said that we do
_MOST_SAID = 4096  # messages kept: a server that says more is not speaking the protocol


class Stream:
    """`started`: the monotonic second from which all connections of the test count. Used by one thread.

    `leave_unsent` bounds what waits in this end's kernel, in bytes: what is not sent yet when the load ends would cross
    the line after it. `readings` are this end's counters, `said` the server's messages, each with its microsecond.
    Other threads may look at the last of either while it runs. `telling`: what this end says, None where a client says
    nothing.
    """

    def __init__(
        self,
        channel: Channel,
        dialect: Dialect,
        direction: Direction,
        started: float,
        telling: Telling | None,
        leave_unsent: Callable[[int], None],
    ) -> None:
        self.readings: list[tuple[int, TcpInfo]] = []
        self.said: list[tuple[int, Said]] = []
        self.failure: Failure | None = None
        self.whole = False  # whether the load went on until it was to end
        self._channel = channel
        self._dialect = dialect
        self._direction = direction
        self._started = started
        self._telling = telling
        self._leave_unsent = leave_unsent
        self._unsent_bytes = 0
        self._over = False
        self._read()

    def run(self, ending: Ending, stop: threading.Event) -> None:
        """Loads the line until `ending`; ends sooner if the server does, or `stop` is set."""
        if self._direction is Direction.UPLOAD:
            self._channel.begin_bulk(self._dialect.first_message_bytes)
        self._load(ending, stop)
        if stop.is_set():
            self.failure = Failure.ABORTED
        elif self.failure is None:
            self._part()

    def seen(self) -> Seen:
        """All of it, its counters as they are now. Once `run` has returned, and before `close`."""
        return Seen(readings=tuple(self.readings), said=tuple(self.said), last=self._channel.tcp_info())

    def close(self) -> None:
        """At once."""
        self._channel.close()

    def _load(self, ending: Ending, stop: threading.Event) -> None:
        due = time.monotonic()
        while not (self._over or self._channel.ended or stop.is_set()):
            now = time.monotonic()
            if now >= ending.until:
                self.whole = True
                break
            if now >= due:
                self._read()
                ending.moved(id(self), self._moved_bytes())
                due = now + _TICK_S
            if self._telling is not None and now >= self._telling.due:
                self._telling.tell()
            for event in self._channel.turn(min(due, ending.until)):
                self._take(event)
        self._read()

    def _read(self) -> None:
        info = self._channel.tcp_info()
        self.readings.append((self._now_us(), info))
        if self._direction is Direction.UPLOAD:
            self._hold_back(info)

    def _hold_back(self, info: TcpInfo) -> None:
        wanted = min(max(round((info.delivery_rate or 0) * _UNSENT_S), _LEAST_UNSENT_BYTES), _MOST_UNSENT_BYTES)
        if not self._unsent_bytes / 2 < wanted < self._unsent_bytes * 2:
            self._leave_unsent(wanted)
            self._unsent_bytes = wanted

    def _moved_bytes(self) -> int:
        last = self.readings[-1][1]
        return (last.bytes_received if self._direction is Direction.DOWNLOAD else last.bytes_sent) or 0

    def _now_us(self) -> int:
        return max(0, round((time.monotonic() - self._started) * 1_000_000))

    def _take(self, event: Event) -> None:
        if isinstance(event, Ping):
            self._channel.say(Opcode.PONG, event.payload)
        elif isinstance(event, Close):
            self._over = True
        elif isinstance(event, Violation):
            self._fail(event.status, event.reason)
        elif isinstance(event, Binary) and self._direction is Direction.UPLOAD:
            self._fail(Status.UNSUPPORTED, "a server sends no binary message during an upload")
        elif isinstance(event, Text) and len(self.said) < _MOST_SAID:
            said = self._dialect.decode(event.payload)
            if said is not None:
                self.said.append((self._now_us(), said))

    def _fail(self, status: Status, reason: str) -> None:
        self.failure = Failure.PROTOCOL
        self._over = True
        self._channel.say_close(status, reason)
        self._channel.turn(time.monotonic())

    def _part(self) -> None:
        """Says that the test is over. After an upload the server has a moment to say what it got last.

        After a download nothing is waited for: all that could come is what this end does not want any more.
        """
        if self._telling is not None and not self._channel.ended:
            self._telling.tell()
        self._channel.say_close(Status.NORMAL)
        if self._direction is Direction.DOWNLOAD:
            self._channel.turn(time.monotonic())
            return
        until = time.monotonic() + _FAREWELL_S
        while not (self._over or self._channel.ended) and time.monotonic() < until:
            for event in self._channel.turn(until):
                self._take(event)  # the server's last words count: what arrived towards the end is in them
