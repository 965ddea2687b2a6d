"""Judging many lines at once, beside DuckDB and Polars, on made-up lakes from 1/16 of 20,000 lines up to all of them.

    python -m bench.scale make FOLDER [--lines 20000]         # six gigabytes, some five minutes
    python -m bench.scale run FOLDER --file F [--lines 1250,5000] [--engines kernel,scan] [--runs 3] [--within-s 170]
    python -m bench.scale show --file F

`run` begins no measurement after `--within-s`, and goes on where the file ends when it is started again. Each
measurement is a process of its own; the order within each round is shuffled. All answers are held against each other.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

ALL = 20_000
ENGINES = ("scan", "scan_duckdb", "scan_polars", "kernel", "duckdb", "polars", "check", "check_2")
WITHIN_S = 900
CONTRACT = """\
operator = "NOS"
service = "Fibra 500"
technology = "ftth"
dated = 2026-01-09
profile = "pt-nos"
[line]
id = "casa"
timezone = "Europe/Lisbon"
[download]
maximum_mbps = 500
normal_mbps = 500
minimum_mbps = 200
[upload]
maximum_mbps = 500
normal_mbps = 500
minimum_mbps = 200
"""


def run(folder: Path, file: Path, wanted: argparse.Namespace) -> None:
    began = time.monotonic()
    done = read(file)
    chance = random.Random(len(done))
    for number in range(wanted.runs):
        work = [
            (lines, engine)
            for lines in map(int, wanted.lines.split(","))
            for engine in wanted.engines.split(",")
            if sum((one["lines"], one["engine"]) == (lines, engine) for one in done) <= number
        ]
        chance.shuffle(work)
        for lines, engine in work:
            if time.monotonic() - began > wanted.within_s:
                return
            told = {"lines": lines, "engine": engine, **measure(folder / f"s{lines}", lines, engine)}
            done.append(told)
            with file.open("a") as out:
                out.write(json.dumps(told) + "\n")
            print(json.dumps(told), flush=True)


def measure(home: Path, lines: int, engine: str) -> dict[str, Any]:
    if engine.startswith("check"):
        return check(home, engine)
    command = [sys.executable, "-m", "bench.scale.engine", engine, str(home), str(lines)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=WITHIN_S)
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def check(home: Path, engine: str) -> dict[str, Any]:
    """The whole command, its start and its output included."""
    contract = home.parent / "contract.toml"
    contract.write_text(CONTRACT)
    jobs = engine.partition("_")[2] or "1"
    days = ("--from", "2026-03-10", "--to", "2026-04-09")
    command = [
        "check",
        "--home",
        str(home),
        "--contract",
        str(contract),
        *days,
        "--lines",
        "all",
        "--json",
        "--jobs",
        jobs,
    ]
    script = (
        "import json, resource, subprocess, sys, time\n"
        "began = time.monotonic()\n"
        "with open(sys.argv[1], 'w') as out:\n"
        "    command = [sys.executable, '-m', 'prova.main', *sys.argv[2:]]\n"
        "    subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, check=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps({'elapsed_s': time.monotonic() - began, 'cpu_s': used.ru_utime + used.ru_stime,"
        " 'peak_mb': used.ru_maxrss / 1024}))\n"
    )
    out = home.parent / "verdicts.jsonl"
    ended = subprocess.run(
        [sys.executable, "-c", script, str(out), *command], capture_output=True, text=True, check=True, timeout=WITHIN_S
    )
    told: dict[str, Any] = json.loads(ended.stdout)
    with out.open() as lines:
        return told | {"digest": None, "written": sum(1 for _ in lines)}


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def show(file: Path) -> None:
    done = read(file)
    print("| lines | engine | runs | CPU s | elapsed s | peak MB | CPU s a million tests |\n|-:|-|-:|-:|-:|-:|-:|")
    for lines in sorted({one["lines"] for one in done}):
        digests = {one["digest"] for one in done if one["lines"] == lines} - {None}
        assert len(digests) <= 1, f"the engines disagree on {lines} lines: {digests}"
        for engine in ENGINES:
            of = [one for one in done if (one["lines"], one["engine"]) == (lines, engine)]
            if of:
                cpu_s, elapsed_s, peak_mb = (
                    median(one[name] for one in of) for name in ("cpu_s", "elapsed_s", "peak_mb")
                )
                each = cpu_s / (lines * 48 * 30 / 10**6)
                print(
                    f"| {lines} | {engine} | {len(of)} | {cpu_s:.1f} | {elapsed_s:.1f} | {peak_mb:.0f} | {each:.2f} |"
                )


def make(folder: Path, lines: int) -> None:
    from bench.scale.lake import make as put

    for part in (16, 8, 4, 2, 1):
        print(put(folder / f"s{lines // part}", lines // part), flush=True)


def main() -> None:
    if sys.argv[1:2] == ["country"]:
        from bench.scale.country.command import main as country

        country(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["make", "run", "show"])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("scale"))
    parser.add_argument("--file", type=Path, default=Path("scale.jsonl"))
    parser.add_argument("--lines", default="1250")
    parser.add_argument("--engines", default=",".join(ENGINES[:6]))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--within-s", type=float, default=170)
    wanted = parser.parse_args()
    if wanted.what == "make":
        make(wanted.folder, int(wanted.lines))
    elif wanted.what == "run":
        run(wanted.folder, wanted.file, wanted)
    else:
        show(wanted.file)


if __name__ == "__main__":
    main()
