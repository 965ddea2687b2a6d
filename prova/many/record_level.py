"""Shell. An extract's records one by one, written as they are read: a file of each table for each bucket.

Memory is one table of the lake, whatever the period's size. All or nothing. Holds no judgement.
"""

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # ships no types
import pyarrow.csv as pa_csv  # type: ignore[import-untyped]  # ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

from analysis.extract.clockwork import clockwork
from analysis.extract.dictionary import kinds
from analysis.extract.package.compose import CHECKSUMS, checksums
from analysis.extract.package.file_digest import FileDigest, digest
from analysis.extract.record_level import NEEDED, TABLES, Panel, rows, schema
from analysis.extract.standing import Standing, standing
from analysis.extract.table import TableKind
from analysis.period import local_day
from analysis.profile import load
from collector.store import Store
from prova.many.extraction import Pseudonyms, Task, Work
from prova.many_lines import mapped

_ROWS_A_GROUP = 1 << 17
_DATETIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Names:
    """What lines and servers are called. Pickled to where a bucket is read."""

    key: Path

    def of(self) -> tuple[Callable[[str], str], Callable[[str], str]]:
        """A line's pseudonym, and a server's by its address' host."""
        made = Pseudonyms(self.key)
        return made, lambda url: made(f"server {urlsplit(url).netloc or url}")


Describe = Callable[[Mapping[str, TableKind], Mapping[str, FileDigest]], Mapping[str, bytes]]


def write(
    folder: Path, work: Sequence[Work], task: Task, names: Names, *, jobs: int, describe: Describe
) -> Iterator[int]:
    """The package of all records, in `folder`, which is not there; yields how many rows each bucket gave.

    `describe` gives what stands beside the data files. Nothing is at `folder` before the end.
    """
    fresh = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    numbered = {one.bucket.contracts[0].line.id: number for number, one in enumerate(work)}
    yield from mapped(partial(_bucket, folder=fresh, task=task, names=names, numbered=numbered), work, jobs)
    paths = sorted(path for path in fresh.rglob("*") if path.is_file())
    files = {path.relative_to(fresh).as_posix(): _digest(path) for path in paths}
    beside = describe({path: kinds()[path.split("/")[1]] for path in files}, files)
    for name, content in beside.items():
        (fresh / name).write_bytes(content)
    every = files | {name: digest(content) for name, content in beside.items()}
    (fresh / CHECKSUMS).write_bytes(checksums(every))
    fresh.rename(folder)


def _digest(path: Path) -> FileDigest:
    with path.open("rb") as file:
        return FileDigest(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _bucket(one: Work, *, folder: Path, task: Task, names: Names, numbered: Mapping[str, int]) -> int:
    """Writes a bucket's files; how many rows they have."""
    alike: defaultdict[tuple[ZoneInfo, str], list[Standing]] = defaultdict(list)
    for contract in one.bucket.contracts:
        own = standing(contract, one.beside.known(contract), task.span.days)
        if own is not None:
            alike[contract.line.zone, contract.profile].append(own)
    count, number = 0, numbered[one.bucket.contracts[0].line.id]
    with ExitStack() as open_files:
        parts = {name: open_files.enter_context(_Part(folder / "data" / name, number, name)) for name in TABLES}
        for (zone, profile), group in sorted(alike.items(), key=lambda item: (str(item[0][0]), item[0][1])):
            for told in _told(one, group, zone, profile, task, names):
                for name, table in told.items():
                    parts[name].add(table)
                    count += table.num_rows
    return count


def _told(
    one: Work, group: Sequence[Standing], zone: ZoneInfo, profile: str, task: Task, names: Names
) -> Iterator[dict[str, pa.Table]]:
    unit_id, target_id = names.of()
    standings = sorted(group, key=lambda one: one.line)
    panel = Panel(
        standings=standings,
        unit_ids=[unit_id(one.line) for one in standings],
        target_id=target_id,
        clock=clockwork(task.span.days, zone, one.beside.peak_hours),
        days=task.span.days,
        profile=load(profile),
    )
    so_far = {name: np.zeros(len(standings), dtype=np.int64) for name in TABLES}
    start_at, end_at = local_day(task.span.first, zone).start_at, local_day(task.span.last, zone).end_at
    for table in Store(one.bucket.journal).parts([own.line for own in standings], start_at, end_at, columns=NEEDED):
        yield rows(table, panel, so_far)


class _Part:
    """A table's rows of one bucket on their way into a CSV file and its Parquet twin."""

    def __init__(self, folder: Path, number: int, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._schema = schema(kinds()[name])
        as_text = [one.with_type(pa.string()) if pa.types.is_timestamp(one.type) else one for one in self._schema]
        self._csv: Any = pa_csv.CSVWriter(folder / f"{number:02}.csv", pa.schema(as_text))
        self._parquet: Any = pq.ParquetWriter(folder / f"{number:02}.parquet", self._schema, compression="zstd")

    def add(self, table: pa.Table) -> None:
        """After those before."""
        if table.num_rows:
            self._parquet.write_table(table, row_group_size=_ROWS_A_GROUP)
            self._csv.write_table(_texts(table))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._csv.close()
        self._parquet.close()


def _texts(table: pa.Table) -> pa.Table:
    """Instants as ISO 8601 with a Z."""
    for number, one in enumerate(table.schema):
        if pa.types.is_timestamp(one.type):
            table = table.set_column(number, one.name, pc.strftime(table.column(one.name), format=_DATETIME))
    return table
