"""Pure. What stands in an address, read as what it must be; None for what is missing or is no such thing.

Nothing of an address is an error: a page that cannot be meant is the page without it.
"""

from collections.abc import Mapping
from datetime import date

_LONGEST = 200  # characters of any one value that is looked at


def day_of(asked: Mapping[str, str], name: str = "day") -> date | None:
    """A civil day, as ISO 8601 writes it.

    >>> day_of({"day": "2026-11-20"}), day_of({"day": "tomorrow"})
    (datetime.date(2026, 11, 20), None)
    """
    try:
        return date.fromisoformat(asked.get(name, "")[:_LONGEST])
    except ValueError:
        return None
