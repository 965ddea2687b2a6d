"""Pure. The audit log's lines: each holds the digest of the one before it, and a head tells how far they go.

A chain shows a change to whoever knows a later digest: the head beside it, or one kept elsewhere. Whoever may write all
files and knows this form can write another log; only a head kept elsewhere shows that. Knows nothing of files.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from collector.audit_log.act import Act, Entry, Outcome

BEGINNING = "0" * 64  # before the first entry there is none
ERASED = "audit.entry_erased"  # what stands where an entry named somebody who was erased; never written as an act
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]*")
_TEXTS = ("at", "who", "act", "on", "outcome", "previous")


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log goes: the newest entry's number and its line's SHA-256 in hexadecimal."""

    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in its place. `previous` is the SHA-256 of the line before it, `sha256` this line's own."""

    number: int
    previous: str
    sha256: str
    entry: Entry

    @property
    def head(self) -> Head:
        """The log's head where this is its newest line."""
        return Head(self.number, self.sha256)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a log holds, oldest first, and what of it does not hold. `notes` tell what is odd and no defect."""

    lines: tuple[Line, ...]
    defects: tuple[str, ...]
    notes: tuple[str, ...]


def line_of(entry: Entry, after: Head | None) -> bytes:
    """The next line, with its end; `after` None begins a log.

    >>> from datetime import UTC, datetime
    >>> made = line_of(Entry(at=datetime(2026, 10, 5, tzinfo=UTC), who="user:ana", act=Act.SIGN_OUT), None)
    >>> read(made).number, read(made).previous == BEGINNING
    (1, True)
    """
    told = {
        "n": 1 if after is None else after.number + 1,
        "at": entry.at.isoformat(timespec="milliseconds"),
        "who": entry.who,
        "act": str(entry.act),
        "on": entry.on,
        "outcome": entry.outcome.value,
        "previous": BEGINNING if after is None else after.sha256,
    }
    return json.dumps(told, separators=(",", ":")).encode("ascii") + b"\n"


def read(raw: bytes) -> Line | None:
    """A line; None for what is none, as the half of one that a power cut left."""
    try:
        told = json.loads(raw)
        if "erased_sha256" in told and raw.endswith(b"\n"):
            return _erased(told)
        if {type(told[name]) for name in _TEXTS} != {str} or type(told["n"]) is not int or not raw.endswith(b"\n"):
            return None
        entry = Entry(
            at=datetime.fromisoformat(told["at"]),
            who=told["who"],
            act=told["act"],
            on=told["on"],
            outcome=Outcome(told["outcome"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return Line(told["n"], told["previous"], hashlib.sha256(raw).hexdigest(), entry)


def without(raw: bytes, names: Collection[str]) -> bytes:
    """The line itself; where it tells of such a name, one that keeps number, digest and what it follows in its place.

    Whoever and whatever it told of is gone from it; that something stood there is not.
    """
    line = read(raw)
    if line is None or line.entry.act == ERASED:
        return raw
    words = set(_WORD.findall(f"{line.entry.on} {line.entry.who}"))
    if not words & set(names):
        return raw
    told = {"n": line.number, "erased_sha256": line.sha256, "previous": line.previous}
    return json.dumps(told, separators=(",", ":")).encode("ascii") + b"\n"


def _erased(told: Mapping[str, object]) -> Line | None:
    number, digest, previous = told.get("n"), told.get("erased_sha256"), told.get("previous")
    if type(number) is not int or not isinstance(digest, str) or not isinstance(previous, str):
        return None
    return Line(number, previous, digest, Entry(at=_NO_TIME, who="service:audit", act=ERASED))


def shortened(last_gone: Head | None) -> str:
    """What an entry of LOG_SHORTENED is on: the newest of the entries that were removed to keep the log's size."""
    return f"entries to {_named(last_gone)}"


def broken(told: Head | None, found: Head | None) -> str:
    """What an entry of LOG_BROKEN is on: where the log should have ended, and where it did."""
    return f"head {_named(told)}, end {_named(found)}"


def is_whole(told: Head | None, lines: Sequence[Line]) -> bool:
    """Whether the newest lines go as far as the head told. It may lag: it is written after them.

    A log of one line may be without head: a process ended between the two.
    """
    if told is None:
        return not lines or lines[-1].number == 1
    return any(line.head == told for line in lines)


def check(raw: Sequence[bytes], told: Head | None, against: Sequence[Head] = ()) -> Checked:
    """Everything that a log's lines and heads allow to be said. `against`: heads that somebody kept elsewhere."""
    read_lines = [(place, read(one)) for place, one in enumerate(raw, 1)]
    lines = tuple(line for _, line in read_lines if line is not None)
    by_number = {line.number: line for line in lines}
    defects = (
        *_order(lines),
        *_gaps(by_number),
        *_links(by_number),
        *_start(lines),
        *_ends(by_number, told),
        *_emptied(lines),
        *(f"entry {one.number} tells that it was found broken: {one.entry.on}" for one in _of(lines, Act.LOG_BROKEN)),
        *(word for head in against for word in _kept(by_number, head)),
    )
    unread = (f"line {place} is no entry: what a crash left unfinished" for place, one in read_lines if one is None)
    erased = (f"entry {one.number} named somebody who was erased" for one in lines if one.entry.act == ERASED)
    notes = (*unread, *erased)
    return Checked(lines, defects, notes)


def _order(lines: Sequence[Line]) -> Iterator[str]:
    for one, other in pairwise(lines):
        if other.number <= one.number:
            yield f"entry {other.number} stands after entry {one.number}: out of order"


def _gaps(by_number: Mapping[int, Line]) -> Iterator[str]:
    for one, other in pairwise(sorted(by_number)):
        if other != one + 1:
            yield f"entries {one + 1} to {other - 1} are missing"


def _links(by_number: Mapping[int, Line]) -> Iterator[str]:
    for number, line in sorted(by_number.items()):
        before = by_number.get(number - 1)
        if before is not None and line.previous != before.sha256:
            yield f"entry {number - 1} is not what entry {number} follows: one of the two was changed"


def _start(lines: Sequence[Line]) -> Iterator[str]:
    """The oldest line is the first ever, or what stood before it was removed to keep the size, as an entry tells."""
    first = min(lines, key=lambda line: line.number, default=None)
    if first is None or (first.number, first.previous) == (1, BEGINNING):
        return
    vouched = {one.entry.on for one in _of(lines, Act.LOG_SHORTENED)}
    if shortened(Head(first.number - 1, first.previous)) not in vouched:
        yield f"entries before {first.number} are missing, and no entry tells of their removal"


def _emptied(lines: Sequence[Line]) -> Iterator[str]:
    """What an erasure took words from stands before an entry that tells of the erasure, or of a copy put back."""
    vouching = {Act.ERASED, Act.RESTORED}
    last = max((one.number for one in lines if one.entry.act in vouching), default=0)
    for one in _of(lines, ERASED):
        if one.number > last:
            yield f"entry {one.number} was emptied, and no erasure after it is told"


def _ends(by_number: Mapping[int, Line], told: Head | None) -> Iterator[str]:
    newest = max(by_number, default=0)
    if told is None:
        if newest > 1:
            yield "the head is missing: whether the newest entries are all there cannot be told"
    elif told.number > newest:
        yield f"entries {newest + 1} to {told.number} are missing: the log was cut"
    elif (line := by_number.get(told.number)) is not None and line.sha256 != told.sha256:
        yield f"entry {told.number} is not what the head tells: it was changed"


def _kept(by_number: Mapping[int, Line], head: Head) -> Iterator[str]:
    line = by_number.get(head.number)
    if line is None and head.number >= min(by_number, default=0):
        yield f"entry {head.number}, of which a head was kept elsewhere, is missing"
    elif line is not None and line.sha256 != head.sha256:
        yield f"entry {head.number} is not that of which a head was kept elsewhere"


def _of(lines: Sequence[Line], act: str) -> Iterator[Line]:
    return (line for line in lines if line.entry.act == act)


def _named(head: Head | None) -> str:
    return "none" if head is None else f"{head.number} {head.sha256}"
