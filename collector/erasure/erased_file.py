"""Shell. The list of who was erased, as a file beside the journal.

Knows nothing of what is done with it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from collector.erasure import erased
from collector.erasure.erased import Erased, ErasedError
from collector.erasure.name_mark import Named, marker
from collector.home import CollectorHome
from collector.identity.files import write_private
from collector.journal import JournalError
from probe import keyfile
from probe.key import Ed25519Key


def load(home: CollectorHome) -> frozenset[Erased]:
    """All of it; empty where there is none. Raises JournalError."""
    if not home.erased.exists():
        return frozenset()
    return read(home.erased.read_bytes(), str(home.erased), keyfile.load_or_make(home.key))


def asked(home: CollectorHome) -> Callable[[str, str], bool]:
    """Whether (line, probe) was erased, as the list says now. Raises JournalError."""
    marks = frozenset(one.mark for one in load(home))
    mark = marker(keyfile.load_or_make(home.key))
    return lambda line, probe: bool(marks) and (mark(Named.LINE, line) in marks or mark(Named.PROBE, probe) in marks)


def add(home: CollectorHome, line: str, probes: Sequence[str], *, at: datetime, request: str) -> None:
    """Puts the names on the list, durably; those that are on it by this request stay as they are."""
    key = keyfile.load_or_make(home.key)
    mark, known = marker(key), load(home)
    there = {one.mark for one in known if one.request == request}
    named = [mark(Named.LINE, line), *(mark(Named.PROBE, one) for one in probes)]
    fresh = {Erased(at, one, request) for one in named if one not in there}
    put(home, known | fresh)


def put(home: CollectorHome, entries: frozenset[Erased]) -> None:
    """Makes it these. Raises OSError."""
    write_private(home.erased, erased.sealed(entries, key=keyfile.load_or_make(home.key)))


def read(told: bytes, where: str, key: Ed25519Key) -> frozenset[Erased]:
    """The list as it lies at `where`. Raises JournalError."""
    try:
        return erased.opened(told, key=key)
    except ErasedError as error:
        raise JournalError(
            f"{where} is not this collector's list of who was erased: {error}. Put it back from a copy of the store."
        ) from error
