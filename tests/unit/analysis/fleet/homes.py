"""Homes with a store of several lines, each with a probe of its own, filled through the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from joserfc.jwk import OKPKey

from collector.envelope import Accepted, Enrolled
from collector.home import CollectorHome
from collector.journal import Journal
from collector.judging.outline import open_outline
from probe import key, wire
from probe.record import Body, Record
from tests.build import a_record
from tests.e2e.stores import NOW

_BATCH = 40


def told(body: Body, *, at: datetime, software: str = "prova 0.1.0", synchronised: bool | None = True) -> Record:
    """A record that `a_home` numbers and gives to a line."""
    made = a_record(body=body, at=at, sequence=1, synchronised=synchronised)
    return replace(made, software=software)


def a_home(
    folder: Path,
    lines: Mapping[str, Sequence[Record]],
    *,
    enrolled_at: datetime = NOW - timedelta(days=1),
    delay: timedelta = timedelta(seconds=2),
) -> Path:
    """The home, with each line's records as its probe `p-LINE` sent them; each batch came `delay` after its last."""
    by = OKPKey.generate_key("Ed25519", private=True)
    journal = Journal(CollectorHome(folder).journal)
    try:
        for line, records in lines.items():
            probe = f"p-{line}"
            public = key.public_jwk(by)
            journal.enrol(Enrolled(probe=probe, line=line, public_jwk=public, enrolled_at=enrolled_at))
            own = [replace(one, line=line, probe=probe, sequence=number) for number, one in enumerate(records, 1)]
            for start in range(0, len(own), _BATCH):
                journal.store([_accepted(own[start : start + _BATCH], by, delay)])
    finally:
        journal.close()
    return folder


def _accepted(records: Sequence[Record], by: OKPKey, delay: timedelta) -> Accepted:
    encoded = [wire.encode_record(one) for one in records]
    signed = wire.seal_batch(records[0].line, records[0].probe, encoded, previous_sha256=None, key=by)
    return Accepted(
        batch=open_outline(signed, key=by),
        batch_sha256=wire.sha256(signed),
        signed=signed,
        received_at=records[-1].ended.at + delay,
    )
