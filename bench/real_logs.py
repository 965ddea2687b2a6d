"""Real logs of other tools: what `prova import` takes of them, beside figures derived without any of its code.

    python -m bench.real_logs FOLDER [--rows 1000000]

FOLDER holds open data as their publishers give it. The other path is plain `csv` and `json`, written for each file by
hand: it shares with the importer nothing but the file. Prints counts, medians and times of both, and ends with 1 where
they differ. Then it makes a log of many rows and measures speed and memory of its import. No test depends on it.
"""

import argparse
import csv
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from collector.store import Store
from probe.body.speed_test import SpeedTest

_ALL = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Figures:
    """One direction of one log."""

    count: int
    failed: int
    median_mbps: float | None
    first: str
    last: str

    def row(self) -> str:
        shown = "-" if self.median_mbps is None else f"{self.median_mbps:.6f}"
        return f"{self.count:>7} {self.failed:>6} {shown:>13}  {self.first}  {self.last}"


Measured = tuple[datetime, float, datetime, float]  # start and Mbit/s of download and upload; zero is a failure


@dataclass(frozen=True, slots=True)
class Log:
    """A real log: where it lies, what the importer has to be told, and how it is read by hand."""

    path: str
    options: tuple[str, ...]
    by_hand: Callable[[Path], Iterator[Measured]]


def brisbane(path: Path) -> Iterator[Measured]:
    """AEST all year round, Mbit/s."""
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.strptime(row["datetimestart"] + " +1000", "%Y-%m-%d %H:%M:%S %z")
            yield at, float(row["download"]), at, float(row["upload"])


def chicago(path: Path) -> Iterator[Measured]:
    """Seconds since 1970, Mbit/s."""
    with path.open(newline="") as file:
        for epoch, down, up, unit, _ in csv.reader(file):
            assert unit == "Mbit"
            at = datetime.fromtimestamp(int(epoch), UTC)
            yield at, float(down), at, float(up)


def ndt(path: Path) -> Iterator[Measured]:
    document = json.loads(path.read_text())
    at = datetime.fromisoformat(document["TestStartTime"]).replace(tzinfo=UTC)
    assert (document["DownloadUnit"], document["UploadUnit"]) == ("Mbit/s", "Mbit/s")
    yield at, document["DownloadValue"], at, document["UploadValue"]


def ookla(path: Path) -> Iterator[Measured]:
    """Bytes a second: its own bytes over its own time say so. The upload follows the download."""
    document = json.loads(path.read_text())
    at = datetime.fromisoformat(document["TestStartTime"]).replace(tzinfo=UTC)
    then = at + timedelta(milliseconds=document["DownloadElapsed"])
    yield at, document["DownloadBandwidth"] * 8 / 1e6, then, document["UploadBandwidth"] * 8 / 1e6


LOGS = (
    Log("WizardTim__speedtest-data/speedtests_2017-10_2019-04.csv", ("--timezone", "Australia/Brisbane"), brisbane),
    Log("klimburg__InternetSpeedDash/speedtest.csv", (), chicago),
    Log("m-lab__murakami/ndt5.jsonl", (), ndt),
    Log("m-lab__murakami/ndt7.jsonl", (), ndt),
    Log("m-lab__murakami/ookla-speedtest.jsonl", (), ookla),
)
NO_TESTS = ("m-lab__murakami/dash.jsonl", "m-lab__ndt7-js/test-download.jsonl")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=0)
    said = parser.parse_args()
    differing = sum(not compare(said.folder / log.path, log) for log in LOGS)
    differing += sum(not brings_nothing(said.folder / name) for name in NO_TESTS)
    differing += sum(not panel(path) for path in sorted((said.folder / "ofcom").glob("*.csv")))
    if said.rows:
        many(said.rows)
    print(f"\n{'every figure is the same' if not differing else f'{differing} files differ'}")
    return min(differing, 1)


def compare(path: Path, log: Log) -> bool:
    """One log both ways, and once more: the second time nothing is new."""
    with tempfile.TemporaryDirectory() as home:
        began = time.monotonic()
        report = imported(home, path, *log.options)
        took_s = time.monotonic() - began
        again = imported(home, path, *log.options)
        with_store = of_store(Path(home))
    by_hand = of_hand(log.by_hand(path))
    print(f"\n{path.name}: {report['formats']}, {took_s:.1f} s, new {report['new_count']}, again {again['new_count']}")
    print(f"{'':22}  count failed   median Mbit/s  first .. last")
    for direction in ("download", "upload"):
        print(f"{direction:>9} importer     {with_store[direction].row()}")
        print(f"{direction:>9} by hand      {by_hand[direction].row()}")
    for left in report["left"]:
        print(f"  left out: {left['count']} {left['why']}")
    return with_store == by_hand and again["new_count"] == 0


def brings_nothing(path: Path) -> bool:
    """A file of another kind of measurement, or without times, brings no test and says why."""
    with tempfile.TemporaryDirectory() as home:
        report = imported(home, path)
    print(f"\n{path.name}: no test; left out: {[(left['count'], left['why']) for left in report['left']]}")
    return not report["new_count"] and bool(report["left"])


def panel(path: Path) -> bool:
    """Medians of a panel by hand: columns found by eye in each year's header."""
    with tempfile.TemporaryDirectory() as home:
        told = imported(home, path)["panel"]
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    same = True
    print(f"\n{path.name}: {len(rows)} households")
    for name, pattern in (
        ("download_mean_mbps", r"Download\.speed..Mbit\.s..24\.h(ou)?rs?"),
        ("download_evening_mbps", r"Download\.speed..Mbit\.s..8\.10pm\.weekday"),
        ("upload_mean_mbps", r"Upload\.speed..Mbit\.s\.24\.hour"),
        ("latency_mean_ms", r"Latency..ms\.24\.hour"),
    ):
        (column,) = [one for one in rows[0] if re.fullmatch(pattern, one)]
        values = [float(row[column]) for row in rows if row[column] not in {"", "#NULL!", "NA"}]
        mine = (len(values), len(rows) - len(values), median(values))
        its = (told[name]["count"], told[name]["missing_count"], told[name]["median"])
        print(f"  {name:22} importer {its}  by hand {mine}")
        same &= its == mine
    return same


def many(rows: int) -> None:
    """Speed and memory over a log of many rows; nobody fetches so long a log."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "many.csv"
        start = datetime(2020, 1, 1, tzinfo=UTC)
        with path.open("w") as out:
            out.write("timestamp,download_mbps,upload_mbps,ping_ms\n")
            for n in range(rows):
                out.write(
                    f"{start + timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ},{90 + n % 97 / 10},{n % 11 + 1},{n % 9}\n"
                )
        for label in ("first", "again"):
            began = time.monotonic()
            report = imported(home, path)
            took_s = time.monotonic() - began
            peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            size_mb = path.stat().st_size / 1e6
            print(
                f"\n{rows} rows ({size_mb:.0f} MB), {label}: {took_s:.0f} s, {rows / took_s:.0f} rows/s,"
                f" {report['new_count']} tests new, peak {peak_mb:.0f} MB"
            )


def imported(home: str, path: Path, *options: str) -> Any:
    command = [sys.executable, "-m", "prova.main", "import", str(path), "--line", "casa", "--home", home, "--json"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=3600, check=False)
    if not done.stdout:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)["files"][0]


def of_store(home: Path) -> dict[str, Figures]:
    """What the store gives back."""
    found: dict[str, list[tuple[datetime, float | None]]] = {"download": [], "upload": []}
    for stored in Store(home / "collector" / "journal.sqlite3").imported(["casa"], *_ALL):
        body = stored.record.body
        assert isinstance(body, SpeedTest)
        rate = None if body.rate_bps is None else body.rate_bps / 1e6
        found[body.direction.value].append((stored.record.started.at, rate))
    return {name: figures(rows) for name, rows in found.items()}


def of_hand(rows: Iterator[Measured]) -> dict[str, Figures]:
    read = list(rows)
    return {
        "download": figures([(at, down or None) for at, down, _, _ in read]),
        "upload": figures([(at, up or None) for _, _, at, up in read]),
    }


def figures(rows: list[tuple[datetime, float | None]]) -> Figures:
    rates = [rate for _, rate in rows if rate is not None]
    times = sorted(at.astimezone(UTC) for at, _ in rows)
    shown = [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (times[0], times[-1])] if times else ["-", "-"]
    middle = round(median(rates), 6) if rates else None
    return Figures(len(rates), len(rows) - len(rates), middle, *shown)


if __name__ == "__main__":
    sys.exit(main())
