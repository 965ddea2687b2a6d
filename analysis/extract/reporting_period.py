"""Vocabulary. What an extract is of: a calendar month or quarter, in every line's own civil days.

Knows nothing of what happened in it.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_FORM = re.compile(r"(?P<year>20\d\d)-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2]))")


@dataclass(frozen=True, slots=True)
class ReportingPeriod:
    """`name` is `2026-10` or `2026-Q3`. ValueError for anything else.

    >>> ReportingPeriod("2026-Q4").months, ReportingPeriod("2026-02").last
    (('2026-10', '2026-11', '2026-12'), datetime.date(2026, 2, 28))
    """

    name: str

    def __post_init__(self) -> None:
        if _FORM.fullmatch(self.name) is None:
            raise ValueError(f"{self.name!r} is neither a month, as in 2026-10, nor a quarter, as in 2026-Q3")

    @property
    def months(self) -> tuple[str, ...]:
        """Its calendar months, one or three."""
        return tuple(f"{self.first.year}-{self.first.month + n:02}" for n in range(3 if "Q" in self.name else 1))

    @property
    def first(self) -> date:
        """Its first day."""
        found = _FORM.fullmatch(self.name)
        assert found is not None
        month = int(found["month"]) if found["month"] else 3 * int(found["quarter"]) - 2
        return date(int(found["year"]), month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        after = self.first.month + (3 if "Q" in self.name else 1)
        return date(self.first.year + (after - 1) // 12, (after - 1) % 12 + 1, 1) - timedelta(days=1)

    @property
    def days(self) -> tuple[date, ...]:
        """All of them, in order."""
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))
