"""Pure. How long each kind of data is kept, and why: one small TOML file as frozen data. `load` alone reads.

Without the file everything is kept. Knows nothing of where data lie.
"""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from collector.settings import SettingsError

_DAYS = range(1, 36_501)
_OF_A_PERIOD = ("days", "reason")
_OF_A_HOLD = ("from", "reason")


class Held(StrEnum):
    """Kinds of data whose keeping can be bounded."""

    RECORDS = "records"  # of the lake, by whole days, with the signed batches that brought them
    STATUSES = "statuses"  # when probes came and went
    WITNESS = "witness"  # what the outside witness saw
    IMPORTED = "imported"  # what other tools' files told, whole files by the day of their import
    QUARANTINE = "quarantine"  # the bytes of messages that were refused, by the day they last came


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What is `days` old or older goes; `reason` stands beside it in every note."""

    held: Held
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing from this UTC day on goes, of no line, while this stands: for a claim that is not decided."""

    from_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """All that is declared. A kind without a period is kept for good."""

    periods: tuple[Period, ...] = ()
    holds: tuple[Hold, ...] = ()

    def before_on(self, period: Period, today_on: date) -> date:
        """What is of the UTC days before this one goes."""
        cut_on = today_on - timedelta(days=period.days)
        return min([cut_on, *(hold.from_on for hold in self.holds)])


def load(path: Path) -> Retention:
    """The declarations in `path`, none where there is no file. Raises SettingsError, with every problem."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Retention()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}. Let this user read it.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML: {error}. Mend that place.") from error
    try:
        return parse(table)
    except SettingsError as error:
        raise SettingsError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from None


def parse(table: Mapping[str, Any]) -> Retention:
    """From a TOML table. Raises SettingsError.

    >>> parse({"records": {"days": 183, "reason": "half a year to object"}}).periods[0].days
    183
    """
    holds = table.get("hold", [])
    problems = [_unknown(name, (*Held, "hold")) for name in table if name not in {*Held, "hold"}]
    for held in Held:
        if held in table:
            problems += _of_period(held, table[held])
    if not isinstance(holds, list):
        problems.append("hold must be a list: write [[hold]] above each.")
        holds = []
    for one in holds:
        problems += _of_hold(one)
    if problems:
        raise SettingsError("\n".join(problems))
    periods = (Period(held=held, **table[held]) for held in Held if held in table)
    return Retention(periods=tuple(periods), holds=tuple(Hold(one["from"], one["reason"]) for one in holds))


def _of_period(held: Held, told: object) -> list[str]:
    if not isinstance(told, Mapping):
        return [f"{held} must be a table: write [{held}] above its settings."]
    problems = [f"{held}.{_unknown(name, _OF_A_PERIOD)}" for name in told if name not in _OF_A_PERIOD]
    if type(told.get("days")) is not int or told["days"] not in _DAYS:
        problems.append(f"{held}.days must be a whole number of days from 1 to {_DAYS[-1]}.")
    return problems + _of_reason(f"{held}.reason", told.get("reason"))


def _of_hold(told: object) -> list[str]:
    if not isinstance(told, Mapping):
        return ["hold must be a list of tables: write [[hold]] above each."]
    problems = [f"hold.{_unknown(name, _OF_A_HOLD)}" for name in told if name not in _OF_A_HOLD]
    if not isinstance(told.get("from"), date) or isinstance(told.get("from"), datetime):
        problems.append("hold.from must be a day, as 2026-03-01 without quotes.")
    return problems + _of_reason("hold.reason", told.get("reason"))


def _of_reason(name: str, told: object) -> list[str]:
    if isinstance(told, str) and told.strip() and told.isprintable():
        return []
    return [f"{name} must say in one line why, for it is signed with what goes."]


def _unknown(name: str, known: tuple[str, ...]) -> str:
    return f"{name} is not a setting; perhaps {difflib.get_close_matches(name, known, 1, 0.0)[0]} was meant."
