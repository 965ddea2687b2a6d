"""Writes the made-up country: a store by the lake's own writer in the lake's own layout, contracts, the topology.

HOME/             a home as `prova extract --home` reads it, its topology among it
HOME-contracts/   a contract file for each line
HOME/country.json what was made: lines, days, tests, bytes, seed
"""

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from bench.scale.country.day import EPOCH_ON, tests_of
from bench.scale.country.population import OPERATORS, REGIONS, TIERS, Population, Tier, population
from bench.scale.lake import name_in_journal, names
from collector.home import CollectorHome
from collector.journal import Journal
from collector.lake import cut, manifest
from collector.lake.manifest import Segment
from collector.lake.seal import BUCKET_COUNT

FIRST_ON, DAYS = date(2026, 4, 1), 30
_BEFORE, _AFTER = 2, 1  # days more, where other 24 hours begin and zones differ
MANIFEST = "country.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """`test_count` of the period's days and those around them."""

    lines: int
    days: int
    seed: int
    test_count: int
    byte_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be made."""

    lines: int
    days: int = DAYS
    seed: int = 1
    jobs: int = 1


def make(home: Path, asked: Asked) -> Made:
    """Into a folder that is not there yet."""
    layout = CollectorHome(home)
    home.mkdir(parents=True)
    Journal(layout.journal).close()
    lake = layout.journal.parent / "lake"
    lake.mkdir()
    descriptor = manifest.Descriptor(format=manifest.FORMAT, bucket_count=BUCKET_COUNT)
    (lake / manifest.DESCRIPTOR).write_bytes(manifest.encoded(descriptor))
    people = population(asked.lines, asked.seed, asked.days)
    _papers(home, people)
    put = partial(_put, lake, asked)
    if asked.jobs == 1:
        told = [*chain.from_iterable(map(put, range(BUCKET_COUNT)))]
    else:
        with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
            told = [*chain.from_iterable(pool.map(put, range(BUCKET_COUNT)))]
    name_in_journal(layout.journal, told, asked.lines)
    made = Made(
        lines=asked.lines,
        days=asked.days,
        seed=asked.seed,
        test_count=sum(one.row_count for one in told),
        byte_count=sum(one.byte_count for one in told),
    )
    (home / MANIFEST).write_text(json.dumps(asdict(made)))
    return made


def read(home: Path) -> Made:
    """What was made there."""
    return Made(**json.loads((home / MANIFEST).read_text()))


def contracts_folder(home: Path) -> Path:
    return home.with_name(f"{home.name}-contracts")


def _put(lake: Path, asked: Asked, bucket: int) -> list[Segment]:
    people = population(asked.lines, asked.seed, asked.days)
    every = names(asked.lines)
    ours = np.array([n for n, name in enumerate(every) if manifest.bucket_of(name, BUCKET_COUNT) == bucket], np.int64)
    told = []
    for day in range(-_BEFORE, asked.days + _AFTER) if len(ours) else ():
        on = FIRST_ON + timedelta(days=day)
        one, data = cut.segment_file((on - EPOCH_ON).days, bucket, tests_of(people, ours, on, FIRST_ON))
        path = lake / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        told.append(one)
    return told


def _papers(home: Path, people: Population) -> None:
    folder, rows = contracts_folder(home), ["line,operator,region,node,segment,technology,tier"]
    folder.mkdir()
    for number, name in enumerate(names(len(people))):
        tier = TIERS[people.tier[number]]
        operator, region = OPERATORS[people.operator[number]], REGIONS[people.region[number]]
        product = f"{tier.technology} {tier.down_mbps}/{tier.up_mbps}"
        rows.append(
            f"{name},{operator},{region},n{people.node[number]},s{people.segment[number]},{tier.technology},{product}"
        )
        (folder / f"{name}.toml").write_text(_contract(name, operator, tier))
    topology = home / "fleet" / "topology.csv"
    topology.parent.mkdir()
    topology.write_text("\n".join(rows) + "\n")


def _contract(name: str, operator: str, tier: Tier) -> str:
    return (
        f'operator = "{operator}"\nservice = "{tier.technology} {tier.down_mbps}"\ntechnology = "{tier.technology}"\n'
        f'dated = 2026-01-09\nprofile = "pt-nos"\n[line]\nid = "{name}"\ntimezone = "Europe/Lisbon"\n'
        f"[download]\n{_promise(tier.down_mbps, tier)}[upload]\n{_promise(tier.up_mbps, tier)}"
    )


def _promise(mbps: int, tier: Tier) -> str:
    told = f"maximum_mbps = {mbps}\n"
    if tier.normal_share is None:
        return told
    return f"{told}normal_mbps = {mbps * tier.normal_share:g}\nminimum_mbps = {mbps * 0.4:g}\n"
