"""Vocabulary. What is there for a claim and what is missing, as its template shows it.

Knows nothing of where any of it came from.
"""

from dataclasses import dataclass
from enum import StrEnum

from dashboards.web.part.shown import Lack, Tone


class Standing(StrEnum):
    """How one thing stands."""

    PRESENT = "present"
    STALE = "stale"  # it was there, or is there in part
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a claim needs. `mend` is empty where it is present; `address` may lead to where it is seen."""

    key: str
    standing: Standing
    tone: Tone
    title: str
    word: str
    text: str
    mend: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessPage:
    """`items` in the order of use, `changes`: what would change a verdict that is open, `open_day` the day it is of."""

    summary: str
    items: tuple[Item, ...]
    open_day: str
    changes: tuple[Lack, ...]
    none_open: str
    set_aside: tuple[Lack, ...]
