"""Shell. One direction of one ndt7 test from this machine: dials, loads the line, returns what was observed.

Every failure of the world is a result. Leaves no socket and no thread behind, but for a name whose resolver does not
answer: that thread ends with the resolver's own limit. Knows nothing of schedules or contracts.
"""

import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from probe import conditions
from probe.record import Direction, Failure, Server, SpeedTest
from probe.throughput import kernel, outcome
from probe.throughput.outcome import Observed
from probe.throughput.plan import Live, Plan
from probe.throughput.websocket.dial import Dialled, dial
from probe.throughput.websocket.stream import Stream

_LIVE_EVERY_S = 0.2
_LIVE_READINGS = 50  # the last half second of a stream
_LIVE_LEAST_US = 100_000


def measure(
    plan: Plan,
    direction: Direction,
    *,
    on_progress: Callable[[Live], None] | None = None,
    stop: threading.Event | None = None,
) -> SpeedTest:
    """Blocks for the connection's and the test's time at most. `on_progress` is called in this thread.

    Setting `stop` ends it within a fraction of a second, with the failure `ABORTED`.
    """
    stop = stop or threading.Event()
    dialled = _dial_all(plan, direction, stop)
    if isinstance(dialled, Failure):
        return outcome.failed(direction, _server(plan, None), dialled, plan.streams)
    sock = dialled[0].sock
    server = _server(plan, dialled[0].address)
    ipv6, in_use = sock.family == socket.AF_INET6, kernel.congestion_control(sock)
    before = conditions.begin(sock, direction)
    streams = _load(plan, direction, dialled, on_progress, stop)
    observed = Observed(
        direction=direction,
        server=server,
        seen=tuple(stream.seen() for stream in streams),
        ipv6=ipv6,
        congestion_control=in_use,
        whole=all(stream.whole for stream in streams),
        failure=next((stream.failure for stream in streams if stream.failure), None),
    )
    ip_bytes, packets = outcome.own_traffic(observed)
    return outcome.speed_test(observed, conditions.conclude(before, own_ip_bytes=ip_bytes, own_packets=packets))


def _server(plan: Plan, address: str | None) -> Server:
    tls = urlsplit(plan.url).scheme == "wss"
    return Server(url=plan.url, address=address, tls=tls, demonstration=plan.demonstration)


def _dial_all(plan: Plan, direction: Direction, stop: threading.Event) -> list[Dialled] | Failure:
    dialled: list[Dialled] = []
    until = time.monotonic() + plan.connect_timeout_s
    for _ in range(plan.streams):
        one = dial(plan, direction, until=until, stop=stop)
        if isinstance(one, Failure):
            for earlier in dialled:
                earlier.sock.close()
            return one
        dialled.append(one)
    return dialled


def _load(
    plan: Plan,
    direction: Direction,
    dialled: list[Dialled],
    on_progress: Callable[[Live], None] | None,
    stop: threading.Event,
) -> list[Stream]:
    started = time.monotonic()
    streams = [Stream(one, direction, started) for one in dialled]
    threads = [
        threading.Thread(target=stream.run, args=(started + plan.duration_s, stop), name="prova-stream")
        for stream in streams
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(_LIVE_EVERY_S)
                if on_progress is not None:
                    on_progress(_live(plan, direction, streams))
    except BaseException:
        stop.set()  # the callback's own fault, or Ctrl-C: nothing is left running for it
        raise
    finally:
        for thread in threads:
            thread.join()
    return streams


def _live(plan: Plan, direction: Direction, streams: list[Stream]) -> Live:
    """By this end's counters, an upload's too: what was acknowledged."""
    counter = "bytes_received" if direction is Direction.DOWNLOAD else "bytes_acked"
    total_bytes, recent_bytes, recent_us, latest_us = 0, 0, 1, 0
    for stream in streams:
        readings = stream.readings[-_LIVE_READINGS:]
        (earlier_us, earlier), (latest_us, latest) = readings[0], readings[-1]
        count = getattr(latest, counter) or 0
        total_bytes += count
        recent_bytes += count - (getattr(earlier, counter) or 0)
        recent_us = max(recent_us, latest_us - earlier_us)
    return Live(
        direction=direction,
        elapsed_s=latest_us / 1_000_000,
        duration_s=plan.duration_s,
        rate_bps=round(recent_bytes * 8_000_000 / recent_us) if recent_us > _LIVE_LEAST_US else None,
        bytes=total_bytes,
    )
