"""Pure. A file's lines as tests: every stage in its order, from rows to results. Knows nothing of disks.

Rows pass one by one; only the few of a repeated hour, of one day of a clock of 12 hours, or between two dated rows are
held, and never more than a bound.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from analysis.importer.layout import Layout, rows
from analysis.importer.result import Result, round_trips, tests
from analysis.importer.survey import Findings
from analysis.importer.timing import between, dating, frozen, half_day, zone
from analysis.importer.told import Answers, Left, Line, Row, Survey


def survey(lines: Iterable[Line], how: Layout, answers: Answers) -> Survey:
    """What the file is and what has to be asked about it."""
    findings = Findings({one.name: one for one in how.mappings}, answers)
    for _ in findings.through(rows(lines, how, answers)):
        pass
    return findings.survey()


def read(lines: Iterable[Line], how: Layout, answers: Answers, before: datetime) -> Iterator[Result | Left]:
    """Every test or round trip, and all that gave none with its reason, in the file's order as far as times allow."""
    formats = {one.name: one for one in how.mappings}
    items = dating.dated(rows(lines, how, answers), formats)
    if answers.half_days:
        items = half_day.resolved(items)
    told = zone.instants(items, _zones(how, answers))
    if how.pings is not None:
        return round_trips(between.placed(told), before)
    return tests(between.placed(frozen.thawed(told)), formats, before)


def _zones(how: Layout, answers: Answers) -> Callable[[Row], ZoneInfo | None]:
    """Of a row whose time names no zone: its format's, else the person's."""
    named = {one.name: one.time.zone or answers.timezone for one in how.mappings}
    zones = {name: None if key is None else ZoneInfo(key) for name, key in named.items()}
    return lambda row: zones[row.format]
