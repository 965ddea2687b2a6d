"""Pure. One table of a case file at a time: its keys, its times in the line's zone, every problem noted.

Knows nothing of what an entry means beside the others.
"""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from analysis.contract_table import Table
from analysis.period import Period
from probe.record import check_name


class Entry:
    """A table of the file and the zone that its local times are in. As `Table`: what fails is noted and gives None."""

    def __init__(self, table: Table, zone: ZoneInfo, keys: Sequence[str]) -> None:
        table.allow(keys)
        self.table, self._zone = table, zone

    def id(self) -> str | None:
        """The entry's own name, which findings go by."""
        name = self.table.text("id", needed=True, example="a1")
        if name is None:
            return None
        try:
            return check_name("id", name)
        except ValueError as error:
            self.table.note("id", str(error), 'Write for example id = "a1"')
            return None

    def at(self, key: str, *, needed: bool = False) -> datetime | None:
        """An instant, in UTC."""
        return self.table.instant(key, self._zone, needed=needed)

    def on(self, key: str, *, needed: bool = False) -> date | None:
        """A local day."""
        return self.table.day(key) if needed or self.table.has(key) else None

    def period(self) -> Period | None:
        """From `from` to `to`."""
        start_at, end_at = self.at("from", needed=True), self.at("to", needed=True)
        if start_at is None or end_at is None:
            return None
        if end_at <= start_at:
            self.table.note("to", "is not later than from", "Write when it was over")
            return None
        return Period(start_at, end_at)

    def after(self, later: str, earlier: str) -> None:
        """Note `later` where it lies before `earlier`, both there."""
        one, other = self.table.plain().get(earlier), self.table.plain().get(later)
        if type(one) is type(other) and isinstance(one, date) and isinstance(other, date):
            if (
                isinstance(one, datetime)
                and isinstance(other, datetime)
                and (one.tzinfo is None) != (other.tzinfo is None)
            ):
                return
            if other < one:
                self.table.note(later, f"{other} is before {earlier}, {one}", "Look up which of the two is right")
