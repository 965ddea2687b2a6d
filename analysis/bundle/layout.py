"""Vocabulary. What an evidence bundle is made of: its files by name, and the manifest that signs for all of them.

Knows nothing of how it is packed, checked or judged (docs/bundle.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from collector.envelope import Enrolled, Imported, Inclusion, StoredRecord, Witnessed

SCHEMA = "prova.bundle/1"
MANIFEST = "manifest.jws"
BUNDLE = "prova-bundle"  # the `typ` by which it is signed
README = "README.txt"
CONTRACT = "contract.toml"
CASE = "case.toml"
KEYS = "keys.json"
BATCHES = "batches.jsonl.gz"
PROOFS = "proofs.json.gz"
WITNESSED = "witnessed.json"
IMPORTED = "imported.jsonl.gz"
FINDINGS = "findings.json"
DOCUMENT = "document-"  # then the digest and an ending: a paper of the case, as it was taken in
REDACTED = "prova.bundle-redacted/1"
COMMITTED = "committed.jsonl.gz"
RECORDS = "records.jsonl.gz"
LEFT_OUT = "left-out.json"
NEEDED = frozenset({MANIFEST, README, CONTRACT, KEYS, BATCHES, PROOFS, WITNESSED, IMPORTED, FINDINGS})
NEEDED_REDACTED = (NEEDED - {BATCHES}) | {COMMITTED, RECORDS, LEFT_OUT}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDigest:
    """A file of the bundle as it was signed for; `sha256` in lower-case hex."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the collector signs: [start_at, end_at) of one line, judged with what was known at `judged_at`.

    `collector_jwk`: the public key that signs it. `files`: every other file, by name.
    """

    schema: str
    software: str
    made_at: datetime
    judged_at: datetime
    line: str
    start_at: datetime
    end_at: datetime
    collector_jwk: str
    files: Mapping[str, FileDigest]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedBatch:
    """A batch as its probe signed it, when it came, and the collector's receipt for it (a JWS, probe/WIRE.md)."""

    received_at: datetime
    signed: str
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedCheckpoint:
    """A checkpoint of the collector's log (a signed note), and an authority's answer to it, None for none."""

    size: int
    note: str
    time_stamp: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedInclusion:
    """A batch's place in the log of the checkpoint of that `size`, with what proves it (RFC 9162, section 2.1.3)."""

    index: int
    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedProofs:
    """`inclusions` by the batch's digest; a batch without one was not yet in a checkpoint."""

    checkpoints: tuple[CarriedCheckpoint, ...]
    inclusions: Mapping[str, CarriedInclusion]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedImport:
    """A test out of another tool's file: its number here, the record as JSON, and where it comes from."""

    sequence: int
    record: str
    received_at: datetime
    imported: Imported


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedBatch:
    """Of a batch that was left out: its digest, whose it is, its records' numbers, when it came, and the receipt."""

    sha256: str
    probe: str
    first: int
    last: int
    received_at: datetime
    receipt: str


@dataclass(frozen=True, slots=True)
class RedactedRecord:
    """A record of a batch that was left out, as JSON without names and addresses. No probe signed it so."""

    batch_sha256: str
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What a redacted bundle declares to be without. `whole`: every file of the whole bundle, by name.

    `record_count`: records whose kind this version cannot read, and therefore not redact.
    """

    whole: Mapping[str, FileDigest]
    batch_count: int
    record_count: int


@dataclass(frozen=True, slots=True)
class GatheredBatch:
    """A batch in the store: its digest, whose it is, when it came, and what its probe signed."""

    sha256: str
    probe: str
    received_at: datetime
    signed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that one judgement read, and what proves it. `inclusions`: by digest, of batches that are in a checkpoint."""

    imported: tuple[StoredRecord, ...]
    witnessed: tuple[Witnessed, ...]
    probes: tuple[Enrolled, ...]
    batches: tuple[GatheredBatch, ...]
    inclusions: Mapping[str, Inclusion]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The files that the judgement was made with, as they lie on the disk. `case` None: there was none."""

    contract: bytes
    case: bytes | None
