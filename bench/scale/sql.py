"""The question in DuckDB's SQL, a bucket at a time, which spares its memory.

Slots are told apart with one look at the test before (a window function), which is far cheaper than counting distinct
slots twelve times over; the limits stand in lists.
"""

import os
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from bench.scale.question import CLOCK_SET_AT, WINDOWS, Answer, Bucket, blank, edges_us, lengths, minute_of, table
from bench.scale.validity import CLEAN, USABLE

_TESTS = """
CREATE OR REPLACE TEMP TABLE test AS
WITH heard AS (
  SELECT line, direction = 'upload' AS up, epoch_us(started_at) AS us, epoch_us(started_at) // 60000000 AS minute,
    coalesce(ip_rate_bps, rate_bps) >= bps AS reached,
    coalesce(ip_rate_bps::DOUBLE, rate_bps * 1.06)
      * (1 + greatest(0.05, coalesce(uncertainty_bps, 0) / nullif(rate_bps, 0)::DOUBLE)) AS at_most_bps,
    bps, draw_origin, {usable} AS usable, {clean} AS clean
  FROM read_parquet({files}, hive_partitioning = false) JOIN promise USING (line, direction)
  WHERE line BETWEEN '{first_line}' AND '{last_line}'
    AND epoch_us(started_at) >= {first_us} AND epoch_us(started_at) < {last_us}
), counted AS (
  SELECT line, up, us, minute, reached, NOT reached AND at_most_bps < bps AS below FROM heard
  WHERE usable AND coalesce(draw_origin, '') NOT IN ('extra', 'repeat')
    AND (reached OR at_most_bps >= bps OR clean)
), placed AS (
  SELECT *, lag(minute) OVER (PARTITION BY line, up ORDER BY us) AS last FROM counted
)
SELECT line, up, minute, below, reached, minute // 60 AS hour,
  (minute + CASE WHEN us < {clock_us} THEN 0 ELSE 60 END) // 1440 - {first_day} AS day, {flags}
FROM placed
"""
_DAY_TEST = "CREATE OR REPLACE TEMP VIEW day_test AS SELECT * FROM test WHERE day >= 0 AND day < {days}"
_CUT = """
WITH n AS (SELECT line, up, {key}, {sums} FROM {source} GROUP BY ALL),
u AS (SELECT line, up, {key}, {lookups} FROM n, list),
c AS (SELECT line, up, {key}, CASE {choices} END AS k FROM (SELECT *, least({names}) AS m FROM u)),
s AS (
  SELECT line, up, {key}, k, minute // k AS slot, bool_and(below) AS b, bool_and(reached) AS r
  FROM {source} JOIN c USING (line, up, {key}) GROUP BY ALL
)
"""
_DAY = """
, g AS (
  SELECT *, row_number() OVER (PARTITION BY line, up, day ORDER BY slot)
    - row_number() OVER (PARTITION BY line, up, day, b ORDER BY slot) AS island FROM s
), i AS (SELECT line, up, day, count(*) AS length FROM g WHERE b GROUP BY line, up, day, island),
r AS (SELECT line, up, day, max(length) AS run FROM i GROUP BY ALL),
t AS (
  SELECT line, up, day, k, count(*) AS tested, count(*) FILTER (b) AS below, count(*) FILTER (NOT r) AS unreached
  FROM s GROUP BY ALL
)
SELECT line, up, day, tested, below, unreached, coalesce(run, 0) AS run, k FROM t LEFT JOIN r USING (line, up, day)
"""
_WINDOW = """
SELECT line, up, day, window_no, count(*) AS tested, count(*) FILTER (b) AS below, count(*) FILTER (NOT r) AS unreached,
  k FROM s GROUP BY line, up, day, window_no, k
"""


def answer(bucket: Bucket, files: list[str]) -> Answer:
    """Both questions of one bucket."""
    with duckdb.connect() as db:
        db.execute(f"SET threads = {os.cpu_count() or 1}")
        _prepare(db, bucket, files)
        names = [f"u{length}" for length in lengths(bucket.plan)]
        told = blank(bucket)
        for rows, into in (
            (db.execute(_cut(bucket, "day", "day_test", names) + _DAY).fetchnumpy(), told.day),
            (db.execute(_cut(bucket, "day, window_no", "window_test", names) + _WINDOW).fetchnumpy(), told.window),
        ):
            _fill(bucket, rows, into)
        return told


def _prepare(db: duckdb.DuckDBPyConnection, bucket: Bucket, files: list[str]) -> None:
    db.register("promise", bucket.promises())
    edges = edges_us(bucket.plan)
    cut = lengths(bucket.plan)
    first_day = (minute_of(edges[1]) + (0 if edges[1] < CLOCK_SET_AT.timestamp() * 10**6 else 60)) // 1440
    flags = ", ".join(f"(last IS NULL OR minute // {k} <> last // {k})::INT AS s{k}" for k in cut)
    db.execute(
        _TESTS.format(
            usable=USABLE,
            clean=CLEAN.format(promised="bps"),
            first_line=min(bucket.lines),
            last_line=max(bucket.lines),
            files=files,
            first_us=edges[0],
            last_us=edges[-1],
            clock_us=int(CLOCK_SET_AT.timestamp()) * 10**6,
            first_day=first_day,
            flags=flags,
        )
    )
    spans = sorted({(edges[day + 1] - edges[day]) // 60_000_000 for day in range(1, bucket.days + 1)})
    lists = ", ".join(f"{table(bucket.plan, span, k)} AS l_{span}_{k}" for span in {*spans, 1440} for k in cut)
    db.execute(f"CREATE OR REPLACE TEMP TABLE list AS SELECT {lists}")
    hours = [
        (minute_of(edges[day + 1]) // 60 - 6 * number - 24 + hour, day - 1, number)
        for day in range(1, bucket.days + 1)
        for number in range(WINDOWS)
        for hour in range(24)
    ]
    named = zip(("hour", "day", "window_no"), zip(*hours, strict=True), strict=True)
    db.register("hours", pa.table({name: pa.array(values, pa.int64()) for name, values in named}))
    db.execute("CREATE OR REPLACE TEMP TABLE reach AS SELECT * FROM hours")
    db.execute(_DAY_TEST.format(days=bucket.days))
    db.execute(
        "CREATE OR REPLACE TEMP VIEW window_test AS"
        " SELECT test.* EXCLUDE (day), reach.day, window_no FROM test JOIN reach USING (hour)"
    )


def _cut(bucket: Bucket, key: str, source: str, names: list[str]) -> str:
    edges, cut = edges_us(bucket.plan), lengths(bucket.plan)
    spans = [(edges[day + 1] - edges[day]) // 60_000_000 for day in range(1, bucket.days + 1)]
    odd = [(day, span) for day, span in enumerate(spans) if span != 1440 and key == "day"]
    lookups = [
        f"CASE {' '.join(f'WHEN day = {day} THEN l_{span}_{k}[n{k} + 1]' for day, span in odd)}"
        f" ELSE l_1440_{k}[n{k} + 1] END AS u{k}"
        if odd
        else f"l_1440_{k}[n{k} + 1] AS u{k}"
        for k in cut
    ]
    return _CUT.format(
        key=key,
        source=source,
        sums=", ".join(f"sum(s{k})::INT AS n{k}" for k in cut),
        lookups=", ".join(lookups),
        choices=" ".join(f"WHEN u{k} = m THEN {k}" for k in cut),
        names=", ".join(names),
    )


def _fill(bucket: Bucket, rows: dict[str, Any], into: Any) -> None:
    place = {name: number for number, name in enumerate(bucket.lines)}
    lane = np.array([place[name] for name in rows["line"]]) * 2 + rows["up"].astype(np.int64)
    at = (lane, rows["day"].astype(np.int64))
    if "window_no" in rows:
        at = (*at, rows["window_no"].astype(np.int64))  # type: ignore[assignment]  # one axis more
    columns = ["tested", "below", "unreached", *(["run"] if "run" in rows else []), "k"]
    into[at] = np.stack([rows[name].astype(np.int64) for name in columns], axis=-1)
