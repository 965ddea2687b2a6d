"""Shell. One short train: opens a download of a measuring server, takes its first packets, and hangs up.

Some eighty kilobytes. Knows nothing of when trains are sent or of what they are held against.
"""

import threading
import time
from functools import partial

from probe.body.speed_test import Direction, Failure
from probe.body.train import Train
from probe.sensing.spread import WINDOW_BYTES, Read, narrowest
from probe.throughput import kernel
from probe.throughput.connect import Call, Connected, failure_of, server_of
from probe.throughput.msak.protocol import MSAK
from probe.throughput.ndt7.protocol import NDT7
from probe.throughput.patience import StoppedError, insist
from probe.throughput.plan import Method, Plan
from probe.throughput.websocket.dial import dial

MOST_BYTES = 80_000
_READ_BYTES = 16_384
_WITHIN_S = 5.0
_DIALECTS = {Method.NDT7: (NDT7, {}), Method.MSAK: (MSAK, {"streams": "1", "mid": "light", "bytes": str(MOST_BYTES)})}
METHODS = frozenset(_DIALECTS)  # librespeed and udp have no download that ends so soon


def train(plan: Plan, stop: threading.Event) -> Train:
    """A train by `plan`'s method, one of METHODS; one that failed says why."""
    spoken, options = _DIALECTS[plan.method]
    one = Call(plan=plan, direction=Direction.DOWNLOAD, until=time.monotonic() + _WITHIN_S, stop=stop)
    connected = dial(one, spoken, options)
    if isinstance(connected, Failure):
        return Train(server=server_of(plan, None), method=plan.method, bytes=0, failure=connected)
    with connected.sock:
        return _taken(one, connected)


def _taken(one: Call, connected: Connected) -> Train:
    buffer = bytearray(_READ_BYTES)
    reads = [Read(time.monotonic_ns(), len(connected.early))]
    failure: Failure | None = None
    try:
        while reads[-1].total_bytes < MOST_BYTES:
            count = insist(connected.sock, partial(connected.sock.recv_into, buffer), one.until, one.stop)
            if not count:
                failure = Failure.CUT_SHORT if reads[-1].total_bytes < WINDOW_BYTES else None
                break
            reads.append(Read(time.monotonic_ns(), reads[-1].total_bytes + count))
    except StoppedError:
        failure = Failure.ABORTED
    except OSError as error:
        failure = failure_of(error)
    return _told(one, connected, reads, failure)


def _told(one: Call, connected: Connected, reads: list[Read], failure: Failure | None) -> Train:
    try:
        least_us = kernel.tcp_info(connected.sock).min_rtt_us
    except OSError:
        least_us = None
    spread_bps = None if failure else narrowest(reads)
    return Train(
        server=server_of(one.plan, connected),
        method=one.plan.method,
        bytes=reads[-1].total_bytes,
        duration_ms=(reads[-1].at_ns - reads[1].at_ns) / 1e6 if len(reads) > 1 else None,
        window_bytes=WINDOW_BYTES if spread_bps is not None else None,
        spread_bps=spread_bps,
        rtt_ms=None if least_us is None else least_us / 1000,
        failure=failure,
    )
