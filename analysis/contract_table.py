"""Pure. Tables of a contract file read one value at a time, every problem noted with its place and its mend.

Knows nothing of what the values mean together.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from analysis.period import local_day
from probe.units import BPS_PER_MBPS

_MOST_MBPS = 100_000  # nobody is sold more; a larger number is bit/s or kbit/s by mistake
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a contract file."""

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.mend}."


class Table:
    """One table of the file; `content` None is a table that is not there, of which nothing more is asked.

    Every read that fails notes a problem and gives None; none of them raises.
    """

    def __init__(self, where: str, content: Mapping[str, Any] | None, problems: list[Problem]) -> None:
        self.where = where
        self._absent = content is None
        self._content = content or {}
        self._problems = problems

    def allow(self, keys: Sequence[str]) -> None:
        """Note every key that is none of `keys`, with the nearest that is."""
        for key in self._content:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, n=1)
                known = f"The nearest known key is {near[0]!r}" if near else f"Known here: {', '.join(keys)}"
                self.note(key, "unknown key", known)

    def note(self, key: str, what: str, mend: str) -> None:
        """Note a problem with `key`, or with the table itself where `key` is empty."""
        where = ".".join(part for part in (self.where, key) if part)
        self._problems.append(Problem(where or "the file", what, mend))

    def has(self, key: str) -> bool:
        """Whether the file has that key here."""
        return key in self._content

    def plain(self) -> Mapping[str, Any]:
        """The table as it stands in the file; empty where it is not there."""
        return self._content

    def table(self, key: str, *, needed: bool = False) -> "Table":
        """The table called `key`; an empty one where there is none."""
        content = self._content.get(key)
        where = ".".join(part for part in (self.where, key) if part)
        if content is None and needed:
            self.note(key, "missing", f"Add a table [{where}]")
        if content is not None and not isinstance(content, Mapping):
            self.note(key, "not a table", f"Write it as a table [{where}]")
            content = None
        return Table(where, content, self._problems)

    def tables(self, key: str) -> list["Table"]:
        """The tables of the list [[key]], in the file's order."""
        content = self._content.get(key, [])
        if not isinstance(content, list) or not all(isinstance(one, Mapping) for one in content):
            self.note(key, "not a list of tables", f"Write each as [[{key}]]")
            return []
        return [Table(f"{key}[{number}]", one, self._problems) for number, one in enumerate(content, 1)]

    def text(self, key: str, *, needed: bool = False, example: str = "") -> str | None:
        """A word or words."""
        value = self._get(key, needed=needed, example=f'"{example}"')
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.note(key, f"{value!r} is not a text", f'Write it in quotes, for example {key} = "{example}"')
        return None

    def word(self, key: str, words: type[_Word], *, default: _Word | None = None) -> _Word | None:
        """One of the words of an enumeration; `default` where the key is absent, which is a problem without one."""
        known = [word.value for word in words]
        value = self._get(key, needed=default is None, example=f'"{known[0]}"')
        if value is None:
            return default
        if value in known:
            return words(value)
        self.note(key, f"{value!r} is not known", f"Write one of: {', '.join(known)}")
        return None

    def day(self, key: str) -> date | None:
        """A date, which must be there."""
        value = self._get(key, needed=True, example="2026-01-15")
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.note(key, f"{value!s} is not a date", f"Write it without quotes and without a time: {key} = 2026-01-15")
        return None

    def instant(
        self, key: str, zone: ZoneInfo, *, needed: bool = False, default: datetime | None = None
    ) -> datetime | None:
        """An instant, in UTC: a local time of `zone`, one with its offset, or a day, which is when that day begins.

        Of an hour that a clock change repeats a local time is the first.
        """
        value = self._get(key, needed=needed, example="2026-11-20T19:30:00")
        if isinstance(value, datetime):
            return (value.replace(tzinfo=zone) if value.tzinfo is None else value).astimezone(UTC)
        if isinstance(value, date):
            return local_day(value, zone).start_at
        if value is not None:
            self.note(key, f"{value!r} is no time", f"Write it without quotes: {key} = 2026-11-20T19:30:00")
        return default if value is None else None

    def flag(self, key: str) -> bool | None:
        """True or false; None where the key is absent."""
        value = self._get(key, needed=False, example="true")
        if value is None or isinstance(value, bool):
            return value
        self.note(key, f"{value!r} is neither true nor false", f"Write {key} = true, or {key} = false")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words; empty where the key is absent."""
        value = self._get(key, needed=False, example='["a", "b"]')
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value):
            return tuple(value)
        self.note(key, f"{value!r} is not a list of texts", f'Write {key} = ["a", "b"]')
        return ()

    def mbps(self, key: str, *, needed: bool = False) -> int | None:
        """A speed in Mbit/s, written as a number or as decimal digits in quotes; given in bit/s."""
        value = self._get(key, needed=needed, example="1000")
        if value is None:
            return None
        number = _decimal(value)
        if number is None or not number.is_finite():
            self.note(key, f"{value!r} is not a speed", f"Write Mbit/s as a number with a point: {key} = 99.5")
        elif number * BPS_PER_MBPS < 1:
            self.note(key, f"{value} Mbit/s is not a speed", "Write a number above 0, or leave the line out")
        elif number > _MOST_MBPS:
            self.note(key, f"{value} Mbit/s is more than any line has", "Write Mbit/s: 1 Gbit/s is 1000")
        else:
            return round(number * BPS_PER_MBPS)
        return None

    def euros(self, key: str, *, needed: bool = False) -> Decimal | None:
        """A sum of money, in quotes: a binary fraction cannot hold a cent."""
        value = self._get(key, needed=needed, example='"39.99"')
        if value is None:
            return None
        number = _decimal(value) if isinstance(value, str) else None
        if number is None or not number.is_finite():
            self.note(
                key, f"{value!r} is not a price", f'Write euros in quotes, with a point: {key} = "{_guess(value)}"'
            )
        elif number < 0 or number != round(number, 2):
            self.note(key, f"{value} is not a price", "Write euros and whole cents, not below 0")
        else:
            return number
        return None

    def decimal(self, key: str) -> Decimal | None:
        """A number of at least 0, written as such or in quotes; None where the key is absent."""
        value = self._get(key, needed=False, example='"8.5"')
        if value is None:
            return None
        number = _decimal(value)
        if number is not None and number.is_finite() and number >= 0:
            return number
        self.note(key, f"{value!r} is not a number", f'Write it with a point: {key} = "8.5"')
        return None

    def whole(self, key: str, *, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`."""
        value = self._get(key, needed=False, example=str(low))
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and low <= value <= high):
            return value
        self.note(key, f"{value!r} will not do", f"Write a whole number from {low} to {high}")
        return None

    def _get(self, key: str, *, needed: bool, example: str) -> Any:
        if key not in self._content and needed and not self._absent:
            self.note(key, "missing", f"Add for example {key} = {example}")
        return self._content.get(key)


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _guess(value: object) -> str:
    number = _decimal(str(value).replace(",", "."))
    return "39.99" if number is None or not number.is_finite() else f"{number:.2f}"
