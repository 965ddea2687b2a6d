"""Vocabulary. The columns of a sealed record: what of a record lies open, beside its own bytes (docs/store.md).

Columns are only ever added; where a record has no such value, or a file was made before the column was, it is null.
Knows nothing of Arrow or Parquet.
"""

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """What a column holds; in brackets, the Arrow type."""

    TEXT = "text"  # string
    INTEGER = "integer"  # int64
    NUMBER = "number"  # float64
    FLAG = "flag"  # bool
    TIME = "time"  # timestamp[us, tz=UTC]
    BYTES = "bytes"  # binary


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    type: ColumnType


def _of(type_: ColumnType, names: str) -> tuple[Column, ...]:
    return tuple(Column(name, type_) for name in names.split())


LAYOUT = 2  # null is 1: a row made without `ended_synchronised`, `SAID` and `DRAW`, whose null then says nothing
KEY = ("line", "started_at", "sequence", "probe")  # by which every file is sorted
_ENVELOPE = (
    *_of(ColumnType.TEXT, "line probe"),
    *_of(ColumnType.INTEGER, "sequence"),
    *_of(ColumnType.TIME, "started_at ended_at"),
    *_of(ColumnType.TEXT, "kind software boot_id"),
    *_of(ColumnType.INTEGER, "started_monotonic_ns ended_monotonic_ns"),
    *_of(ColumnType.FLAG, "synchronised ended_synchronised"),
    *_of(ColumnType.NUMBER, "clock_error_ms"),
    *_of(ColumnType.TIME, "received_at"),
    *_of(ColumnType.INTEGER, "batch"),
    *_of(ColumnType.TEXT, "batch_sha256"),
    *_of(ColumnType.INTEGER, "layout"),
    *_of(ColumnType.BYTES, "raw"),
)
TEST = (
    *_of(ColumnType.TEXT, "direction method method_version congestion_control limited_by failure ended_by"),
    *_of(ColumnType.INTEGER, "streams rate_bps mean_bps ip_rate_bps ethernet_rate_bps uncertainty_bps bytes"),
    *_of(ColumnType.INTEGER, "responsiveness_rpm"),
    *_of(ColumnType.NUMBER, "duration_s idle_rtt_ms loaded_rtt_ms loaded_rtt_p95_ms loaded_rtt_p99_ms"),
    *_of(ColumnType.NUMBER, "retransmitted_share lost_share"),
    *_of(ColumnType.FLAG, "steady"),
)
SERVER = (
    *_of(ColumnType.TEXT, "server_url server_address"),
    *_of(ColumnType.INTEGER, "server_address_family"),
    *_of(ColumnType.FLAG, "server_tls server_demonstration"),
)
SAID = (
    *_of(ColumnType.INTEGER, "server_tests_count server_other_bytes server_link_bps"),
    *_of(ColumnType.NUMBER, "server_cpu_share server_cpu_pressure_share"),
)
CONDITIONS = (
    *_of(ColumnType.TEXT, "path interface link_type"),
    *_of(ColumnType.INTEGER, "link_bps mtu_bytes other_bytes reverse_bytes household_bytes neighbours_count"),
    *_of(ColumnType.INTEGER, "ceiling_bps"),
    *_of(ColumnType.FLAG, "full_duplex"),
    *_of(ColumnType.NUMBER, "signal_dbm cpu_share process_cpu_share cpu_pressure_share memory_pressure_share"),
)
DRAW = (
    *_of(ColumnType.TEXT, "draw_origin"),
    *_of(ColumnType.FLAG, "draw_household_busy"),
    *_of(ColumnType.NUMBER, "draw_tests_per_hour"),
)
_REACHABILITY = (
    *_of(ColumnType.NUMBER, "interval_s"),
    *_of(ColumnType.INTEGER, "minutes target_count asked_count answered_count"),
)
RUNGS = (
    *_of(ColumnType.TEXT, "occasion wan_status link_status"),
    *_of(ColumnType.FLAG, "carrier"),
    *_of(ColumnType.INTEGER, "carrier_up_count carrier_down_count wan_uptime_s device_uptime_s"),
    *_of(ColumnType.NUMBER, "offset_ms suspended_s"),
)
_NOTICE = (*_of(ColumnType.TEXT, "notice_kind notice_detail"), *_of(ColumnType.NUMBER, "notice_s"))

COLUMNS = (*_ENVELOPE, *TEST, *SERVER, *SAID, *CONDITIONS, *DRAW, *_REACHABILITY, *RUNGS, *_NOTICE)
