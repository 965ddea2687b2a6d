"""Vocabulary. Where a line hangs in a network, and from which day to which: what groups of lines are made of.

Names are the operator's own words and are compared as they stand. Knows nothing of measurements, nor where the words
come from.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from probe.record import check_name

MOST_TEXT = 100  # characters of one name


class GroupKind(StrEnum):
    """What lines may have in common, from the widest to the narrowest."""

    OPERATOR = "operator"
    REGION = "region"
    NODE = "node"  # what the access segments of a place end in: an OLT, a CMTS, a radio site
    SEGMENT = "segment"  # what neighbours share: a PON port, a cable segment, a sector


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One line's place. None is *not known*, and makes no group. Refuses impossible names with ValueError.

    `tier` is the contracted product as the operator names it.
    """

    line: str
    operator: str | None = None
    region: str | None = None
    node: str | None = None
    segment: str | None = None
    technology: str | None = None
    tier: str | None = None

    def __post_init__(self) -> None:
        check_name("line", self.line)
        for name in (self.operator, self.region, self.node, self.segment, self.technology, self.tier):
            if name is not None and not (0 < len(name) <= MOST_TEXT and name.isprintable() and name == name.strip()):
                raise ValueError(f"{name!r} must be 1 to {MOST_TEXT} printable characters, with no space at an end")

    def group(self, kind: GroupKind) -> str | None:
        """The name of the line's group of that kind."""
        return {
            GroupKind.OPERATOR: self.operator,
            GroupKind.REGION: self.region,
            GroupKind.NODE: self.node,
            GroupKind.SEGMENT: self.segment,
        }[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A placement over the local days [from_on, to_on); None: as far back as is known, until further notice."""

    placement: Placement
    from_on: date | None = None
    to_on: date | None = None

    def __post_init__(self) -> None:
        if self.from_on is not None and self.to_on is not None and self.from_on >= self.to_on:
            raise ValueError(f"the first day {self.from_on} must be before the day after the last, {self.to_on}")

    @property
    def is_undated(self) -> bool:
        """Whether it names no day at all."""
        return self.from_on is None and self.to_on is None

    def holds_on(self, day: date) -> bool:
        """Whether `day` is one of these days."""
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day < self.to_on)
