"""Shell. What the tests of the last days and of this month moved, in a small file, so that a restart spends no twice.

Days and months are UTC's. Knows nothing of budgets or schedules.
"""

import json
import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from probe.units import at_epoch_us, epoch_us

_KEPT = timedelta(days=2)
_MONTHS_KEPT = 2


@dataclass(frozen=True, slots=True)
class Round:
    """One round of speed tests: when it began, what it has moved so far, and whether it repeated another."""

    began_at: datetime
    moved_bytes: int
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Light:
    """What light sensing moved on one day."""

    on: date
    moved_bytes: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What was moved on one UTC day, and in its calendar month."""

    day_bytes: int
    month_bytes: int


@dataclass(frozen=True, slots=True)
class _Kept:
    rounds: tuple[Round, ...] = ()
    months: tuple[tuple[str, int], ...] = ()
    light: Light | None = None


class Expense:
    """The rounds in `path`, oldest first. A file that is missing or damaged counts as no rounds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        kept = _read(path)
        self._rounds = list(kept.rounds)
        self._months = Counter(dict(kept.months))
        self._light = kept.light

    def begin(self, at: datetime, *, repeat: bool = False) -> None:
        """A round begins."""
        self._rounds = [one for one in self._rounds if abs(at - one.began_at) < _KEPT]
        self._rounds.append(Round(at, 0, repeat))
        self._write()

    def add(self, moved_bytes: int) -> None:
        """The round that began last moved that much more."""
        last = self._rounds[-1]
        self._rounds[-1] = replace(last, moved_bytes=last.moved_bytes + moved_bytes)
        self._count(last.began_at.date(), moved_bytes)
        self._write()

    def add_light(self, on: date, moved_bytes: int) -> None:
        """Light sensing moved that much more."""
        self._light = Light(on, self.light_bytes(on) + moved_bytes)
        self._count(on, moved_bytes)
        self._write()

    def spent_bytes(self, on: date) -> int:
        """What the rounds that began on that UTC day moved, and light sensing on it."""
        return sum(one.moved_bytes for one in self._rounds if one.began_at.date() == on) + self.light_bytes(on)

    def light_bytes(self, on: date) -> int:
        """What light sensing moved on that UTC day."""
        return self._light.moved_bytes if self._light is not None and self._light.on == on else 0

    def month_bytes(self, on: date) -> int:
        """What was moved in that day's UTC calendar month."""
        return self._months[_month(on)]

    def spent(self, on: date) -> Spent:
        """Both sums."""
        return Spent(self.spent_bytes(on), self.month_bytes(on))

    def repeats(self, on: date) -> int:
        """How many rounds of that UTC day were repeats."""
        return sum(one.repeat for one in self._rounds if one.began_at.date() == on)

    @property
    def heaviest_bytes(self) -> int | None:
        """What the heaviest round moved, None where there was none."""
        return max((one.moved_bytes for one in self._rounds if not one.repeat), default=None)

    @property
    def last_began_at(self) -> datetime | None:
        """When the last round began, None where there was none."""
        return self._rounds[-1].began_at if self._rounds else None

    def _count(self, on: date, moved_bytes: int) -> None:
        self._months[_month(on)] += moved_bytes
        self._months = Counter(dict(sorted(self._months.items())[-_MONTHS_KEPT:]))

    def _write(self) -> None:
        """All or nothing. On a full disk memory alone knows, which is enough until the next start."""
        rounds = [
            {"began_us": epoch_us(one.began_at), "moved_bytes": one.moved_bytes, "repeat": one.repeat}
            for one in self._rounds
        ]
        light = None if self._light is None else {"on": f"{self._light.on}", "moved_bytes": self._light.moved_bytes}
        fresh = self._path.with_suffix(".new")
        with suppress(OSError):
            with fresh.open("w") as file:
                json.dump({"rounds": rounds, "months": self._months, "light": light}, file)
                file.flush()
                os.fsync(file.fileno())
            fresh.rename(self._path)


def _month(on: date) -> str:
    return f"{on:%Y-%m}"


def _read(path: Path) -> _Kept:
    """Of an older form, without months, the rounds that it still has are this month's beginning."""
    try:
        kept: dict[str, Any] = json.loads(path.read_text())
        rounds = tuple(
            Round(at_epoch_us(one["began_us"]), int(one["moved_bytes"]), bool(one.get("repeat")))
            for one in kept["rounds"]
        )
        months = Counter({str(month): int(moved) for month, moved in kept.get("months", {}).items()})
        if "months" not in kept:
            for one in rounds:
                months[_month(one.began_at.date())] += one.moved_bytes
        light = kept.get("light")
        seen = None if light is None else Light(date.fromisoformat(light["on"]), int(light["moved_bytes"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return _Kept()
    return _Kept(rounds, tuple(months.items()), seen)
