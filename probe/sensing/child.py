"""Shell. The short-lived process: one errand on standard input, what came of it on standard output, then it is gone.

Where its input ends, it stops what it does: so ends an order to stop, and so ends the one who sent it. Knows nothing of
records, schedules or keys.
"""

import asyncio
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from probe.body.speed_test import SpeedTest
from probe.body.train import Train
from probe.sensing.errand import Brought, Errand, OneTest, decode_errand, encode
from probe.settings import is_loopback

if TYPE_CHECKING:  # what a test needs is loaded where one is asked for
    from probe.throughput.plan import Live

_GONE_WITHIN_S = 240
_AT_ONCE_BYTES = 4096


def main() -> None:
    """One errand."""
    signal.alarm(_GONE_WITHIN_S)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the one who sent it, whose word comes by the input
    errand = decode_errand(sys.stdin.buffer.readline())
    halt = threading.Event()
    threading.Thread(target=_until_end, args=(halt,), name="prova-halt", daemon=True).start()
    _tell(_do(errand, halt))


def _tell(brought: Brought) -> None:
    sys.stdout.buffer.write(encode(brought))
    sys.stdout.buffer.flush()


def _tell_live(live: "Live") -> None:
    """So that what a test has moved is known even if nothing else comes of it."""
    _tell(Brought(live=live))


def _until_end(halt: threading.Event) -> None:
    # Not by `sys.stdin`: its lock, held by a thread that waits, ends the interpreter with a fatal error at shutdown.
    while os.read(0, _AT_ONCE_BYTES):
        pass
    halt.set()


def _do(errand: Errand, halt: threading.Event) -> Brought:
    if errand.test is not None:
        return Brought(test=_beside(errand, errand.test, halt))
    if errand.train_at is not None:
        return Brought(train=_train(errand, errand.train_at, halt))
    return _look(errand, halt)


def _beside(errand: Errand, test: OneTest, halt: threading.Event) -> SpeedTest:
    """The router is asked only where the test may cross the line."""
    from urllib.parse import urlsplit

    from probe.condition.beside import Beside

    if not test.router or is_loopback(urlsplit(test.server).hostname or ""):
        return _measure(errand, test, halt)
    return Beside().during(lambda: _measure(errand, test, halt), halt)


def _measure(errand: Errand, test: OneTest, halt: threading.Event) -> SpeedTest:
    from probe.throughput.latency1.beside import measure
    from probe.throughput.mlab import client as mlab_client
    from probe.throughput.mlab.locate import NAME as MLAB
    from probe.throughput.plan import Plan, default_duration_s

    settings = errand.measure
    plan = Plan(
        url=mlab_client.ASSIGNED if test.server == MLAB else test.server,
        method=settings.method,
        duration_s=settings.duration_s or default_duration_s(settings.method, adaptive=settings.adaptive),
        adaptive=settings.adaptive,
        most_bytes=settings.most_bytes,
        streams=settings.streams,
        family=settings.family,
        demonstration=settings.demonstration,
        ca_file=settings.ca_file,
        software=errand.software,
    )
    if test.server == MLAB:
        mlab = mlab_client.MlabPlan(plan=plan, accepted=settings.accept_mlab_policy, kept=test.mlab_kept)
        return mlab_client.measure_unattended(mlab, test.direction, halt, on_progress=_tell_live)
    return measure(plan, test.direction, on_progress=_tell_live, stop=halt)


def _train(errand: Errand, server: str, halt: threading.Event) -> Train:
    from probe.sensing.short import train
    from probe.throughput.plan import Plan

    settings = errand.measure
    plan = Plan(
        url=server,
        method=settings.method,
        family=settings.family,
        demonstration=settings.demonstration,
        ca_file=settings.ca_file,
        software=errand.software,
    )
    return train(plan, halt)


def _look(errand: Errand, halt: threading.Event) -> Brought:
    from probe.courtesy.look import Look

    async def passed() -> Brought:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def pass_on() -> None:
            halt.wait()
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=pass_on, daemon=True).start()
        return Brought(passed=await Look(errand.look_s or 0.0, errand.router).passed(stop))

    return asyncio.run(passed())


if __name__ == "__main__":
    main()
