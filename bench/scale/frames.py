"""The question in Polars' lazy frames, a bucket at a time, which spares its memory."""

from typing import Any

import numpy as np
import polars as pl

from bench.scale.question import CLOCK_SET_AT, WINDOWS, Answer, Bucket, blank, edges_us, lengths, minute_of, table
from bench.scale.validity import CLEAN, USABLE

_LANE = ["line", "up"]


def answer(bucket: Bucket, files: list[str]) -> Answer:
    """Both questions of one bucket."""
    tests = _tests(bucket, files).collect().lazy()
    told = blank(bucket)
    edges = edges_us(bucket.plan)
    spans = {day - 1: (edges[day + 1] - edges[day]) // 60_000_000 for day in range(1, bucket.days + 1)}
    days = tests.filter(pl.col("day").is_between(0, bucket.days - 1))
    _fill(bucket, _cut(bucket, days, ["day"], spans, runs=True), told.day)
    hours = pl.LazyFrame(
        [
            (minute_of(edges[day + 1]) // 60 - 6 * number - 24 + hour, day - 1, number)
            for day in range(1, bucket.days + 1)
            for number in range(WINDOWS)
            for hour in range(24)
        ],
        schema={"hour": pl.Int64, "day": pl.Int64, "window_no": pl.Int64},
        orient="row",
    )
    reached = tests.drop("day").join(hours, on="hour")
    _fill(bucket, _cut(bucket, reached, ["day", "window_no"], {}, runs=False), told.window)
    return told


def _tests(bucket: Bucket, files: list[str]) -> pl.LazyFrame:
    edges, cut = edges_us(bucket.plan), lengths(bucket.plan)
    us = pl.col("started_at").dt.epoch("us")
    at_least = pl.coalesce("ip_rate_bps", "rate_bps")
    own = pl.col("uncertainty_bps").fill_null(0) / pl.col("rate_bps")
    most = pl.coalesce(pl.col("ip_rate_bps").cast(pl.Float64), pl.col("rate_bps") * 1.06) * (
        1 + pl.max_horizontal(pl.lit(0.05), pl.when(pl.col("rate_bps") > 0).then(own).otherwise(0.0))
    )
    last_day = (minute_of(edges[1]) + (0 if edges[1] < CLOCK_SET_AT.timestamp() * 10**6 else 60)) // 1440
    local = pl.col("minute") + pl.when(pl.col("us") < int(CLOCK_SET_AT.timestamp()) * 10**6).then(0).otherwise(60)
    before = pl.col("minute").shift().over(_LANE)
    return (
        pl.scan_parquet(files, hive_partitioning=False)
        .filter(
            pl.col("line").is_between(pl.lit(min(bucket.lines)), pl.lit(max(bucket.lines)))
            & us.is_between(edges[0], edges[-1], closed="left")
        )
        .join(pl.DataFrame(bucket.promises()).lazy(), on=["line", "direction"])
        .with_columns(
            us=us, up=pl.col("direction") == "upload", minute=us // 60_000_000, reached=at_least >= pl.col("bps")
        )
        .with_columns(
            below=~pl.col("reached") & (most < pl.col("bps")),
            usable=_where(USABLE),
            clean=_where(CLEAN.format(promised="bps")),
        )
        .filter(pl.col("usable") & (~pl.col("below") | pl.col("clean")))
        .filter(~pl.col("draw_origin").fill_null("").is_in(["extra", "repeat"]))
        .select("line", "up", "us", "minute", "below", "reached")
        .sort("line", "up", "us")
        .with_columns(
            [
                ((pl.col("minute") // k) != (before // k)).fill_null(value=True).cast(pl.Int32).alias(f"s{k}")
                for k in cut
            ]
        )
        .with_columns(day=local // 1440 - last_day, hour=pl.col("minute") // 60)
    )


def _cut(bucket: Bucket, tests: pl.LazyFrame, key: list[str], spans: dict[int, int], *, runs: bool) -> pl.DataFrame:
    cut, group = lengths(bucket.plan), [*_LANE, *key]
    best = pl.min_horizontal([f"u{k}" for k in cut])
    choice: Any = pl.lit(cut[-1])
    for k in reversed(cut):
        choice = pl.when(pl.col(f"u{k}") == pl.col("best")).then(k).otherwise(choice)
    chosen = (
        tests.group_by(group)
        .agg([pl.col(f"s{k}").sum() for k in cut])
        .with_columns([_unseen(bucket, k, spans).alias(f"u{k}") for k in cut])
        .with_columns(best=best)
        .select(*group, k=choice.cast(pl.Int64))
    )
    slots = (
        tests.join(chosen, on=group)
        .group_by(*group, "k", slot=pl.col("minute") // pl.col("k"))
        .agg(b=pl.col("below").all(), r=pl.col("reached").all())
    )
    counts = [pl.len().alias("tested"), pl.col("b").sum().alias("below"), (~pl.col("r")).sum().alias("unreached")]
    if runs:
        rle = pl.col("b").sort_by("slot").rle()
        longest = pl.when(rle.struct.field("value")).then(rle.struct.field("len")).max().fill_null(0).alias("run")
        counts.append(longest)
    return slots.group_by(*group, "k").agg(counts).collect()


def _unseen(bucket: Bucket, k: int, spans: dict[int, int]) -> pl.Expr:
    found = pl.lit(pl.Series(table(bucket.plan, 1440, k))).gather(pl.col(f"s{k}"))
    for day, span in spans.items():
        if span != 1440:
            few = pl.lit(pl.Series(table(bucket.plan, span, k)))
            most = span // k
            found = pl.when(pl.col("day") == day).then(few.gather(pl.col(f"s{k}").clip(0, most))).otherwise(found)
    return found


def _where(condition: str) -> pl.Expr:
    return pl.sql_expr(condition.replace("regexp_matches", "regexp_like"))


def _fill(bucket: Bucket, rows: pl.DataFrame, into: Any) -> None:
    place = pl.DataFrame({"line": bucket.lines, "number": range(len(bucket.lines))})
    found = rows.join(place, on="line")
    lane = found["number"].to_numpy() * 2 + found["up"].to_numpy().astype(np.int64)
    at = (lane, *(found[name].to_numpy() for name in ("day", "window_no") if name in found.columns))
    columns = ["tested", "below", "unreached", *(["run"] if "run" in found.columns else []), "k"]
    into[at] = np.stack([found[name].to_numpy().astype(np.int64) for name in columns], axis=-1)
