"""Shell. A home folder filled with the month of `prova demo`, as a probe and a collector would have filled it.

Signed, taken in and kept like any other: only what it says was played and not measured. Knows nothing of the page.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import tomli_w

from analysis.scenario.play import PROBE, play
from analysis.scenario.script_file import read
from collector.envelope import Arrival, Enrolled, Rejected
from collector.intake import judge
from collector.journal import Journal
from probe import key, keyfile, wire
from probe.record import Record
from probe.wire import Kind
from prova.example import month
from prova.exit import CommandError
from prova.home import Home

_BATCH = 12  # records
_AT_ONCE = 200  # batches in one commit


def fill(home: Home, last_on: date) -> int:
    """How many records were kept. Raises CommandError where the folder holds something already."""
    if home.path.exists() and any(home.path.iterdir()):
        raise CommandError(
            f"{home.path} is not empty, and examples do not go beside measurements. Name another --home."
        )
    home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.contract.write_text(tomli_w.dumps(month.contract(last_on)), encoding="utf-8")
    home.case.write_text(tomli_w.dumps(month.case(last_on)), encoding="utf-8")
    played = play(read(month.script(last_on)))
    home.collector.journal.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keyfile.load_or_make(home.collector.key)
    own = key.generate()
    enrolled_at = played[0].record.started.at
    enrolled = Enrolled(probe=PROBE, line=month.LINE, public_jwk=key.public_jwk(own), enrolled_at=enrolled_at)
    journal = Journal(home.collector.journal)
    try:
        journal.enrol(enrolled)
        batches = list(_batches([one.record for one in played], own))
        for start in range(0, len(batches), _AT_ONCE):
            taken = [judge(arrival, enrolled) for arrival in batches[start : start + _AT_ONCE]]
            assert not any(isinstance(one, Rejected) for one in taken)
            journal.store(taken)
    finally:
        journal.close()
    return len(played)


def _batches(records: Sequence[Record], own: key.Ed25519Key) -> Iterator[Arrival]:
    previous: str | None = None
    for start in range(0, len(records), _BATCH):
        taken = records[start : start + _BATCH]
        encoded = [wire.encode_record(one) for one in taken]
        signed = wire.seal_batch(month.LINE, PROBE, encoded, previous_sha256=previous, key=own)
        previous = wire.sha256(signed)
        yield Arrival(topic=wire.topic(Kind.RECORDS, month.LINE, PROBE), payload=signed, received_at=_came(taken))


def _came(taken: Sequence[Record]) -> datetime:
    return max(one.ended.at for one in taken) + timedelta(seconds=2)
