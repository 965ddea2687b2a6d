"""`prova check` of many lines, over a store with signed batches: the same verdicts as of each line alone."""

import json
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from analysis.contract import Contract
from analysis.contract_file import load
from analysis.kernel.line_json import line_json
from analysis.kernel.told import of_findings
from analysis.period import Period, local_day
from analysis.run import check
from collector.store import Store
from probe import clock, wire
from probe.record import Record
from prova.command.check import command
from tests.integration.lake_rig import House, Sender, accepted
from tests.many_lines import DAYS, FIRST_DAYS, ZONES, a_line

FIRST_ON = FIRST_DAYS[1]
LAST_ON = FIRST_ON + timedelta(days=DAYS - 1)
AT_ONCE = 100  # of a batch
PERIOD = ("--from", FIRST_ON.isoformat(), "--to", (LAST_ON + timedelta(days=1)).isoformat())


@dataclass(frozen=True)
class Fleet:
    home: Path
    store: Store
    contracts: Path
    of_line: dict[str, Contract]

    def check(self, *arguments: str) -> tuple[int, list[str], str]:
        given = [*arguments, "--home", str(self.home), *PERIOD]
        done = CliRunner().invoke(command, given, standalone_mode=False, catch_exceptions=False)
        return done.return_value, done.stdout.splitlines(), done.stderr


CONTRACT = """\
operator = "NOS"
service = "Fibra"
technology = "ftth"
dated = 2026-01-15
profile = "pt-nos"
[line]
id = "{line}"
timezone = "{zone}"
[download]
maximum_mbps = 1000
normal_mbps = {normal}
minimum_mbps = 400
[upload]
maximum_mbps = 1000
normal_mbps = 950
minimum_mbps = 80
[[change]]
from = 2026-10-25
download = {{ maximum_mbps = 500, normal_mbps = 500, minimum_mbps = 300 }}
"""


def keep(house: House, sender: Sender, records: list[Record]) -> None:
    ordered = sorted(records, key=lambda one: one.sequence)
    for first in range(0, len(ordered), AT_ONCE):
        some = ordered[first : first + AT_ONCE]
        encoded = [wire.encode_record(one) for one in some]
        signed = wire.seal_batch(sender.line, sender.name, encoded, previous_sha256=sender.head, key=sender.own)
        sender.head = wire.sha256(signed)
        house.keep(accepted(signed, sender.own, max(one.ended.at for one in some)))


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """Five lines in three zones, four of them sealed, one without a contract, one with time away."""
    house, chance = House(tmp_path_factory.mktemp("home")), random.Random(11)
    folder = tmp_path_factory.mktemp("contracts")
    of_line: dict[str, Contract] = {}
    for number in range(5):
        if number == 4:
            house.seal(before_on=date(2026, 12, 1))
        line, zone = f"line-{number}", str(ZONES[number % 3].key)
        path = folder / f"{line}.toml"
        path.write_text(CONTRACT.format(line=line, zone=zone, normal=(1000, 950)[number % 2]))
        contract = load(path)
        sender = house.sender(line, f"p{number}")
        records = a_line(chance, contract, FIRST_ON)
        keep(house, sender, [replace(one, probe=sender.name) for one in records])
        if number == 3:
            path.unlink()
        else:
            of_line[line] = contract
    return Fleet(house.home, house.store, folder, of_line)


def expected(fleet: Fleet, line: str) -> dict[str, Any]:
    """What the line's own findings come to."""
    contract = fleet.of_line[line]
    zone = contract.line.zone
    period = Period(local_day(FIRST_ON, zone).start_at, local_day(LAST_ON, zone).end_at)
    days = tuple(FIRST_ON + timedelta(days=number) for number in range(DAYS))
    return line_json(of_findings(check(fleet.store, contract, period, clock.now()).findings, contract, days))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_many_lines_are_judged_as_each_alone(fleet: Fleet, jobs: str) -> None:
    code, told, said = fleet.check("--contract", str(fleet.contracts), "--lines", "all", "--json", "--jobs", jobs)
    by_line = {one["line"]: one for one in map(json.loads, told)}
    assert sorted(by_line) == sorted(fleet.of_line)
    for line, one in by_line.items():
        assert one | {"alone": True} == expected(fleet, line)
    assert code == 0
    assert "1 lines have no contract" in said
    assert "line-3" in said
    assert f"{len(fleet.of_line)} of {len(fleet.of_line)} lines" in said
    assert not all(one["alone"] for one in by_line.values())


def test_one_contract_stands_for_every_line_that_is_named(fleet: Fleet) -> None:
    contract = str(fleet.contracts / "line-0.toml")
    code, told, _ = fleet.check("--contract", contract, "--line", "line-0", "--line", "line-3", "--json", "--exit-code")
    by_line = {one["line"]: one for one in map(json.loads, told)}
    assert sorted(by_line) == ["line-0", "line-3"]
    assert by_line["line-0"] | {"alone": True} == expected(fleet, "line-0")
    assert code == int(any(rule["breached_on"] for one in by_line.values() for rule in one["rules"]))


def test_a_reader_gets_a_line_for_each_line_and_the_sum(fleet: Fleet) -> None:
    _, told, _ = fleet.check("--contract", str(fleet.contracts), "--lines", "all")
    assert sorted(one.split(":")[0] for one in told if one.startswith("line-")) == sorted(fleet.of_line)
    assert told[-1].startswith(f"{len(fleet.of_line)} lines, ")
    assert "not certified by the regulator" in told[-1]


def test_comparators_and_a_case_are_for_one_line(fleet: Fleet) -> None:
    with pytest.raises(click.UsageError, match="for one line"):
        fleet.check("--contract", str(fleet.contracts), "--lines", "all", "--profile", "de-2021")


def test_a_folder_without_a_contract_says_what_to_put_there(fleet: Fleet, tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="for each line"):
        fleet.check("--contract", str(tmp_path), "--lines", "all")
