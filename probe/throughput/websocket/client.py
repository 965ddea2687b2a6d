"""Shell. One direction of one test over WebSocket from this machine: opens its connections and has them loaded.

Knows nothing of what is made of it.
"""

import threading
import time
import uuid
from functools import partial

from probe import clock
from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.throughput import connect, kernel, load
from probe.throughput.connect import Connected
from probe.throughput.load import Task, Watcher
from probe.throughput.msak import protocol as msak
from probe.throughput.ndt7 import protocol as ndt7
from probe.throughput.plan import Method, Plan
from probe.throughput.said import Ends
from probe.throughput.websocket.channel import Channel
from probe.throughput.websocket.dial import dial
from probe.throughput.websocket.dialect import Dialect
from probe.throughput.websocket.stream import Stream
from probe.throughput.websocket.telling import Telling

_SPARE_S = 1.0  # asked beyond the plan: the server counts from each connection's opening, the load begins with the last


def measure(plan: Plan, direction: Direction, on_progress: Watcher | None, stop: threading.Event) -> SpeedTest:
    """As `probe.throughput.client.measure`, for ndt7 and msak."""
    dialect = msak.MSAK if plan.method is Method.MSAK else ndt7.NDT7
    task = Task(plan=plan, direction=direction, version=dialect.version)
    opened = time.monotonic()
    connected = _dial_all(plan, direction, dialect, stop)
    if isinstance(connected, Failure):
        return load.failed(task, connected)

    def stream(one: Connected, started: float) -> Stream:
        in_use = kernel.congestion_control(one.sock)
        ends = _ends(one)
        channel = Channel(one.sock, client=True, early=one.early)
        telling = (
            Telling(dialect, channel, ends, direction, opened=opened, in_use=in_use) if dialect.client_tells else None
        )
        return Stream(channel, dialect, direction, started, telling, partial(kernel.leave_unsent, one.sock))

    return load.run(task, connected, stream, on_progress, stop)


def _dial_all(plan: Plan, direction: Direction, dialect: Dialect, stop: threading.Event) -> list[Connected] | Failure:
    options = _options(plan)
    connected: list[Connected] = []
    for _ in range(plan.connections):
        one = dial(connect.call(plan, direction, stop), dialect, options)
        if isinstance(one, Failure):
            for earlier in connected:
                earlier.sock.close()
            return one
        connected.append(one)
    return connected


def _options(plan: Plan) -> dict[str, str]:
    name = str(uuid.uuid4())
    if plan.method is not Method.MSAK:
        return {ndt7.TEST: name} if plan.connections > 1 else {}
    return msak.options(
        mid=name,
        streams=plan.connections,
        duration_s=plan.duration_s + _SPARE_S,
        congestion_control=plan.congestion_control,
    )


def _ends(one: Connected) -> Ends:
    try:
        here, there = kernel.ends(one.sock)
    except OSError:  # the server has broken off already, as its stream will find
        here, there = "", one.address
    return Ends(here=here, there=there, uuid=str(uuid.uuid4()), start_time=clock.now().isoformat())
