"""Shell. An extract made: buckets read, here or in several processes, and packages written all or nothing.

Memory is one bucket's in each process, and every line's few numbers here. Holds no judgement.
"""

import hashlib
import hmac
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar

from analysis.extract.bucket_result import BucketResult
from analysis.extract.indicator.earlier import TABLE, Earlier, EarlierError, earlier
from analysis.extract.panel.beside import Beside
from analysis.extract.release import Release, ReleaseError, decode, encode
from analysis.extract.run import bucket
from analysis.kernel.run import Judge, Span
from collector.store import Store
from probe.keyfile import check_private
from prova.exit import CommandError
from prova.many.cluster import mapped_on
from prova.many_lines import Bucket, mapped

_KEY_BYTES = 32
_ID_CHARACTERS = 20
_MOST_TABLE_BYTES = 1 << 30

_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True)
class Work:
    """A part's contracts, and what is known of its lines beside them."""

    bucket: Bucket
    beside: Beside


@dataclass(frozen=True, slots=True)
class Task:
    """What is made of each part; pickled to where it is made."""

    span: Span


def parts(found: Sequence[Bucket], beside: Beside) -> tuple[Work, ...]:
    """Each with no more than it needs, for it may go to another machine."""
    return tuple(Work(one, _own(beside, [contract.line.id for contract in one.contracts])) for one in found)


def _own(beside: Beside, lines: Sequence[str]) -> Beside:
    def of(told: Mapping[str, _Told]) -> dict[str, _Told]:
        return {line: told[line] for line in lines if line in told}

    return replace(beside, placed=of(beside.placed), cases=of(beside.cases), owners=of(beside.owners))


def results(work: Sequence[Work], task: Task, *, jobs: int, scheduler: str | None) -> Iterator[BucketResult]:
    """Of each part, in order: in so many processes here, or on a Dask cluster. Raises what judging raises."""
    made = partial(_result, task=task)
    return mapped(made, work, jobs) if scheduler is None else mapped_on(scheduler, made, work)


def free(folder: Path) -> None:
    """Raises CommandError unless `folder` is not there, or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandError(f"{folder} is there already and not empty. Name another folder with --output.")


def _result(one: Work, task: Task) -> BucketResult:
    return bucket(Store(one.bucket.journal), _judge(one.bucket.journal, task.span), one.bucket.contracts, one.beside)


@lru_cache(1)  # what was decided for one part's counts holds for the next one's
def _judge(journal: Path, span: Span) -> Judge:
    return Judge(Store(journal), span)


class Pseudonyms:
    """A line's name in an extract: the same for the same key file, and no way back without it."""

    def __init__(self, path: Path) -> None:
        """Makes the key where there is none, for its owner alone. Raises CommandError."""
        try:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(secrets.token_bytes(_KEY_BYTES))
            check_private(path)
            self._key = path.read_bytes()
        except OSError as error:
            raise CommandError(f"The pseudonym key {path} cannot be used: {error.strerror}. Name another.") from error
        if len(self._key) < _KEY_BYTES:
            raise CommandError(f"The pseudonym key {path} has fewer than {_KEY_BYTES} bytes. Name another.")
        self._known: dict[str, str] = {}

    def __call__(self, line: str) -> str:
        if line not in self._known:
            made = hmac.new(self._key, line.encode(), hashlib.sha256).hexdigest()
            self._known[line] = made[:_ID_CHARACTERS]
        return self._known[line]


def releases(folder: Path) -> tuple[Release, ...]:
    """Those that are kept. Raises ReleaseError."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(decode(path.read_bytes()))
        except ReleaseError as error:
            raise ReleaseError(f"{path}: {error}.") from error
    return tuple(found)


def previous(package: Path | None) -> Earlier | None:
    """The lines of an earlier extract, from its folder or its restricted package. Raises CommandError."""
    if package is None:
        return None
    inside = package / "restricted"
    path = (inside if inside.is_dir() else package) / TABLE
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_TABLE_BYTES + 1)
        if len(raw) > _MOST_TABLE_BYTES:
            raise CommandError(f"{path} is over {_MOST_TABLE_BYTES >> 20} MiB. Name the package of one extract.")
        return earlier(raw)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}. Name an earlier restricted package.") from error
    except EarlierError as error:
        raise CommandError(f"{path} cannot be compared with: {error}. Name an earlier restricted package.") from error


def keep(folder: Path, one: Release) -> None:
    """In place of an earlier one of the same period: what that withheld, this one does too."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{one.period}.json"
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(encode(one))
    fresh.replace(path)


def write(folder: Path, packages: Mapping[str, Mapping[str, bytes]]) -> None:
    """A folder for each package in `folder`, which must not be there, or be empty. All or nothing."""
    free(folder)
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for package, files in packages.items():
        for name, content in files.items():
            path = fresh / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    if folder.exists():
        folder.rmdir()
    fresh.rename(folder)
