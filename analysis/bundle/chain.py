"""Pure. Whether a bundle's batches follow one another: numbers without a gap, each naming the one before it.

A gap is no defect: what began outside of the time that was read is not in a bundle. Knows nothing of proofs.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from analysis.bundle.evidence import OpenedBatch
from analysis.finding import Sentence
from analysis.wording import sentence


def gaps(batches: Sequence[OpenedBatch]) -> Iterator[Sentence]:
    """What is worth knowing of each probe's batches, in the order of their numbers."""
    ordered = sorted(batches, key=lambda one: (one.batch.probe, one.batch.first, one.batch.last))
    for probe, own in groupby(ordered, key=lambda one: one.batch.probe):
        for before, after in pairwise(own):
            if after.batch.first > before.batch.last + 1:
                first, last = str(before.batch.last + 1), str(after.batch.first - 1)
                yield sentence("bundle.note.gap", probe=probe, first=first, last=last)
            elif after.batch.previous_sha256 != before.sha256 and after.batch.first == before.batch.last + 1:
                yield sentence("bundle.note.unlinked", probe=probe, where=after.sha256[:12])
