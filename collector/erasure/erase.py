"""Shell. One line erased from all that a collector keeps: what names it beside the journal first, then the store.

The list of who was erased comes before everything, the journal's rows, which say whose probes there were, after all
else: killed anywhere, the same again completes it. Knows nothing of copies or of other rooms' files.
"""

import fcntl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

from collector.erasure import beside, erased_file, journal_rows, store
from collector.erasure.store import Order, StoreHolds
from collector.home import CollectorHome
from collector.journal import JournalError
from collector.lake.catalogue import Catalogue
from collector.request.book import Book


def erase(home: CollectorHome, order: Order) -> StoreHolds:
    """Erases the line here, and says what the store held. No collector may run meanwhile (`at_rest`).

    Raises JournalError, SealError, LakeError, SettingsError, ShelfError, OSError.
    """
    probes = probes_of(home, order.line)
    erased_file.add(home, order.line, probes, at=order.now_at, request=order.request)
    beside.forget(home, order.line, probes, at=order.now_at)
    Book(home).forget(order.line)
    return store.erase(home, order)


def probes_of(home: CollectorHome, line: str) -> tuple[str, ...]:
    """The line's probes, those too that were only given a ticket, sorted. Raises JournalError."""
    with closing(Catalogue(home.journal)) as catalogue:
        known = catalogue.within(partial(journal_rows.count, line=line)).probes
    return tuple(sorted({*known, *beside.probes_of(home, line)}))


@contextmanager
def at_rest(home: CollectorHome) -> Iterator[None]:
    """While no collector runs on this home, and none begins. Raises JournalError."""
    home.lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with home.lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise JournalError(
                f"A collector runs on {home.root}. End it first: probes keep what they measure meanwhile."
            ) from error
        yield
