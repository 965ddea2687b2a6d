"""Pure. What stands in an address, read as what it must be; None for what is missing or is no such thing.

Nothing of an address is an error: a page that cannot be meant is the page without it.
"""

from collections.abc import Collection, Mapping
from datetime import date

_LONGEST = 200  # characters of any one value that is looked at
_LONGEST_NUMBER = 6  # digits


def month_of(asked: Mapping[str, str], name: str = "month") -> date | None:
    """A civil month, as its first day.

    >>> month_of({"month": "2026-11"}), month_of({"month": "2026-11-20"})
    (datetime.date(2026, 11, 1), None)
    """
    try:
        return date.fromisoformat(asked.get(name, "")[:_LONGEST] + "-01")
    except ValueError:
        return None


def number_of(asked: Mapping[str, str], name: str) -> int:
    """A number from 1 upwards; 1 for what is none, or is so long that nobody counted so far.

    >>> number_of({"page": "3"}, "page"), number_of({"page": "-1"}, "page"), number_of({}, "page")
    (3, 1, 1)
    """
    told = asked.get(name, "")
    return max(1, int(told)) if told.isascii() and told.isdecimal() and len(told) <= _LONGEST_NUMBER else 1


def one_of(asked: Mapping[str, str], name: str, known: Collection[str]) -> str:
    """One of the words `known`; empty where it is none of them."""
    told = asked.get(name, "")
    return told if told in known else ""


def text_of(asked: Mapping[str, str], name: str) -> str:
    """Any text, cut to a bound."""
    return asked.get(name, "")[:_LONGEST]


def day_of(asked: Mapping[str, str], name: str = "day") -> date | None:
    """A civil day, as ISO 8601 writes it.

    >>> day_of({"day": "2026-11-20"}), day_of({"day": "tomorrow"})
    (datetime.date(2026, 11, 20), None)
    """
    try:
        return date.fromisoformat(asked.get(name, "")[:_LONGEST])
    except ValueError:
        return None
