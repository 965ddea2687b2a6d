"""Shell. A test of IP-layer capacity over UDP (`probe.capacity`), asked for by the same plan as every other test.

Knows nothing of how it is made.
"""

import socket
import threading
from collections.abc import Callable
from dataclasses import replace

from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.throughput import connect, outcome
from probe.throughput.patience import StoppedError
from probe.throughput.plan import Family, Live, Plan


def measure(
    plan: Plan, direction: Direction, on_progress: Callable[[Live], None] | None, stop: threading.Event
) -> SpeedTest:
    """As `probe.throughput.client.measure`, for udp."""
    # Loaded with the first of its tests: the others do without.
    from probe.capacity.client import measure as measure_capacity
    from probe.capacity.plan import DEFAULT_MOST_BYTES, CapacityPlan

    url = _of_family(plan, direction, stop)
    if isinstance(url, Failure):
        return _failed(plan, direction, url)
    capacity = CapacityPlan(
        url=url,
        duration_s=plan.duration_s,
        adaptive=plan.adaptive,
        most_bytes=min(plan.most_bytes, DEFAULT_MOST_BYTES),
        demonstration=plan.demonstration,
        connect_timeout_s=plan.connect_timeout_s,
    )
    test = measure_capacity(capacity, direction, on_progress=on_progress, stop=stop)
    return replace(test, server=replace(test.server, url=plan.shown_url, address_family=_family(test.server.address)))


def _of_family(plan: Plan, direction: Direction, stop: threading.Event) -> str | Failure:
    """The plan's address; with the first address of the family in the name's place, where one family is asked for."""
    if plan.family is Family.ANY:
        return plan.url
    try:
        addresses = connect.resolve(connect.call(plan, direction, stop))
    except StoppedError:
        return Failure.ABORTED
    if not addresses:
        return Failure.NAME_NOT_RESOLVED
    family, (host, *_) = addresses[0]
    shown = f"[{host}]" if family == socket.AF_INET6 else host
    return f"udp://{shown}" if plan.parts.port is None else f"udp://{shown}:{plan.parts.port}"


def _family(address: str | None) -> int | None:
    if address is None:
        return None
    return 6 if ":" in address else 4


def _failed(plan: Plan, direction: Direction, failure: Failure) -> SpeedTest:
    return outcome.failed(
        direction=direction,
        method=plan.method,
        version=plan.method,
        server=connect.server_of(plan, None),
        failure=failure,
        streams=plan.connections,
    )
