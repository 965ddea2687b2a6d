"""Shell. One test with round trips beside it as a process of its own: a `Plan` and a direction in, `SpeedTest` out."""

import sys

import msgspec

from probe.body.speed_test import Direction
from probe.throughput.latency1.beside import measure
from probe.throughput.plan import Plan


def main(plan_json: str, direction: str) -> None:
    test = measure(msgspec.json.decode(plan_json, type=Plan), Direction(direction))
    sys.stdout.write(msgspec.json.encode(test).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
