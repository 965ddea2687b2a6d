"""Vocabulary. What a page may ask to be read: the one door between the pages and store, contract and clock.

Knows nothing of how it is read. Every question may be asked from any thread, and blocks until it is answered.
"""

from datetime import date
from typing import Protocol

from dashboards.web.reading import Reading


class Library(Protocol):
    """Readings of one line."""

    def line(self) -> Reading:
        """The line, its contract and the time: nothing is read of what was measured. For pages that need no more."""

    def read(self, asked_on: date | None) -> Reading:
        """What is known now; for the day `asked_on`, unless that is None or no day of which anything can be known."""

    def is_readable(self) -> bool:
        """Whether the store is there and can be read."""
