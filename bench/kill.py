"""Kills probe, broker and collector, and resets their connections, ten thousand times: what is lost, doubled, mixed up?

    python -m bench.kill [--cycles N] [--seed N] [--home DIR]

The rig is that of tests/integration/kill_rig.py, which says what is checked. Progress on stderr, the counts on stdout.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.integration.kill_rig import Tally, killed

_TELL_EVERY_S = 5.0


class Progress:
    """One line, written over again."""

    def __init__(self, cycles: int) -> None:
        self._cycles = cycles
        self._began_s = self._told_s = time.monotonic()

    def __call__(self, done: int, receipts: int) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s < _TELL_EVERY_S and done < self._cycles:
            return
        self._told_s = now_s
        each_s = (now_s - self._began_s) / done
        left_min = (self._cycles - done) * each_s / 60
        sys.stderr.write(
            f"\r{done} of {self._cycles} cycles, {each_s:.2f} s each, {receipts} receipts, {left_min:.0f} min"
        )
        sys.stderr.flush()


def told(tally: Tally, seed: int, took_s: float) -> str:
    done = ", ".join(f"{name} {count}" for name, count in sorted(tally.done.items()))
    return (
        f"seed {seed}, {took_s:.0f} s\n"
        f"{tally.cycles} cycles: {done}\n"
        f"{tally.records} records given a number, {tally.told} of them acknowledged to their sensor before a kill:"
        " each in the journal once, unchanged, in order\n"
        f"{tally.batches} batches in one unbroken chain of digests, each verified by its signature\n"
        f"{tally.receipts} receipts seen on the broker: each batch was in the journal at that moment\n"
        f"collector: {tally.counts.accepted} accepted, {tally.counts.duplicate} duplicates,"
        f" {sum(tally.counts.rejected.values())} rejected"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cycles", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--home", type=Path, help="kept afterwards; default: a temporary folder")
    given = parser.parse_args()
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="prova-kill-") as scratch:
        home = given.home or Path(scratch)
        tally = asyncio.run(killed(home, cycles=given.cycles, seed=given.seed, progress=Progress(given.cycles)))
    sys.stderr.write("\n")
    print(told(tally, given.seed, time.monotonic() - began_s))


if __name__ == "__main__":
    main()
