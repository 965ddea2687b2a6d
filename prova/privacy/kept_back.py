"""Shell. Which lines may not be used for a purpose: by a restriction, or an objection that was upheld.

The lines' own evidence goes on being kept and judged. Knows nothing of what a purpose does with lines.
"""

from collections.abc import Callable, Iterable
from datetime import UTC

import click

from collector.request.book import Book
from collector.request.entry import Purpose
from collector.request.standing import kept_from
from probe import clock
from prova.home import Home


def kept(home: Home, lines: Iterable[str], purpose: Purpose) -> frozenset[str]:
    """Those of the lines that may not be used for it today. Raises RequestError."""
    return _kept(Book(home.collector), lines, purpose)


def said(home: Home, lines: Iterable[str], purpose: Purpose) -> frozenset[str]:
    """The same, told on stderr by count: names of who asked for it are nobody's business."""
    found = kept(home, lines, purpose)
    if found:
        click.echo(f"prova: {len(found)} lines are left out, by request of whose they are.", err=True)
    return found


def lines_kept(home: Home, lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Those of the lines that may not be used for something today, and for what. Raises RequestError."""
    found = _limited(Book(home.collector), lines)
    return {line: tuple(sorted(one.value for one in purposes)) for line, purposes in found.items() if purposes}


def asking(home: Home, purpose: Purpose) -> Callable[[Iterable[str]], frozenset[str]]:
    """For what runs on: which of some lines may not be used now; the log is read again where it changed."""
    book = Book(home.collector)

    def asked(lines: Iterable[str]) -> frozenset[str]:
        return _kept(book, lines, purpose)

    return asked


def _kept(book: Book, lines: Iterable[str], purpose: Purpose) -> frozenset[str]:
    return frozenset(line for line, purposes in _limited(book, lines).items() if purpose in purposes)


def _limited(book: Book, lines: Iterable[str]) -> dict[str, frozenset[Purpose]]:
    today = clock.now().astimezone(UTC).date()
    requests = [one for one in book.requests() if one.holds(today)]
    if not requests:
        return {}
    return {line: kept_from(requests, book.subject(line), today) for line in lines}
