"""Shell. What a judgement reads of the store, written down while it reads; then what proves each of it.

Knows nothing of what is judged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from analysis.bundle.layout import Gathered, GatheredBatch
from analysis.run import Records
from collector.envelope import Enrolled, Inclusion, StoredRecord, Witnessed


class Evidence(Records, Protocol):
    """A store that can prove what it gives."""

    def enrolled(self, lines: Sequence[str]) -> tuple[Enrolled, ...]:
        """The lines' probes with their keys."""

    def signed_batches(self, sha256s: Sequence[str]) -> Mapping[str, bytes]:
        """The bytes that the probes signed, by digest."""

    def inclusions(self, sha256s: Sequence[str]) -> Mapping[str, Inclusion]:
        """What proves that each is in the signed log, of those that are."""


@dataclass(slots=True)
class Recorder:
    """A store seen through: `Records` for whoever judges; what went through is kept, each once."""

    store: Evidence
    _batches: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # probe and arrival by digest
    _imported: dict[int, StoredRecord] = field(default_factory=dict)  # by number: one line's have one each
    _witnessed: dict[Witnessed, None] = field(default_factory=dict)

    def records(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """As the store's."""
        for one in self.store.records(lines, period_start_at, period_end_at):
            self._batches[one.batch_sha256] = (one.record.probe, one.received_at)
            yield one

    def imported(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> Iterator[StoredRecord]:
        """As the store's."""
        for one in self.store.imported(lines, period_start_at, period_end_at):
            self._imported[one.record.sequence] = one
            yield one

    def witnessed(
        self, lines: Sequence[str], period_start_at: datetime, period_end_at: datetime
    ) -> tuple[Witnessed, ...]:
        """As the store's."""
        found = tuple(self.store.witnessed(lines, period_start_at, period_end_at))
        self._witnessed.update(dict.fromkeys(found))
        return found

    def gathered(self, line: str) -> Gathered:
        """All that was read, with what proves it. Raises the store's errors."""
        digests = sorted(self._batches)
        signed = self.store.signed_batches(digests)
        return Gathered(
            imported=tuple(one for _, one in sorted(self._imported.items())),
            witnessed=tuple(sorted(self._witnessed, key=lambda one: (one.started_at, one.method))),
            probes=self.store.enrolled([line]),
            batches=tuple(GatheredBatch(sha256, *self._batches[sha256], signed[sha256]) for sha256 in digests),
            inclusions=self.store.inclusions(digests),
        )
