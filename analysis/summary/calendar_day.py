"""Pure. Days as operators print them, in figures or with the month's name, in Portuguese and English.

Knows nothing of what happens on a day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    ("janeiro", "january"), ("fevereiro", "february"), ("marco", "march"), ("abril", "april"), ("maio", "may"),
    ("junho", "june"), ("julho", "july"), ("agosto", "august"), ("setembro", "september"), ("outubro", "october"),
    ("novembro", "november"), ("dezembro", "december"),
)  # fmt: skip
_NUMBER_OF = {form: n for n, names in enumerate(_MONTHS, 1) for name in names for form in (name, name[:3])}
_NAME = "|".join(sorted(_NUMBER_OF, key=len, reverse=True))
_DAY = re.compile(
    r"(?<!\d)(?:(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)"
    r"|(?P<d2>\d{1,2})[/.-](?P<m2>\d{1,2})[/.-](?P<y2>20\d\d)"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|o)?(?: de | |-|/)(?P<n3>{_NAME})\.?(?: de |,? |-|/)(?P<y3>20\d\d)"
    rf"|(?P<n4>{_NAME})\.? (?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y4>20\d\d))(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day at `start` to `end` of its text; `doubt` where day and month can be the other way round."""

    on: date
    start: int
    end: int
    doubt: bool


def days(folded: str, *, portuguese: bool) -> Iterator[Day]:
    """The days in a text, from left to right; what is no day of the calendar is none.

    >>> [day.on.isoformat() for day in days("15/01/2026, 3 de marco de 2026", portuguese=True)]
    ['2026-01-15', '2026-03-03']
    """
    for found in _DAY.finditer(folded):
        part = {name[0]: value for name, value in found.groupdict().items() if value is not None}
        month = _NUMBER_OF[part["n"]] if "n" in part else int(part["m"])
        year, day = int(part["y"]), int(part["d"])
        try:
            on = date(year, month, day)
        except ValueError:
            continue
        doubt = not portuguese and found["d2"] is not None and day <= 12 and day != month
        yield Day(on, found.start(), found.end(), doubt)
