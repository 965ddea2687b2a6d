"""Shell. The week's end: what every probe took against what is in the store, and what the product's own checks say."""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bench.soak.diary import day_of
from bench.soak.house import House
from bench.soak.probes import named
from collector.home import CollectorHome

EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2290, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Counted:
    """What was found. `void` receipts are of batches that are not there; `early` came before their batch was kept."""

    records: int
    lost: int
    doubled: int
    changed: int
    receipts: int
    void: int
    asked_at_once: int
    early: int
    defects: tuple[str, ...]
    restored: str

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.changed or self.void or self.early or self.defects)

    def told(self) -> dict[str, Any]:
        return asdict(self)


@cache
def day_count(day: int, *, watched: bool) -> int:
    """How many records a probe has of a day."""
    return sum(1 for _ in day_of(0, day, watched=watched))


def expected_count(_probe: int, day: int, *, watched: bool) -> int:
    """How many records a probe has numbered once that day is taken."""
    return sum(day_count(one, watched=watched) for one in range(day + 1))


def counted(one: House, copies: Path) -> Counted:
    records = lost = doubled = changed = 0
    for number in range(one.probes):
        taken = [
            stamp.at for day in range(one.day + 1) for stamp, _ in day_of(number, day, watched=number < one.watched)
        ]
        seen: dict[int, datetime] = {}
        for stored in one.store.records([named(number)[0]], *EVER):
            doubled += stored.record.sequence in seen
            seen[stored.record.sequence] = stored.record.started.at
        records += len(taken)
        lost += sum(1 for sequence in range(1, len(taken) + 1) if sequence not in seen)
        changed += sum(1 for sequence, at in seen.items() if sequence > len(taken) or taken[sequence - 1] != at)
    void = len(one.receipts - _digests(CollectorHome(one.home).journal))
    return Counted(
        records,
        lost,
        doubled,
        changed,
        len(one.receipts),
        void,
        one.asked,
        len(one.early),
        _defects(one),
        _restored(one, copies),
    )


def _digests(journal: Path) -> set[str]:
    """Of every batch that is kept, here or in the lake; `verify` holds each against its bytes."""
    with closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT sha256 FROM batch UNION ALL SELECT lower(hex(sha256)) FROM sealed_batch")
        return {row[0] for row in rows}


def _defects(one: House) -> tuple[str, ...]:
    """What `prova collector verify` finds."""
    ended = one.command("collector", "verify", "--json")
    if ended.returncode not in {0, 3}:
        return (f"verify ended with {ended.returncode}: {ended.stderr.strip()[-300:]}",)
    return tuple(json.dumps(found) for found in json.loads(ended.stdout)["defects"][:5])


def _restored(one: House, copies: Path) -> str:
    """What an exercise of restoring from the last night's copy says."""
    ended = one.command("collector", "drill", "--backup", str(copies), "--json", "--scratch", str(one.home))
    if ended.returncode:
        return f"FAILED with {ended.returncode}: {(ended.stdout + ended.stderr).strip()[-300:]}"
    told = json.loads(ended.stdout)
    return f"{told['record_count']} records in {told['recovery_s']:.1f} s, {told['loss']['record_count']} at risk"
