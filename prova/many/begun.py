"""Shell. What is done of an extract that was broken off, in a folder beside its output: taken up by the next run.

A part is known by everything that it was made of, so that what is out of date is never taken. Holds no judgement.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

from analysis.extract.bucket_result import BucketResult, decode, encode
from analysis.extract.parameters import parameters
from collector.store import Store
from prova.exit import CommandError
from prova.many.extraction import Task, Work

_MARK = "prova-extract"
_ENDING = ".done"
_BEFORE, _AFTER = timedelta(days=400), timedelta(days=2)  # what rules look at around a period: faults still open
_WESTERNMOST = timedelta(hours=12)  # a day ends last at UTC-12


@dataclass(frozen=True, slots=True)
class Begun:
    """A folder that this process alone uses, for its owner's eyes: it holds lines by their names."""

    folder: Path

    def known(self, keys: Sequence[str]) -> frozenset[str]:
        """Those of the parts that are done and whole. What is there beside them goes."""
        wanted = {f"{key}{_ENDING}" for key in keys}
        for path in self.folder.iterdir():
            if path.name != _MARK and (path.name not in wanted or decode(path.read_bytes()) is None):
                path.unlink()
        return frozenset(key for key in keys if self._path(key).exists())

    def get(self, key: str) -> BucketResult:
        """One that is known. Raises CommandError where it is no more."""
        try:
            found = decode(self._path(key).read_bytes())
        except OSError:
            found = None
        if found is None:
            raise CommandError(f"{self._path(key)} is damaged or gone. Start the same command again.")
        return found

    def put(self, key: str, result: BucketResult) -> None:
        """All or nothing."""
        fresh = self.folder / f"{key}.new"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(encode(result))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path(key))

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_ENDING}"


@contextmanager
def begun(output: Path) -> Iterator[Begun]:
    """`OUTPUT.part`, made where it is not there. Kept when the run breaks off, gone when it ends well.

    Raises CommandError where that is something else, or another run is at work in it.
    """
    folder = output.with_name(f"{output.name}.part")
    mark = folder / _MARK
    if folder.is_symlink() or (
        folder.exists() and not (folder.is_dir() and (mark.is_file() or not any(folder.iterdir())))
    ):
        raise CommandError(f"{folder} is there and is not what an extract left. Move it, or name another --output.")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise CommandError(
            f"{folder} cannot be written: {error.strerror}. Name another folder with --output."
        ) from error
    with os.fdopen(held, "wb") as file:
        _lock(file.fileno(), folder)
        yield Begun(folder)
        shutil.rmtree(folder)


def _lock(file: int, folder: Path) -> None:
    """Until the file is closed, by whatever ends this process too."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CommandError(f"Another run is at work in {folder}. Wait for it, or name another --output.") from error


def keys(store: Store, work: Sequence[Work], task: Task) -> tuple[str, ...]:
    """A digest for each part: software, parameters, days, contracts, places, and what the store holds of its lines."""
    span = task.span
    over_at = datetime(span.last.year, span.last.month, span.last.day, tzinfo=UTC) + timedelta(days=1) + _WESTERNMOST
    common = (
        metadata.version("prova"),
        parameters().text,
        span.first,
        span.last,
        min(span.now, over_at),  # once all days are over, the time of the run no longer matters
    )
    start_at = datetime(span.first.year, span.first.month, span.first.day, tzinfo=UTC) - _BEFORE
    return tuple(
        hashlib.sha256(repr((common, one.bucket.contracts, one.beside, state)).encode()).hexdigest()
        for one in work
        for state in [store.state([contract.line.id for contract in one.bucket.contracts], start_at, over_at + _AFTER)]
    )


def resumed(
    work: Sequence[Work],
    names: Sequence[str],
    so_far: Begun,
    make: Callable[[Sequence[Work]], Iterator[BucketResult]],
) -> Iterator[BucketResult]:
    """Of each part, in order: as it was kept, or made now and kept. Raises what `make` raises."""
    known = so_far.known(names)
    made = make([one for one, name in zip(work, names, strict=True) if name not in known])
    for name in names:
        if name in known:
            yield so_far.get(name)
        else:
            result = next(made)
            so_far.put(name, result)
            yield result
