"""What settling costs without a broker, and whether memory stays where it is: one process, no network.

Batches of eight probes in turn go through judgement, journal and receipt, 300 to a commit. Prints the CPU of a message
by step, and what this process holds, ten times on the way.

    python -m bench.desk [--records 1000000] [--a-batch 13]
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.ingest import small
from collector.desk import Answer, Desk
from collector.enrolment import enrol
from collector.envelope import Arrival
from collector.home import CollectorHome
from collector.journal import Journal
from probe import clock, key, keyfile, wire
from probe.record import Stamp
from probe.wire import Kind, Outcome

PROBES, GROUP = 8, 300


@dataclass
class Spent:
    """CPU seconds by step."""

    steps: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def on(self, step: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.steps[step] = self.steps.get(step, 0.0) + time.process_time() - began


def settle(home: Path, records: int, a_batch: int) -> None:
    by, start = key.generate(), clock.stamp()
    for number in range(PROBES):
        enrol(home, probe=f"p{number}", line="casa", public_jwk=key.public_jwk(by), at=clock.now())
    layout = CollectorHome(home)
    journal = Journal(layout.journal)
    desk = Desk(journal, keyfile.load_or_make(layout.key))
    spent, done, told = Spent(), 0, 0
    while done < records:
        group = [an_arrival(by, start, done // a_batch + number, a_batch) for number in range(GROUP)]
        answers = one_group(desk, group, spent)
        assert len(answers) == GROUP
        done += GROUP * a_batch
        if done * 10 // records > told:
            told = done * 10 // records
            by_step = ", ".join(f"{name} {took_s / done * a_batch * 1e6:.0f}" for name, took_s in spent.steps.items())
            print(f"{done:,} records: {held_mib():.0f} MiB held; us of CPU a message: {by_step}", flush=True)
    receipt = wire.open_receipt(answers[-1].payload, key=desk.key)
    assert receipt.outcome is Outcome.ACCEPTED
    journal.close()


def one_group(desk: Desk, group: list[Arrival], spent: Spent) -> tuple[Answer, ...]:
    with spent.on("judged"):
        looked = desk.judge(group)
    with spent.on("committed"):
        done = desk.settle(looked)
    with spent.on("receipts"):
        return desk.answers(done.receipts)


def an_arrival(by: key.Ed25519Key, start: Stamp, number: int, a_batch: int) -> Arrival:
    probe, turn = f"p{number % PROBES}", number // PROBES
    first = turn * a_batch + 1
    encoded = [wire.encode_record(small(start, one, probe=probe)) for one in range(first, first + a_batch)]
    signed = wire.seal_batch("casa", probe, encoded, previous_sha256=None, key=by)
    return Arrival(topic=wire.topic(Kind.RECORDS, "casa", probe), payload=signed, received_at=start.at)


def held_mib() -> float:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096 / 2**20


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--a-batch", type=int, default=13, help="records; 13 of these fill 8 KiB")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settle(Path(folder), given.records, given.a_batch)


if __name__ == "__main__":
    main()
