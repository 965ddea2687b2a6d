"""Shell. Puts a copied store back into an empty home folder, checked from the first batch to the last row.

It is put together beside the home and appears there whole and verified, or not at all. Knows nothing of running
collectors: a probe sends again what it still has, and what it had a receipt for after the copy was made is not in it.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from collector.audit_log import book
from collector.erasure import erased_beside, erased_file
from collector.erasure.erase import erase
from collector.erasure.erased import Erased
from collector.erasure.name_mark import Named, marker
from collector.erasure.store import Order
from collector.home import CollectorHome
from collector.imported.shelf import ShelfError
from collector.journal import Journal, JournalError
from collector.lake.place import NoSuchFileError, Place, opened
from collector.lake.seal import DEFAULT_URL, SealError
from collector.operation.copies import Copy, CopyError, Kept, chosen, copy_path, decoded, moments, piece_path
from collector.proof.audit.check import Question, check
from collector.settings import SettingsError
from probe import keyfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back, and counted by the check."""

    made_at: datetime
    batch_count: int
    record_count: int
    file_count: int


def restore(
    home: CollectorHome,
    url: str,
    *,
    at: datetime | None,
    say: Callable[[str], None],
    stage: Callable[[str], AbstractContextManager[str | None]] = nullcontext,
    erased_list: Path | None = None,
) -> Restored:
    """The newest copy of `at` or before, whole and verified, without the lines that were erased since it was made.

    Who was is told by the list beside the copies, and by `erased_list`, a newer one. `stage` is entered with the name
    of each step, which is timed by whoever wants to. Raises CopyError, LakeError; then nothing is put back.
    """
    target = home.root
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CopyError(f"{target} is not empty. Name a home folder that is, or move that one away.")
    place = opened(url, beside=Path.cwd())
    copy = _copy(place, url, at)
    staged = target.with_name(f"{target.name}.restoring")
    shutil.rmtree(staged, ignore_errors=True)
    try:
        with stage("write"):
            for number, kept in enumerate(copy.files, start=1):
                say(f"File {number} of {len(copy.files)}.")
                _put(place, kept, staged)
        with stage("verify"):
            _brought_here(CollectorHome(staged), copy)
            _erased_since(CollectorHome(staged), copy, _known_erased(place, staged, erased_list))
            restored = _verified(CollectorHome(staged), copy, say)
        staged.rename(target)  # onto nothing, or onto an empty folder
        _sync(target.parent)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return restored


def _copy(place: Place, url: str, at: datetime | None) -> Copy:
    made = moments(place.names())
    moment = chosen(made, at)
    if moment is None:
        told = f"the oldest is of {made[0].isoformat()}" if made else "there is none"
        raise CopyError(f"{url} has no copy that is old enough: {told}. Name another time or place.")
    try:
        return decoded(place.get(copy_path(moment)))
    except ValueError as error:
        raise CopyError(f"The copy {copy_path(moment)} cannot be read ({error}). Name an earlier time.") from error


def _put(place: Place, kept: Kept, root: Path) -> None:
    """One file, through to the disk. Raises CopyError where a piece is not what was copied."""
    path = root / kept.path
    if root.resolve() not in path.resolve().parents:
        raise CopyError(f"The copy names a file outside its home: {kept.path}. It is not Prova's; use another.")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for digest in kept.pieces:
            file.write(_piece(place, digest, kept.path))
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)


def _piece(place: Place, digest: str, path: str) -> bytes:
    try:
        data = place.get(piece_path(digest))
    except NoSuchFileError as error:
        raise CopyError(f"The copy lacks {piece_path(digest)}, of {path}. Name an earlier time.") from error
    if sha256(data).hexdigest() != digest:
        raise CopyError(f"The copy's {piece_path(digest)}, of {path}, is damaged. Name an earlier time.")
    return data


def _verified(staged: CollectorHome, copy: Copy, say: Callable[[str], None]) -> Restored:
    found = check(staged, Question(), say=say)
    if found.defects:
        first = found.defects[0]
        raise CopyError(
            f"The copy of {copy.made_at.isoformat()} does not hold: {first.kind}: {first.place}: {first.detail};"
            f" {len(found.defects)} defects in all. Name an earlier time."
        )
    if found.batch_count != copy.newest_batch:
        raise CopyError(
            f"The copy of {copy.made_at.isoformat()} should hold {copy.newest_batch} batches, and holds"
            f" {found.batch_count}. Name an earlier time."
        )
    return Restored(
        made_at=copy.made_at,
        batch_count=found.batch_count,
        record_count=found.record_count,
        file_count=len(copy.files),
    )


def _check_plain(database: Path) -> None:
    """Raises CopyError for a database that would do something by itself: Prova's have tables and indexes alone."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("PRAGMA query_only = ON")
            strange = db.execute(
                "SELECT type, name FROM sqlite_schema"
                " WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%'"
            ).fetchone()
    except sqlite3.Error as error:
        raise CopyError(f"The copy's {database.name} is no database ({error}). Name an earlier time.") from error
    if strange is not None:
        raise CopyError(
            f"The copy's {database.name} has a {strange[0]}, which no store has: somebody changed it. Use another copy."
        )


def _brought_here(staged: CollectorHome, copy: Copy) -> None:
    """An earlier version's journal becomes one of this version, with the lake beside it: the old one may have grown."""
    for database in sorted(staged.root.rglob("*.sqlite3")):
        _check_plain(database)
    try:
        Journal(staged.journal).close()
        with closing(sqlite3.connect(staged.journal)) as db, db:
            db.execute("UPDATE lake SET url = ?", (DEFAULT_URL,))
    except (JournalError, sqlite3.Error) as error:
        raise CopyError(
            f"The journal in the copy of {copy.made_at.isoformat()} cannot be opened ({error}). Name an earlier time,"
            " or put it back with the Prova that made it."
        ) from error


def _known_erased(place: Place, staged: Path, erased_list: Path | None) -> frozenset[Erased]:
    """By the collector's own lists alone. Raises CopyError."""
    key = keyfile.load_or_make(CollectorHome(staged).key)
    try:
        named = frozenset[Erased]()
        if erased_list is not None:
            named = erased_file.read(erased_list.read_bytes(), str(erased_list), key)
        return named | erased_beside.load(place, key)
    except (JournalError, OSError) as error:
        raise CopyError(f"Who was erased since cannot be read: {error}") from error


def _erased_since(staged: CollectorHome, copy: Copy, known: frozenset[Erased]) -> None:
    """Erases again what was erased after the copy was made, before anybody sees it. Raises CopyError, LakeError."""
    key = keyfile.load_or_make(staged.key)
    mark = marker(key)
    since = {one.mark: one for one in known if one.at > copy.made_at}
    try:
        if known:
            erased_file.put(staged, known | erased_file.load(staged))
        with closing(sqlite3.connect(staged.journal)) as db:
            lines = [line for (line,) in db.execute("SELECT DISTINCT line FROM probe ORDER BY line")]
        for line in lines:
            told = since.get(mark(Named.LINE, line))
            if told is not None:
                book.forget(staged.audit_log, {line, *_probes(staged, line)})
                erase(staged, Order(line=line, request=told.request, now_at=told.at, key=key))
    except (book.AuditLogError, JournalError, SealError, SettingsError, ShelfError, sqlite3.Error) as error:
        raise CopyError(
            f"What was erased since the copy of {copy.made_at.isoformat()} cannot be taken out of it: {error}"
        ) from error


def _probes(staged: CollectorHome, line: str) -> list[str]:
    with closing(sqlite3.connect(staged.journal)) as db:
        return [probe for (probe,) in db.execute("SELECT probe FROM probe WHERE line = ?", (line,))]


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
