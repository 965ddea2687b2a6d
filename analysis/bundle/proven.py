"""Pure. What the collector says of a bundle's batches: receipts, places in its log, time-stamps of the log.

Knows nothing of what is in the batches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.x509 import Certificate

from analysis.bundle.defect import Defect, Flaw, Stamped
from analysis.bundle.layout import CarriedCheckpoint, CarriedInclusion, CarriedProofs
from analysis.wording import sentence
from collector.proof import checkpoint, timestamp
from collector.proof.log import batch_leaf
from collector.proof.merkle import includes
from probe import wire
from probe.key import Ed25519Key
from probe.units import epoch_us
from probe.wire import Outcome, WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A batch by its digest, and what the bundle says of it."""

    sha256: str
    line: str
    probe: str
    received_at: datetime
    receipt: str


@dataclass(slots=True)
class Proven:
    """What came of one look at the proofs. `roots`: of the checkpoints that hold, by size."""

    roots: dict[int, bytes] = field(default_factory=dict)
    stamped: list[Stamped] = field(default_factory=list)
    count: int = 0


def check(
    proofs: CarriedProofs,
    batches: Sequence[Named],
    key: Ed25519Key,
    trusted: Sequence[Certificate],
    into: Proven,
) -> Iterator[Defect]:
    """Every defect; what holds goes `into`."""
    for one in proofs.checkpoints:
        yield from _checkpoint(one, key, trusted, into)
    for batch in batches:
        yield from _receipt(batch, key)
        if batch.sha256 in proofs.inclusions:
            why = _why_not_in(batch, proofs.inclusions[batch.sha256], into.roots)
            if why:
                yield _defect(Flaw.PROOF, "bundle.proof", batch.sha256, why)
            else:
                into.count += 1
    here = {batch.sha256 for batch in batches}
    for sha256 in sorted(set(proofs.inclusions) - here):
        yield _defect(Flaw.PROOF, "bundle.proof", sha256, "it is not in the bundle")


def _checkpoint(
    one: CarriedCheckpoint, key: Ed25519Key, trusted: Sequence[Certificate], into: Proven
) -> Iterator[Defect]:
    try:
        found = checkpoint.opened(one.note.encode(), key=key)
    except checkpoint.CheckpointError as error:
        yield _defect(Flaw.PROOF, "bundle.checkpoint", str(one.size), str(error))
    else:
        if found.size == one.size:
            into.roots[one.size] = found.root
        else:
            yield _defect(Flaw.PROOF, "bundle.checkpoint", str(one.size), f"it is of {found.size} batches")
    if one.time_stamp is None:
        return
    data = one.note.encode()
    try:
        at = (
            timestamp.verified_at(one.time_stamp, data, trusted)
            if trusted
            else timestamp.stamped_at(one.time_stamp, data)
        )
        into.stamped.append(Stamped(size=one.size, at=at, vouched=bool(trusted)))
    except timestamp.TokenError as error:
        yield _defect(Flaw.TIME_STAMP, "bundle.time_stamp", str(one.size), str(error))


def _receipt(batch: Named, key: Ed25519Key) -> Iterator[Defect]:
    try:
        said = wire.open_receipt(batch.receipt.encode(), key=key)
    except WireError as error:
        yield _defect(Flaw.RECEIPT, "bundle.receipt", batch.sha256, str(error))
        return
    told = (said.line, said.probe, said.batch_sha256, said.received_at, said.outcome)
    expected = (batch.line, batch.probe, batch.sha256, batch.received_at, Outcome.ACCEPTED)
    if told != expected:
        yield _defect(Flaw.RECEIPT, "bundle.receipt", batch.sha256, "it is of another batch, or of another time")


def _why_not_in(batch: Named, place: CarriedInclusion, roots: dict[int, bytes]) -> str:
    """Empty where the proof holds."""
    root = roots.get(place.size)
    if root is None:
        return f"the checkpoint {place.size} that it names is not here, or does not hold"
    leaf = batch_leaf(batch.sha256, epoch_us(batch.received_at))
    if includes(root, size=place.size, index=place.index, leaf=leaf, path=place.path):
        return ""
    return "the proof leads to another log"


def _defect(flaw: Flaw, key: str, where: str, why: str) -> Defect:
    return Defect(flaw=flaw, where=where, sentence=sentence(key, where=where, why=why))
