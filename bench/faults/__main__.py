"""What faults do to the evidence: each is injected at random moments, and then everything is counted.

    python -m bench.faults [NAME...] [--times N] [--quick] [--seed N] [--json]

A real mosquitto, `prova collector run` as a process of its own, three probes with real spools. The table is on stdout,
progress on stderr; the exit code is 1 where anything acknowledged was lost or doubled, or a corruption was not found.
Needs root, mosquitto and e2fsprogs; some faults also influxdb, faketime, xfsprogs, git. All of it happens in mount
and network namespaces of its own, which end with it.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from bench.faults import registry
from bench.faults.bed import BedError
from bench.faults.row import HEAD, Row, line

_INSIDE = "PROVA_FAULTS_INSIDE"


def _alone() -> None:
    """Starts itself again in namespaces of its own."""
    if os.environ.get(_INSIDE):
        return
    os.environ[_INSIDE] = "1"
    again = [sys.executable, "-m", "bench.faults", *sys.argv[1:]]
    script = 'ip link set lo up && exec "$0" "$@"'
    os.execvp("unshare", ["unshare", "--mount", "--net", "--propagation", "private", "sh", "-c", script, *again])  # noqa: S606


def _ran(name: str, times: int, seed: int) -> Row:
    began_s = time.monotonic()
    sys.stderr.write(f"{name}, {times} times, seed {seed} ... ")
    sys.stderr.flush()
    with tempfile.TemporaryDirectory(prefix="prova-faults-") as scratch:
        try:
            row = asyncio.run(registry.FAULTS[name].run(Path(scratch), random.Random(seed), times))
        except BedError as error:
            row = Row(fault=name, times=times, acknowledged=None, lost=0, doubled=0, defects=0, failures=(str(error),))
    sys.stderr.write(f"{'holds' if row.holds else 'FAILED'}, {time.monotonic() - began_s:.0f} s\n")
    return row


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(registry.FAULTS)}; default: all")
    parser.add_argument("--times", type=int, help="how often each is injected; default: its own number")
    parser.add_argument("--quick", action="store_true", help="each a few times")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if unknown := sorted(set(given.names) - set(registry.FAULTS)):
        parser.error(f"{unknown[0]} is no fault; there are {', '.join(registry.FAULTS)}")
    _alone()
    logging.disable()  # the listener's own client complains of each broker that is killed under it
    rows = []
    if not given.json:
        print(HEAD, flush=True)
    for name in given.names or registry.FAULTS:
        fault = registry.FAULTS[name]
        rows.append(_ran(name, given.times or (fault.quick if given.quick else fault.times), given.seed))
        if not given.json:
            print(line(rows[-1]), flush=True)
    if given.json:
        print(json.dumps({"seed": given.seed, "faults": [row.as_dict() for row in rows]}, indent=2))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
