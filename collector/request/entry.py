"""Pure. What is written down of a request about somebody's own data: signed, and each entry bound to the one before it.

An entry names nobody: it holds a mark of the line (`collector.erasure.name_mark`) and the digest of what was said,
which lies apart and can be taken away without breaking the chain. Knows nothing of where entries lie, nor of law.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import msgspec

from collector.proof import note
from probe.key import Ed25519Key

_ORIGIN = "request"
FIRST = "0" * 64  # what stands for the entry before the first


class Kind(StrEnum):
    """What was asked for."""

    EXPORT = "export"
    ERASE = "erase"
    RESTRICT = "restrict"
    OBJECT = "object"
    RECTIFY = "rectify"


class Event(StrEnum):
    """What became of it."""

    RECEIVED = "received"
    EXTENDED = "extended"
    BEGUN = "begun"  # it changes things from here on, and is completed by the same command again
    GRANTED = "granted"
    REFUSED = "refused"
    LIFTED = "lifted"


class Purpose(StrEnum):
    """What a line's data are used for beyond its own evidence, and what an objection can be to."""

    EXTRACT = "extract"
    CONGESTION = "congestion"
    PROJECTION = "projection"
    API = "api"
    NOTIFY = "notify"


class EntryError(ValueError):
    """The entries do not hold together. The text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `detail_sha256` None: nothing was said. `purposes`: of a restriction or an objection, those it is to.

    `until_on`: of a restriction with an end; it ends as that day begins.
    """

    number: int
    request: str
    kind: Kind
    event: Event
    subject: str
    at: datetime
    received_on: date
    due_on: date
    purposes: tuple[Purpose, ...] = ()
    until_on: date | None = None
    detail_sha256: str | None = None
    previous_sha256: str = FIRST


def sealed(entry: Entry, *, key: Ed25519Key) -> str:
    """The entry, signed with the collector's private key."""
    return note.signed(f"{note.name_of(key)}/{_ORIGIN}\n{msgspec.json.encode(entry).decode()}\n", key=key).decode()


def digest(told: str) -> str:
    """By which the next entry names this one."""
    return hashlib.sha256(told.encode()).hexdigest()


def opened(told: Iterable[str], *, key: Ed25519Key) -> tuple[Entry, ...]:
    """The entries in order, once each is signed and follows the one before. Raises EntryError."""
    found: list[Entry] = []
    previous = FIRST
    for number, one in enumerate(told, 1):
        text, signatures = note.parts(one.encode())
        origin, _, content = text.partition("\n")
        if origin != f"{note.name_of(key)}/{_ORIGIN}" or not note.holds(text, signatures, key=key):
            raise EntryError(f"entry {number} is not signed by this collector")
        try:
            entry = msgspec.json.decode(content, type=Entry)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise EntryError(f"entry {number} cannot be read: {error}") from error
        if entry.number != number or entry.previous_sha256 != previous:
            raise EntryError(f"entry {number} does not follow the one before it")
        found.append(entry)
        previous = digest(one)
    return tuple(found)
