"""Pure. What an erasure took out of the log, as a note that the collector signed, which stays in the manifest.

It counts and names files; it names no line, no probe and no batch. Knows nothing of why somebody asked.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from collector.proof import note
from probe.key import Ed25519Key

_KIND = "erasure"


class ErasureNoteError(ValueError):
    """This is no note of this collector on what it erased. The text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureNote:
    """What manifest `number` took out by the request `request`: so many batches, whose digests and places stay.

    `segments` and `batch_files` are the paths of the files that held them; what else was in these stands in new ones.
    """

    number: int
    made_at: datetime
    request: str
    batch_count: int
    record_count: int
    segments: tuple[str, ...]
    batch_files: tuple[str, ...]


def sealed(told: ErasureNote, *, key: Ed25519Key) -> str:
    """The note, signed with the collector's private key: its first line names the collector, the second is JSON."""
    text = f"{note.name_of(key)}/{_KIND}\n{msgspec.json.encode(told).decode()}\n"
    return note.signed(text, key=key).decode()


def opened(told: str, *, key: Ed25519Key) -> ErasureNote:
    """What was erased, once the signature holds. Raises ErasureNoteError."""
    text, signatures = note.parts(told.encode())
    origin, _, content = text.partition("\n")
    if origin != f"{note.name_of(key)}/{_KIND}" or not note.holds(text, signatures, key=key):
        raise ErasureNoteError("its signature is not this collector's")
    try:
        return msgspec.json.decode(content, type=ErasureNote)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ErasureNoteError(f"it cannot be read: {error}") from error
