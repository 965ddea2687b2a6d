"""Shell. A dossier of a month: how long it takes to judge, to bundle, to print and to verify, and how large it is.

    python -m bench.dossier [--days 30]

A line with a probe's usual records: a test each way every half hour, and a minute of questions each minute; nothing is
sealed, so that every batch is read out of the journal.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analysis.bundle.layout import Documents
from analysis.bundle.make import make
from analysis.bundle.verify import Question, verify
from analysis.dossier.content import Subject, content
from analysis.dossier.pdf import pdf
from analysis.period import Period
from analysis.run import account, judged_tests
from probe import keyfile, wire
from probe.body.reachability import Reachability, Role
from probe.body.speed_test import Direction
from probe.record import Body, Record
from tests.build import a_record, a_speed_test, a_target
from tests.golden.case import HERE
from tests.integration.lake_rig import House, accepted

START_AT = datetime(2026, 10, 1, tzinfo=UTC)
PER_BATCH = 10
ROLES = (Role.GATEWAY, Role.INTERNET, Role.INTERNET, Role.INTERNET)


def records(days: int) -> Iterator[Record]:
    sequence = 0
    for minute in range(days * 1440):
        at = START_AT + timedelta(minutes=minute)
        answers = "............" if 4000 <= minute < 4100 else "############"
        targets = tuple(
            a_target(answers="############" if role is Role.GATEWAY else answers, target=f"198.51.100.{n}", role=role)
            for n, role in enumerate(ROLES)
        )
        bodies: list[Body] = [Reachability(interval_s=5.0, targets=targets)]
        if minute % 30 == 0 and not 4000 <= minute < 4100:
            slow = 18 <= at.hour < 23
            bodies += [
                a_speed_test(direction=one, ip_mbps=(300 if slow else 1010) / (1 + 4 * (one is Direction.UPLOAD)))
                for one in Direction
            ]
        for body in bodies:
            sequence += 1
            yield a_record(body=body, at=at, sequence=sequence)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    days = parser.parse_args().days
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "home")
        sender = house.sender()
        told = list(records(days))
        batches = []
        for start in range(0, len(told), PER_BATCH):
            taken = told[start : start + PER_BATCH]
            signed = wire.seal_batch(
                sender.line,
                sender.name,
                [wire.encode_record(one) for one in taken],
                previous_sha256=sender.head,
                key=sender.own,
            )
            sender.head = wire.sha256(signed)
            batches.append(accepted(signed, sender.own, taken[-1].ended.at + timedelta(seconds=1)))
        house.keep(*batches)
        period = Period(START_AT - timedelta(hours=1), START_AT - timedelta(hours=1) + timedelta(days=days))
        documents = Documents(contract=(HERE / "plain_breach" / "contract.toml").read_bytes(), case=None)
        key, at = keyfile.load_or_make(house.layout.key), START_AT + timedelta(days=days)
        began = time.monotonic()
        made = make(house.store, documents, period, judged_at=at, software="prova", key=key)
        bundled = time.monotonic()
        contract = made.report.contract
        subject = Subject(
            report=made.report,
            tests=judged_tests(house.store, contract.line.id, period, contract),
            outages=account(house.store, contract.line.id, period).outages,
            judged_at=at,
            software="prova",
            bundle_sha256=wire.sha256(made.data),
            collector=key.thumbprint(),
        )
        told_at = time.monotonic()
        printed = {lang: pdf(content(subject, lang), at=at) for lang in ("pt", "en")}
        printed_at = time.monotonic()
        found = verify(made.data, Question(software="prova"))
        verified_at = time.monotonic()
        assert not found.defects, found.defects[:3]
    print(f"{days} days, {len(told)} records in {len(batches)} batches, {len(made.report.findings)} findings")
    print(f"judged and bundled {bundled - began:.1f} s, {len(made.data) / 1e6:.1f} MB")
    size_kb = len(printed["pt"]) / 1e3
    print(f"read for the pages {told_at - bundled:.1f} s; two PDFs {printed_at - told_at:.1f} s, {size_kb:.0f} kB each")
    print(f"verified and recomputed {verified_at - printed_at:.1f} s")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
