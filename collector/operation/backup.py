"""Shell. Copies a whole store to a folder or a bucket, beside a collector that goes on; no seal runs meanwhile.

First the pieces, each read back, and last the description that names them: killed anywhere, there is no new copy and
the ones before are whole. Changes nothing of the store. Knows nothing of what a record means.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from collector.audit_log import book
from collector.home import CollectorHome
from collector.lake.part import newest_batch
from collector.lake.place import Place, opened
from collector.lake.seal import alone
from collector.operation.copies import (
    FORMAT,
    PIECE_BYTES,
    Copy,
    CopyError,
    Kept,
    chosen,
    copy_path,
    decoded,
    encoded,
    moments,
    piece_path,
)
from collector.operation.places import note_place

LAKE = "collector/lake"  # where a copied lake is put back, wherever it was
_BUSY_S = 30.0
_DATABASE = ".sqlite3"
_SCRATCH = "copy-"
_LEFT_OUT = (".lock", ".pulse", ".tip", "-wal", "-shm", "-journal", ".new")  # made anew, or in a database's copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a copy is, and how much of it was new."""

    made_at: datetime
    file_count: int
    byte_count: int
    new_byte_count: int
    newest_batch: int


@dataclass(slots=True)
class _Pieces:
    """The pieces at the place where copies go."""

    place: Place
    held: set[str]
    new_byte_count: int = field(default=0)

    def put(self, path: str, pieces: Iterator[bytes]) -> Kept:
        digests, byte_count = [], 0
        for piece in pieces:
            digest = sha256(piece).hexdigest()
            if piece_path(digest) not in self.held:
                self.place.put(piece_path(digest), piece)
                self.held.add(piece_path(digest))
                self.new_byte_count += len(piece)
            digests.append(digest)
            byte_count += len(piece)
        return Kept(path, byte_count, tuple(digests))


def backup(home: CollectorHome, url: str, *, now_at: datetime, say: Callable[[str], None]) -> Report:
    """Makes a copy at `url`, a folder or s3://bucket/prefix that may hold others.

    It holds private keys and passwords, and what probes signed. Raises CopyError, LakeError, SealError where a seal
    runs.
    """
    if not home.journal.exists():
        raise CopyError(f"There is no store at {home.journal} to copy. Name its home folder.")
    place = opened(url, beside=Path.cwd())
    with alone(home), _scratch(home.journal.parent) as scratch:
        names = place.names()
        made = moments(names)
        if made and made[-1] >= now_at:
            raise CopyError(
                f"{url} has a copy of {made[-1].isoformat()}, which is not past. Set this machine's clock; if it was"
                f" ahead then, remove {copy_path(made[-1])} there."
            )
        before = _before(place, chosen(made, None))
        note_place(home, place)
        pieces = _Pieces(place, set(names))
        journal = _database(home.journal, scratch)
        newest, lake_url = _state(journal)
        files = [*_own(home, journal, scratch, pieces, say)]
        if lake_url is not None:
            files += _lake(opened(lake_url, beside=home.journal.parent), before, pieces, say)
        copy = Copy(format=FORMAT, made_at=now_at, newest_batch=newest, files=tuple(files))
        place.put(copy_path(now_at), encoded(copy))
    return Report(
        made_at=now_at,
        file_count=len(files),
        byte_count=sum(one.byte_count for one in files),
        new_byte_count=pieces.new_byte_count,
        newest_batch=newest,
    )


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Room beside the journal, without what a copy that was killed left there: that may be as large as the journal."""
    for left in folder.glob(f"{_SCRATCH}*"):
        rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=_SCRATCH, dir=folder, ignore_cleanup_errors=True) as made:
        yield Path(made)


def _before(place: Place, made_at: datetime | None) -> Mapping[str, Kept]:
    """The files of the newest copy; none where it cannot be read: then all is read again."""
    if made_at is None:
        return {}
    with suppress(ValueError):
        return {one.path: one for one in decoded(place.get(copy_path(made_at))).files}
    return {}


def _own(
    home: CollectorHome, journal: Path, scratch: Path, pieces: _Pieces, say: Callable[[str], None]
) -> Iterator[Kept]:
    """The collector's, the broker's and the audit log's own files; the journal as it was copied."""
    say("The journal.")
    yield pieces.put("collector/journal.sqlite3", _read(journal))
    own = [*home.journal.parent.glob("*"), *home.broker.rglob("*")]
    for path in sorted(one for one in own if one.is_file() and one != home.journal):
        if path.name.endswith(_LEFT_OUT):
            continue
        source = _database(path, scratch) if path.name.endswith(_DATABASE) else path
        yield pieces.put(str(path.relative_to(home.root)), _read(source))
    if home.audit_log.exists():
        with book.alone(home.audit_log):  # its head and its lines as they are at one moment
            for path in sorted(one for one in home.audit_log.iterdir() if not one.name.endswith(_LEFT_OUT)):
                yield pieces.put(str(path.relative_to(home.root)), _read(path))


def _lake(lake: Place, before: Mapping[str, Kept], pieces: _Pieces, say: Callable[[str], None]) -> Iterator[Kept]:
    """Every file of the lake. Files of the lake never change: one that the copy before has is not read again."""
    say("The lake.")
    for name in lake.names():
        path = f"{LAKE}/{name}"
        known = before.get(path)
        if known is not None and all(piece_path(one) in pieces.held for one in known.pieces):
            yield known
            continue
        data = lake.get(name)
        yield pieces.put(path, (data[at : at + PIECE_BYTES] for at in range(0, len(data), PIECE_BYTES)))


def _database(path: Path, scratch: Path) -> Path:
    """A database as one state of it, sound, whoever writes meanwhile. Raises CopyError."""
    target = scratch / path.name
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file: no log beside it
            complaints = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
    except sqlite3.Error as error:
        raise CopyError(f"{path} cannot be copied ({error}). Look after its disk, and free some space.") from error
    if complaints != ["ok"]:
        raise CopyError(f"{path} is damaged ({complaints[0]}). Run `prova collector verify`, or restore a copy.")
    return target


def _state(journal: Path) -> tuple[int, str | None]:
    """(newest batch, address of the lake) of a copied journal."""
    try:
        with closing(sqlite3.connect(journal)) as db:
            lake = db.execute("SELECT url FROM lake").fetchone()
            return newest_batch(db), None if lake is None else lake[0]
    except sqlite3.Error as error:
        raise CopyError(f"The store was not brought to this version ({error}). Start its collector once.") from error


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
