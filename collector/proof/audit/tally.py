"""Pure. What an audit has found so far: defects, and of each probe its chain, what it signed and what rows there are.

Knows nothing of where things lie.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from collector.proof.audit.chain import Chain, Link
from collector.proof.audit.defect import Defect, DefectKind
from collector.proof.audit.spans import Spans
from collector.proof.merkle import Frontier


@dataclass(slots=True)
class OfProbe:
    """One probe: its chain, the sequences that it signed, those that have a row, and those that need have none."""

    chain: Chain = field(default_factory=Chain)
    signed: Spans = field(default_factory=Spans)
    rows: Spans = field(default_factory=Spans)
    excused: Spans = field(default_factory=Spans)
    sealed_last: int = 0
    heads: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the journal counts of a probe."""

    record_count: int
    last_sequence: int
    batch_count: int
    head_sha256: str | None
    sealed_sequence: int


@dataclass(slots=True)
class Tally:
    """`wanted_sizes`: of which trees the root must be known at the end; `wanted_heads`: which batch of which probe.

    `removed_before_day`: of earlier days, counted since 1970, a retention removed what there was; of messages refused
    before `refused_before_day` the bytes. `erased_count`: batches of which no more than the leaf is left;
    `erased_told_count`: those that signed notes tell of.
    """

    wanted_sizes: frozenset[int] = frozenset()
    wanted_heads: frozenset[tuple[str, int]] = frozenset()
    defects: list[Defect] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    probes: dict[str, OfProbe] = field(default_factory=dict)
    tree: Frontier = field(default_factory=Frontier)
    trees: dict[int, Frontier] = field(default_factory=dict)
    file_count: int = 0
    record_count: int = 0
    removed_before_day: int = 0
    refused_before_day: int = 0
    erased_count: int = 0
    erased_told_count: int = 0

    def find(
        self,
        kind: DefectKind,
        place: str,
        detail: str,
        *,
        batch: int | None = None,
        probe: str | None = None,
        sequence: int | None = None,
    ) -> None:
        """One defect more."""
        self.defects.append(Defect(kind=kind, place=place, detail=detail, batch=batch, probe=probe, sequence=sequence))

    def of(self, probe: str) -> OfProbe:
        """What is known of a probe."""
        return self.probes.setdefault(probe, OfProbe())

    def batch(self, probe: str, link: Link, sequences: Iterable[int]) -> None:
        """The log's next batch and the sequences in it."""
        own = self.of(probe)
        own.chain.add(link)
        for sequence in sequences:
            own.signed.add(sequence)
        if (probe, own.chain.count) in self.wanted_heads:
            own.heads[own.chain.count] = link.sha256

    def excuse(self, probe: str, sequence: int) -> None:
        """A record that a retention removed, or may have."""
        self.of(probe).excused.add(sequence)

    def leaf(self, leaf: bytes) -> None:
        """The log's next leaf."""
        self.tree = self.tree.extended((leaf,))
        if self.tree.size in self.wanted_sizes:
            self.trees[self.tree.size] = self.tree

    def erased(self, leaf: bytes) -> None:
        """The log's next leaf, of a batch that was erased."""
        self.erased_count += 1
        self.leaf(leaf)

    def row(self, place: str, probe: str, sequence: int) -> None:
        """A row of a record."""
        self.record_count += 1
        if not self.of(probe).rows.add(sequence):
            self.find(DefectKind.DOUBLED, place, "this record is there twice", probe=probe, sequence=sequence)

    def complete(self, place: str, counted: Mapping[str, Counted]) -> None:
        """What is missing, too many, or counted otherwise, once all was seen."""
        for probe in sorted({*self.probes, *counted}):
            own = self.of(probe)
            missing, alien = own.signed.without(own.rows).without(own.excused), own.rows.without(own.signed)
            for first, last in missing:
                told = f"the records {first} to {last} were signed and have no row"
                self.find(DefectKind.MISSING, place, told, probe=probe, sequence=first)
            for first, last in alien:
                told = f"the records {first} to {last} have a row and were not signed"
                self.find(DefectKind.ROW, place, told, probe=probe, sequence=first)
            if probe in counted:
                self._compare(place, probe, own, counted[probe])

    def _compare(self, place: str, probe: str, own: OfProbe, counted: Counted) -> None:
        there = Counted(
            record_count=len(own.rows) + len(own.excused.without(own.rows)),
            last_sequence=max(own.rows.last or 0, own.excused.last or 0),
            batch_count=own.chain.count,
            head_sha256=own.chain.head,
            sealed_sequence=own.sealed_last,
        )
        for name in Counted.__slots__:
            is_there, was_counted = getattr(there, name), getattr(counted, name)
            if is_there != was_counted:
                told = f"{name} says {was_counted}, and there is {is_there}"
                self.find(DefectKind.COUNT, place, told, probe=probe)
