"""Vocabulary. What a page may ask to be read: the one door between the pages and store, contract and clock.

Knows nothing of how it is read. Every question may be asked from any thread, and blocks until it is answered.
"""

from datetime import date
from typing import Protocol

from dashboards.web.case.read import CaseReading
from dashboards.web.past.told import Month, MonthOfOutages, OneTest, Readiness
from dashboards.web.reading import Reading


class Library(Protocol):
    """Readings of one line."""

    def line(self) -> Reading:
        """The line, its contract and the time: nothing is read of what was measured. For pages that need no more."""

    def read(self, asked_on: date | None) -> Reading:
        """What is known now; for the day `asked_on`, unless that is None or no day of which anything can be known."""

    def month(self, first_on: date | None) -> Month:
        """The month that begins with `first_on`; the running one where that is None or no month that has begun."""

    def outages(self, first_on: date | None) -> MonthOfOutages:
        """The account of such a month."""

    def test(self, on: date, record: str) -> OneTest:
        """The test of that day with that record's id, and what it was a witness of, that day and the next."""

    def readiness(self) -> Readiness:
        """What there is for a claim, now and over the last days."""

    def case(self) -> CaseReading:
        """The diary as it stands, what follows from it, and the dossiers that were made."""

    def is_readable(self) -> bool:
        """Whether the store is there and can be read."""
