"""Pure. Rows with the time that stands in them: an instant, or a local time that waits for its zone.

A row without one is left out; words of a failure wait for their neighbours' times (`between`). Knows nothing of zones.
"""

from collections.abc import Iterable, Iterator, Mapping

from analysis.importer.mapping import Mapping as Format
from analysis.importer.mapping import Time
from analysis.importer.timing.moment import moment
from analysis.importer.told import Dated, Left, Row, Why, Words


def dated(items: Iterable[Row | Words | Left], formats: Mapping[str, Format]) -> Iterator[Dated | Words | Left]:
    """Each row with its time, in order."""
    for item in items:
        if not isinstance(item, Row):
            yield item
            continue
        choice = formats[item.format].skip
        if choice is not None and item.cells.get(choice.column, "").lower() in choice.values:
            yield Left(item.place, Why.OTHER_TEST, item.cells[choice.column])
        else:
            yield _dated(item, formats[item.format].time)


def time_text(row: Row, time: Time) -> str:
    """The cell, or the cells together, with the time; empty where there is none."""
    if time.joined:
        return " ".join(row.cells.get(name, "") for name in time.joined).strip()
    return next((text for name in time.columns if (text := row.cells.get(name, ""))), "")


def _dated(row: Row, time: Time) -> Dated | Left:
    text = time_text(row, time)
    if not text:
        return Left(row.place, Why.NO_TIME)
    try:
        return Dated(what=row, at=moment(text, time.format))
    except (ValueError, OverflowError):
        return Left(row.place, Why.BAD_TIME, text[:40])
