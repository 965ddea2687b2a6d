"""Pure. One probe's chain of batches: each names the one before it. Says which of those named are not there.

Two batches may come in another order than they were signed, where one was sent again: that breaks no chain. Knows
nothing of signatures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Link:
    """A batch of the chain. `previous` is None for a probe's first, and not known of one that cannot be read."""

    batch: int
    sha256: str
    previous: str | None
    first_sequence: int
    readable: bool = True


@dataclass(slots=True)
class Chain:
    """The batches of one probe, in the order in which they came."""

    count: int = 0
    head: str | None = None
    out_of_order: int = 0
    _open: dict[str, Link] = field(default_factory=dict)  # by the digest that each waits for
    _ends: set[str] = field(default_factory=set)  # digests that nobody has named yet
    _firsts: list[Link] = field(default_factory=list)

    def add(self, link: Link) -> None:
        """The next batch that came."""
        if link.readable:
            self._connect(link)
        if link.sha256 in self._open:
            del self._open[link.sha256]
            self.out_of_order += 1
        else:
            self._ends.add(link.sha256)
        self.count += 1
        self.head = link.sha256

    def gaps(self) -> Iterator[Link]:
        """The batches that name one before them which is not there."""
        yield from self._open.values()

    def beginnings(self) -> tuple[Link, ...]:
        """The batches that say they are the probe's first: one, unless it lost its memory."""
        return tuple(self._firsts)

    def _connect(self, link: Link) -> None:
        if link.previous is None:
            self._firsts.append(link)
        elif link.previous in self._ends:
            self._ends.remove(link.previous)
        else:
            self._open[link.previous] = link
