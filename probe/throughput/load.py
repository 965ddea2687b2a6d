"""Shell. Connections under load, all at once: a thread for each, live progress, what was observed as a speed test.

An adaptive test is looked at while it runs, and ended once its rate is certain (`rate.certain`). Leaves no socket and
no thread behind. Knows nothing of what is said over them.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from probe import conditions
from probe.body.course import EndedBy
from probe.body.speed_test import Direction, Failure, Server, SpeedTest
from probe.throughput import kernel, outcome
from probe.throughput.connect import Connected, server_of
from probe.throughput.ending import Ending
from probe.throughput.observed import Observed, Seen
from probe.throughput.plan import Live, Plan
from probe.throughput.rate import certain
from probe.throughput.said import Said
from probe.throughput.tcp_info import TcpInfo

_WATCH_EVERY_S = 0.05
_LIVE_EVERY_S = 0.2
_LIVE_READINGS = 50  # the last half second of a connection
_LIVE_LEAST_US = 100_000

Watcher = Callable[[Live], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is measured. `version` names the protocol with its version."""

    plan: Plan
    direction: Direction
    version: str


class Loaded(Protocol):
    """One connection under load. `readings`: (microseconds since the start, this end's counters), never empty.

    `said`: the server's words, each with its microsecond.
    """

    readings: list[tuple[int, TcpInfo]]
    said: list[tuple[int, Said]]
    failure: Failure | None
    whole: bool  # whether the load went on until it was to end

    def run(self, ending: Ending, stop: threading.Event) -> None:
        """Until `ending`, or `stop`."""

    def seen(self) -> Seen:
        """All of it, its counters as they are now. Once `run` has returned."""

    def close(self) -> None:
        """At once."""


def failed(task: Task, failure: Failure) -> SpeedTest:
    """A test that came to no load."""
    return outcome.failed(
        direction=task.direction,
        method=task.plan.method,
        version=task.version,
        server=server_of(task.plan, None),
        failure=failure,
        streams=task.plan.connections,
    )


def run(
    task: Task,
    connected: Sequence[Connected],
    stream_of: Callable[[Connected, float], Loaded],
    on_progress: Watcher | None,
    stop: threading.Event,
) -> SpeedTest:
    """`stream_of` makes of a connection and the monotonic second of the start what loads it, and owns it then."""
    sock = connected[0].sock
    server, in_use = server_of(task.plan, connected[0]), kernel.congestion_control(sock)
    before = conditions.begin(sock, task.direction)
    started = time.monotonic()
    streams = [stream_of(one, started) for one in connected]
    looks = _Looks(task, server, in_use, streams)
    ending = Ending(started + task.plan.duration_s, task.plan.most_bytes)
    try:
        _run_all(streams, ending, _watching(task, streams, ending, looks, on_progress), stop)
        # All connections at one moment, beside their interface: what is queued for one that ended is not others'.
        after = conditions.end(before)
        seen = tuple(stream.seen() for stream in streams)
    finally:
        for stream in streams:
            stream.close()
    observed = replace(
        looks.observed(seen),
        whole=all(stream.whole for stream in streams),
        ended_by=ending.by,
        failure=next((stream.failure for stream in streams if stream.failure), None),
    )
    ip_bytes, packets = outcome.own_traffic(observed)
    return outcome.speed_test(observed, conditions.conclude(before, after, own_ip_bytes=ip_bytes, own_packets=packets))


class _Looks:
    """Looks at a test under way, each at its time. `number`: how many there were."""

    def __init__(self, task: Task, server: Server, in_use: str, streams: Sequence[Loaded]) -> None:
        self.number = 0
        self._task = task
        self._server = server
        self._in_use = in_use
        self._streams = streams

    def observed(self, seen: tuple[Seen, ...]) -> Observed:
        """What was observed so far, of connections that had no failure."""
        return Observed(
            direction=self._task.direction,
            method=self._task.plan.method,
            version=self._task.version,
            server=self._server,
            seen=seen,
            congestion_control=self._in_use,
            whole=False,
            failure=None,
            looks=self.number,
            prescription=self._task.plan.prescription,
        )

    def heed(self, ending: Ending, elapsed_s: float) -> None:
        """Looks if a look is due, and ends the load if that suffices."""
        if elapsed_s < certain.look_s(self.number + 1, self._idle_rtt_ms()):
            return
        self.number += 1
        seen = tuple(_so_far(stream) for stream in self._streams)
        found = outcome.found(self.observed(seen))
        if certain.is_certain(found, elapsed_s=elapsed_s, moved_bytes=ending.moved_bytes):
            ending.end(EndedBy.CERTAIN)

    def _idle_rtt_ms(self) -> float | None:
        least = [stream.readings[0][1].min_rtt_us for stream in self._streams]
        return min((one / 1000 for one in least if one), default=None)


def _so_far(stream: Loaded) -> Seen:
    """While its thread goes on."""
    readings = tuple(stream.readings)
    return Seen(readings=readings, said=tuple(stream.said), last=readings[-1][1])


def _watching(
    task: Task, streams: Sequence[Loaded], ending: Ending, looks: _Looks, on_progress: Watcher | None
) -> Callable[[], None]:
    """What is to be done every now and then."""
    started = ending.until - task.plan.duration_s
    told = time.monotonic()

    def watch() -> None:
        nonlocal told
        now = time.monotonic()
        if task.plan.adaptive and ending.by is None:
            looks.heed(ending, now - started)
        if on_progress is not None and now >= told + _LIVE_EVERY_S:
            told = now
            on_progress(_live(task, streams))

    return watch


def _run_all(streams: Sequence[Loaded], ending: Ending, watch: Callable[[], None], stop: threading.Event) -> None:
    threads = [threading.Thread(target=stream.run, args=(ending, stop), name="prova-stream") for stream in streams]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(_WATCH_EVERY_S)
                watch()
    except BaseException:
        stop.set()  # the callback's own fault, or Ctrl-C: nothing is left running for it
        raise
    finally:
        for thread in threads:
            thread.join()


def _live(task: Task, streams: Sequence[Loaded]) -> Live:
    """By this end's counters, an upload's too: what was acknowledged."""
    counter = "bytes_received" if task.direction is Direction.DOWNLOAD else "bytes_acked"
    total_bytes, recent_bytes, recent_us, latest_us = 0, 0, 1, 0
    for stream in streams:
        readings = stream.readings[-_LIVE_READINGS:]
        (earlier_us, earlier), (latest_us, latest) = readings[0], readings[-1]
        count = getattr(latest, counter) or 0
        total_bytes += count
        recent_bytes += count - (getattr(earlier, counter) or 0)
        recent_us = max(recent_us, latest_us - earlier_us)
    return Live(
        direction=task.direction,
        elapsed_s=latest_us / 1_000_000,
        duration_s=task.plan.duration_s,
        rate_bps=round(recent_bytes * 8_000_000 / recent_us) if recent_us > _LIVE_LEAST_US else None,
        bytes=total_bytes,
    )
