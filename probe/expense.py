"""Shell. What the speed tests of the last two days moved, kept in a small file so that a restart spends nothing twice.

Knows nothing of budgets or schedules.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from probe.units import at_epoch_us, epoch_us

_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Round:
    """One round of speed tests: when it began and what it has moved so far."""

    began_at: datetime
    moved_bytes: int


class Expense:
    """The rounds in `path`, oldest first. A file that is missing or damaged counts as no rounds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rounds = _read(path)

    def begin(self, at: datetime) -> None:
        """A round begins."""
        self._rounds = [one for one in self._rounds if abs(at - one.began_at) < _KEPT]
        self._rounds.append(Round(at, 0))
        self._write()

    def add(self, moved_bytes: int) -> None:
        """The round that began last moved that much more."""
        last = self._rounds[-1]
        self._rounds[-1] = replace(last, moved_bytes=last.moved_bytes + moved_bytes)
        self._write()

    def spent_bytes(self, on: date) -> int:
        """What the rounds that began on that UTC day moved."""
        return sum(one.moved_bytes for one in self._rounds if one.began_at.date() == on)

    @property
    def heaviest_bytes(self) -> int | None:
        """What the heaviest round moved, None where there was none."""
        return max((one.moved_bytes for one in self._rounds), default=None)

    @property
    def last_began_at(self) -> datetime | None:
        """When the last round began, None where there was none."""
        return self._rounds[-1].began_at if self._rounds else None

    def _write(self) -> None:
        """All or nothing. On a full disk memory alone knows, which is enough until the next start."""
        rounds = [{"began_us": epoch_us(one.began_at), "moved_bytes": one.moved_bytes} for one in self._rounds]
        fresh = self._path.with_suffix(".new")
        with suppress(OSError):
            with fresh.open("w") as file:
                json.dump({"rounds": rounds}, file)
                file.flush()
                os.fsync(file.fileno())
            fresh.rename(self._path)


def _read(path: Path) -> list[Round]:
    try:
        rounds: list[dict[str, Any]] = json.loads(path.read_text())["rounds"]
        return [Round(at_epoch_us(one["began_us"]), int(one["moved_bytes"])) for one in rounds]
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return []
