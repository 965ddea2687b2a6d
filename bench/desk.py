"""What settling costs without a broker, and whether memory stays where it is: one process, no network.

Batches of eight probes in turn go through judgement, journal and receipt, 300 to a commit. Prints the CPU of a message
and what this process holds, ten times on the way.

    python -m bench.desk [--records 1000000]
"""

import argparse
import tempfile
import time
from pathlib import Path

from bench.ingest import small
from collector.desk import Desk, judge
from collector.enrolment import enrol
from collector.envelope import Arrival
from collector.home import CollectorHome
from collector.journal import Journal
from probe import clock, key, keyfile, wire
from probe.record import Stamp
from probe.wire import Kind, Outcome

PROBES, A_BATCH, GROUP = 8, 16, 300


def settle(home: Path, records: int) -> None:
    by, start = key.generate(), clock.stamp()
    for number in range(PROBES):
        enrol(home, probe=f"p{number}", line="casa", public_jwk=key.public_jwk(by), at=clock.now())
    layout = CollectorHome(home)
    journal = Journal(layout.journal)
    desk = Desk(journal, keyfile.load_or_make(layout.key))
    spent_s, done, took_s, told = 0.0, 0, 0.0, 0
    while done < records:
        group = [an_arrival(by, start, done // A_BATCH + number) for number in range(GROUP)]
        cpu_s, began = time.process_time(), time.monotonic()
        answers = desk.answers(desk.settle(judge(group, desk.known(group))).receipts)
        spent_s, took_s = spent_s + time.process_time() - cpu_s, took_s + time.monotonic() - began
        assert len(answers) == GROUP
        done += GROUP * A_BATCH
        if done * 10 // records > told:
            told = done * 10 // records
            cost_us = spent_s / done * A_BATCH * 1e6
            print(
                f"{done:,} records: {held_mib():.0f} MiB held, {cost_us:.0f} us of CPU a message,"
                f" {done / took_s:,.0f} records/s",
                flush=True,
            )
    receipt = wire.open_receipt(answers[-1].payload, key=desk.key)
    assert receipt.outcome is Outcome.ACCEPTED
    journal.close()


def an_arrival(by: key.Ed25519Key, start: Stamp, number: int) -> Arrival:
    probe, turn = f"p{number % PROBES}", number // PROBES
    first = turn * A_BATCH + 1
    encoded = [wire.encode_record(small(start, one, probe=probe)) for one in range(first, first + A_BATCH)]
    signed = wire.seal_batch("casa", probe, encoded, previous_sha256=None, key=by)
    return Arrival(topic=wire.topic(Kind.RECORDS, "casa", probe), payload=signed, received_at=start.at)


def held_mib() -> float:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096 / 2**20


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--records", type=int, default=1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        settle(Path(folder), options.parse_args().records)


if __name__ == "__main__":
    main()
