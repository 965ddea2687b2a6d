"""Pure. What kind of file it is, by its first lines: a table with a header, one without, JSON, or nothing known."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.importer import documents, mba, panel, ping, table
from analysis.importer.mapping import Kind, Mapping
from analysis.importer.table import Header
from analysis.importer.told import Answers, Left, Line, Question, Row, Words

HEAD_LINES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file is read. `header` None: JSON, a panel whose columns are `panel`, or round trips (`pings`).

    `name`: the file's, which may tell what nothing in it does.
    """

    mappings: tuple[Mapping, ...]
    header: Header | None = None
    panel: tuple[str, ...] | None = None
    pings: str | None = None
    name: str = ""


def layout(head: Sequence[Line], mappings: Sequence[Mapping], answers: Answers, name: str) -> Layout | Question:
    """How to read a file that begins with `head` and is called `name`; a question where nothing known fits."""
    wanted = answers.format
    chosen = [one for one in mappings if wanted in {None, one.name}]
    head = [line for line in head if line.text.strip()]
    columns = panel.names(head) if wanted in {None, panel.NAME} else None
    if columns is not None:
        return Layout(mappings=(), panel=columns)
    pings = ping.recognise(head) if wanted in {None, ping.TEXT, ping.SMOKEPING} else None
    if pings is not None:
        return Layout(mappings=ping.FORMATS, pings=pings, name=name)
    if head and head[0].text.lstrip()[:1] in {"{", "["} and any(one.kind is Kind.JSON for one in chosen):
        return Layout(mappings=tuple(chosen))
    header = table.recognise(head, chosen)
    if header is None:
        return _unknown(head, mappings, answers)
    if header.mapping.name in mba.FORMATS and wanted is None:
        return _by_name(header, chosen, name)
    return Layout(mappings=tuple(chosen), header=header)


def rows(lines: Iterable[Line], how: Layout, answers: Answers) -> Iterator[Row | Words | Left]:
    """The file's rows, one for each test."""
    if how.pings is not None:
        return ping.rows(lines, how.pings, how.name)
    if how.header is None:
        return documents.rows(lines, how.mappings)
    read = table.rows(lines, how.header, how.mappings)
    return mba.whole(read, answers.unit) if how.header.mapping.name in mba.FORMATS else read


def _by_name(header: Header, chosen: Sequence[Mapping], name: str) -> Layout | Question:
    form = mba.direction_of(name)
    if form is None:
        return Question(
            "--format",
            "The table of downloads and that of uploads have the same columns, and the file's name tells neither"
            " httpget nor httppost. Say which it is: --format mba-download or --format mba-upload",
        )
    mapping = next(one for one in chosen if one.name == form)
    others = [one for one in chosen if one.name not in mba.FORMATS]
    return Layout(
        mappings=(mapping, *others), header=Header(mapping, header.delimiter, header.names, written=header.written)
    )


def _unknown(head: Sequence[Line], mappings: Sequence[Mapping], answers: Answers) -> Question:
    seen = ", ".join(table.columns(head)) or "nothing that parts columns"
    if answers.format is not None:
        return Question(
            "--format",
            f"This file is not {answers.format}: it begins with {_printable(seen)}. Leave --format out, or name the one"
            " it is",
        )
    known = ", ".join(sorted(one.name for one in mappings))
    return Question(
        "--mapping",
        f"No known tool writes this: it begins with {_printable(seen)}. Say what its columns are with --mapping FILE,"
        f" or name its format with --format: {known}",
    )


def _printable(text: str) -> str:
    return "".join(one for one in text if one.isprintable())[:300]
