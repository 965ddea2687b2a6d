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
    book, today = Book(home.collector), clock.now().astimezone(UTC).date()
    requests = [one for one in book.requests() if one.holds(today)]
    if not requests:
        return frozenset()
    return frozenset(line for line in lines if purpose in kept_from(requests, book.subject(line), today))


def said(home: Home, lines: Iterable[str], purpose: Purpose) -> frozenset[str]:
    """The same, told on stderr by count: names of who asked for it are nobody's business."""
    found = kept(home, lines, purpose)
    if found:
        click.echo(f"prova: {len(found)} lines are left out, by request of whose they are.", err=True)
    return found


def lines_kept(home: Home, lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Those of the lines that may not be used for something today, and for what. Raises RequestError."""
    book, today = Book(home.collector), clock.now().astimezone(UTC).date()
    requests = [one for one in book.requests() if one.holds(today)]
    if not requests:
        return {}
    found = {line: kept_from(requests, book.subject(line), today) for line in lines}
    return {line: tuple(sorted(one.value for one in purposes)) for line, purposes in found.items() if purposes}


def asking(home: Home, purpose: Purpose) -> Callable[[Iterable[str]], frozenset[str]]:
    """For what runs on: which of some lines may not be used now."""
    return lambda lines: kept(home, lines, purpose)
