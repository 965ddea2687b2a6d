"""Pure. Reads `readings.toml`: the clocks, terms and switches in force on a day.

Knows no file: it gets the parsed document.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from analysis.clocks.holiday import Place
from analysis.clocks.reading import SWITCHES, Basis, Clock, Count, Reading, Switches
from analysis.clocks.term import Off, Term, Unit
from analysis.contract import Region
from analysis.finding import Sentence

Made = TypeVar("Made", Clock, Term)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All dated data about terms. `reasons` says, by switch, why its default is what it is."""

    version: str
    seat: Place
    switches: Switches
    reasons: Mapping[str, Sentence]
    clocks: tuple[Clock, ...]
    terms: tuple[Term, ...]

    def clock(self, name: str, on: date) -> Clock | None:
        """The clock of that id in force on a day; None where there was none."""
        return next((clock for clock in self.clocks if clock.id == name and _in_force(clock, on)), None)

    def term(self, name: str, on: date) -> Term | None:
        """The term of that id in force on a day; None where there was none."""
        return next((term for term in self.terms if term.id == name and _in_force(term, on)), None)


def _in_force(rule: Clock | Term, on: date) -> bool:
    return (rule.since is None or rule.since <= on) and (rule.until is None or on < rule.until)


def parse(document: Mapping[str, Any]) -> Rules:
    """The rules that `readings.toml` holds. Raises: ValueError naming the row and what is wrong with it."""
    switches = document["switches"]
    return Rules(
        version=document["version"],
        seat=Place(Region(document["seat"]["region"]), document["seat"]["municipality"]),
        switches=Switches(**{name: switches[name]["default"] for name in SWITCHES}),
        reasons={name: _sentence(entry) for name, entry in switches.items()},
        clocks=tuple(_row("clock", _clock, entry) for entry in document["clock"]),
        terms=tuple(_row("term", _term, entry) for entry in document["term"]),
    )


def _row(kind: str, make: Callable[[Mapping[str, Any]], Made], entry: Mapping[str, Any]) -> Made:
    try:
        return make(entry)
    except KeyError as error:
        raise ValueError(f"{kind} {entry.get('id', '?')!r}: {error.args[0]!r} is missing") from error
    except ValueError as error:
        raise ValueError(f"{kind} {entry['id']!r}: {error}") from error


def _clock(entry: Mapping[str, Any]) -> Clock:
    term = timedelta(hours=entry["hours"])
    readings = tuple(_reading(reading, term) for reading in entry["reading"])
    if entry["primary"] not in {reading.id for reading in readings}:
        raise ValueError(f"its primary reading {entry['primary']!r} is none of its readings")
    return Clock(
        id=entry["id"],
        hours=entry["hours"],
        clause=entry["clause"],
        source=entry["source"],
        basis=Basis(entry["basis"]),
        since=entry.get("since"),
        until=entry.get("until"),
        readings=readings,
        primary=entry["primary"],
        reason=_sentence(entry["reason"]),
    )


def _reading(entry: Mapping[str, Any], term: timedelta) -> Reading:
    return Reading(
        id=entry["id"],
        family=entry["family"],
        count=Count(entry["count"]),
        term=term,
        from_hour=entry.get("from_hour", 0),
        to_hour=entry.get("to_hour", 24),
        label=_sentence(entry["label"]),
        favour=_sentence(entry["favour"]),
        against=_sentence(entry["against"]),
        source=entry["source"],
        basis=Basis(entry["basis"]),
    )


def _term(entry: Mapping[str, Any]) -> Term:
    return Term(
        id=entry["id"],
        count=entry["count"],
        unit=Unit(entry["unit"]),
        moves_off=frozenset(Off(day) for day in entry["moves_off"]),
        label=_sentence(entry["label"]),
        clause=entry["clause"],
        source=entry["source"],
        basis=Basis(entry["basis"]),
        since=entry.get("since"),
        until=entry.get("until"),
        alternative_of=entry.get("alternative_of"),
    )


def _sentence(entry: Mapping[str, Any]) -> Sentence:
    return Sentence(pt=entry["pt"], en=entry["en"])
