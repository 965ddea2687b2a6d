"""Pure. Which days are holidays where: the `holidays` library, put right by our own dated rows (`holidays-pt.toml`).

Knows no clock and no working week: it says that a day is a holiday and of which kind, not whether anybody works.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from analysis.contract import Region

_EASTER_SUNDAY = "Páscoa"
_SUBDIVISION = {Region.AZORES: "20", Region.MADEIRA: "30"}  # the library's mainland ones are districts: never used
_COMMON_YEAR = 2001
_RULE = re.compile(r"easter(?P<offset>[+-]\d+)|(?P<month>\d\d)-(?P<day>\d\d)")


class Kind(StrEnum):
    """Why a day is a holiday. Mandatory and regional ones bind all, the others are optional (Labour Code art. 235)."""

    MANDATORY = "mandatory"
    REGIONAL = "regional"
    MUNICIPAL = "municipal"
    CARNIVAL = "carnival"


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality by its official name, and its region: two regions have a Calheta. None: not stated."""

    region: Region
    municipality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """One holiday. `source` cites the law, or says where a municipal holiday was read."""

    on: date
    kind: Kind
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A day of every year: `month` and `day`, or, where `month` is None, `day` days from Easter Sunday."""

    month: int | None
    day: int

    def on(self, year: int) -> date:
        """The day in `year`."""
        if self.month is None:
            return easter(year) + timedelta(days=self.day)
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of our own. `place` None: everywhere; without municipality: the whole region. [since, until), None: open.

    `drop` takes a day of the library's away instead of adding one.
    """

    name: str
    kind: Kind
    rule: Rule
    source: str
    place: Place | None = None
    since: date | None = None
    until: date | None = None
    drop: bool = False

    def on(self, year: int) -> date | None:
        """The day in `year`; None where the rule was not in force on it."""
        day = self.rule.on(year)
        early = self.since is not None and day < self.since
        late = self.until is not None and day >= self.until
        return None if early or late else day

    def holds_in(self, place: Place) -> bool:
        """Whether `place` keeps it."""
        if self.place is None:
            return True
        if self.place.region is not place.region:
            return False
        return self.place.municipality is None or _same(self.place.municipality, place.municipality)


@dataclass(frozen=True, slots=True, kw_only=True)
class Almanac:
    """The dated data. `library_sources` cites the law of the library's days: by region, None for the national ones."""

    version: str
    from_on: date
    until_on: date
    rows: tuple[Row, ...]
    library_sources: Mapping[Region | None, str]

    def knows(self, place: Place) -> bool:
        """Whether the municipal holiday of `place` is known."""
        rows = (row for row in self.rows if row.kind is Kind.MUNICIPAL)
        return place.municipality is not None and any(row.holds_in(place) for row in rows)


def holidays(almanac: Almanac, place: Place, first_on: date, end_on: date) -> tuple[Holiday, ...]:
    """Every holiday of `place` in [first_on, end_on).

    Shape: sorted by day, then kind; a day may stand twice (Whit Monday of 2019 was 10 June); may be empty.
    Raises: ValueError outside the almanac's own dates.
    """
    if first_on >= end_on:
        return ()
    last_on = end_on - timedelta(days=1)
    check_covered(almanac, first_on)
    check_covered(almanac, last_on)
    years = range(first_on.year, last_on.year + 1)
    found = {holiday for year in years for holiday in _in_year(almanac, place, year) if first_on <= holiday.on < end_on}
    return tuple(sorted(found, key=lambda holiday: (holiday.on, holiday.kind, holiday.name)))


def check_covered(almanac: Almanac, day: date) -> None:
    """Raises: ValueError if the almanac claims nothing about `day`."""
    if not almanac.from_on <= day < almanac.until_on:
        raise ValueError(f"holidays are known from {almanac.from_on} until {almanac.until_on}, not on {day}")


def _in_year(almanac: Almanac, place: Place, year: int) -> Iterator[Holiday]:
    own = [(day, row) for row in almanac.rows if row.holds_in(place) and (day := row.on(year)) is not None]
    dropped = {(day, row.kind) for day, row in own if row.drop}
    yield from (day for day in _of_library(almanac, place.region, year) if (day.on, day.kind) not in dropped)
    yield from (Holiday(on=day, kind=row.kind, name=row.name, source=row.source) for day, row in own if not row.drop)


def _of_library(almanac: Almanac, region: Region, year: int) -> Iterator[Holiday]:
    national = _library(year, None)
    for day, name in national:
        yield Holiday(on=day, kind=Kind.MANDATORY, name=name, source=almanac.library_sources[None])
    if region in _SUBDIVISION:
        for day, name in set(_library(year, _SUBDIVISION[region])) - set(national):
            yield Holiday(on=day, kind=Kind.REGIONAL, name=name, source=almanac.library_sources[region])


@cache
def _library(year: int, subdivision: str | None) -> tuple[tuple[date, str], ...]:
    # Without `language` the names would follow the environment of whoever runs this.
    from holidays.countries.portugal import Portugal

    days = Portugal(years=year, subdiv=subdivision, language="pt_PT")
    return tuple((day, name) for day in sorted(days) for name in days.get_list(day))


def easter(year: int) -> date:
    """Easter Sunday, as the library computes it."""
    return next(day for day, name in _library(year, None) if name == _EASTER_SUNDAY)


def library_version() -> str:
    """The version of the `holidays` library that answers here."""
    from holidays.version import __version__

    return __version__


def _same(one: str, other: str | None) -> bool:
    return other is not None and _plain(one) == _plain(other)


@cache
def _plain(name: str) -> str:
    """A name without case and accents: people write Evora."""
    return "".join(mark for mark in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(mark))


def parse(document: Mapping[str, Any]) -> Almanac:
    """The almanac that `holidays-pt.toml` holds. Raises: ValueError naming the row and what is wrong with it."""
    sources: Mapping[str, str] = document["sources"]
    rows = [_row(entry, sources) for entry in document.get("holiday", ())]
    for region, entries in document.get("municipal", {}).items():
        rows += [_row(_municipal(entry, region), sources) for entry in entries]
    library = document["library"]
    return Almanac(
        version=document["version"],
        from_on=document["from_on"],
        until_on=document["until_on"],
        rows=tuple(rows),
        library_sources={
            None: sources[library["mandatory"]],
            Region.AZORES: sources[library["azores"]],
            Region.MADEIRA: sources[library["madeira"]],
        },
    )


def _municipal(entry: Mapping[str, Any], region: str) -> dict[str, Any]:
    return {"name": f"Feriado municipal ({entry['municipality']})", "kind": "municipal", "region": region, **entry}


def _row(entry: Mapping[str, Any], sources: Mapping[str, str]) -> Row:
    try:
        region, municipality = entry.get("region"), entry.get("municipality")
        return Row(
            name=entry["name"],
            kind=Kind(entry["kind"]),
            rule=_rule(entry["rule"]),
            source=sources[entry["source"]],
            place=Place(Region(region), municipality) if region else None,
            since=entry.get("since"),
            until=entry.get("until"),
            drop=entry.get("drop", False),
        )
    except KeyError as error:
        raise ValueError(
            f"holiday {entry.get('name', '?')!r}: {error.args[0]!r} is missing or not in [sources]"
        ) from error
    except ValueError as error:
        raise ValueError(f"holiday {entry['name']!r}: {error}") from error


def _rule(text: str) -> Rule:
    parts = _RULE.fullmatch(text)
    if parts is None:
        raise ValueError(f"the rule {text!r} is neither MM-DD nor easter+N")
    if parts["offset"]:
        return Rule(None, int(parts["offset"]))
    month, day = int(parts["month"]), int(parts["day"])
    date(_COMMON_YEAR, month, day)  # a day that every year has
    return Rule(month, day)
