"""A made-up country: made, extracted, asked of other engines, on one worker and on two.

python -m bench.scale country make FOLDER [--lines 80000] [--jobs 2]
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from bench.scale.country.make import DAYS, Asked, make


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="bench.scale country", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["make"])
    parser.add_argument("home", type=Path)
    parser.add_argument("--lines", type=int, default=80_000)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    wanted = parser.parse_args(arguments)
    made = make(wanted.home, Asked(lines=wanted.lines, days=wanted.days, seed=wanted.seed, jobs=wanted.jobs))
    print(json.dumps(asdict(made)))
