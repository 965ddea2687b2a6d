"""A made-up country: made, extracted, asked of other engines, on one worker and on two.

    python -m bench.scale country make HOME [--lines 80000] [--jobs 2]   # thirteen gigabytes and a quarter of an hour
    python -m bench.scale country extract HOME                           # `prova extract --jobs 2`, watched
    python -m bench.scale country beside HOME [--buckets 4]              # and DuckDB and Polars on some buckets
    python -m bench.scale country workers HOME [--buckets 1]             # one Dask worker, and two

Each prints JSON lines. `extract` writes beside HOME and removes it again.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from bench.scale.country.make import DAYS, Asked, contracts_folder, make
from bench.scale.country.watch import watched

_ENGINES = ("prova", "duckdb", "polars")
_MOST_S = 3600


def extract(home: Path, most_s: float) -> None:
    output = home.with_name(f"{home.name}-extract")
    shutil.rmtree(output, ignore_errors=True)
    command = [sys.executable, "-m", "prova.main", "extract", "--period", "2026-04", "--jobs", "2"]
    told = watched(
        [*command, "-o", str(output), "--contract", str(contracts_folder(home)), "--home", str(home)], most_s=most_s
    )
    print(json.dumps(asdict(told)))


def beside(home: Path, buckets: int) -> None:
    """In an order drawn anew each time; the answers are held against one another."""
    told = []
    for name in (*random.sample(_ENGINES, len(_ENGINES)), "check"):
        command = [sys.executable, "-m", "bench.scale.country.peer", name, str(home), str(buckets)]
        ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_MOST_S)
        print(ended.stdout.strip(), flush=True)
        told.append(json.loads(ended.stdout))
    for which in ("numbers", "counts"):
        assert len({one[which] for one in told if which in one}) == 1, f"the engines disagree on the {which}"


def workers(home: Path, buckets: int) -> None:
    command = [sys.executable, "-m", "bench.scale.country.workers", str(home), str(buckets)]
    subprocess.run(command, check=True, timeout=_MOST_S)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="bench.scale country", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["make", "extract", "beside", "workers"])
    parser.add_argument("home", type=Path)
    parser.add_argument("--lines", type=int, default=80_000)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--buckets", type=int, default=1)
    parser.add_argument("--most-s", type=float, default=_MOST_S)
    wanted = parser.parse_args(arguments)
    if wanted.what == "make":
        asked = Asked(lines=wanted.lines, days=wanted.days, seed=wanted.seed, jobs=wanted.jobs)
        print(json.dumps(asdict(make(wanted.home, asked))))
    elif wanted.what == "extract":
        extract(wanted.home, wanted.most_s)
    else:
        {"beside": beside, "workers": workers}[wanted.what](wanted.home, wanted.buckets)
