"""Vocabulary. What the journal holds of what is sealed or is to be sealed: rows as nouns.

Knows nothing of SQL or Parquet.
"""

from dataclasses import dataclass, field

from collector.proof.merkle import Frontier


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The newest seal. Before the first one: number 0 of nothing."""

    number: int = 0
    last_batch: int = 0
    manifest_sha256: str | None = None
    frontier: Frontier = field(default_factory=Frontier)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch as the journal holds it. `leaf` is None in those that came before there were leaves.

    One that was erased (`collector.erasure`) has no probe, no bytes and no sequences any more.
    """

    id: int
    sha256: str
    probe: str
    first_sequence: int
    last_sequence: int
    received_us: int
    signed: bytes
    leaf: bytes | None

    @property
    def is_erased(self) -> bool:
        """Whether digest, place and time of arrival are all that there is of it."""
        return not self.probe and not self.signed


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record as the journal holds it."""

    id: int
    line: str
    probe: str
    sequence: int
    started_us: int
    batch: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """Batches that follow one another, from the oldest in the journal on, and the records that they brought."""

    batches: tuple[BatchRow, ...]
    records: tuple[RecordRow, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the journal keeps of a sealed batch (`collector.lake.known`)."""

    batch: BatchRow
    fingerprints: bytes


@dataclass(frozen=True, slots=True)
class Marked:
    """A checkpoint: how many batches, on the day of arrival that they end, its signed note and its time-stamp."""

    size: int
    day: int
    note: bytes
    token: bytes | None = None
