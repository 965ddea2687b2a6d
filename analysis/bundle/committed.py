"""Pure. What a redacted bundle declares to be without, and the records that it has instead.

A record without names is nobody's signature: only that it fits its batch can be checked, or, against the whole bundle,
that it is that batch's. Knows nothing of receipts and proofs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.bundle.carried import Carried, ContentError, decoded, rows
from analysis.bundle.defect import Defect, Flaw
from analysis.bundle.evidence import Told, of_records
from analysis.bundle.layout import COMMITTED, LEFT_OUT, RECORDS, CommittedBatch, LeftOut, RedactedRecord
from analysis.bundle.proven import Named
from analysis.finding import Sentence
from analysis.wording import sentence
from collector.envelope import StoredRecord
from probe import wire
from probe.record import Record
from probe.wire import WireError


@dataclass(frozen=True, slots=True)
class Declared:
    """The files of a redacted bundle that a whole one has not. `batches` in order of arrival, `records` of those."""

    left_out: LeftOut
    batches: tuple[CommittedBatch, ...]
    records: tuple[RedactedRecord, ...]


def read(files: Mapping[str, bytes]) -> Declared:
    """Raises ContentError for the first that cannot be read."""
    return Declared(
        decoded(files, LEFT_OUT, LeftOut), rows(files, COMMITTED, CommittedBatch), rows(files, RECORDS, RedactedRecord)
    )


def named(declared: Declared, line: str) -> Iterator[Named]:
    """The batches that were left out, as their receipts and proofs are checked."""
    for one in declared.batches:
        yield Named(sha256=one.sha256, line=line, probe=one.probe, received_at=one.received_at, receipt=one.receipt)


def worth_knowing(declared: Declared) -> Iterator[Sentence]:
    """What was left out, in words."""
    told = declared.left_out
    yield sentence("bundle.note.left_out", batches=str(told.batch_count), records=str(told.record_count))


def defects(declared: Declared) -> Iterator[Defect]:
    """Where counts, or a record's batch, are not what they are said to be."""
    batches = {one.sha256: one for one in declared.batches}
    if len(batches) != len(declared.batches) or len(batches) != declared.left_out.batch_count:
        yield _defect(COMMITTED, f"{declared.left_out.batch_count} batches are declared, {len(batches)} are here")
    for number, one in enumerate(declared.records, start=1):
        if one.batch_sha256 not in batches:
            yield _defect(one.batch_sha256[:64], f"row {number} of {RECORDS} names a batch that is not declared")


def told(carried: Carried, declared: Declared, line: str) -> Told:
    """What the records say. One that came twice is taken as it came first. Raises ContentError."""
    batches = {one.sha256: one for one in declared.batches}
    first: dict[tuple[str, int], StoredRecord] = {}
    for one in declared.records:
        batch = batches.get(one.batch_sha256)
        if batch is None:
            continue
        record = _record(one, batch, line)
        stored = StoredRecord(record=record, received_at=batch.received_at, batch_sha256=batch.sha256)
        first.setdefault((record.probe, record.sequence), stored)
    return of_records(carried, first.values(), line)


def _record(one: RedactedRecord, batch: CommittedBatch, line: str) -> Record:
    try:
        record = wire.decode_record(one.record.encode(), line=line, probe=batch.probe)
    except (WireError, ValueError) as error:
        raise ContentError(RECORDS, error) from error
    if not batch.first <= record.sequence <= batch.last:
        raise ContentError(RECORDS, f"record {record.sequence} is none of {batch.first} to {batch.last}")
    return record


def _defect(where: str, why: str) -> Defect:
    return Defect(flaw=Flaw.REDACTION, where=where, sentence=sentence("bundle.redacted_record", why=why))
