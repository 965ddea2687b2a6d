"""Shell. As `ask`, with the home router asked around the test."""

import sys
import threading

import msgspec

from probe.body.speed_test import Direction
from probe.condition.beside import Beside
from probe.throughput.client import measure
from probe.throughput.plan import Plan


def main(plan_json: str, direction: str) -> None:
    plan = msgspec.json.decode(plan_json, type=Plan)
    test = Beside().during(lambda: measure(plan, Direction(direction)), threading.Event())
    sys.stdout.write(msgspec.json.encode(test).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
