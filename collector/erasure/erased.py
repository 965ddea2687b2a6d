"""Pure. Who was erased, and when: marks of names (`collector.erasure.name_mark`), signed by the collector.

It lies beside the journal and beside every copy of the store, so that a copy of before is not put back with the line in
it, and nothing that the line's probe still sends is kept. Knows nothing of files.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from collector.proof import note
from probe.key import Ed25519Key

_KIND = "erased"


class ErasedError(ValueError):
    """This is no list of this collector. The text says why."""


@dataclass(frozen=True, slots=True, order=True)
class Erased:
    """One name that was erased at `at` by the request `request`."""

    at: datetime
    mark: str
    request: str


def sealed(entries: Iterable[Erased], *, key: Ed25519Key) -> bytes:
    """The list, signed with the collector's private key; the same entries give the same bytes."""
    told = msgspec.json.encode(sorted(set(entries))).decode()
    return note.signed(f"{note.name_of(key)}/{_KIND}\n{told}\n", key=key)


def opened(told: bytes, *, key: Ed25519Key) -> frozenset[Erased]:
    """The inverse. Raises ErasedError."""
    try:
        text, signatures = note.parts(told)
        origin, _, content = text.partition("\n")
        if origin != f"{note.name_of(key)}/{_KIND}" or not note.holds(text, signatures, key=key):
            raise ErasedError("its signature is not this collector's")
        return frozenset(msgspec.json.decode(content, type=tuple[Erased, ...]))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ErasedError(f"it cannot be read: {error}") from error
