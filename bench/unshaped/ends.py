"""Shell. Either end of our own test as a process of its own that tells what processor time it used while it received.

    python -m bench.unshaped.ends serve HOST PORT [CERT KEY]    answers every line of its input with a `Cost`
    python -m bench.unshaped.ends ask PLAN DIRECTION            an `Asked`

What a process uses to start is not counted: it is the same for a test of any length.
"""

import resource
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from probe.body.speed_test import Direction, SpeedTest
from probe.throughput.client import measure
from probe.throughput.plan import Plan
from probe.throughput.server import MeasuringServer


@dataclass(frozen=True, slots=True)
class Cost:
    """Of all threads of this process since it began, user and system."""

    cpu_s: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A test, and what it cost the client."""

    test: SpeedTest
    cost: Cost


def _cost() -> Cost:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Cost(used.ru_utime + used.ru_stime)


def _say(what: Cost | Asked) -> None:
    sys.stdout.write(msgspec.json.encode(what).decode() + "\n")
    sys.stdout.flush()


def serve(host: str, port: str, *tls: str) -> None:
    cert, key = map(Path, tls) if tls else (None, None)
    with MeasuringServer(host, int(port), tls_cert=cert, tls_key=key):
        _say(_cost())
        for _ in sys.stdin:
            _say(_cost())


def ask(plan_json: str, direction: str) -> None:
    plan = msgspec.json.decode(plan_json, type=Plan, dec_hook=lambda kind, text: kind(text))
    before = _cost()
    test = measure(plan, Direction(direction))
    _say(Asked(test, Cost(_cost().cpu_s - before.cpu_s)))


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    if verb == "serve":
        serve(rest[0], rest[1], *rest[2:])
    else:
        ask(rest[0], rest[1])
