"""Shell. One end of a test while it tells the other, every now and then, what its kernel counts.

Knows nothing of what the other end makes of it.
"""

import random
import time
from collections.abc import Callable

from probe.body.speed_test import Direction
from probe.throughput.arrival import Arrival
from probe.throughput.host.told import Host, Working
from probe.throughput.said import Ends, Report
from probe.throughput.tcp_info import TcpInfo
from probe.throughput.websocket.channel import Channel
from probe.throughput.websocket.dialect import Dialect
from probe.throughput.websocket.frame import Opcode


class Telling:
    """Begins with the load: `opened` is the monotonic second at which the connection was there, before that.

    `due`: the monotonic second of the next text. `host`: what a server says of itself; a client says nothing.
    """

    def __init__(  # noqa: PLR0913  what every text says of its connection
        self,
        dialect: Dialect,
        channel: Channel,
        ends: Ends,
        direction: Direction,
        *,
        opened: float,
        in_use: str,
        host: Callable[[], tuple[Host, Working]] | None = None,
    ) -> None:
        self.due = self.started = time.monotonic()
        self._dialect = dialect
        self._channel = channel
        self._ends = ends
        self._direction = direction
        self._opened = opened
        self._in_use = in_use
        self._host = host
        self._first = True
        self._samples: list[Arrival] = []  # since the last text, as the round trips
        self._round_trips: list[tuple[int, int]] = []

    @property
    def elapsed_us(self) -> int:
        """Since the start."""
        return round((time.monotonic() - self.started) * 1_000_000)

    def note_arrival(self, info: TcpInfo) -> None:
        """A reading of the receiver's counters, for the next text."""
        if info.bytes_received is not None:
            self._samples.append(Arrival(self.elapsed_us, info.bytes_received, info.data_segs_in, info.rcv_ooopack))

    def note_round_trip(self, info: TcpInfo) -> None:
        """A reading of the sender's counters, for the next text."""
        if info.rtt_us:
            self._round_trips.append((self.elapsed_us, info.rtt_us))

    def tell(self) -> None:
        """Says it now, and again when it is due. Raises OSError once the channel is closed."""
        elapsed_us = self.elapsed_us
        report = Report(
            direction=self._direction,
            ends=self._ends,
            first=self._first,
            elapsed_us=elapsed_us,
            since_open_us=elapsed_us + round((self.started - self._opened) * 1_000_000),
            tcp=self._channel.tcp_info(),
            bbr=self._channel.bbr_info(self._in_use),
            congestion_control=self._in_use,
            payload_sent=self._channel.payload_sent,
            payload_received=self._channel.payload_received,
            samples=tuple(self._samples),
            round_trips=tuple(self._round_trips),
            host=None if self._host is None else self._host(),
        )
        self._first = False
        self._samples.clear()
        self._round_trips.clear()
        self._channel.say(Opcode.TEXT, self._dialect.encode(report))
        self.due = time.monotonic() + self._next_s()

    def _next_s(self) -> float:
        """M-Lab's memoryless ticker, within its bounds."""
        wait_s = random.expovariate(1 / self._dialect.text_every_s)
        return min(max(wait_s, self._dialect.text_soonest_s), self._dialect.text_latest_s)
