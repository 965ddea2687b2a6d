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

from collector.home import CollectorHome
from collector.journal import Journal
from collector.lake import cut, manifest
from collector.lake.manifest import Segment
from collector.lake.segment import SCHEMA

BUCKETS = 16
FIRST_ON = date(2026, 3, 10)  # the clock changes on the 29th
DAYS = 30
PROMISED_BPS = 500_000_000
_DAY_US = 86_400_000_000
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
    _name(layout.journal, told, lines)
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
    rate_bps = (share * PROMISED_BPS * 1448 / 1500).astype(np.int64)
    fate = chance.random(count)
    failed, wifi, busy = fate < 0.002, (fate > 0.998) | (line % 97 == 5), (fate > 0.003) & (fate < 0.005)
    nothing = np.ma.masked_array
    columns: dict[str, Any] = {
        "line": [f"line-{number:06d}" for number in line.tolist()],
        "probe": [f"p{number}" for number in line.tolist()],
        "sequence": (day * 200 + np.arange(count)).astype(np.int64),
        "started_at": day * _DAY_US + offset_us,
        "ended_at": day * _DAY_US + offset_us + 3_000_000 + chance.integers(0, 500_000, count),
        "kind": "speed_test",
        "software": "prova 0.1.0",
        "boot_id": "b",
        "started_monotonic_ns": (day * _DAY_US + offset_us) * 1000,
        "ended_monotonic_ns": (day * _DAY_US + offset_us) * 1000 + 3_000_000_000,
        "synchronised": True,
        "ended_synchronised": True,
        "clock_error_ms": chance.uniform(0.5, 8, count).round(3),
        "received_at": (day + 1) * _DAY_US,
        "batch": 1,
        "batch_sha256": "0" * 64,
        "layout": 2,
        "raw": b"",
        "direction": np.where(upload, "upload", "download"),
        "method": "ndt7",
        "method_version": "steady/3",
        "failure": nothing(np.full(count, "timed_out"), ~failed),
        "rate_bps": nothing(rate_bps, failed),
        "ip_rate_bps": nothing((rate_bps * 1500 / 1448).astype(np.int64), failed),
        "uncertainty_bps": nothing((rate_bps * chance.uniform(0.001, 0.02, count)).astype(np.int64), failed),
        "bytes": nothing(rate_bps * 3 // 8, failed),
        "duration_s": nothing(chance.uniform(3, 3.5, count).round(3), failed),
        "idle_rtt_ms": idle_ms.round(3),
        "streams": 4,
        "server_url": "wss://measure.example",
        "server_address": np.where(line % 2, "203.0.113.7", "203.0.113.8"),
        "server_tls": True,
        "server_demonstration": False,
        "path": "routed",
        "interface": "eth0",
        "link_type": np.where(wifi, "wifi", "ethernet"),
        "link_bps": 1_000_000_000,
        "full_duplex": True,
        "mtu_bytes": 1500,
        "other_bytes": np.where(busy, 90_000_000, chance.integers(0, 400_000, count)),
        "reverse_bytes": rate_bps // 300,
        "household_bytes": chance.integers(0, 900_000, count),
        "cpu_share": chance.uniform(0.05, 0.5, count).round(3),
        "process_cpu_share": chance.uniform(0.05, 0.5, count).round(3),
        "cpu_pressure_share": chance.uniform(0, 0.02, count).round(4),
        "memory_pressure_share": 0.0,
        "ceiling_bps": 2_300_000_000,
        "draw_origin": "slot",
        "draw_household_busy": False,
        "draw_tests_per_hour": 2.0,
        "server_tests_count": 1,
        "server_cpu_share": chance.uniform(0.05, 0.4, count).round(3),
        "server_cpu_pressure_share": 0.0,
        "server_other_bytes": chance.integers(0, 100_000, count),
        "server_link_bps": 10_000_000_000,
    }
    return pa.Table.from_arrays(
        [_column(columns.get(field.name), field.type, count) for field in SCHEMA], schema=SCHEMA
    )


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


def _column(values: Any, kind: pa.DataType, count: int) -> pa.Array:
    if values is None:
        return pa.nulls(count, kind)
    if isinstance(values, np.ma.MaskedArray):
        return pa.array(values.data, mask=np.ma.getmaskarray(values)).cast(kind)
    if isinstance(values, np.ndarray | list):
        return pa.array(values).cast(kind)
    return pa.repeat(pa.scalar(values).cast(kind) if pa.types.is_timestamp(kind) else pa.scalar(values, kind), count)


def _name(journal: Path, told: list[Segment], lines: int) -> None:
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
