"""Pure. A claim hold: what a line's records of a period are kept for, until somebody says that it is settled.

Whoever deletes asks `touching` first. Knows nothing of where holds are kept, or of what a claim is about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimHold:
    """Nothing of `line` that is about [`from_at`, `to_at`) goes while this stands. `to_at` None: without an end.

    `number` counts a home's holds from 1. `placed_by` is who said so, by that person's own word or this machine's.
    """

    number: int
    line: str
    from_at: datetime
    to_at: datetime | None
    reason: str
    placed_by: str
    placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """The hold `number` stands no longer: what it alone kept may go at the next deletion."""

    number: int
    reason: str
    released_by: str
    released_at: datetime


def touches(hold: ClaimHold, start_at: datetime | None = None, end_at: datetime | None = None) -> bool:
    """Whether it holds any instant of [`start_at`, `end_at`), or `start_at` itself where both are one. None: no bound.

    >>> from datetime import UTC
    >>> day = lambda number: datetime(2026, 3, number, tzinfo=UTC)
    >>> one = ClaimHold(
    ...     number=1, line="casa", from_at=day(2), to_at=day(4), reason="r", placed_by="p", placed_at=day(9)
    ... )
    >>> touches(one, day(1), day(2)), touches(one, day(1), day(3)), touches(one, day(4)), touches(one)
    (False, True, False, True)
    """
    after = end_at is not None and (end_at < hold.from_at or end_at == hold.from_at != start_at)
    before = hold.to_at is not None and start_at is not None and start_at >= hold.to_at
    return not (after or before)


def touching(
    holds: Iterable[ClaimHold], line: str, start_at: datetime | None = None, end_at: datetime | None = None
) -> tuple[ClaimHold, ...]:
    """The holds, in the order given, that keep anything of that line's period; without times, anything at all."""
    return tuple(one for one in holds if one.line == line and touches(one, start_at, end_at))


def standing(entries: Iterable[ClaimHold | Released]) -> tuple[ClaimHold, ...]:
    """The holds among entries that none of them released, in order."""
    every = tuple(entries)
    gone = {one.number for one in every if isinstance(one, Released)}
    return tuple(one for one in every if isinstance(one, ClaimHold) and one.number not in gone)
