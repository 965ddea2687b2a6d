"""Vocabulary. One point of a time series, before any database's form. Knows nothing of findings."""

from collections.abc import Mapping
from dataclasses import dataclass

Value = str | bool | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """By what every point of a line is told apart and put together; "" where it is not known."""

    line: str
    operator: str
    group: str

    def tags(self, **more: str) -> dict[str, str]:
        """The three, and others beside."""
        return {"line": self.line, "operator": self.operator, "group": self.group, **more}


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """By which a database tells one point from others: the same key is the same point, written again.

    `tags`: (name, value), sorted. `at_ns` since 1970.
    """

    measurement: str
    tags: tuple[tuple[str, str], ...]
    at_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Fields that are None are not measured. `at_ns` since 1970."""

    measurement: str
    tags: Mapping[str, str]
    fields: Mapping[str, Value | None]
    at_ns: int

    @property
    def key(self) -> Key:
        """What it is known by."""
        return Key(self.measurement, tuple(sorted(self.tags.items())), self.at_ns)
