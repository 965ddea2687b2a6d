"""The made-up country is the same each time, and has the evenings, gaps and failures that it says it has."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
import pytest

from analysis.contract_file import load
from analysis.fleet.topology_file import load as load_topology
from bench.scale.country.day import load as load_of
from bench.scale.country.day import tests_of as made_of
from bench.scale.country.make import Asked, contracts_folder, make, read
from bench.scale.country.population import population
from collector.home import CollectorHome
from collector.store import Store

ON, FIRST_ON, LINES = date(2026, 4, 8), date(2026, 4, 1), 1_000


@pytest.fixture(scope="module")
def day() -> pa.Table:
    return made_of(population(LINES, 1, 30), np.arange(LINES), ON, FIRST_ON)


def test_the_same_seed_gives_the_same_country(day: pa.Table) -> None:
    assert made_of(population(LINES, 1, 30), np.arange(LINES), ON, FIRST_ON).equals(day)
    assert not made_of(population(LINES, 2, 30), np.arange(LINES), ON, FIRST_ON).equals(day)


def test_lines_are_in_order_and_no_two_tests_of_one_overlap(day: pa.Table) -> None:
    line, start = day["line"].to_pylist(), day["started_at"].cast(pa.int64()).to_numpy()
    end = day["ended_at"].cast(pa.int64()).to_numpy()
    assert line == sorted(line)
    same = np.array(line[1:]) == np.array(line[:-1])
    assert bool((start[1:] >= end[:-1])[same].all())


def test_evenings_are_fullest_and_congested_lines_lose_speed_then(day: pa.Table) -> None:
    assert (
        load_of(np.array([21.0]), weekend=False)
        > load_of(np.array([14.0]), weekend=False)
        > load_of(np.array([4.0]), weekend=False)
    )
    people = population(LINES, 1, 30)
    line = np.array([int(name.removeprefix("line-")) for name in day["line"].to_pylist()])
    hour = (day["started_at"].cast(pa.int64()).to_numpy() // 3_600_000_000 + 1) % 24
    rate = day["rate_bps"].to_numpy(zero_copy_only=False) / people.maximum_bps(upload=False)[line]
    ours = (np.array(day["direction"].to_pylist()) == "download") & (people.evening_dip[line] > 0.25)
    assert np.nanmedian(rate[ours & (hour == 21)]) < 0.8 * np.nanmedian(rate[ours & (hour == 4)])


def test_some_tests_are_missing_and_some_failed(day: pa.Table) -> None:
    planned = LINES * (0.72 * 48 + 0.16 * 24 + 0.12 * 96)
    assert 0.92 * planned < day.num_rows < planned
    failed = day.num_rows - day["failure"].null_count
    assert 0.001 < failed / day.num_rows < 0.02
    assert day["rate_bps"].null_count == failed


def test_what_is_made_is_a_store_with_contracts_and_places(tmp_path: Path) -> None:
    made = make(tmp_path / "home", Asked(lines=40, days=1))
    assert read(tmp_path / "home") == made
    store = Store(CollectorHome(tmp_path / "home").journal)
    assert len(store.lines()) == 40
    files = sorted(contracts_folder(tmp_path / "home").glob("*.toml"))
    assert [load(file).line.id for file in files] == [*store.lines()]
    assert len(load_topology(tmp_path / "home" / "fleet" / "topology.csv").placed) == 40
