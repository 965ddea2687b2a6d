"""`prova extract` over a store with signed batches: the packages, by libraries of others and by figures done again."""

import csv
import hashlib
import io
import json
import shutil
import statistics
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types
import pytest
from click.testing import CliRunner
from csvw import CSVW  # type: ignore[import-untyped]  # ships no types

from analysis.extract.aggregate import DIMENSIONS
from probe import wire
from probe.body.speed_test import Direction
from probe.record import Record
from prova.command.many.extract import command
from prova.command.privacy import command as privacy
from tests.build import a_record, a_speed_test
from tests.integration.lake_rig import House, Sender, accepted

ZONE = ZoneInfo("Europe/Lisbon")
REGIONS = ("Norte",) * 14 + ("Algarve",) * 12 + ("Centro",) * 4
DAYS = (1, 15, 31)  # of October: the clock changes on the 25th
HOURS = (0, 6, 12, 20, 21)

CONTRACT = """\
operator = "{operator}"
service = "Fibra"
technology = "ftth"
dated = 2026-01-15
profile = "pt-nos"
[line]
id = "{line}"
timezone = "Europe/Lisbon"
[download]
maximum_mbps = 500
normal_mbps = 500
minimum_mbps = 200
[upload]
maximum_mbps = 100
normal_mbps = 100
minimum_mbps = 40
"""


@dataclass(frozen=True)
class Panel:
    house: House
    contracts: Path

    def extract(self, folder: Path, *arguments: str, period: str = "2026-10") -> tuple[int, str, str]:
        given = ["--period", period, "-o", str(folder), "--contract", str(self.contracts), *arguments]
        ended = CliRunner().invoke(
            command, [*given, "--home", str(self.house.home)], standalone_mode=False, catch_exceptions=False
        )
        return ended.return_value, ended.stdout, ended.stderr


def mbps(number: int, day: int, hour: int) -> float:
    """Of line `number`: slower by night than at noon, and each line its own."""
    return 400.0 + 3 * number + (0 if hour in (20, 21) else 50) + day / 100


def measure(house: House, line: str, number: int) -> None:
    sender: Sender = house.sender(line, f"p{number}")
    records: list[Record] = []
    for day in DAYS:
        for hour in HOURS:
            for direction, share in ((Direction.DOWNLOAD, 1.0), (Direction.UPLOAD, 0.2)):
                at = datetime(2026, 10, day, hour, 7, tzinfo=ZONE).astimezone(ZoneInfo("UTC"))
                body = a_speed_test(direction=direction, ip_mbps=mbps(number, day, hour) * share)
                made = a_record(line=line, body=body, at=at + timedelta(seconds=20 * (share < 1)), sequence=1)
                records.append(replace(made, probe=sender.name, sequence=len(records) + 1))
    encoded = [wire.encode_record(one) for one in records]
    signed = wire.seal_batch(line, sender.name, encoded, previous_sha256=sender.head, key=sender.own)
    house.keep(accepted(signed, sender.own, records[-1].ended.at))


def made_panel(home: Path, folder: Path) -> Panel:
    house = House(home)
    rows = ["line,operator,region"]
    for number, region in enumerate(REGIONS):
        line, operator = f"line-{number:02}", "NOS" if number % 2 else "MEO"
        (folder / f"{line}.toml").write_text(CONTRACT.format(line=line, operator=operator))
        rows.append(f"{line},{operator},{region}")
        measure(house, line, number)
    house.sender("line-99", "p99")
    topology = house.home / "fleet" / "topology.csv"
    topology.parent.mkdir(parents=True)
    topology.write_text("\n".join(rows) + "\n")
    return Panel(house, folder)


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    return made_panel(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("contracts"))


@pytest.fixture(scope="module")
def packages(panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extract") / "2026-10"
    code, said, err = panel.extract(folder, "--publisher", "A regulator", "--json")
    assert code == 0
    told = json.loads(said)
    assert (told["lines"], told["tests"]) == (len(REGIONS), len(REGIONS) * len(DAYS) * len(HOURS) * 2)
    assert "1 lines have no contract" in err
    return folder


def rows_of(packages: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((packages / name).read_text(encoding="utf-8"), newline="")))


def test_what_is_published_can_be_computed_again_from_the_lines(packages: Path) -> None:
    lines = rows_of(packages, "restricted/data/line_periods.csv")
    shown = [one for one in rows_of(packages, "public/data/aggregates.csv") if one["state"] == "shown"]
    assert {one["region"] for one in shown} >= {"all", "Norte"}
    for one in shown:
        own = [
            line
            for line in lines
            if line["direction"] == one["direction"] and all(one[name] in ("all", line[name]) for name in DIMENSIONS)
        ]
        assert int(one["line_count"]) == len(own)
        assert int(one["test_count"]) == sum(int(line["test_count"]) for line in own)
        assert float(one["median_bps"]) == statistics.median_low([float(line["median_bps"]) for line in own])
        assert float(one["median_bps_low"]) <= float(one["median_bps"]) <= float(one["median_bps_high"])
        days = sum(int(one[f"speed_normal_{verdict}_days"]) for verdict in ("met", "breached", "insufficient"))
        assert days == len(own) * 31
        assert 0.8 < float(one["peak_share"]) < 0.95, "the evenings are slower"


def test_small_groups_are_withheld_and_so_is_what_would_tell_them(packages: Path) -> None:
    withheld = {
        tuple(one[name] for name in DIMENSIONS): one["reason"] for one in rows_of(packages, "public/data/withheld.csv")
    }
    assert withheld["Centro", *["all"] * (len(DIMENSIONS) - 1)] == "few_lines"
    assert "others" in withheld.values()
    for one in rows_of(packages, "public/data/aggregates.csv"):
        hidden = tuple(one[name] for name in DIMENSIONS) in withheld
        assert (one["state"] == "withheld") is hidden
        assert (one["line_count"] == "") is hidden


def test_nothing_of_a_lines_name_is_in_any_file(packages: Path) -> None:
    for path in packages.rglob("*"):
        if path.is_file():
            assert b"line-0" not in path.read_bytes()


def test_parquet_holds_what_the_csv_holds(packages: Path) -> None:
    for path in packages.rglob("*.csv"):
        twin = pq.read_table(path.with_suffix(".parquet"))
        rows = rows_of(path.parent, path.name)
        assert twin.num_rows == len(rows)
        for name in twin.column_names:
            told = [one[name] for one in rows]
            assert told == [as_text(value) for value in twin.column(name).to_pylist()], name


def as_text(value: Any) -> str:
    """As the CSV has it."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def test_checksums_and_descriptions_are_of_the_files_that_are_there(packages: Path) -> None:
    for package in (packages / "public", packages / "restricted"):
        told = {row[66:]: row[:64] for row in (package / "SHA256SUMS").read_text().splitlines()}
        there = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()} - {"SHA256SUMS"}
        assert told.keys() == there
        for name, digest in told.items():
            assert hashlib.sha256((package / name).read_bytes()).hexdigest() == digest
        described: dict[str, Any] = json.loads((package / "datapackage.json").read_text())
        paths = Counter(one["path"] for one in (*described["resources"], *described["twins"]))
        assert paths == Counter(name for name in there if name.startswith("data/") and not name.endswith(".json"))


@pytest.mark.parametrize(
    "package", ["public", *(pytest.param(one, marks=pytest.mark.slow) for one in ("restricted", "records"))]
)
def test_validators_of_others_find_nothing(packages: Path, records: Path, package: str) -> None:
    folder = records if package == "records" else packages / package
    said = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    report: dict[str, Any] = json.loads(said.stdout)
    assert (report["valid"], report["stats"]["errors"]) == (True, 0), report
    assert {task["place"] for task in report["tasks"]} == {
        str(path.relative_to(folder)) for path in (folder / "data").rglob("*.csv")
    }
    for described in (folder / "data").rglob("*-metadata.json"):
        held = CSVW(str(described), validate=True)
        assert held.is_valid, held.warnings


@pytest.fixture(scope="module")
def records(panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records") / "2026-10"
    code, _, _ = panel.extract(folder, "--records")
    assert code == 0
    return folder / "records"


def test_every_test_is_told_once_under_its_lines_pseudonym(records: Path, packages: Path) -> None:
    parts = sorted((records / "data" / "speed_tests").glob("*.csv"))
    told = [one for path in parts for one in rows_of(records, f"data/speed_tests/{path.name}")]
    assert len(told) == len(REGIONS) * len(DAYS) * len(HOURS) * 2
    assert len({(one["unit_id"], one["number"]) for one in told}) == len(told)
    for line in rows_of(packages, "restricted/data/line_periods.csv"):
        own = [one for one in told if (one["unit_id"], one["direction"]) == (line["unit_id"], line["direction"])]
        assert len(own) == int(line["test_count"])
        counts = sorted(int(one["ip_rate_bps"]) for one in own if not one["excluded"])
        assert len(counts) == int(line["valid_count"])
        assert counts[-(-len(counts) // 2) - 1] == int(line["median_bps"])


def test_records_are_told_in_the_lines_own_days_and_busy_hours(records: Path) -> None:
    (path, *_) = sorted((records / "data" / "speed_tests").glob("*.parquet"))
    for one in pq.read_table(path).to_pylist():
        local = one["started_at"].astimezone(ZONE)
        assert one["day"] == local.date()
        assert one["is_peak"] == (local.weekday() < 5 and local.hour in (19, 20, 21, 22))


def test_the_same_records_give_the_same_bytes_again(panel: Panel, packages: Path, tmp_path: Path) -> None:
    """In two processes too."""
    code, _, _ = panel.extract(tmp_path / "again", "--publisher", "A regulator", "--jobs", "2")
    assert code == 0
    for path in packages.rglob("*"):
        if path.is_file():
            assert (tmp_path / "again" / path.relative_to(packages)).read_bytes() == path.read_bytes(), path


@pytest.mark.parametrize("program", [("public/recompute.py",), ("restricted/recompute_lines.py", "--public", "public")])
def test_programs_that_know_nothing_of_prova_get_the_same_figures(packages: Path, program: tuple[str, ...]) -> None:
    said = subprocess.run(
        [sys.executable, "-I", "-S", *program], cwd=packages, capture_output=True, text=True, timeout=100, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.endswith(" figures computed again, 0 differ.\n")


def test_a_period_is_compared_with_an_earlier_one(panel: Panel, packages: Path, tmp_path: Path) -> None:
    """The month before is this one with every line a tenth slower, and without one of them."""
    lines = rows_of(packages, "restricted/data/line_periods.csv")
    then = tmp_path / "then" / "restricted" / "data" / "line_periods.csv"
    then.parent.mkdir(parents=True)
    with then.open("w", newline="") as file:
        written = csv.DictWriter(file, lines[0])
        written.writeheader()
        for line in lines[2:]:
            written.writerow({**line, "period": "2026-09", "median_bps": float(line["median_bps"]) * 0.9})
    code, _, _ = panel.extract(tmp_path / "now", "--previous", str(tmp_path / "then"))
    assert code == 0
    changes = [one for one in rows_of(tmp_path / "now", "public/data/changes.csv") if one["state"] == "shown"]
    rates = [one for one in changes if one["indicator"] == "rate_share"]
    assert {one["region"] for one in rates} == {one["region"] for one in changes} >= {"all"}
    assert all(float(one["change"]) == pytest.approx(1 / 0.9 - 1, abs=1e-4) for one in rates)
    assert {one["finding"] for one in changes} == {"higher"}
    joined = {one["presence"]: one for one in rows_of(tmp_path / "now", "public/data/panel_changes.csv")}["joined"]
    assert (joined["state"], joined["line_count"]) == ("withheld", ""), "one line came: nobody learns that"


def test_an_earlier_package_that_is_none_is_told_before_anything_is_read(panel: Panel, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="cannot be read: No such file or directory"):
        panel.extract(tmp_path / "now", "--previous", str(tmp_path))


def test_a_panel_is_weighted_to_known_totals(panel: Panel, tmp_path: Path) -> None:
    totals = tmp_path / "totals.csv"
    totals.write_text("dimension,category,lines\nregion,Norte,10\nregion,Algarve,80\nregion,Centro,10\n")
    code, _, _ = panel.extract(tmp_path / "weighted", "--totals", str(totals))
    assert code == 0
    weights: dict[str, float] = dict.fromkeys(REGIONS, 0.0)
    for line in rows_of(tmp_path / "weighted", "restricted/data/line_periods.csv"):
        if line["direction"] == "download":
            weights[line["region"]] += float(line["weight"])
    assert {name: round(weight, 3) for name, weight in weights.items()} == {"Norte": 10, "Algarve": 80, "Centro": 10}


def test_totals_that_leave_out_a_region_are_told_with_the_mend(panel: Panel, tmp_path: Path) -> None:
    totals = tmp_path / "totals.csv"
    totals.write_text("dimension,category,lines\nregion,Norte,10\n")
    with pytest.raises(Exception, match="the totals of region say nothing of Algarve, Centro; add how many"):
        panel.extract(tmp_path / "weighted", "--totals", str(totals))
    assert not (tmp_path / "weighted").exists()


def test_whoever_objected_is_in_no_table_and_counted_to_nobody_by_name(panel: Panel, tmp_path: Path) -> None:
    shutil.copytree(panel.house.home, tmp_path / "home")
    own = Panel(House(tmp_path / "home"), panel.contracts)
    _, said, _ = own.extract(tmp_path / "all", "--json")
    asked = ["object", "--line", "line-03", "--purpose", "extract", "--home", str(own.house.home)]
    assert CliRunner().invoke(privacy, asked, standalone_mode=False).return_value == 0
    code, fewer, err = own.extract(tmp_path / "fewer", "--json")
    assert code == 0
    assert json.loads(fewer)["lines"] == json.loads(said)["lines"] - 1
    assert "1 lines are left out, by request" in err
    assert "line-03" not in err


def test_a_folder_with_something_in_it_is_left_alone(panel: Panel, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(Exception, match="is there already and not empty"):
        panel.extract(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_a_period_without_a_test_is_not_enough_evidence(panel: Panel, tmp_path: Path) -> None:
    code, _, err = panel.extract(tmp_path / "none", period="2026-Q2")
    assert (code, (tmp_path / "none").exists()) == (3, False)
    assert "No line has a test in 2026-Q2" in err
