"""Pure. What one import took, what it left and why: counted while tests go by, and as JSON. Knows nothing of disks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from analysis.importer.panel import Figure
from analysis.importer.result import Result
from analysis.importer.told import Left, Question, Why
from collector.envelope import ImportedRoundTrips, TimeFrom
from probe.body.speed_test import Direction

_EXAMPLES = 3  # of each reason
IMPORTER = "prova-import/1"  # a new number where the same file would give other tests


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of one file, filled by `through`."""

    taken: Counter[Direction] = field(default_factory=Counter)
    failed: Counter[Direction] = field(default_factory=Counter)
    time_from: Counter[TimeFrom] = field(default_factory=Counter)
    left: Counter[Why] = field(default_factory=Counter)
    examples: dict[Why, list[Left]] = field(default_factory=dict)
    sent_count: int = 0
    lost_count: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    def through(self, items: Iterable[Result | Left]) -> Iterator[Result]:
        """The tests and round trips alone, everything counted."""
        for item in items:
            if isinstance(item, Left):
                self.left[item.why] += 1
                if self.left[item.why] <= _EXAMPLES:
                    self.examples.setdefault(item.why, []).append(item)
            else:
                self._count(item)
                yield item

    def _count(self, one: Result) -> None:
        if isinstance(one, ImportedRoundTrips):
            at = one.at
            self.sent_count += one.sent_count
            self.lost_count += one.lost_count
        else:
            at = one.started_at
            (self.taken if one.failure is None else self.failed)[one.direction] += 1
        self.time_from[one.time_from] += 1
        self.first_at = at if self.first_at is None else min(self.first_at, at)
        self.last_at = at if self.last_at is None else max(self.last_at, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One file. `new_count` and `known_count` are None where nothing was read for questions or for want of tests."""

    name: str
    sha256: str
    encoding: str
    formats: tuple[str, ...]
    questions: tuple[Question, ...] = ()
    tally: Tally | None = None
    panel: Mapping[str, Figure] | None = None
    new_count: int | None = None
    known_count: int | None = None


def report_json(reports: Iterable[Report], line: str, *, dry_run: bool) -> dict[str, Any]:
    """`prova.import/1`."""
    return {
        "schema": "prova.import/1",
        "line": line,
        "importer": IMPORTER,
        "dry_run": dry_run,
        "grade_at_best": "B",
        "files": [_file(one) for one in reports],
    }


def _file(one: Report) -> dict[str, Any]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "encoding": one.encoding,
        "formats": list(one.formats),
        "questions": [{"option": asked.option, "sentence": asked.sentence} for asked in one.questions],
        "new_count": one.new_count,
        "known_count": one.known_count,
        **_tally(one.tally or Tally()),
        "panel": None if one.panel is None else {name: _figure(figure) for name, figure in one.panel.items()},
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "taken": {direction.value: tally.taken[direction] for direction in Direction},
        "failed": {direction.value: tally.failed[direction] for direction in Direction},
        "round_trips": {"sent_count": tally.sent_count, "lost_count": tally.lost_count},
        "time_from": {source.value: tally.time_from[source] for source in TimeFrom},
        "first_at": _at(tally.first_at),
        "last_at": _at(tally.last_at),
        "left": [
            {
                "why": why.value,
                "count": count,
                "examples": [{"place": left.place, "detail": left.detail} for left in tally.examples.get(why, ())],
            }
            for why, count in sorted(tally.left.items())
        ],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {"count": figure.count, "missing_count": figure.missing_count, "median": figure.median}


def _at(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
