"""One engine on one made-up lake, in a process of its own: `python -m bench.scale.engine NAME HOME LINES`.

Prints JSON: elapsed and CPU seconds of the work (with children), resident memory at its highest, the answer's digest.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from analysis.kernel import arrange
from analysis.kernel.block import Block
from analysis.kernel.column import NEEDED, TEST
from analysis.kernel.judge import gather, judge
from analysis.kernel.outcome import Outcome
from analysis.kernel.verdict import Decisions
from bench.scale.question import WINDOWS, Answer, Bucket, buckets, digest, files
from collector.store import Store

EVER = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
Told = tuple[float, float, list[Answer] | None]


def tables(home: Path, bucket: Bucket) -> Iterator[pa.Table]:
    return Store(home / "collector" / "journal.sqlite3").parts(bucket.lines, *EVER, columns=NEEDED)


def scan(home: Path, found: list[Bucket]) -> None:
    """The columns, as the kernel reads them, and nothing else."""
    for bucket in found:
        for one in tables(home, bucket):
            assert one.num_columns == len(NEEDED)


def kernel(home: Path, found: list[Bucket]) -> list[Outcome]:
    """All four rules, verdicts and tests left out by reason."""
    decisions = Decisions(found[0].plan.rules)
    outcomes = []
    for bucket in found:
        (evidence,) = gather(tables(home, bucket), [bucket.plan])
        outcomes.append(judge(evidence, bucket.plan, decisions))
    return outcomes


def kernel_answers(home: Path, found: list[Bucket], outcomes: list[Outcome]) -> list[Answer]:
    """The counts behind the outcomes, which must be the same."""
    answers = []
    for bucket, outcome in zip(found, outcomes, strict=True):
        (evidence,) = gather(tables(home, bucket), [bucket.plan])
        tests = arrange.by_direction(arrange.by_line(evidence.heard))
        block = Block(bucket.plan, tests, arrange.lanes(tests))
        rows = block.rows(tests.standing["speed.normal"])
        day = block.days(rows, "speed.normal")
        window = block.windows(rows)
        assert np.array_equal(outcome.slots_below["speed.normal"], block.by_line(day.below))
        answers.append(
            Answer(
                np.stack([day.ended_tested, day.below, day.unreached, day.run, day.minutes], axis=-1),
                np.stack([window.ended_tested, window.below, window.unreached, window.minutes], axis=-1).reshape(
                    -1, bucket.days, WINDOWS, 4
                ),
            )
        )
    return answers


def main() -> None:
    name, home, lines = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    found = buckets(lines)
    elapsed, spent = time.monotonic(), cpu_s()
    answers: list[Answer] | None = None
    outcomes: list[Outcome] = []
    if name == "kernel":
        outcomes = kernel(home, found)
    elif name == "duckdb":
        from bench.scale import sql

        answers = [sql.answer(one, files(home, number)) for number, one in enumerate(found)]
    elif name == "polars":
        from bench.scale import frames

        answers = [frames.answer(one, files(home, number)) for number, one in enumerate(found)]
    else:
        SCANS[name](home, found)
    elapsed, spent, peak = time.monotonic() - elapsed, cpu_s() - spent, peak_mb()
    alone = sum(int(one.alone.sum()) for one in outcomes)
    if outcomes:
        answers = kernel_answers(home, found, outcomes)
    told: dict[str, float | str | None] = {
        "elapsed_s": elapsed,
        "cpu_s": spent,
        "peak_mb": peak,
        "digest": None,
        "alone": alone,
    }
    if answers is not None:
        told["digest"] = digest(answers, found)
    print(json.dumps(told))


def cpu_s() -> float:
    """Of this process and its children."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, whose))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def scan_duckdb(home: Path, found: list[Bucket]) -> None:
    import duckdb

    with duckdb.connect() as db:
        db.execute(f"SET threads = {os.cpu_count() or 1}")
        for number, _ in enumerate(found):
            most = ", ".join(f"max({name})" for name in TEST)
            asked = f"SELECT {most} FROM read_parquet({files(home, number)}, hive_partitioning = false)"  # noqa: S608  our own names
            db.execute(asked).fetchall()


def scan_polars(home: Path, found: list[Bucket]) -> None:
    import polars as pl

    for number, _ in enumerate(found):
        pl.scan_parquet(files(home, number), hive_partitioning=False).select(TEST).collect()


SCANS: dict[str, Callable[[Path, list[Bucket]], None]] = {
    "scan": scan,
    "scan_duckdb": scan_duckdb,
    "scan_polars": scan_polars,
}

if __name__ == "__main__":
    main()
