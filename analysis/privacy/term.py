"""Pure. The day by which a request about one's own data must be answered, from dated data with its clause.

Reads nothing but what ships with this code. Knows nothing of requests.
"""

import calendar
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What holds for requests received from `from_on` on. `clause` and `refusal_of_erasure` are where it stands."""

    from_on: date
    clause: str
    months: int
    extension_months: int
    refusal_of_erasure: str


def term(received_on: date) -> Term:
    """What holds for a request received that day. Raises ValueError for a day before there was any such term."""
    found = [one for one in _terms() if one.from_on <= received_on]
    if not found:
        raise ValueError(f"no term is known for a request of {received_on}")
    return found[-1]


def due_on(received_on: date, *, is_extended: bool = False) -> date:
    """The last day for the answer, which is counted from the day of receipt.

    >>> due_on(date(2026, 1, 31)), due_on(date(2026, 1, 31), is_extended=True)
    (datetime.date(2026, 2, 28), datetime.date(2026, 4, 30))
    """
    told = term(received_on)
    return _later(received_on, told.months + (told.extension_months if is_extended else 0))


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@cache
def _terms() -> tuple[Term, ...]:
    table: dict[str, Any] = tomllib.loads((files("analysis.privacy") / "terms.toml").read_text("utf-8"))
    made = (
        Term(
            from_on=one["from"],
            clause=one["clause"],
            months=one["months"],
            extension_months=one["extension_months"],
            refusal_of_erasure=one["refusal_of_erasure"],
        )
        for one in table["term"]
    )
    return tuple(sorted(made, key=lambda one: one.from_on))
