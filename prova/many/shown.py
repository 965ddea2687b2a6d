"""Shell. Points written to a database, and what was written before and is no more written over.

What was shown of each line is remembered in one small file a line. Knows nothing of what points mean.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from analysis.period import Period
from collector.projection.influx import Database
from collector.projection.line_protocol import line_of
from dashboards.grafana.judged.findings import at_ns
from dashboards.grafana.judged.point import Key, Point
from dashboards.grafana.judged.withdrawn import gone, remembered, withdrawal

_LINES_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was done for one line."""

    point_count: int
    withdrawn_count: int
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """The keys that were written, a file for each line below `folder`, for the database called `target`."""

    folder: Path
    target: str

    def read(self, line: str) -> tuple[Key, ...]:
        """Empty where nothing can be read."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(self._file(line).read_text(encoding="utf-8"))
            return tuple(Key(name, tuple((tag, value) for tag, value in tags), int(at)) for name, tags, at in told)
        return ()

    def write(self, line: str, keys: Sequence[Key]) -> None:
        """Whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._file(line)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps([(key.measurement, key.tags, key.at_ns) for key in keys]), encoding="utf-8")
        fresh.replace(file)

    def _file(self, line: str) -> Path:
        """Another database is shown everything anew."""
        return self.folder / f"{line}-{sha256(self.target.encode()).hexdigest()[:8]}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All points of `line` over `period` that are of the measurements `about`: what is not among them is no more."""

    line: str
    period: Period
    about: Collection[str]
    points: Sequence[Point]


def show(database: Database, memory: Memory, sheet: Sheet) -> Shown:
    """Writes the points, and over those that are no more. Killed anywhere, the next time makes it good.

    Raises DatabaseError, DatabaseRefusalError.
    """
    keys = [one.key for one in sheet.points if one.measurement in sheet.about]
    before, start_ns = memory.read(sheet.line), at_ns(sheet.period.start_at)
    ours = [key for key in before if key.measurement in sheet.about]
    lost = gone(ours, keys, start_ns, at_ns(sheet.period.end_at))
    memory.write(sheet.line, remembered(before, keys, (), start_ns))
    refused = _written(database, [*sheet.points, *map(withdrawal, lost)])
    memory.write(sheet.line, remembered(before, keys, lost, start_ns))
    return Shown(point_count=len(sheet.points), withdrawn_count=len(lost), refused=refused)


def _written(database: Database, points: Iterable[Point]) -> tuple[str, ...]:
    made = (line_of(one.measurement, one.tags, one.fields, one.at_ns) for one in points)
    lines = [one for one in made if one is not None]
    refused: list[str] = []
    for start in range(0, len(lines), _LINES_AT_ONCE):
        refused += database.write(lines[start : start + _LINES_AT_ONCE]).refused
    return tuple(refused)
