"""Each line's period in numbers, as the extract has it, in SQL and in lazy frames: the part beside the slots of days.

Of each line and direction: tests, those that count, the others by their first reason, the rate's 5th, 50th and 95th
percentile, its median in the busy hours, the medians of both round trips. The reasons are those that the made-up
country has. Quantiles are values that were measured (type 1).
"""

import os
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import duckdb
import polars as pl

from analysis.extract.line_summary import LineSummary
from bench.scale.question import Bucket, edges_us

REASONS = ("failed", "clock_unsynchronised", "wireless", "cpu_busy", "other_traffic", "household_busy")
_HOUR_US = 3_600_000_000
_WHY = """CASE WHEN failure IS NOT NULL THEN 'failed' WHEN NOT synchronised THEN 'clock_unsynchronised'
  WHEN link_type = 'wifi' THEN 'wireless' WHEN cpu_share > 0.85 THEN 'cpu_busy'
  WHEN other_bytes > 0.05 * bytes OR reverse_bytes > 0.08 * bytes THEN 'other_traffic'
  WHEN household_bytes > 0.05 * bytes THEN 'household_busy' ELSE '' END"""
_ASKED = """
WITH t AS (
  SELECT line, direction = 'upload' AS up, coalesce(ip_rate_bps, rate_bps) AS rate, idle_rtt_ms, loaded_rtt_ms,
    {why} AS why, {peak} AS peak
  FROM read_parquet({files}, hive_partitioning = false)
  WHERE line BETWEEN '{first_line}' AND '{last_line}' AND line IN (SELECT line FROM ours)
    AND epoch_us(started_at) >= {first_us} AND epoch_us(started_at) < {last_us}
)
SELECT line, up, count(*) AS n, count(*) FILTER (why = '') AS n_good, {counts},
  quantile_disc(rate, 0.05) FILTER (why = '') AS p5, quantile_disc(rate, 0.5) FILTER (why = '') AS p50,
  quantile_disc(rate, 0.95) FILTER (why = '') AS p95, quantile_disc(rate, 0.5) FILTER (why = '' AND peak) AS busy,
  quantile_disc(idle_rtt_ms, 0.5) FILTER (why = '') AS idle,
  quantile_disc(loaded_rtt_ms, 0.5) FILTER (why = '') AS loaded
FROM t GROUP BY line, up
"""
_HOUR = f"(epoch_us(started_at) // {_HOUR_US} + 1)"
_PEAK = f"({_HOUR} % 24 BETWEEN 19 AND 22 AND ({_HOUR} // 24 + 3) % 7 < 5)"  # from seven to eleven, Monday to Friday
Row = tuple[Any, ...]


def of_duckdb(bucket: Bucket, files: list[str]) -> list[Row]:
    edges = edges_us(bucket.plan)
    with duckdb.connect() as db:
        db.execute(f"SET threads = {os.cpu_count() or 1}")
        db.register("ours", pl.DataFrame({"line": bucket.lines}).to_arrow())
        asked = _ASKED.format(
            why=_WHY,
            peak=_PEAK,
            files=files,
            first_line=min(bucket.lines),
            last_line=max(bucket.lines),
            first_us=edges[1],
            last_us=edges[-1],
            counts=", ".join(f"count(*) FILTER (why = '{one}') AS {one}" for one in REASONS),
        )
        return [_row(one) for one in db.execute(asked).fetchall()]


def of_polars(bucket: Bucket, files: list[str]) -> list[Row]:
    edges = edges_us(bucket.plan)
    us, good, rate = pl.col("started_at").dt.epoch("us"), pl.col("why") == "", pl.coalesce("ip_rate_bps", "rate_bps")
    hour = us // _HOUR_US + 1
    found = (
        pl.scan_parquet(files, hive_partitioning=False)
        .filter(
            pl.col("line").is_between(pl.lit(min(bucket.lines)), pl.lit(max(bucket.lines)))
            & us.is_between(edges[1], edges[-1], closed="left")
        )
        .filter(pl.col("line").is_in(bucket.lines))
        .select(
            "line",
            "idle_rtt_ms",
            "loaded_rtt_ms",
            up=pl.col("direction") == "upload",
            rate=rate,
            why=pl.sql_expr(_WHY),
            peak=(hour % 24).is_between(19, 22) & ((hour // 24 + 3) % 7 < 5),
        )
        .group_by("line", "up")
        .agg(
            pl.len(),
            good.sum().alias("n_good"),
            *[(pl.col("why") == one).sum().alias(one) for one in REASONS],
            *[_quantile(pl.col("rate").filter(good), share).alias(f"p{share}") for share in (0.05, 0.5, 0.95)],
            _quantile(pl.col("rate").filter(good & pl.col("peak")), 0.5).alias("busy"),
            _quantile(pl.col("idle_rtt_ms").filter(good), 0.5).alias("idle"),
            _quantile(pl.col("loaded_rtt_ms").filter(good), 0.5).alias("loaded"),
        )
        .collect()
    )
    return [_row(one) for one in found.iter_rows()]


def _quantile(values: pl.Expr, share: float) -> pl.Expr:
    known = values.drop_nulls()
    place = (known.len() * share - 1).ceil().clip(0).cast(pl.Int64)
    return known.sort().gather(place, null_on_oob=True).first()


def of_summaries(summaries: Iterable[LineSummary]) -> list[Row]:
    return [
        (
            one.standing.line,
            way.direction == "upload",
            way.test_count,
            way.valid_count,
            *(way.excluded.get(reason, 0) for reason in REASONS),
            *map(_number, (way.rate_bps.p5, way.rate_bps.median, way.rate_bps.p95, way.peak_median_bps)),
            *map(_number, (way.idle_rtt_ms, way.loaded_rtt_ms)),
        )
        for one in summaries
        for way in one.ways
        if way.test_count
    ]


def digest(rows: Iterable[Row]) -> str:
    return sha256(repr(sorted(rows)).encode()).hexdigest()[:16]


def _row(row: Row) -> Row:
    return (row[0], bool(row[1]), *map(int, row[2 : 4 + len(REASONS)]), *map(_number, row[4 + len(REASONS) :]))


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)
