"""Pure. What a retention removed, as a note that the collector signed, which stays in the manifest.

Knows nothing of files or of why a period is as long as it is.
"""

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from collector.proof import note
from probe.key import Ed25519Key

_KIND = "retention"


class RemovalError(ValueError):
    """This is no note of this collector on what it removed. The text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What manifest `number` removed: records that started before the UTC day `before_on`, and batches that came so.

    `segments` and `batch_files` are the paths of their files. What a claim holds of them stands in the manifest's own:
    `held_row_count` records in all. `held` other than records: nothing that was signed went, but `row_count` rows of
    that kind (`collector.retention.settings.Held`).
    """

    number: int
    made_at: datetime
    before_on: date
    reason: str
    row_count: int
    batch_count: int
    segments: tuple[str, ...]
    batch_files: tuple[str, ...]
    held: str = "records"
    held_row_count: int = 0


def sealed(removal: Removal, *, key: Ed25519Key) -> str:
    """The note, signed with the collector's private key: its first line names the collector, the second is JSON."""
    text = f"{note.name_of(key)}/{_KIND}\n{msgspec.json.encode(removal).decode()}\n"
    return note.signed(text, key=key).decode()


def opened(told: str, *, key: Ed25519Key) -> Removal:
    """What was removed, once the signature holds. Raises RemovalError."""
    text, signatures = note.parts(told.encode())
    origin, _, content = text.partition("\n")
    if origin != f"{note.name_of(key)}/{_KIND}" or not note.holds(text, signatures, key=key):
        raise RemovalError("its signature is not this collector's")
    try:
        return msgspec.json.decode(content, type=Removal)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RemovalError(f"it cannot be read: {error}") from error
