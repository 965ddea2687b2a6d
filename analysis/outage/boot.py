"""Pure. The records of one line, by probe and boot, each with the moment it truly began.

Knows nothing of what any of them says of the line.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.outage.dating import dated_us, split_where_monotonic_turns
from collector.envelope import StoredRecord
from probe.record import Record


@dataclass(frozen=True, slots=True)
class Boot:
    """What one probe observed without a restart, in its monotonic clock's order. `starts_us`: one for each record."""

    probe: str
    boot_id: str
    records: tuple[Record, ...]
    starts_us: tuple[int, ...]


def boots(records: Iterable[StoredRecord]) -> tuple[Boot, ...]:
    """Every boot among `records`, sorted by probe and number. Doubles are passed over."""
    unique = {one.record.id: one.record for one in records}
    by_boot: dict[tuple[str, str], list[Record]] = {}
    for record in sorted(unique.values(), key=lambda one: (one.probe, one.sequence)):
        by_boot.setdefault((record.probe, record.started.boot_id), []).append(record)
    return tuple(
        Boot(probe, boot_id, tuple(run), tuple(dated_us(run)))
        for (probe, boot_id), whole in by_boot.items()
        for run in split_where_monotonic_turns(whole)
    )
