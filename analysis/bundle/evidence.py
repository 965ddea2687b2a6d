"""Pure. A bundle's batches, each checked for its probe's signature, as the records that a judgement reads.

Knows nothing of what is judged, nor of the collector's proofs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.bundle.carried import Carried, ContentError
from analysis.bundle.layout import IMPORTED, KEYS, CarriedBatch, CarriedImport
from collector.envelope import IMPORTED as IMPORTED_PROBE
from collector.envelope import Enrolled, ProbeKey, StoredRecord, Witnessed
from probe import wire
from probe.key import Ed25519Key, KeyFileError, from_jwk
from probe.wire import Batch, WireError


@dataclass(frozen=True, slots=True)
class OpenedBatch:
    """A batch whose probe signed it, beside what the bundle says of it."""

    sha256: str
    batch: Batch
    carried: CarriedBatch


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A batch that no probe of the bundle signed for this line."""

    sha256: str
    why: str


@dataclass(frozen=True, slots=True)
class _Key:
    """A probe's key, ready to verify with, and what the bundle tells of it."""

    probe: str
    key: Ed25519Key
    told: ProbeKey


@dataclass(frozen=True, slots=True)
class Told:
    """`Records` out of a bundle: what it holds of a time, sorted as the store does it."""

    stored: tuple[StoredRecord, ...]
    from_files: tuple[StoredRecord, ...]
    seen: tuple[Witnessed, ...]

    def records(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """Those that started in [period_start_at, period_end_at)."""
        return _within(self.stored, lines, period_start_at, period_end_at)

    def imported(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """What other tools' files told, likewise."""
        return _within(self.from_files, lines, period_start_at, period_end_at)

    def witnessed(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> tuple[Witnessed, ...]:
        """What the outside witness saw, likewise."""
        return tuple(
            one for one in self.seen if one.line in lines and period_start_at <= one.started_at < period_end_at
        )


def opened(carried: Carried, line: str) -> Iterator[OpenedBatch | Unsigned]:
    """Every batch, in the bundle's order. Raises ContentError where a key is none."""
    keys = _keys(carried, line)
    for one in carried.batches:
        signed = one.signed.encode()
        yield _opened(wire.sha256(signed), signed, one, line, keys)


def told(carried: Carried, batches: Sequence[OpenedBatch], line: str) -> Told:
    """What the batches and files hold. A record that came twice is taken as it came first. Raises ContentError."""
    first: dict[tuple[str, int], StoredRecord] = {}
    for one in sorted(batches, key=lambda one: (one.carried.received_at, one.sha256)):
        for record in one.batch.records:
            stored = StoredRecord(record=record, received_at=one.carried.received_at, batch_sha256=one.sha256)
            first.setdefault((record.probe, record.sequence), stored)
    return of_records(carried, first.values(), line)


def of_records(carried: Carried, records: Iterable[StoredRecord], line: str) -> Told:
    """`records`, and what else is carried, as a judgement reads it. Raises ContentError."""
    return Told(
        stored=_sorted(records),
        from_files=_sorted(_imported(one, line) for one in carried.imported),
        seen=carried.witnessed,
    )


def _keys(carried: Carried, line: str) -> list[_Key]:
    """Every key of every probe of the line; of a bundle from before keys could change, the one of each."""
    own = [one for one in carried.probes if one.line == line]
    every = ((one.probe, key) for one in own for key in one.keys or (_only(one),))
    try:
        return [_Key(probe, from_jwk(key.public_jwk), key) for probe, key in every]
    except KeyFileError as error:
        raise ContentError(KEYS, error) from error


def _only(one: Enrolled) -> ProbeKey:
    return ProbeKey(public_jwk=one.public_jwk, from_at=one.enrolled_at)


def _opened(
    sha256: str, signed: bytes, carried: CarriedBatch, line: str, keys: Sequence[_Key]
) -> OpenedBatch | Unsigned:
    why = "it names no probe of this line"
    for one in keys:
        told = one.told
        try:
            batch = wire.open_batch(signed, key=one.key)
        except wire.SignatureError as error:
            why = str(error)
            continue
        except WireError as error:
            return Unsigned(sha256, str(error))
        if told.last_sequence is not None and batch.last > told.last_sequence:
            return Unsigned(sha256, f"the key that signed it ended with record {told.last_sequence}")
        if told.revoked_at is not None and carried.received_at > told.revoked_at:
            return Unsigned(sha256, f"the key that signed it was revoked on {told.revoked_at:%Y-%m-%d}")
        if (batch.line, batch.probe) == (line, one.probe):
            return OpenedBatch(sha256, batch, carried)
        return Unsigned(sha256, f"it is of line {batch.line} and probe {batch.probe}")
    return Unsigned(sha256, why)


def _imported(one: CarriedImport, line: str) -> StoredRecord:
    try:
        record = wire.decode_record(one.record.encode(), line=line, probe=IMPORTED_PROBE)
    except WireError as error:
        raise ContentError(IMPORTED, error) from error
    return StoredRecord(record=record, received_at=one.received_at, batch_sha256="", imported=one.imported)


def _sorted(records: Iterable[StoredRecord]) -> tuple[StoredRecord, ...]:
    return tuple(sorted(records, key=lambda one: (one.record.started.at, one.record.sequence, one.record.probe)))


def _within(
    records: Sequence[StoredRecord], lines: Sequence[str], start_at: datetime, end_at: datetime
) -> Iterator[StoredRecord]:
    return (one for one in records if one.record.line in lines and start_at <= one.record.started.at < end_at)
