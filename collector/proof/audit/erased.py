"""Pure. What erasures say that they took out of the log, and whether that is what is not there.

Knows nothing of where manifests lie.
"""

from collections.abc import Sequence

from collector.erasure.note import ErasureNote, ErasureNoteError, opened
from collector.lake.manifest import BatchFile, Manifest, manifest_path
from collector.proof.audit.defect import DefectKind
from collector.proof.audit.tally import Tally
from probe.key import Ed25519Key


def left(told: Manifest, batch_files: Sequence[BatchFile], key: Ed25519Key | None, tally: Tally) -> list[BatchFile]:
    """The files of batches that count before this manifest's own, once its note, if it has one, was read."""
    note = None if told.erasure is None else _note(told, told.erasure, key, tally)
    if note is None:
        return list(batch_files)
    tally.erased_told_count += note.batch_count
    tally.notes.append(
        f"Erased by the request {note.request} on {note.made_at:%Y-%m-%d}: {note.record_count} records and"
        f" {note.batch_count} signed batches of one line; their digests and the log's root are kept."
    )
    return [one for one in batch_files if one.path not in note.batch_files]


def weigh(place: str, tally: Tally) -> None:
    """Whether as many batches are erased as notes tell."""
    if tally.erased_count != tally.erased_told_count:
        told = f"{tally.erased_count} batches are erased, and signed notes tell of {tally.erased_told_count}"
        tally.find(DefectKind.LOG, place, told)


def _note(told: Manifest, erasure: str, key: Ed25519Key | None, tally: Tally) -> ErasureNote | None:
    path = manifest_path(told.number)
    if key is None:
        tally.find(DefectKind.MANIFEST, path, "without the collector's key its note on what was erased proves nothing")
        return None
    try:
        note = opened(erasure, key=key)
    except ErasureNoteError as error:
        tally.find(DefectKind.MANIFEST, path, f"its note on what was erased does not hold: {error}")
        return None
    if (note.number, note.segments) != (told.number, told.replaced):
        tally.find(DefectKind.MANIFEST, path, "its note on what was erased tells of other files than it does")
        return None
    return note
