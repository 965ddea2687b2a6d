"""Vocabulary. What does not hold in a store, and where. Knows nothing of how it was found."""

from dataclasses import dataclass
from enum import StrEnum


class DefectKind(StrEnum):
    """What does not hold."""

    JOURNAL = "journal"  # SQLite itself finds it damaged, or it cannot be read
    SIGNATURE = "signature"  # a batch is not what its probe signed
    ROW = "row"  # a row is not what the signed batch says
    MISSING = "missing"  # something that was there is not
    DOUBLED = "doubled"  # a record or batch is there twice
    CHAIN = "chain"  # a batch names one before it that is not there
    COUNT = "count"  # a probe's counts are not what is there: something was cut off, or came from elsewhere
    FILE = "file"  # a file of the lake is not the one that was written
    MANIFEST = "manifest"  # the lake's account of its files does not agree with the journal's
    LOG = "log"  # the tree over all batches is not the one that was signed
    TIME_STAMP = "time_stamp"
    WITNESS = "witness"  # what someone else kept does not agree with what is here
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One thing that does not hold. `place` is a file; the others are None where they say nothing of it."""

    kind: DefectKind
    place: str
    detail: str
    batch: int | None = None
    probe: str | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was checked, and what does not hold. `notes` are no defects, but worth knowing."""

    batch_count: int
    record_count: int
    file_count: int
    checkpoint_count: int
    stamped_count: int
    defects: tuple[Defect, ...]
    notes: tuple[str, ...] = ()
