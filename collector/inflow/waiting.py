"""Pure. Messages that wait to be settled: each sender has a queue of its own, and they are served in turn.

What one sender may have waiting is bounded, so that it can neither fill the memory nor keep others out. Knows nothing
of what messages are.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_One = TypeVar("_One")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much may wait: of one sender, and of all. Both counts and bytes hold."""

    sender_count: int
    sender_bytes: int
    count: int
    bytes: int


@dataclass(slots=True)
class _Queue(Generic[_One]):
    waiting: deque[tuple[_One, int]] = field(default_factory=deque)
    bytes: int = 0


class Waiting(Generic[_One]):
    """What waits, by sender. A sender's own messages keep their order."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._queues: dict[str, _Queue[_One]] = {}  # in the order in which they are served
        self._count = 0
        self._bytes = 0

    def __len__(self) -> int:
        return self._count

    @property
    def is_full(self) -> bool:
        """Whether no more should be read for the time being."""
        return self._count >= self._bounds.count or self._bytes >= self._bounds.bytes

    @property
    def is_low(self) -> bool:
        """Whether reading may go on after it was full."""
        return self._count <= self._bounds.count // 2 and self._bytes <= self._bounds.bytes // 2

    def add(self, sender: str, one: _One, size_bytes: int) -> bool:
        """Lets it wait; False, and it does not, where its sender has as much waiting as it may."""
        queue = self._queues.setdefault(sender, _Queue())
        if len(queue.waiting) >= self._bounds.sender_count or queue.bytes >= self._bounds.sender_bytes:
            return False
        queue.waiting.append((one, size_bytes))
        queue.bytes += size_bytes
        self._count += 1
        self._bytes += size_bytes
        return True

    def take(self, most: int, most_bytes: int) -> list[_One]:
        """At most so many, and no more once they have so many bytes: one of each sender in turn."""
        taken: list[_One] = []
        while self._queues and len(taken) < most and most_bytes > 0:
            sender = next(iter(self._queues))
            queue = self._queues.pop(sender)
            one, size_bytes = queue.waiting.popleft()
            taken.append(one)
            most_bytes -= size_bytes
            queue.bytes -= size_bytes
            self._count -= 1
            self._bytes -= size_bytes
            if queue.waiting:
                self._queues[sender] = queue
        return taken
