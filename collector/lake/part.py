"""Shell. What the store reads from the journal in one transaction: a page of rows, and where the sealed ones are.

Both from one state of the journal, which is what makes journal and lake one. Knows nothing of Parquet.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from collector.lake.manifest import BatchFile, Segment, batch_file_of, bucket_of, segment_of

Key = tuple[int, int, str]  # start in microseconds, sequence, probe: unique within a line
_DAY_US = 86_400_000_000
_NEWEST = "SELECT max(ifnull((SELECT max(id) FROM batch), 0), ifnull((SELECT max(last_batch) FROM seal), 0))"
_PAGE = """
SELECT record.started_us, record.sequence, record.probe, record.raw, batch.received_us, batch.sha256, batch.id
FROM record JOIN batch ON batch.id = record.batch
WHERE record.line = ? AND record.batch <= ?
  AND (record.started_us, record.sequence, record.probe) > (?, ?, ?) AND record.started_us < ?
ORDER BY record.started_us, record.sequence, record.probe LIMIT ?
"""
_SEGMENTS = """
SELECT path, day, bucket, row_count, byte_count, sha256 FROM segment
WHERE replaced_us IS NULL AND day BETWEEN ? AND ? ORDER BY day, bucket, path
"""
_BATCH_FILE = """
SELECT path, first_batch, last_batch, byte_count, sha256 FROM batch_file
WHERE last_batch >= ? ORDER BY last_batch LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Records of one line that started in [start_us, end_us) and came with the batches up to `newest`."""

    line: str
    start_us: int
    end_us: int
    newest: int


@dataclass(frozen=True, slots=True)
class Row:
    """A record's bytes and where they came from."""

    started_us: int
    sequence: int
    probe: str
    raw: bytes
    received_us: int
    batch_sha256: str
    batch: int

    @property
    def key(self) -> Key:
        """By which a line's rows are sorted."""
        return self.started_us, self.sequence, self.probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What of the lake may hold rows wanted: batches up to `through` are sealed, into these files among others."""

    through: int
    url: str = ""
    files: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of the journal, and of the lake what changed since the page before; None where nothing did."""

    rows: list[Row]
    holding: Holding | None


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """Where a batch is in the lake."""

    url: str
    file: BatchFile
    batch: int


def newest_batch(db: sqlite3.Connection) -> int:
    """The newest batch, journal or lake: it names a state of the store for good."""
    return int(db.execute(_NEWEST).fetchone()[0])


def page(db: sqlite3.Connection, span: Span, after: Key, *, most: int, known_through: int | None) -> Page:
    """The journal's next rows. `known_through`: what of the lake is known already; None where it does not matter."""
    rows = _rows(db, span, after, most)
    if known_through is None or _through(db) == known_through:
        return Page(rows, None)
    return Page(rows, holding(db, (span.line,), after[0], span.end_us))


def first_pages(db: sqlite3.Connection, spans: Sequence[Span], *, most: int) -> list[list[Row]]:
    """The journal's first rows of each span."""
    return [_rows(db, span, (span.start_us, 0, ""), most) for span in spans]


def holding(db: sqlite3.Connection, lines: Sequence[str], start_us: int, end_us: int) -> Holding:
    """The files that may hold the lines' records that started in [start_us, end_us)."""
    lake = db.execute("SELECT url, bucket_count FROM lake").fetchone()
    if lake is None:
        return Holding(through=0)
    url, bucket_count = lake
    buckets = {bucket_of(line, bucket_count) for line in lines}
    days = (start_us // _DAY_US, (end_us - 1) // _DAY_US)
    files = tuple(segment_of(row) for row in db.execute(_SEGMENTS, days) if row[2] in buckets)
    return Holding(through=_through(db), url=url, files=files)


def buckets(db: sqlite3.Connection, lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The lines of each bucket that has some."""
    lake = db.execute("SELECT bucket_count FROM lake").fetchone()
    found: dict[int, list[str]] = {}
    for line in lines:
        found.setdefault(bucket_of(line, lake[0]) if lake else 0, []).append(line)
    return tuple(tuple(found[bucket]) for bucket in sorted(found))


def signed(db: sqlite3.Connection, sha256: str) -> bytes | SealedBatch | None:
    """A batch's signed bytes, or where they are in the lake; None where there is none of that digest."""
    here = db.execute("SELECT signed FROM batch WHERE sha256 = ? AND probe <> ''", (sha256,)).fetchone()
    if here is not None:
        return bytes(here[0])
    try:
        digest = bytes.fromhex(sha256)
    except ValueError:
        return None
    sealed = db.execute("SELECT id FROM sealed_batch WHERE sha256 = ? AND probe <> ''", (digest,)).fetchone()
    if sealed is None:
        return None
    (url,) = db.execute("SELECT url FROM lake").fetchone()
    file = db.execute(_BATCH_FILE, sealed).fetchone()
    if file is None or batch_file_of(file).first_batch > sealed[0]:
        return None  # removed, and its digest kept
    return SealedBatch(url, batch_file_of(file), sealed[0])


def _through(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT ifnull(max(last_batch), 0) FROM seal").fetchone()[0])


def _rows(db: sqlite3.Connection, span: Span, after: Key, most: int) -> list[Row]:
    return [Row(*row) for row in db.execute(_PAGE, (span.line, span.newest, *after, span.end_us, most))]
