"""Pure. A dated row as one test for each direction: rates in bit/s, failures as failures, empty as not measured.

A failure is never a speed of zero. Knows nothing of files, zones or tables.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from analysis.importer.mapping import Choice, Marks, Rate, Zero
from analysis.importer.mapping import Mapping as Format
from analysis.importer.place import address, path
from analysis.importer.quantity import CellError, milliseconds, quantity, rate_bps
from analysis.importer.told import Dated, Left, Row, Why, Words
from collector.envelope import ImportedRoundTrips, ImportedTest
from probe.body.speed_test import Direction, Failure
from probe.units import BITS_PER_BYTE

Result = ImportedTest | ImportedRoundTrips
_LONGEST, _NO_TIME = timedelta(minutes=10), timedelta()
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_AGREES = 2.8  # a rate and its own bytes and time: far from the 8 of bits taken for bytes
# What a tool's words say of why, in the order in which they are looked for.
_WORDS = (
    (Failure.ABORTED, ("abort", "cancel", "interrupt", "killed")),
    (Failure.NAME_NOT_RESOLVED, ("resol", "getaddrinfo", "unknown host", "name or service", "dns")),
    (Failure.TIMED_OUT, ("timeout", "timed out", "time out")),
    (Failure.REFUSED, ("refused",)),
    (Failure.NO_ROUTE, ("unreachable", "no route", "offline", "no network")),
    (Failure.TLS, ("certificate", "ssl", "tls")),
)


def tests(
    items: Iterable[Dated | Left], formats: Mapping[str, Format], before: datetime
) -> Iterator[ImportedTest | Left]:
    """The tests that started before `before`, in the order of the rows; what gave none as it was, or why not."""
    for item in items:
        if isinstance(item, Left):
            yield item
        elif item.at >= before:
            yield Left(item.what.place, Why.FUTURE_TIME, f"{item.at}")
        elif isinstance(item.what, Words):
            yield from _failed(item, formats[item.what.format], item.what.text)
        else:
            yield from _of_row(item, item.what, formats[item.what.format])


def round_trips(items: Iterable[Dated | Left], before: datetime) -> Iterator[ImportedRoundTrips | Left]:
    """The round trips that a row of `ping` tells, before `before`."""
    for item in items:
        if isinstance(item, Left):
            yield item
        elif item.at >= before:
            yield Left(item.what.place, Why.FUTURE_TIME, f"{item.at}")
        elif isinstance(item.what, Row):
            cells = item.what.cells
            yield ImportedRoundTrips(
                at=item.at,
                target=_printable(cells["target"]) or "not told",
                sent_count=int(cells["sent"]),
                lost_count=int(cells["lost"]),
                median_ms=milliseconds(cells["median_ms"]),
                place=item.what.place,
                time_from=item.time_from,
            )


def failure_of(words: str) -> Failure:
    """What a tool's own words say of why it failed; NOT_TOLD where they do not.

    >>> failure_of("ERROR: <urlopen error timed out>"), failure_of("No servers defined")
    (<Failure.TIMED_OUT: 'timed_out'>, <Failure.NOT_TOLD: 'not_told'>)
    """
    lower = words.lower()
    return next((failure for failure, keys in _WORDS if any(key in lower for key in keys)), Failure.NOT_TOLD)


def _of_row(item: Dated, row: Row, form: Format) -> Iterator[ImportedTest | Left]:
    if form.failed is not None and _chosen(row, form.failed):
        yield from _failed(item, form, row.cells.get(form.failed.message or "", ""))
        return
    found = list(_of_directions(item, row, form))
    if not found:
        yield Left(row.place, Why.NOTHING_MEASURED)
    yield from found


def _of_directions(item: Dated, row: Row, form: Format) -> Iterator[ImportedTest | Left]:
    rates = ((Direction.DOWNLOAD, form.download), (Direction.UPLOAD, form.upload))
    at = item.at
    if form.time.marks is Marks.END:
        at -= sum((_elapsed(row, rate) for _, rate in rates if rate is not None), start=timedelta())
    for direction, rate in rates:
        if rate is None:
            continue
        took = _elapsed(row, rate)
        try:
            test = _test(item, row, form, direction, rate, at)
        except CellError as error:
            yield Left(row.place, error.why, f"{direction}: {error}"[:80])
        else:
            if test is not None:
                yield test
        at += took


def _test(item: Dated, row: Row, form: Format, direction: Direction, rate: Rate, at: datetime) -> ImportedTest | None:
    cell, words = row.cells.get(rate.column, ""), row.cells.get(rate.error or "", "")
    if not cell:
        return _made(item, form, direction, at, failure=failure_of(words), told=words) if words else None
    unit = rate.unit if rate.unit_column is None else row.cells.get(rate.unit_column, "") or None
    bps = rate_bps(cell, unit, form.table.decimal)
    if bps == 0:
        return None if form.zero is Zero.NOT_MEASURED else _made(item, form, direction, at, failure=failure_of(words))
    moved = _count(row, rate.bytes)
    took = _elapsed(row, rate)
    _check(bps, moved, took, cell)
    return _made(
        item, form, direction, at, bps=bps, moved=moved, took=took, loaded=row.cells.get(rate.loaded_ms or "", "")
    )


def _check(bps: int, moved: int | None, took: timedelta, cell: str) -> None:
    if not moved or not took:
        return
    implied = moved * BITS_PER_BYTE / took.total_seconds()
    if not implied / _AGREES <= bps <= implied * _AGREES:
        raise CellError(Why.CONTRADICTED_UNIT, f"{cell}, where its bytes and time make {implied:.0f} bit/s")


def _failed(item: Dated, form: Format, words: str) -> Iterator[ImportedTest]:
    for direction, rate in ((Direction.DOWNLOAD, form.download), (Direction.UPLOAD, form.upload)):
        if rate is not None:
            yield _made(item, form, direction, item.at, failure=failure_of(words), told=words)


def _made(  # noqa: PLR0913  one keyword per figure of the row
    item: Dated,
    form: Format,
    direction: Direction,
    at: datetime,
    *,
    bps: int | None = None,
    failure: Failure | None = None,
    moved: int | None = None,
    took: timedelta = timedelta(),
    loaded: str = "",
    told: str = "",
) -> ImportedTest:
    row = item.what if isinstance(item.what, Row) else Row(item.what.place, form.name, {})
    server = _printable(next((cell for name in form.server.columns if (cell := row.cells.get(name, ""))), ""))
    decimal = form.table.decimal
    return ImportedTest(
        direction=direction,
        started_at=at,
        ended_at=at + took,
        place=row.place,
        method=form.method,
        software=f"{form.name} (imported)",
        time_from=item.time_from,
        rate_bps=bps,
        failure=failure,
        bytes=moved,
        duration_s=took.total_seconds() or None,
        idle_rtt_ms=None if failure else milliseconds(row.cells.get(form.ping_ms or "", ""), decimal),
        loaded_rtt_ms=milliseconds(loaded, decimal),
        server=server,
        address=address(row.cells.get(form.server.address or "", "")) or address(server),
        tunnel=_TRUTH.get(row.cells.get(form.server.tunnel or "", "").lower()),
        path=path(server),
        told=_printable(told),
    )


def _elapsed(row: Row, rate: Rate) -> timedelta:
    value = milliseconds(row.cells.get(rate.elapsed_ms or "", ""))
    took = _NO_TIME if value is None else timedelta(milliseconds=min(value, 1e9))
    return took if took <= _LONGEST else _NO_TIME


def _count(row: Row, column: str | None) -> int | None:
    try:
        number = quantity(row.cells.get(column or "", "")).number
    except CellError:
        return None
    return int(number) if 0 <= number < 1e15 else None


def _chosen(row: Row, choice: Choice) -> bool:
    cell = row.cells.get(choice.column, "").lower()
    if choice.present:
        return bool(cell) and cell not in {"null", "none", "false", "0", "-"}
    return cell in choice.values or bool(choice.other_than and cell and cell not in choice.other_than)


def _printable(text: str) -> str:
    return text[:200] if text.isprintable() else "".join(one for one in text if one.isprintable())[:200]
