"""Shell. One file from the disk to its tests: opened, looked at, asked about, read. The importer's only way to files.

Holds no rule of any format and no clock: the time is handed in.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path

from analysis.importer import mapping_file, panel, ping, read
from analysis.importer.file import File, name_of, opened
from analysis.importer.layout import HEAD_LINES, Layout, layout
from analysis.importer.mapping import Mapping
from analysis.importer.report import IMPORTER, Report, Tally
from analysis.importer.result import Result
from analysis.importer.table import Header
from analysis.importer.table import rows as table_rows
from analysis.importer.told import Answers, Left, Line, Question, Row, Survey, Why
from collector.envelope import ImportSource

_LINES_PER_SAY = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A file that was read through once. `how` is None where nothing known fits, or for a panel."""

    file: File
    answers: Answers
    mapping_sha256: str
    how: Layout | None
    survey: Survey

    @property
    def name(self) -> str:
        """The file's name, without its folder."""
        return name_of(self.file.path)


@dataclass(frozen=True, slots=True)
class Own:
    """A person's mapping and its file's digest."""

    mapping: Mapping
    sha256: str


def names() -> tuple[str, ...]:
    """The formats that can be named."""
    return (*sorted(one.name for one in mapping_file.known()), panel.NAME, *(one.name for one in ping.FORMATS))


def look(path: Path, answers: Answers, own: Own | None, say: Callable[[int], None]) -> Looked:
    """Reads a file through and says what it is and what has to be asked. `say` gets the lines read so far.

    Raises UnreadableError.
    """
    file = opened(path)
    mappings: Sequence[Mapping] = mapping_file.known() if own is None else [own.mapping]
    how = layout(list(islice(file.lines(), HEAD_LINES)), mappings, answers, path.name)
    survey = _survey(file, how, answers, say)
    used = [own.sha256] if own is not None else [f"{name}: {IMPORTER}" for name in survey.formats]
    return Looked(
        file=file,
        answers=answers,
        mapping_sha256=sha256("\n".join(used).encode()).hexdigest(),
        how=how if isinstance(how, Layout) and how.panel is None else None,
        survey=survey,
    )


def tests(looked: Looked, tally: Tally, before: datetime, say: Callable[[int], None]) -> Iterator[Result]:
    """The file's tests up to `before`, counted in `tally` with everything else. Raises UnreadableError."""
    assert looked.how is not None
    lines = _told(looked.file.lines(), say)
    return tally.through(read.read(lines, looked.how, looked.answers, before))


def source(looked: Looked, now: datetime) -> ImportSource:
    """How the file stands beside its tests in the store."""
    return ImportSource(
        sha256=looked.file.sha256,
        name=looked.name,
        format=", ".join(looked.survey.formats),
        importer=IMPORTER,
        mapping_sha256=looked.mapping_sha256,
        timezone=looked.answers.timezone if looked.survey.local_times else None,
        imported_at=now,
    )


def report(looked: Looked, tally: Tally | None = None, new: int | None = None, known: int | None = None) -> Report:
    """The file's report; of a panel its figures."""
    figures = None
    if looked.survey.formats == (panel.NAME,):
        rows, columns, tally = _panel(looked.file)
        figures = panel.summed(rows, columns)
    return Report(
        name=looked.name,
        sha256=looked.file.sha256,
        encoding=looked.file.encoding,
        formats=looked.survey.formats,
        questions=looked.survey.questions,
        tally=tally,
        panel=figures,
        new_count=new,
        known_count=known,
    )


def _survey(file: File, how: Layout | Question, answers: Answers, say: Callable[[int], None]) -> Survey:
    if isinstance(how, Question):
        return Survey(formats=(), row_count=0, questions=(how,))
    if how.panel is not None:
        return Survey(formats=(panel.NAME,), row_count=sum(1 for _ in file.lines()) - 1)
    return read.survey(_told(file.lines(), say), how, answers)


def _panel(file: File) -> tuple[list[Row], tuple[str, ...], Tally]:
    """A panel's rows, its columns, and that each was left out."""
    head = list(islice(file.lines(), 1))
    columns = panel.names(head) or ()
    header = Header(Mapping(name=panel.NAME, title=panel.TITLE, method=panel.NAME), ",", columns, written=True)
    tally = Tally()
    found: list[Row] = []
    for item in table_rows(file.lines(), header, ()):
        if isinstance(item, Row):
            found.append(item)
            tally.left[Why.SUMMARY] += 1
        elif isinstance(item, Left):
            tally.left[item.why] += 1
    return found, columns, tally


def _told(lines: Iterator[Line], say: Callable[[int], None]) -> Iterator[Line]:
    for line in lines:
        if line.place % _LINES_PER_SAY == 0:
            say(line.place)
        yield line
