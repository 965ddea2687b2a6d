"""What a bucket's lines measured on one UTC day: busy evenings, outages, tests that are missing and tests disturbed.

Missing at random: one test in a hundred. Missing not at random: probes that are off at night or for days, tests during
an outage (half of them fail and say so, of half there is nothing), and more failures where the segment is full.
Disturbed: the household's own evening, Wi-Fi, machines with a busy core, clocks that nobody vouches for.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types

from bench.scale.columns import DAY_US, MTU_BYTES, PAYLOAD_BYTES, Measured, as_table
from bench.scale.country.population import SCHEDULES, Population

ZONE = ZoneInfo("Europe/Lisbon")
EPOCH_ON = date(1970, 1, 1)
_HOUR_US = 3_600_000_000
_SATURDAY = 5
_NODE_OUTAGES, _LINE_OUTAGES = 0.002, 0.003  # a day


def load(local_hour: Any, *, weekend: bool) -> Any:
    """How full a network is, from 0 to 1: quiet by night, a noon, and an evening that is fullest at nine."""
    noon, evening = (0.4, 0.9) if weekend else (0.25, 1.0)
    shape = noon * np.exp(-(((local_hour - 14) / 4) ** 2)) + evening * np.exp(-(((local_hour - 21) / 2.2) ** 2))
    return np.clip(0.05 + shape, 0, 1)


def tests_of(people: Population, lines: Any, on: date, first_on: date) -> pa.Table:
    """Of these lines, by line and time. `first_on`: of the period."""
    day, number = (on - EPOCH_ON).days, (on - first_on).days
    chance = np.random.default_rng([people.seed, day, int(lines[0]), len(lines)])
    line, upload, offset_us = _planned(people, lines, chance)
    local_at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC).astimezone(ZONE)
    hour = (offset_us / _HOUR_US + (local_at.utcoffset() or timedelta(0)) / timedelta(hours=1)) % 24
    full = load(hour, weekend=local_at.weekday() >= _SATURDAY)
    cut = _cut_off(people, line, offset_us, day)
    failed = (cut & (chance.random(len(line)) < 0.5)) | (
        chance.random(len(line)) < 0.002 + 0.03 * people.evening_dip[line] * full
    )
    gone = (cut & ~failed) | (chance.random(len(line)) < 0.01) | _off(people, line, hour, number)
    here = ~gone
    told = (line[here], upload[here], offset_us[here], full[here], failed[here])
    return as_table(_measured(people, day, told, chance), chance)


def _planned(people: Population, lines: Any, chance: np.random.Generator) -> tuple[Any, Any, Any]:
    """For each test its line, whether it is an upload, and when it begins: at random in each equal part of the day."""
    line, upload, offset_us = [], [], []
    for kind, counts in enumerate(SCHEDULES):
        ours = lines[people.schedule[lines] == kind]
        parts = sum(counts)
        starts = (np.arange(parts) + chance.uniform(0, 0.9, (len(ours), parts))) * (DAY_US / parts)
        line.append(np.repeat(ours, parts))
        upload.append(np.tile(np.arange(parts) % 2 == 1, len(ours)))
        offset_us.append(starts.reshape(-1).astype(np.int64))
    every = (np.concatenate(line), np.concatenate(upload), np.concatenate(offset_us))
    order = np.argsort(every[0], kind="stable")
    return every[0][order], every[1][order], every[2][order]


def _off(people: Population, line: Any, hour: Any, number: int) -> Any:
    """Probes that nobody left on."""
    first, after = people.away
    away = (first[line] <= number) & (number < after[line])
    return away | (people.night_off[line] & (hour < 7))


def _cut_off(people: Population, line: Any, offset_us: Any, day: int) -> Any:
    """Tests while the node or the line was down. A node's outage is the same whichever bucket its lines are in."""
    node, of_node = np.unique(people.node, return_inverse=True)
    chance = np.random.default_rng([people.seed, 1, day])
    cut = np.zeros(len(line), dtype=np.bool_)
    for count, odds, which, minutes in (
        (len(node), _NODE_OUTAGES, of_node[line], 60),
        (len(people), _LINE_OUTAGES, line, 100),
    ):
        down = chance.random(count) < odds
        starts_us = chance.uniform(0, DAY_US, count)
        ends_us = starts_us + chance.lognormal(np.log(minutes), 1.0, count) * 60_000_000
        cut |= down[which] & (offset_us >= starts_us[which]) & (offset_us < ends_us[which])
    return cut


def _measured(
    people: Population, day: int, told: tuple[Any, Any, Any, Any, Any], chance: np.random.Generator
) -> Measured:
    line, upload, offset_us, full, failed = told
    count = len(line)
    maximum_bps = np.where(upload, people.maximum_bps(upload=True)[line], people.maximum_bps(upload=False)[line])
    dip = people.evening_dip[line] * full**3
    share = people.kept_share[line] * (1 - dip) * chance.normal(1, 0.006, count)
    household = chance.random(count) < 0.01 + 0.05 * full
    rate_bps = (share * maximum_bps * PAYLOAD_BYTES / MTU_BYTES).astype(np.int64)
    idle_ms = people.idle_ms[line] * chance.uniform(0.9, 1.2, count) + 25 * dip
    taken = (rate_bps * np.where(household, chance.uniform(0.02, 0.3, count), 0)).astype(np.int64)
    return Measured(
        day=day,
        line=line,
        upload=upload,
        offset_us=offset_us,
        rate_bps=rate_bps - taken,
        idle_ms=idle_ms,
        loaded_ms=idle_ms * chance.uniform(1.3, 4, count),
        failed=failed,
        wifi=people.wifi[line],
        other_bytes=chance.integers(0, 100_000, count),
        household_bytes=taken * 3 // 8 + chance.integers(0, 20_000, count),
        cpu_share=np.where(people.slow_machine[line], chance.uniform(0.7, 1, count), chance.uniform(0.05, 0.5, count)),
        link_bps=people.link_bps[line],
        synchronised=chance.random(count) >= 0.002,
    )
