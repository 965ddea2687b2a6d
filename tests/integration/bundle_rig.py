"""A bundle of a golden day out of a real store: signed by a probe, sealed, time-stamped by a real authority."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from cryptography.x509 import Certificate

from analysis.bundle.layout import Documents
from analysis.bundle.make import Made, make
from analysis.contract_file import load
from analysis.period import Period, local_day
from collector.proof.stamping import stamp
from collector.proof.timestamp import certificates
from probe import key, keyfile, wire
from tests.golden.case import HERE, read
from tests.integration.authority_rig import an_authority
from tests.integration.lake_rig import House, accepted

SOFTWARE = "prova 1"
PER_BATCH = 6
CASE = """\
[[fault]]
id = "a"
reported_at = 2026-11-21T10:00:00
ticket = "T1"
"""


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundle, and what it was made of."""

    made: Made
    house: House
    own: key.Ed25519Key
    collector: key.Ed25519Key
    trusted: tuple[Certificate, ...]
    documents: Documents
    period: Period
    judged_at: datetime

    def again(self) -> Made:
        return make(
            self.house.store,
            self.documents,
            self.period,
            judged_at=self.judged_at,
            software=SOFTWARE,
            key=self.collector,
        )


def a_bundle(folder: Path, golden: str = "plain_breach", *, case: bytes | None = None) -> Bundled:
    """Half of the day's batches sealed and time-stamped, half still in the journal alone."""
    folder.mkdir()
    house = House(folder / "home")
    sender = house.sender()
    records = [one.record for one in read(HERE / golden / "records.jsonl")]
    batches = []
    for start in range(0, len(records), PER_BATCH):
        taken = records[start : start + PER_BATCH]
        encoded = [wire.encode_record(one) for one in taken]
        signed = wire.seal_batch(sender.line, sender.name, encoded, previous_sha256=sender.head, key=sender.own)
        sender.head = wire.sha256(signed)
        batches.append(accepted(signed, sender.own, taken[-1].ended.at + timedelta(seconds=1)))
    half = len(batches) // 2
    house.keep(*batches[:half])
    sealed_at = batches[half - 1].received_at + timedelta(days=2)
    house.seal(before_on=date(2026, 12, 1), now_at=sealed_at)
    with an_authority(folder / "authority") as authority:
        stamp(house.layout, url=authority.url, certificate_file=authority.certificate)
        trusted = certificates(authority.certificate.read_bytes())
    house.keep(*batches[half:])
    told = tomllib.loads((HERE / golden / "case.toml").read_text())
    zone = load(HERE / golden / "contract.toml").line.zone
    documents = Documents(contract=(HERE / golden / "contract.toml").read_bytes(), case=case)
    period = Period(local_day(told["from"], zone).start_at, local_day(told["to"], zone).start_at)
    collector = keyfile.load_or_make(house.layout.key)
    made = make(house.store, documents, period, judged_at=told["now"], software=SOFTWARE, key=collector)
    return Bundled(made, house, sender.own, collector, trusted, documents, period, told["now"])
