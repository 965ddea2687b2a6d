"""A store of millions of records, made, sealed, copied, and put back for an exercise: how long each takes.

    python -m bench.drill [--records 10000000] [--home DIR] [--seal-share 0.9]

Fifty probes' signed batches of notices, the smallest records, go through the collector's own desk into a journal; most
of their days are sealed into a lake; then `prova collector drill` is run on it, as a process, once copying into an
empty place and once more. A home that has records already is used as it is. The figures are on stdout.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.ingest import PROBES, small
from collector.desk import Desk
from collector.enrolment import enrol
from collector.envelope import Arrival
from collector.home import CollectorHome
from collector.journal import Journal
from collector.lake.seal import Order, seal
from collector.store import Store
from probe import clock, key, keyfile, wire
from probe.record import Stamp
from probe.wire import Kind

A_BATCH = 120
GROUP = 250
DAYS = 10
BEGAN_AT = datetime(2026, 5, 4, tzinfo=UTC)


def arrivals(home: Path, records: int) -> Iterator[list[Arrival]]:
    """Batches probe by probe in turn, spread over ten days of arrival."""
    own = key.generate()
    for probe in range(PROBES):
        enrol(home, probe=f"p{probe}", line=f"line-{probe}", public_jwk=key.public_jwk(own), at=BEGAN_AT)
    heads: list[str | None] = [None] * PROBES
    rounds = max(1, records // (PROBES * A_BATCH))
    step = timedelta(days=DAYS) / rounds
    start = clock.stamp()
    group: list[Arrival] = []
    for number in range(rounds):
        at = BEGAN_AT + number * step
        for probe in range(PROBES):
            line, name = f"line-{probe}", f"p{probe}"
            stamp = Stamp(
                at=at + timedelta(days=200) - timedelta(seconds=(number + 1) * A_BATCH),
                monotonic_ns=10**12 + number * 10**9,
                boot_id=start.boot_id,
                synchronised=True,
                error_ms=1.5,
            )
            first = number * A_BATCH + 1
            encoded = [
                wire.encode_record(small(stamp, sequence, line=line, probe=name))
                for sequence in range(first, first + A_BATCH)
            ]
            signed = wire.seal_batch(line, name, encoded, previous_sha256=heads[probe], key=own)
            heads[probe] = wire.sha256(signed)
            group.append(Arrival(topic=wire.topic(Kind.RECORDS, line, name), payload=signed, received_at=at))
        if len(group) >= GROUP:
            yield group
            group = []
    if group:
        yield group


def make(home: CollectorHome, records: int) -> None:
    """The journal of that many records."""
    began, kept = time.monotonic(), 0
    with closing(Journal(home.journal)) as journal:
        desk = Desk(journal, keyfile.load_or_make(home.key))
        for group in arrivals(home.root, records):
            desk.settle(desk.judge(group))
            kept += len(group) * A_BATCH
            sys.stderr.write(f"\r{kept:,} records, {kept / (time.monotonic() - began):,.0f} a second")
            sys.stderr.flush()
    sys.stderr.write("\n")
    print(f"made: {kept:,} records in {time.monotonic() - began:.0f} s, {_size(home.root) / 1e9:.2f} GB", flush=True)


def sealed(home: CollectorHome, share: float) -> None:
    """The first days of it, in the lake."""
    began = time.monotonic()
    before_on = (BEGAN_AT + timedelta(days=round(DAYS * share))).date()
    order = Order(before_on=before_on, now_at=clock.now(), key=keyfile.load_or_make(home.key))
    report = seal(home, order, say=_say)
    print(
        f"sealed: {report.record_count:,} records in {time.monotonic() - began:.0f} s; the home takes"
        f" {_size(home.root) / 1e9:.2f} GB",
        flush=True,
    )


def drilled(home: Path, copies: Path) -> None:
    """The command, twice: its own words, and what it held."""
    for _ in range(2):
        began = time.monotonic()
        argv = [str(Path(sys.executable).with_name("prova")), "collector", "drill", "--home", str(home)]
        done = subprocess.run(
            [*argv, "--backup", str(copies), "--fresh", "--json"], stdout=subprocess.PIPE, check=False, timeout=7200
        )
        held = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"drill: {time.monotonic() - began:.0f} s, exit code {done.returncode}, {held:.0f} MiB at most")
        print(json.dumps(json.loads(done.stdout), indent=2), flush=True)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _size(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--records", type=int, default=10_000_000)
    options.add_argument("--home", type=Path, help="made there and kept; default: in a folder that goes at the end")
    options.add_argument("--seal-share", type=float, default=0.9)
    options.add_argument("--only", choices=("make", "drill"))
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="prova-drill-") as scratch:
        home = CollectorHome(given.home or Path(scratch) / "home")
        if not home.journal.exists() or not Store(home.journal).counts().accepted:
            make(home, given.records)
            sealed(home, given.seal_share)
        if given.only != "make":
            drilled(home.root, home.root.with_name(f"{home.root.name}-copies"))


if __name__ == "__main__":
    main()
