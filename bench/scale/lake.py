"""A store of many lines, made up: files in the lake's own layout and by its own writer, and a journal that names them.

Four kinds of line in turn, 48 tests a day in the mean: 24 and 24 in both directions, 48, 72 and 24 downloads, one at a
random moment of each equal part of a day. One line in seven is below for some evenings, one in fifty always; one test
in two hundred fails or is disturbed. `raw`, which no engine here reads, is empty: a real lake is larger by it.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from bench.scale.columns import DAY_US as _DAY_US
from bench.scale.columns import MTU_BYTES, PAYLOAD_BYTES, Measured, as_table
from collector.home import CollectorHome
from collector.journal import Journal
from collector.lake import cut, manifest
from collector.lake.manifest import Segment

BUCKETS = 16
FIRST_ON = date(2026, 3, 10)  # the clock changes on the 29th
DAYS = 30
PROMISED_BPS = 500_000_000
_EPOCH_ON = date(1970, 1, 1)
_KINDS = ((24, 24), (48, 0), (72, 0), (24, 0))  # downloads and uploads a day


Shape = Callable[[Any, Any, np.random.Generator], tuple[Any, Any]]  # of lines at times: share of the promise, idle ms


@dataclass(frozen=True, slots=True)
class Made:
    """What was made."""

    home: Path
    lines: int
    rows: int
    byte_count: int


def names(count: int) -> list[str]:
    """Of the lines."""
    return [f"line-{number:06d}" for number in range(count)]


def make(home: Path, lines: int, shape: Shape | None = None) -> Made:
    """A home with so many lines; of three days more than are judged, where other 24 hours begin and zones differ."""
    layout = CollectorHome(home)
    home.mkdir(parents=True, exist_ok=True)
    Journal(layout.journal).close()
    lake = layout.journal.parent / "lake"
    descriptor = manifest.Descriptor(format=manifest.FORMAT, bucket_count=BUCKETS)
    lake.mkdir()
    (lake / manifest.DESCRIPTOR).write_bytes(manifest.encoded(descriptor))
    buckets: list[list[int]] = [[] for _ in range(BUCKETS)]
    for number, name in enumerate(names(lines)):
        buckets[manifest.bucket_of(name, BUCKETS)].append(number)
    told: list[Segment] = []
    for day in range(-2, DAYS + 1):
        for bucket, members in enumerate(buckets):
            if members:
                told.append(_put(lake, (day, bucket), members, shape))
    name_in_journal(layout.journal, told, lines)
    return Made(home, lines, sum(one.row_count for one in told), sum(one.byte_count for one in told))


def _put(lake: Path, place: tuple[int, int], members: list[int], shape: Shape | None) -> Segment:
    day, bucket = place
    number = (FIRST_ON - _EPOCH_ON).days + day
    one, data = cut.segment_file(number, bucket, _table(number, bucket, members, shape))
    path = lake / one.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return one


def _table(day: int, bucket: int, members: list[int], shape: Shape | None) -> pa.Table:
    chance = np.random.default_rng([day, bucket, len(members)])
    line, upload, offset_us = _moments(members, chance)
    count = len(line)
    hour = offset_us // 3_600_000_000
    evenings = (line % 7 == 3) & (hour >= 20) & (hour < 22) & ((line + day) % 3 == 0)
    below = evenings | (line % 50 == 9) | (chance.random(count) < 0.004)
    share = np.where(below, chance.uniform(0.4, 0.9, count), chance.uniform(1.01, 1.06, count))
    idle_ms = chance.uniform(4, 20, count)
    if shape is not None:
        share, idle_ms = shape(line, day * _DAY_US + offset_us, chance)
    fate = chance.random(count)
    busy = (fate > 0.003) & (fate < 0.005)
    measured = Measured(
        day=day,
        line=line,
        upload=upload,
        offset_us=offset_us,
        rate_bps=(share * PROMISED_BPS * PAYLOAD_BYTES / MTU_BYTES).astype(np.int64),
        idle_ms=idle_ms,
        loaded_ms=idle_ms * 2,
        failed=fate < 0.002,
        wifi=(fate > 0.998) | (line % 97 == 5),
        other_bytes=np.where(busy, 90_000_000, chance.integers(0, 400_000, count)),
        household_bytes=chance.integers(0, 900_000, count),
        cpu_share=chance.uniform(0.05, 0.5, count),
        link_bps=1_000_000_000,
        synchronised=True,
    )
    return as_table(measured, chance)


def _moments(members: list[int], chance: np.random.Generator) -> tuple[Any, Any, Any]:
    """For each test its line, whether it is an upload, and when in its UTC day it began."""
    line, upload, offset_us = [], [], []
    for kind, counts in enumerate(_KINDS):
        of_kind = np.array([number for number in members if number % len(_KINDS) == kind], dtype=np.int64)
        parts = sum(counts)
        starts = (np.arange(parts) + chance.uniform(0, 0.9, (len(of_kind), parts))) * (_DAY_US / parts)
        line.append(np.repeat(of_kind, parts))
        upload.append(np.tile((np.arange(parts) % 2 == 1) & (counts[1] > 0), len(of_kind)))
        offset_us.append(starts.reshape(-1).astype(np.int64))
    return np.concatenate(line), np.concatenate(upload), np.concatenate(offset_us)


def name_in_journal(journal: Path, told: list[Segment], lines: int) -> None:
    """What a seal would have told the journal."""
    with closing(sqlite3.connect(journal)) as db, db:
        db.execute("INSERT INTO lake VALUES ('lake', ?)", (BUCKETS,))
        db.execute("INSERT INTO seal VALUES (1, 0, 1, ?, x'', '')", (sum(one.row_count for one in told),))
        db.executemany(
            "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, NULL)",
            [(one.path, one.day, one.bucket, one.row_count, one.byte_count, one.sha256) for one in told],
        )
        db.executemany(
            "INSERT INTO probe (probe, line, public_jwk, enrolled_us) VALUES (?, ?, '{}', 0)",
            [(f"p{number}", name) for number, name in enumerate(names(lines))],
        )
