"""Pure. What an import took and left, as rows of text. Knows nothing of files or formats."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from analysis.importer.report import Report, Tally
from collector.envelope import ImportSource, TimeFrom
from probe.body.speed_test import Direction

_TWO_DAYS = timedelta(days=2)  # the day given as --to is exclusive, and local days end later than UTC's
_WHY = {
    "not_a_row": "neither a row nor words of a failure",
    "too_long": "too long to be a row",
    "nul_padding": "zero bytes, as a power cut leaves them",
    "repeated_header": "the header once more",
    "other_test": "of a kind that measures no speed, or without a result",
    "no_time": "without a time",
    "bad_time": "with a time that cannot be read",
    "future_time": "with a time that is still to come",
    "skipped_time": "with a local time that the clock change left out",
    "repeated_time": "with a local time that was twice that night",
    "half_day_unknown": "of which half of the day is not known",
    "frozen_clock": "of a clock that stood still",
    "bad_number": "with a speed that is no number",
    "unclear_number": "with a number of which a thousand or a decimal could be meant",
    "unclear_unit": "with a unit that is not clear",
    "contradicted_unit": "whose unit contradicts its column, or its own bytes and time",
    "impossible_rate": "faster than any line",
    "nothing_measured": "in which nothing was measured",
    "other_household": "of other households",
    "summary": "means over many tests, which are no tests of a line",
}


def report_rows(reports: Iterable[Report], line: str, *, dry_run: bool) -> Iterator[str]:
    """Each file: what it is, what was taken, what was left and why; then what it is worth and how to see it."""
    for one in reports:
        yield f"{one.name}  ({', '.join(one.formats) or 'not known'})"
        yield from _counts(one, dry_run=dry_run)
        for name, figure in (one.panel or {}).items():
            shown = "-" if figure.median is None else f"{figure.median:g}"
            yield f"  {name}: median {shown} of {figure.count}, missing {figure.missing_count}"
    brought = [one.tally for one in reports if one.tally is not None and one.new_count]
    if brought:
        yield "Imported tests are unsigned, indicative at best (grade B): they may show a promise kept, never broken."
        first = min(tally.first_at for tally in brought if tally.first_at is not None)
        last = max(tally.last_at for tally in brought if tally.last_at is not None)
        days = f"--from {first:%Y-%m-%d} --to {last + _TWO_DAYS:%Y-%m-%d}"
        if not dry_run:
            yield f"See them: prova show tests --line {line} {days}; against a contract: prova check {days}"


def source_rows(sources: Iterable[tuple[str, ImportSource, int]]) -> Iterator[str]:
    """A row for each imported file."""
    for line, source, own in sources:
        zone = f"  {source.timezone}" if source.timezone else ""
        yield (
            f"{source.imported_at:%Y-%m-%d %H:%M}Z  line {line}  {own} results  {source.name}  ({source.format}){zone}"
            f"  {source.sha256}"
        )


def sources_json(sources: Iterable[tuple[str, ImportSource, int]]) -> dict[str, Any]:
    """`prova.imports/1`."""
    return {
        "schema": "prova.imports/1",
        "imports": [
            {
                "line": line,
                "name": source.name,
                "sha256": source.sha256,
                "format": source.format,
                "importer": source.importer,
                "mapping_sha256": source.mapping_sha256,
                "timezone": source.timezone,
                "imported_at": source.imported_at.isoformat().replace("+00:00", "Z"),
                "result_count": own,
            }
            for line, source, own in sources
        ],
    }


def _counts(one: Report, *, dry_run: bool) -> Iterator[str]:
    tally = one.tally
    if tally is None:
        return
    if one.new_count is not None:
        verb = "would be taken" if dry_run else "taken"
        yield f"  {one.new_count} results {verb}, {one.known_count} were there already or stand twice in the file"
        yield from _taken(tally)
    for why, count in sorted(tally.left.items()):
        places = ", ".join(str(left.place) for left in tally.examples.get(why, ()))
        where = f" (row {places}{' ...' if count > len(tally.examples[why]) else ''})" if places else ""
        yield f"  left out: {count} {_WHY[why]}{where}"


def _taken(tally: Tally) -> Iterator[str]:
    for direction in Direction:
        if tally.taken[direction] or tally.failed[direction]:
            yield f"  {direction}: {tally.taken[direction]} with a speed, {tally.failed[direction]} failed"
    if tally.sent_count:
        yield f"  round trips: {tally.sent_count} sent, {tally.lost_count} without an answer; kept, heard by no rule"
    if tally.first_at is not None and tally.last_at is not None:
        yield f"  from {tally.first_at:%Y-%m-%d %H:%M:%S}Z to {tally.last_at:%Y-%m-%d %H:%M:%S}Z"
    guessed = {
        TimeFrom.ROW_ORDER: "dated by the order of the rows",
        TimeFrom.NEIGHBOURS: "without a time of their own, dated between their neighbours",
    }
    for source, words in guessed.items():
        if tally.time_from[source]:
            yield f"  {tally.time_from[source]} {words}"
