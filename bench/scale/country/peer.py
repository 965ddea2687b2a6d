"""One engine on some buckets of the made-up country: `python -m bench.scale.country.peer NAME HOME BUCKETS`.

`prova` is the extract's own path in two processes: every finding of every line-day, and each line's period in numbers.
`duckdb` and `polars` have two threads and give the counts that `speed.normal` and `speed.normal.rolling` are decided
by, and the same numbers. `check` gives what the counts must be, from the kernel. Prints JSON.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analysis.contract_file import load
from analysis.extract.panel.beside import Beside
from analysis.extract.parameters import parameters
from analysis.kernel.plan import plans
from analysis.kernel.run import Span
from bench.scale import frames, sql
from bench.scale.country.make import DAYS, FIRST_ON, contracts_folder, read
from bench.scale.country.numbers import digest as digest_of_numbers
from bench.scale.country.numbers import of_duckdb, of_polars, of_summaries
from bench.scale.engine import cpu_s, kernel, kernel_answers, peak_mb
from bench.scale.lake import names
from bench.scale.question import Bucket, digest, files
from collector.home import CollectorHome
from collector.lake.manifest import bucket_of
from collector.lake.seal import BUCKET_COUNT
from collector.store import Store
from prova.many.extraction import Task, Work, parts, results
from prova.many_lines import buckets

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SPAN = Span(first=FIRST_ON, last=FIRST_ON + timedelta(days=DAYS - 1), now=NOW)


def main() -> None:
    name, home, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    work = work_of(home, count)
    asked = [*_asked(home, work)]
    began_s, spent_s = time.monotonic(), cpu_s()
    told = _told(name, home, asked, work)
    spent = {"elapsed_s": time.monotonic() - began_s, "cpu_s": cpu_s() - spent_s, "peak_mb": peak_mb()}
    print(json.dumps({"engine": name, "buckets": count, **spent, **told()}))


def work_of(home: Path, count: int) -> tuple[Work, ...]:
    """The parts of the first so many buckets."""
    ours = [line for line in names(read(home).lines) if bucket_of(line, BUCKET_COUNT) < count]
    contracts = {line: load(contracts_folder(home) / f"{line}.toml") for line in ours}
    known = parameters()
    beside = Beside(placed={}, cases={}, peak_hours=known.peak_hours, late=timedelta(seconds=known.late_s))
    return parts(buckets(Store(CollectorHome(home).journal), contracts), beside)


def _asked(home: Path, work: Sequence[Work]) -> Iterator[tuple[Bucket, list[str]]]:
    for one in work:
        (plan,), _ = plans(one.bucket.contracts, SPAN.first, SPAN.last, NOW)
        yield Bucket(plan.lines, plan), files(home, bucket_of(plan.lines[0], BUCKET_COUNT))


def _told(
    name: str, home: Path, asked: Sequence[tuple[Bucket, list[str]]], work: Sequence[Work]
) -> Callable[[], dict[str, str]]:
    """Does the work; what is given back tells the answer's digests."""
    if name == "prova":
        every = [*results(work, Task(SPAN), jobs=2, scheduler=None)]
        return lambda: {"numbers": digest_of_numbers(of_summaries(one for part in every for one in part.summaries))}
    found = [bucket for bucket, _ in asked]
    if name == "check":
        answers = kernel_answers(home, found, kernel(home, found))
        return lambda: {"counts": digest(answers, found)}
    numbers_of, counts_of = (of_duckdb, sql.answer) if name == "duckdb" else (of_polars, frames.answer)
    numbers = [row for bucket, paths in asked for row in numbers_of(bucket, paths)]
    answers = [counts_of(bucket, paths) for bucket, paths in asked]
    return lambda: {"numbers": digest_of_numbers(numbers), "counts": digest(answers, found)}


if __name__ == "__main__":
    main()
