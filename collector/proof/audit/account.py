"""Shell. Checks the lake's own account of its files, the manifests, against the journal's, and reads files by digest.

Knows nothing of what files hold.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from operator import attrgetter

from collector.lake import manifest
from collector.lake.manifest import BatchFile, Manifest, Segment, batch_file_of, segment_of
from collector.lake.place import LakeError, LakeUnreachableError, NoSuchFileError, Place
from collector.proof.audit import erased
from collector.proof.audit.defect import DefectKind
from collector.proof.audit.source import Source
from collector.proof.audit.tally import Tally
from collector.retention.note import Removal, RemovalError, opened
from collector.retention.settings import Held
from probe.key import Ed25519Key
from probe.units import at_epoch_us

_EPOCH_ON = date(1970, 1, 1)
_SEALS = "SELECT number, made_us, last_batch, record_count, peaks, manifest_sha256 FROM seal ORDER BY number"
_SEGMENTS = "SELECT path, day, bucket, row_count, byte_count, sha256 FROM segment WHERE replaced_us IS NULL"
_BATCH_FILES = "SELECT path, first_batch, last_batch, byte_count, sha256 FROM batch_file ORDER BY first_batch"


@dataclass(frozen=True, slots=True)
class Account:
    """The files that count: of records, and of batches in order. `seals`: (last batch, peaks) of each seal.

    `removed`: files of batches that a retention removed, and signed for; `in_part`: paths of those that hold only what
    was held for a claim.
    """

    segments: tuple[Segment, ...]
    batch_files: tuple[BatchFile, ...]
    seals: tuple[tuple[int, bytes], ...]
    removed: tuple[BatchFile, ...] = ()
    in_part: frozenset[str] = frozenset()


def account(place: Place, source: Source, tally: Tally, *, bucket_count: int, key: Ed25519Key | None) -> Account:
    """What counts in the lake, by the journal's account, once the lake's own was held against it.

    `key` is the collector's, by which it signs for what it removes.
    """
    segments: dict[str, Segment] = {}
    batch_files: list[BatchFile] = []
    removed: list[BatchFile] = []
    seals: list[tuple[int, bytes]] = []
    previous = None
    for number, row in enumerate(source.ask(_SEALS), start=1):
        seals.append((row[2], row[4]))
        told = _manifest(place, row, number, previous, tally)
        previous = row[5]
        if told is not None:
            segments |= {one.path: one for one in told.segments}
            segments = {path: one for path, one in segments.items() if path not in told.replaced}
            batch_files = erased.left(told, batch_files, key, tally)
            batch_files = sorted([*batch_files, *told.batch_files], key=attrgetter("first_batch"))
            gone = _removed(told, batch_files, key, tally)
            batch_files = [one for one in batch_files if one not in gone]
            removed += gone
    own = Account(
        tuple(segment_of(row) for row in source.ask(_SEGMENTS)),
        tuple(batch_file_of(row) for row in source.ask(_BATCH_FILES)),
        tuple(seals),
        *_gone(removed, batch_files),
    )
    _agree(str(source.path), own, segments, batch_files, tally)
    expected = manifest.encoded(manifest.Descriptor(format=manifest.FORMAT, bucket_count=bucket_count))
    data(place, manifest.DESCRIPTOR, sha256(expected).hexdigest(), tally)
    return own


def data(place: Place, path: str, digest: str, tally: Tally) -> bytes | None:
    """A file's bytes; None, and a defect, where it is not the one that was written. Raises LakeUnreachableError."""
    tally.file_count += 1
    try:
        found = place.get(path)
    except NoSuchFileError:
        tally.find(DefectKind.MISSING, path, "this file is not there")
    except LakeUnreachableError:
        raise
    except LakeError as error:
        tally.find(DefectKind.FILE, path, str(error))
    else:
        if sha256(found).hexdigest() == digest:
            return found
        tally.find(DefectKind.FILE, path, "its digest is not that of the file that was written")
    return None


def readable(source: Source, tally: Tally, part: Callable[[], None]) -> None:
    """Does one part of an audit; a journal that SQLite cannot read there is a defect, not an end."""
    try:
        part()
    except (sqlite3.Error, TypeError, ValueError) as error:
        tally.find(DefectKind.JOURNAL, str(source.path), f"it cannot be read: {error}")


def _manifest(place: Place, row: tuple[object, ...], number: int, previous: object, tally: Tally) -> Manifest | None:
    path = manifest.manifest_path(number)
    found = data(place, path, str(row[5]), tally)
    if found is None:
        return None
    told = manifest.decoded(found)
    peaks = b"".join(bytes.fromhex(peak) for peak in told.peaks)
    own = (told.number, told.made_at, told.last_batch, told.record_count, peaks)
    _, made_us, *others = row
    if own != (row[0], at_epoch_us(int(str(made_us))), *others[:3]):
        tally.find(DefectKind.MANIFEST, path, "the journal tells otherwise of this seal")
    if told.previous_sha256 != previous or told.number != number:
        tally.find(DefectKind.MANIFEST, path, "it does not follow the manifest before it")
    return told


def _gone(removed: list[BatchFile], there: list[BatchFile]) -> tuple[tuple[BatchFile, ...], frozenset[str]]:
    """The removed files of whose stretch of the log no file holds anything, each stretch once; and the paths of files
    that hold what was left of one.
    """
    by_span = {(one.first_batch, one.last_batch): one for one in removed}
    left = {(one.first_batch, one.last_batch): one.path for one in there}
    whole = tuple(one for span, one in by_span.items() if span not in left)
    return whole, frozenset(path for span, path in left.items() if span in by_span)


def _removed(told: Manifest, batch_files: list[BatchFile], key: Ed25519Key | None, tally: Tally) -> list[BatchFile]:
    """The files of batches that this manifest's note says were removed; none where it does not hold."""
    if told.retention is None:
        return []
    path = manifest.manifest_path(told.number)
    if key is None:
        tally.find(DefectKind.MANIFEST, path, "without the collector's key its note on what was removed proves nothing")
        return []
    try:
        removal = opened(told.retention, key=key)
    except RemovalError as error:
        tally.find(DefectKind.MANIFEST, path, f"its note on what was removed does not hold: {error}")
        return []
    if (removal.number, removal.segments) != (told.number, told.replaced):
        tally.find(DefectKind.MANIFEST, path, "its note tells of other files than it does")
        return []
    if removal.held != Held.RECORDS:
        if removal.held == Held.QUARANTINE:
            tally.refused_before_day = max(tally.refused_before_day, (removal.before_on - _EPOCH_ON).days)
        tally.notes.append(
            f"Deleted by retention on {removal.made_at:%Y-%m-%d} ({removal.reason}): {removal.row_count} rows of"
            f" {removal.held} of the days before {removal.before_on}; nothing of the log."
        )
        return []
    tally.removed_before_day = max(tally.removed_before_day, (removal.before_on - _EPOCH_ON).days)
    tally.notes.append(
        f"Deleted by retention on {removal.made_at:%Y-%m-%d} ({removal.reason}): {removal.row_count} records of the"
        f" days before {removal.before_on} and {removal.batch_count} signed batches; their digests and the log's root"
        f" are kept.{_held(removal)}"
    )
    return [one for one in batch_files if one.path in removal.batch_files]


def _held(removal: Removal) -> str:
    return f" {removal.held_row_count} records of those days stay, held for a claim." if removal.held_row_count else ""


def _agree(place: str, own: Account, segments: dict[str, Segment], batch_files: list[BatchFile], tally: Tally) -> None:
    by_path = {one.path: one for one in own.segments}
    for path in sorted({*by_path, *segments}):
        if by_path.get(path) != segments.get(path):
            tally.find(DefectKind.MANIFEST, place, f"journal and manifests tell otherwise of {path}")
    if list(own.batch_files) != batch_files:
        wrong = {one.path for one in {*own.batch_files} ^ {*batch_files}}
        tally.find(DefectKind.MANIFEST, place, f"journal and manifests tell otherwise of {', '.join(sorted(wrong))}")
