"""Pure. Words, numbers, dates and stretches of time, said in one language and one time zone.

Rates are cut, never rounded up: a rate just short of a promise must not read as the promise. Knows nothing of what is
said.
"""

import math
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from dashboards.web.language import Language, locale_of
from dashboards.web.text import Catalogue
from probe.units import BPS_PER_MBPS

_GROUPED_FROM = 10_000
_MBPS_DIGITS = 6  # decimal digits between bit/s and Mbit/s
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Voice:
    """`zone` is the line's own; every moment is told in it."""

    language: Language
    catalogue: Catalogue
    zone: ZoneInfo

    @property
    def locale(self) -> Locale:
        """The language with its country's way to write numbers."""
        return locale_of(self.language)

    def say(self, key: str, **values: object) -> str:
        """The entry `key`, filled in; an int `count` also picks the plural form. Raises KeyError for an unknown key."""
        forms = self.catalogue.forms(key, self.language)
        count = values.get("count")
        form = self.locale.plural_form(count) if isinstance(count, int) else "other"
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return forms.get(form, forms["other"]).format_map(shown)

    def number(self, value: float, digits: int = 0) -> str:
        """With the language's separators and exactly `digits` decimals; thousands are set apart from five digits on."""
        whole = "#,##0" if abs(value) >= _GROUPED_FROM else "0"
        pattern = whole + ("." + "0" * digits if digits else "")
        return format_decimal(value, format=pattern, locale=self.locale)

    def rate(self, bps: float) -> str:
        """A rate with its unit."""
        return f"{self.mbps(bps)} Mbit/s"

    def mbps(self, bps: float) -> str:
        """The number alone: cut to one decimal, to two below 10 Mbit/s; a whole number without decimals."""
        whole = bps % BPS_PER_MBPS == 0
        digits = 0 if whole else 1 if bps >= 10 * BPS_PER_MBPS else 2
        cut = math.floor(bps / 10 ** (_MBPS_DIGITS - digits))
        return self.number(cut / 10**digits, digits)

    def milliseconds(self, value_ms: float) -> str:
        """One decimal, two below 1 ms."""
        return f"{self.number(value_ms, 1 if value_ms >= 1 else 2)} ms"

    def euros(self, amount: Decimal) -> str:
        """An amount with its sign, to the cent."""
        return format_currency(amount, "EUR", locale=self.locale)

    def clock(self, at: datetime) -> str:
        """Local time of day to the minute; with its offset in the hour that a clock change repeats."""
        return self._written(at, "HH:mm")

    def clock_seconds(self, at: datetime) -> str:
        """Local time of day to the second."""
        return self._written(at, "HH:mm:ss")

    def moment(self, at: datetime) -> str:
        """Local day and time, without the year."""
        return self._written(at, "d MMM, HH:mm")

    def moment_of(self, at: datetime) -> str:
        """Local day, with its year, and time."""
        return self._written(at, "d MMM y, HH:mm")

    def moment_seconds(self, at: datetime) -> str:
        """Local day and time to the second, without the year."""
        return self._written(at, "d MMM, HH:mm:ss")

    def day(self, on: date) -> str:
        """A day in full, with its weekday."""
        return format_date(on, "full", locale=self.locale)

    def short_day(self, on: date) -> str:
        """Day and month."""
        return format_date(on, "d MMM", locale=self.locale)

    def month(self, first_on: date) -> str:
        """A month with its year, as a heading has it."""
        said = format_date(first_on, "LLLL y", locale=self.locale)
        return said[:1].upper() + said[1:]

    def weekdays(self) -> tuple[str, ...]:
        """The first three letters of their names, from Monday."""
        names = self.locale.days["stand-alone"]["wide"]
        return tuple(names[number][:3] for number in range(7))

    def bytes(self, count: int) -> str:
        """In the largest decimal unit of which there is at least one: what an operator's own count is told in."""
        for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
            if count >= size:
                return f"{self.number(math.floor(count * 10 / size) / 10, 1)} {unit}"
        return f"{self.number(count)} B"

    def age(self, seconds: float) -> str:
        """How long ago, in its largest unit."""
        whole_s = max(0, int(seconds))
        for unit, unit_s in (("days", _DAY_S), ("hours", _HOUR_S), ("minutes", _MINUTE_S)):
            if whole_s >= unit_s:
                return self.say(f"age.{unit}", count=whole_s // unit_s)
        return self.say("age.seconds", count=whole_s)

    def stretch(self, seconds: int) -> str:
        """Elapsed time in hours, minutes and seconds, leaving out what is zero.

        A measured nothing is said as `0 min`.
        """
        parts = [(seconds // _HOUR_S, "h"), (seconds % _HOUR_S // _MINUTE_S, "min"), (seconds % _MINUTE_S, "s")]
        return " ".join(f"{self.number(value)} {unit}" for value, unit in parts if value) or "0 min"

    def _written(self, at: datetime, pattern: str) -> str:
        local = at.astimezone(self.zone)
        twin = local.replace(fold=1 - local.fold)
        repeated = local.utcoffset() != twin.utcoffset()
        return format_datetime(local, pattern + (" (ZZZZ)" if repeated else ""), tzinfo=self.zone, locale=self.locale)
