"""Pure. Rows of the FCC's raw tables as one row a test: a test is written as a row every few seconds.

The last row of a test has all its bytes and all its time. Of a table of many households one is taken, the one that the
person named. Knows nothing of files.
"""

from collections.abc import Iterable, Iterator

from analysis.importer.told import Left, Row, Why, Words

FORMATS = ("mba-download", "mba-upload")
_KEY = ("unit_id", "dtime", "target", "address")


def direction_of(name: str) -> str | None:
    """The format that a file's name tells, as in curr_httpgetmt_2014_09.csv; None where it does not."""
    lower = name.lower()
    found = [form for form, part in zip(FORMATS, ("httpget", "httppost"), strict=True) if part in lower]
    return found[0] if len(found) == 1 else None


def whole(items: Iterable[Row | Words | Left], unit: str | None) -> Iterator[Row | Words | Left]:
    """Each test's last row, of household `unit`; rows of other formats as they are."""
    last: Row | None = None
    for item in items:
        ours = isinstance(item, Row) and item.format in FORMATS
        if isinstance(item, Row) and ours:
            if unit is not None and item.cells["unit_id"] != unit:
                yield Left(item.place, Why.OTHER_HOUSEHOLD)
                continue
            if last is not None and not _goes_on(last, item):
                yield _timed(last)
            last = item
            continue
        yield item
    if last is not None:
        yield _timed(last)


def _goes_on(last: Row, row: Row) -> bool:
    same = all(last.cells.get(name) == row.cells.get(name) for name in _KEY)
    return same and _number(last.cells["sequence"]) < _number(row.cells["sequence"])


def _timed(row: Row) -> Row:
    """With its microseconds as milliseconds."""
    took = _number(row.cells["fetch_time"])
    return Row(row.place, row.format, {**row.cells, "fetch_time_ms": str(took / 1000) if took > 0 else ""})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1
