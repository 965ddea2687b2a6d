"""Pure. Round trips that ping, fping and SmokePing wrote: single answers with a time, or a row of several.

A question without an answer is one lost, never a time of zero. Lines of ping's own summary are no rows. Knows nothing
of files.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from analysis.importer.mapping import Mapping, Time
from analysis.importer.told import Left, Line, Row, Why
from probe.units import at_epoch_us

TEXT, SMOKEPING = "ping-text", "smokeping-text"
FORMATS = (
    Mapping(
        name=TEXT,
        title="ping -D, fping -D, or ping with a time before each line",
        method="icmp",
        time=Time(columns=("at",)),
    ),
    Mapping(name=SMOKEPING, title="SmokePing, by rrdtool fetch", method="icmp", time=Time(columns=("at",))),
)
_EPOCH, _CLOCK = r"\[(?P<epoch>\d{9,10}(?:\.\d+)?)\]", r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?"
_STAMP = rf"(?:{_EPOCH}|(?P<text>{_CLOCK}\s*(?:Z|[+-]\d\d:?\d\d)?))?\s*"
_ANSWER = re.compile(
    _STAMP + r"\d+ bytes from (?P<target>[^:\s]+)(?: \((?P<ip>[^)]+)\))?:? .*time[=<](?P<rtt>[\d.]+) ?ms", re.ASCII
)
_SILENT = re.compile(
    _STAMP + r"(?:no answer yet for icmp_seq|Request timeout for icmp_seq|From \S+ icmp_seq=\d+ (?:Destination|Time))",
    re.ASCII,
)
_FPING = re.compile(_STAMP + r"(?P<target>\S+)\s+: \[\d+\], (?:\d+ bytes, (?P<rtt>[\d.]+) ms|timed out)", re.ASCII)
_HEAD = re.compile(r"PING (?P<target>\S+)[ :]", re.ASCII)
_OWN_WORDS = re.compile(r"(?:---|\d+ packets transmitted|rtt min|round-trip min|PING )", re.ASCII)
_COLUMNS = re.compile(r"\s*uptime\s+loss\s+median((?:\s+ping\d+)+)\s*", re.ASCII)


def recognise(head: Sequence[Line]) -> str | None:
    """The format of a file that begins so; None where it is neither."""
    for line in head:
        if _COLUMNS.fullmatch(line.text):
            return SMOKEPING
        if _HEAD.match(line.text) or _ANSWER.match(line.text) or _FPING.match(line.text):
            return TEXT
    return None


def rows(lines: Iterable[Line], form: str, name: str) -> Iterator[Row | Left]:
    """A row for each answer or silence, or for each row of SmokePing's; `name` is the target that its file names."""
    return _smokeping(lines, name) if form == SMOKEPING else _text(lines)


def _text(lines: Iterable[Line]) -> Iterator[Row | Left]:
    target = ""
    for line in lines:
        if line.why is not None:
            yield Left(line.place, line.why)
            continue
        head = _HEAD.match(line.text)
        if head is not None:
            target = head["target"]
        found = _ANSWER.match(line.text) or _FPING.match(line.text) or _SILENT.match(line.text)
        if found is None:
            if line.text.strip() and not _OWN_WORDS.match(line.text):
                yield Left(line.place, Why.NOT_A_ROW, line.text[:80])
            continue
        cells = found.groupdict()
        rtt = cells.get("rtt") or ""
        asked = target or cells.get("target") or ""
        yield _row(line.place, TEXT, _at(cells), asked, [float(rtt)] if rtt else [], 1)


def _smokeping(lines: Iterable[Line], name: str) -> Iterator[Row | Left]:
    """Columns of seconds; NaN is a question without an answer. Where the loss is NaN too, nobody measured."""
    asked = 0
    for line in lines:
        columns = _COLUMNS.fullmatch(line.text)
        if columns is not None:
            asked = len(columns[1].split())
            continue
        stamp, sign, rest = line.text.partition(":")
        cells = rest.split()
        if not line.text.strip():
            continue
        if not sign or not stamp.strip().isdigit() or len(cells) != asked + 3:
            yield Left(line.place, line.why or Why.NOT_A_ROW, line.text[:80])
            continue
        answered = [1000 * float(cell) for cell in cells[3:] if _is_number(cell)]
        if not _is_number(cells[1]):
            yield Left(line.place, Why.NOTHING_MEASURED)
        else:
            at = at_epoch_us(int(stamp) * 1_000_000).isoformat() if len(stamp.strip()) < 12 else ""
            yield _row(line.place, SMOKEPING, at, name, answered, asked)


def _row(place: int, form: str, at: str, target: str, answered_ms: list[float], asked: int) -> Row:
    middle = f"{median(answered_ms):.6g}" if answered_ms else ""
    cells = {"at": at, "target": target, "sent": str(asked), "lost": str(asked - len(answered_ms)), "median_ms": middle}
    return Row(place, form, cells)


def _at(cells: dict[str, str | None]) -> str:
    epoch = cells.get("epoch")
    if epoch:
        return at_epoch_us(round(float(epoch) * 1_000_000)).isoformat()
    return (cells.get("text") or "").replace(",", ".")


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", text, re.ASCII) is not None
