"""Shell. Connections under load, all at once: a thread for each, live progress, what was observed as a speed test.

Leaves no socket and no thread behind. Knows nothing of what is said over them.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from probe import conditions
from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.throughput import kernel, outcome
from probe.throughput.connect import Connected, server_of
from probe.throughput.outcome import Observed, Seen
from probe.throughput.plan import Live, Plan
from probe.throughput.tcp_info import TcpInfo

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
    """One connection under load. `readings`: (microseconds since the start, this end's counters), never empty."""

    readings: list[tuple[int, TcpInfo]]
    failure: Failure | None
    whole: bool  # whether the load went on until it was to end

    def run(self, until: float, stop: threading.Event) -> None:
        """Until the monotonic second `until`, or `stop`; closes the connection."""

    def seen(self) -> Seen:
        """All of it, once `run` has returned."""


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
    _run_all(task, streams, started, on_progress, stop)
    observed = Observed(
        direction=task.direction,
        method=task.plan.method,
        version=task.version,
        server=server,
        seen=tuple(stream.seen() for stream in streams),
        congestion_control=in_use,
        whole=all(stream.whole for stream in streams),
        failure=next((stream.failure for stream in streams if stream.failure), None),
    )
    ip_bytes, packets = outcome.own_traffic(observed)
    return outcome.speed_test(observed, conditions.conclude(before, own_ip_bytes=ip_bytes, own_packets=packets))


def _run_all(
    task: Task, streams: Sequence[Loaded], started: float, on_progress: Watcher | None, stop: threading.Event
) -> None:
    until = started + task.plan.duration_s
    threads = [threading.Thread(target=stream.run, args=(until, stop), name="prova-stream") for stream in streams]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(_LIVE_EVERY_S)
                if on_progress is not None:
                    on_progress(_live(task, streams))
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
