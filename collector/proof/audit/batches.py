"""Shell. Walks every batch of the log in order, through the lake's files and then the journal, and checks each.

Its signature, its row, its leaf; the chain and the tree grow as it goes. Knows nothing of records' rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from collector.envelope import ProbeKey
from collector.identity import keyring
from collector.lake import batch_file
from collector.lake.batch_file import SignedBatch
from collector.lake.fingerprint import joined, separate
from collector.lake.holding import BatchRow
from collector.lake.manifest import BatchFile
from collector.proof.audit.chain import Link
from collector.proof.audit.defect import DefectKind
from collector.proof.audit.source import SealedRow, Source
from collector.proof.audit.tally import Tally
from collector.proof.log import batch_leaf
from probe import wire
from probe.key import KeyFileError
from probe.record import Record
from probe.units import epoch_us
from probe.wire import Batch, WireError

_TYPES: tuple[type, ...] = (int, str, str, int, int, int, bytes)
_MOST_BATCHES_KEPT = 64
_DAY_US = 86_400_000_000


@dataclass(slots=True)
class BatchWalk:
    """One walk. `lines` and `keys`, newest first, by probe, as the journal has them.

    `following`: thumbprints of the keys that records announced, by record, as far as they could be read.
    """

    source: Source
    tally: Tally
    lines: Mapping[str, str]
    keys: Mapping[str, Sequence[ProbeKey]]
    next_id: int = 1
    following: dict[str, str] = field(default_factory=dict)
    _sound: dict[str, bool] = field(default_factory=dict)
    _opened: dict[int, Batch | None] = field(default_factory=dict)

    def file(self, told: BatchFile, data: bytes | None, *, in_part: bool = False) -> None:
        """A file of the lake; `data` None where it is not the one that was written.

        `in_part`: a retention left in it only what was held for a claim, and signed for the rest.
        """
        if data is None:
            for number in range(told.first_batch, told.last_batch + 1):
                self._unreadable(number, told.path)
            return
        for one in batch_file.decoded(pa.BufferReader(data)):
            if in_part:
                self._gone(told, self.next_id, one.id)
            self._in_turn(one.id, told.path)
            self._sealed(one, told.path)
        if in_part:
            self._gone(told, self.next_id, told.last_batch + 1)

    def removed(self, told: BatchFile) -> None:
        """A file that a retention removed: what is kept of its batches carries chain and tree on."""
        self._gone(told, told.first_batch, told.last_batch + 1)

    def _gone(self, told: BatchFile, first: int, after: int) -> None:
        for number in range(first, after):
            kept = self._unreadable(number, told.path)
            if kept is None:
                self.tally.find(DefectKind.MISSING, told.path, "no digest is kept of this removed batch", batch=number)
                continue
            for sequence in kept.fingerprints:
                self.tally.excuse(kept.probe, sequence)

    def journal(self, last: int) -> None:
        """The journal's batches up to `last`, after all files."""
        place = str(self.source.path)
        first = self.next_id

        def failed(number: int, why: str) -> None:
            self.tally.find(DefectKind.JOURNAL, place, f"the row cannot be read: {why}", batch=number)

        for row in self.source.batches(first, last, failed):
            if not all(isinstance(value, kind) for value, kind in zip(row, _TYPES, strict=False)):
                self.tally.find(DefectKind.ROW, place, "a value of the row is of another type", batch=row[0])
                continue
            batch = BatchRow(*row)
            self._in_turn(batch.id, place)
            if batch.is_erased:
                self.tally.erased(batch_leaf(batch.sha256, batch.received_us))
            else:
                self._hot(batch, place)
        if self.next_id <= last:
            self._in_turn(last + 1, place)

    def every_key(self) -> None:
        """Reads every probe's keys, of those that never sent anything too."""
        for probe in self.keys:
            self._is_sound(probe, str(self.source.path))

    def of(self, batch: BatchRow | SignedBatch, place: str) -> Batch | None:
        """What is inside, if its signature holds."""
        if not self._is_sound(batch.probe, place):
            return None
        try:
            found, signer = keyring.held(batch.signed, batch.id, self.keys[batch.probe])
        except WireError as error:
            self.tally.find(DefectKind.SIGNATURE, place, str(error), batch=batch.id, probe=batch.probe)
            return None
        if (told := keyring.announced(found, signer)) is not None:
            self.following[told[0]] = told[1]
        return found

    def recent(self, number: int) -> Batch | None:
        """A batch of the journal, by its id; None where it does not hold."""
        if number not in self._opened:
            rows = list(self.source.batches(number, number, lambda _number, _why: None))
            known = rows and all(isinstance(value, kind) for value, kind in zip(rows[0], _TYPES, strict=False))
            if len(self._opened) >= _MOST_BATCHES_KEPT:
                self._opened.clear()
            self._opened[number] = self._quietly(BatchRow(*rows[0])) if known else None
        return self._opened[number]

    def _quietly(self, batch: BatchRow) -> Batch | None:
        try:
            return keyring.held(batch.signed, batch.id, self.keys.get(batch.probe, ()))[0]
        except (WireError, KeyFileError, TypeError):
            return None

    def _is_sound(self, probe: str, place: str) -> bool:
        """Whether each of its keys is one."""
        if probe not in self._sound:
            try:
                self._sound[probe] = all(map(keyring.public, (one.public_jwk for one in self.keys[probe])))
            except (KeyError, KeyFileError, TypeError):
                self._sound[probe] = False
                self.tally.find(DefectKind.SIGNATURE, place, "the journal has no key of this probe", probe=probe)
        return self._sound[probe]

    def _in_turn(self, number: int, place: str) -> None:
        """Notes batches that were skipped, unless they were erased; one that comes twice or too early is doubled."""
        while self.next_id < number and (kept := self.source.sealed(self.next_id)) is not None and kept.is_erased:
            self.tally.erased(batch_leaf(kept.sha256, kept.received_us))
            self.next_id += 1
        if number < self.next_id:
            self.tally.find(DefectKind.DOUBLED, place, "this batch is there twice", batch=number)
        elif number > self.next_id:
            told = f"batches {self.next_id} to {number - 1} are not there"
            self.tally.find(DefectKind.MISSING, place, told, batch=self.next_id)
        self.next_id = number + 1

    def _unreadable(self, number: int, place: str) -> SealedRow | None:
        """A batch that is not there to be read: what the journal keeps of it carries chain and tree past it."""
        self._in_turn(number, place)
        kept = self.source.sealed(number)
        if kept is None:
            return None
        if kept.is_erased:
            self.tally.erased(batch_leaf(kept.sha256, kept.received_us))
            return kept
        own = self.tally.of(kept.probe)
        own.sealed_last = max(own.sealed_last, kept.last_sequence)
        link = Link(number, kept.sha256, None, kept.first_sequence, readable=False)
        self.tally.batch(kept.probe, link, kept.fingerprints)
        self.tally.leaf(batch_leaf(kept.sha256, kept.received_us))
        return kept

    def _sealed(self, one: SignedBatch, place: str) -> None:
        batch = self._checked(one, place)
        if batch is None:
            return
        own = self.tally.of(one.probe)
        own.sealed_last = max(own.sealed_last, batch.last)
        kept = self.source.sealed(one.id)
        fingerprints = separate(joined((record.sequence, raw) for record, raw in _pairs(batch)))
        told = (one.sha256, one.probe, batch.first, batch.last, one.received_us, fingerprints)
        if kept is None or told != (
            kept.sha256,
            kept.probe,
            kept.first_sequence,
            kept.last_sequence,
            kept.received_us,
            kept.fingerprints,
        ):
            told_ = "what the journal keeps of this sealed batch is not what is in the lake"
            self._row(one.id, batch, str(self.source.path), told_)

    def _hot(self, one: BatchRow, place: str) -> None:
        batch = self._checked(one, place)
        if batch is None:
            return
        if (one.first_sequence, one.last_sequence) != (batch.first, batch.last):
            self._row(one.id, batch, place, "its row gives other sequences than were signed")
        if one.leaf is not None and one.leaf != batch_leaf(one.sha256, one.received_us):
            self._row(one.id, batch, place, "its leaf is not of this digest and time of arrival")

    def _checked(self, one: BatchRow | SignedBatch, place: str) -> Batch | None:
        """Digest, signature, line; and its place in chain and tree."""
        digest = wire.sha256(one.signed)
        if digest != one.sha256:
            self.tally.find(DefectKind.ROW, place, "its digest is not that of its bytes", batch=one.id, probe=one.probe)
        self.tally.leaf(batch_leaf(digest, one.received_us))
        batch = self.of(one, place)
        if batch is None:
            self.tally.batch(one.probe, Link(one.id, digest, None, 0, readable=False), ())
            return None
        if (batch.line, batch.probe) != (self.lines.get(one.probe), one.probe):
            self._row(one.id, batch, place, f"it is signed as {batch.probe} of the line {batch.line}")
        link = Link(one.id, digest, batch.previous_sha256, batch.first)
        self.tally.batch(batch.probe, link, (record.sequence for record in batch.records))
        for record in batch.records:
            if epoch_us(record.started.at) // _DAY_US < self.tally.removed_before_day:
                self.tally.excuse(batch.probe, record.sequence)
        return batch

    def _row(self, number: int, batch: Batch, place: str, told: str) -> None:
        self.tally.find(DefectKind.ROW, place, told, batch=number, probe=batch.probe, sequence=batch.first)


def _pairs(batch: Batch) -> Iterable[tuple[Record, bytes]]:
    return zip(batch.records, batch.raw, strict=True)
