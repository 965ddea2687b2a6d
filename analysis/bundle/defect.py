"""Vocabulary. What is said of a bundle: what was checked, what does not hold and where, what is worth knowing.

Knows nothing of how it was found.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from analysis.bundle.layout import Manifest
from analysis.finding import Sentence


class Flaw(StrEnum):
    """What kind of thing does not hold."""

    CONTAINER = "container"  # the ZIP itself is not as bundles are written
    MANIFEST = "manifest"  # what should sign for everything is missing, unreadable, or not signed by the key it names
    COLLECTOR = "collector"  # signed by another collector than the one that was expected
    FILE = "file"  # a file is missing, was added, or is not the one that was signed for
    CONTENT = "content"  # a file cannot be read as what it should be
    BATCH = "batch"  # not signed by the probe whose it should be
    RECEIPT = "receipt"  # the collector did not say that it got this batch at that time
    PROOF = "proof"  # not in the log that the collector signed
    TIME_STAMP = "time_stamp"  # the authority did not stamp this
    REDACTION = "redaction"  # not what the whole bundle gives without its names, or not of the batch that it names
    FINDING = "finding"  # recomputed, a finding is another


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One thing that does not hold. `where`: a file, a batch's digest or a finding's id."""

    flaw: Flaw
    where: str
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """A checkpoint that an authority stamped. `vouched`: one of the certificates that were trusted leads to it."""

    size: int
    at: datetime
    vouched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked. It holds where `defects` is empty; `notes` are no defects.

    `manifest` None: it could not be read. `recomputed_count`: findings that came out the same, to the digit.
    """

    manifest: Manifest | None
    collector: str | None
    batch_count: int
    record_count: int
    proven_count: int
    stamped: tuple[Stamped, ...]
    finding_count: int
    recomputed_count: int
    defects: tuple[Defect, ...]
    notes: tuple[Sentence, ...]
