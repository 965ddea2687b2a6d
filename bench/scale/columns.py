"""Made-up tests as a table with all of the lake's columns. `raw`, which no engine here reads, is empty."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from collector.lake.segment import SCHEMA

DAY_US = 86_400_000_000
MTU_BYTES, PAYLOAD_BYTES = 1500, 1448


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Tests of one UTC day, `day` of them since 1970: one element a test, or one value for all."""

    day: int
    line: Any  # numbers
    upload: Any
    offset_us: Any  # since the day began
    rate_bps: Any  # of payload; of failed tests it means nothing
    idle_ms: Any
    loaded_ms: Any
    failed: Any
    wifi: Any
    other_bytes: Any
    household_bytes: Any
    cpu_share: Any
    link_bps: Any
    synchronised: Any


def as_table(of: Measured, chance: np.random.Generator) -> pa.Table:
    """In the order of the tests."""
    count = len(of.line)
    names, which = np.unique(of.line, return_inverse=True)
    columns = _known(of, count, chance) | {
        "line": _words([f"line-{number:06d}" for number in names.tolist()], which),
        "probe": _words([f"p{number}" for number in names.tolist()], which),
    }
    return pa.Table.from_arrays([_column(columns.get(one.name), one.type, count) for one in SCHEMA], schema=SCHEMA)


def _known(of: Measured, count: int, chance: np.random.Generator) -> dict[str, Any]:
    def measured(values: Any) -> Any:
        return np.ma.masked_array(values, np.broadcast_to(of.failed, count))

    began_us = of.day * DAY_US + of.offset_us
    return _constant(of.day) | {
        "sequence": (of.day * 200 + np.arange(count)).astype(np.int64),
        "started_at": began_us,
        "ended_at": began_us + 3_000_000 + chance.integers(0, 500_000, count),
        "started_monotonic_ns": began_us * 1000,
        "ended_monotonic_ns": began_us * 1000 + 3_000_000_000,
        "synchronised": of.synchronised,
        "ended_synchronised": of.synchronised,
        "clock_error_ms": chance.uniform(0.5, 8, count).round(3),
        "direction": np.where(of.upload, "upload", "download"),
        "failure": np.ma.masked_array(np.full(count, "timed_out"), ~np.broadcast_to(of.failed, count)),
        "rate_bps": measured(of.rate_bps),
        "ip_rate_bps": measured((of.rate_bps * MTU_BYTES / PAYLOAD_BYTES).astype(np.int64)),
        "uncertainty_bps": measured((of.rate_bps * chance.uniform(0.001, 0.02, count)).astype(np.int64)),
        "bytes": measured(of.rate_bps * 3 // 8),
        "duration_s": measured(chance.uniform(3, 3.5, count).round(3)),
        "idle_rtt_ms": measured(of.idle_ms.round(3)),
        "loaded_rtt_ms": measured(of.loaded_ms.round(3)),
        "server_address": np.where(of.line % 2, "203.0.113.7", "203.0.113.8"),
        "link_type": np.where(of.wifi, "wifi", "ethernet"),
        "link_bps": of.link_bps,
        "other_bytes": of.other_bytes,
        "reverse_bytes": of.rate_bps // 300,
        "household_bytes": of.household_bytes,
        "cpu_share": of.cpu_share.round(3),
        "process_cpu_share": chance.uniform(0.05, 0.5, count).round(3),
        "cpu_pressure_share": chance.uniform(0, 0.02, count).round(4),
        "server_cpu_share": chance.uniform(0.05, 0.4, count).round(3),
        "server_other_bytes": chance.integers(0, 100_000, count),
    }


def _constant(day: int) -> dict[str, Any]:
    return {
        "kind": "speed_test",
        "software": "prova 0.1.0",
        "boot_id": "b",
        "received_at": (day + 1) * DAY_US,
        "batch": 1,
        "batch_sha256": "0" * 64,
        "layout": 2,
        "raw": b"",
        "method": "ndt7",
        "method_version": "steady/3",
        "streams": 4,
        "server_url": "wss://measure.example",
        "server_tls": True,
        "server_demonstration": False,
        "path": "routed",
        "interface": "eth0",
        "full_duplex": True,
        "mtu_bytes": MTU_BYTES,
        "memory_pressure_share": 0.0,
        "ceiling_bps": 2_300_000_000,
        "draw_origin": "slot",
        "draw_household_busy": False,
        "draw_tests_per_hour": 2.0,
        "server_tests_count": 1,
        "server_cpu_pressure_share": 0.0,
        "server_link_bps": 10_000_000_000,
    }


def _words(words: list[str], which: Any) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(which, pa.int32()), pa.array(words, pa.string())).cast(pa.string())


def _column(values: Any, kind: pa.DataType, count: int) -> pa.Array:
    if values is None:
        return pa.nulls(count, kind)
    if isinstance(values, pa.Array):
        return values
    if isinstance(values, np.ma.MaskedArray):
        return pa.array(values.data, mask=np.ma.getmaskarray(values)).cast(kind)
    if isinstance(values, np.ndarray):
        return pa.array(values).cast(kind)
    return pa.repeat(pa.scalar(values).cast(kind) if pa.types.is_timestamp(kind) else pa.scalar(values, kind), count)
