"""Shell. Pages of what was observed: records and speed tests, in order, a bounded piece of the store at a time.

Holds no judgement of its own. Knows nothing of HTTP.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from analysis import run
from analysis.fleet.record_json import bare, record_json
from analysis.period import Period
from analysis.report import JudgedTest
from analysis.speed_test_json import entry
from collector.envelope import StoredRecord
from dashboards.api.cursor import Key
from dashboards.api.page import Item, Page, start
from dashboards.api.question import Parameter, Question
from dashboards.api.reading import View
from probe import wire
from probe.units import at_epoch_us, epoch_us

_MOST_READ = 20_000  # records for one page: some seconds, where hardly any is of the kind
_FORM = (str, int, int, str)  # of a record's key: line, start, sequence, probe
_PIECE = timedelta(days=1)
_MOST_PIECES = 300  # of a day of a line, read for one page


def records(view: View, question: Question) -> Page:
    """Signed records, by line and start."""
    behind = start(question, _FORM)
    kinds, wanted = question.many.get(Parameter.KIND, ()), question.one.get(Parameter.ID)
    items: list[Item] = []
    last: Key | None = None
    for number, stored in enumerate(_behind(view, question.period, behind), 1):
        if len(items) == question.limit or number > _MOST_READ:
            return Page(tuple(items), last)
        last = _key(stored)
        if (not kinds or wire.kind_of(stored.record.body) in kinds) and wanted in {None, stored.record.id}:
            items.append(record_json(stored, addresses=view.personal))
    return Page(tuple(items))


def tests(view: View, question: Question) -> Page:
    """Speed tests, imported ones too, each judged among those around it."""
    behind = start(question, (str, int, str))
    direction = question.one.get(Parameter.DIRECTION)
    items: list[Item] = []
    for number, (line, piece) in enumerate(_pieces(view, question.period, behind)):
        if number == _MOST_PIECES:
            return Page(tuple(items), (line, epoch_us(piece.start_at), ""))
        for judged in _judged(view, line, piece):
            told = entry(judged)
            if direction not in {None, told["direction"]} or (behind is not None and _test_key(judged) <= behind):
                continue
            if len(items) == question.limit:
                return Page(tuple(items), (items[-1]["line"], _us(items[-1]["started_at"]), items[-1]["id"]))
            items.append(_told(told, personal=view.personal))
    return Page(tuple(items))


def _behind(view: View, period: Period, behind: Key | None) -> Iterator[StoredRecord]:
    """The records after the key, read from its line and time on."""
    for line in view.lines:
        if behind is not None and line < str(behind[0]):
            continue
        start_at = period.start_at
        if behind is not None and line == behind[0]:
            start_at = max(start_at, at_epoch_us(int(behind[1])))
        if start_at >= period.end_at:
            continue
        for stored in view.source.records([line], start_at, period.end_at):
            if behind is None or _key(stored) > behind:
                yield stored


def _key(stored: StoredRecord) -> Key:
    record = stored.record
    return (record.line, epoch_us(record.started.at), record.sequence, record.probe)


def _pieces(view: View, period: Period, behind: Key | None) -> Iterator[tuple[str, Period]]:
    """A day of a line at a time, from the key's on."""
    for line in view.lines:
        start_at = period.start_at
        if behind is not None and line < str(behind[0]):
            continue
        if behind is not None and line == behind[0]:
            start_at = max(start_at, at_epoch_us(int(behind[1])))
        while start_at < period.end_at:
            end_at = min(start_at + _PIECE, period.end_at)
            yield line, Period(start_at, end_at)
            start_at = end_at


def _judged(view: View, line: str, piece: Period) -> list[JudgedTest]:
    """The tests that started in the piece, judged with the hour around them, in order of start and id."""
    around = Period(piece.start_at - timedelta(hours=1), piece.end_at + timedelta(hours=1))
    found = run.judged_tests(view.source, line, around, view.contracts.get(line))
    return sorted((one for one in found if one.stored.record.started.at in piece), key=_test_key)


def _test_key(judged: JudgedTest) -> tuple[str, int, str]:
    record = judged.stored.record
    return record.line, epoch_us(record.started.at), record.id


def _us(told: str) -> int:
    return epoch_us(datetime.fromisoformat(told))


def _told(item: dict[str, Any], *, personal: bool) -> Item:
    told: Item = item if personal else bare(item)
    return told
