"""Shell. One direction of one test against a LibreSpeed server: finds its endpoints, has its connections loaded.

The rate is taken as in every other method, from our own kernel's counters: received, or acknowledged. LibreSpeed's own
factor for overheads (1.06) is not applied. Knows nothing of what is made of it.
"""

import threading
import time

from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.throughput import connect, load
from probe.throughput.connect import Call, Connected
from probe.throughput.librespeed import protocol
from probe.throughput.librespeed.answer import Began
from probe.throughput.librespeed.exchange import Exchange
from probe.throughput.librespeed.protocol import Endpoints
from probe.throughput.librespeed.stream import Stream
from probe.throughput.load import Task, Watcher
from probe.throughput.plan import Plan

_LOOK_S = 0.1  # how soon a stop is noticed


def measure(plan: Plan, direction: Direction, on_progress: Watcher | None, stop: threading.Event) -> SpeedTest:
    """As `probe.throughput.client.measure`, for librespeed."""
    task = Task(plan=plan, direction=direction, version=protocol.VERSION)
    call = connect.call(plan, direction, stop)
    endpoints = _find(call)
    connected = endpoints if isinstance(endpoints, Failure) else _connect_all(call)
    if isinstance(connected, Failure):
        return load.failed(task, connected)
    assert isinstance(endpoints, Endpoints)
    found = endpoints
    return load.run(task, connected, lambda one, started: Stream(one, call, found, started), on_progress, stop)


def _find(call: Call) -> Endpoints | Failure:
    """The first of the known layouts that is there."""
    for endpoints in protocol.candidates(call.plan.parts):
        status = _status(call, endpoints)
        if isinstance(status, Failure):
            return status
        if protocol.accepts(status):
            return endpoints
    return Failure.SERVER_REFUSED


def _status(call: Call, endpoints: Endpoints) -> int | Failure:
    connected = connect.connect(call)
    if isinstance(connected, Failure):
        return connected
    exchange = Exchange(connected.sock)
    try:
        exchange.ask(protocol.probe(call.plan.parts, endpoints, call.plan.software))
        while not (exchange.ended or call.stop.is_set()):
            if time.monotonic() >= call.until:
                return Failure.TIMED_OUT
            for event in exchange.turn(min(call.until, time.monotonic() + _LOOK_S)):
                return event.status if isinstance(event, Began) else Failure.PROTOCOL
        return Failure.ABORTED if call.stop.is_set() else Failure.CUT_SHORT
    finally:
        exchange.close()


def _connect_all(call: Call) -> list[Connected] | Failure:
    connected: list[Connected] = []
    for _ in range(call.plan.connections):
        one = connect.connect(call)
        if isinstance(one, Failure):
            for earlier in connected:
                earlier.sock.close()
            return one
        connected.append(one)
    return connected
