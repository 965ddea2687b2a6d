"""Vocabulary. Tests of one line by how they can be recognised, and which of them went faster than others.

Knows nothing of how it was found.
"""

from dataclasses import dataclass
from enum import StrEnum

from analysis.finding import Sentence
from analysis.period import Period
from probe.body.speed_test import Direction


class Mark(StrEnum):
    """By what somebody on the way can tell a test from other traffic, beside its amount and its time."""

    PLAIN = "plain"  # no TLS: protocol and program's name can be read
    PORT = "port"  # not the port that such traffic has anyway
    KNOWN = "known"  # the server's name is a public measuring platform's


class Verdict(StrEnum):
    """What a comparison says. *Apart* does not tell why: a server's own limit looks the same."""

    ALIKE = "alike"
    APART = "apart"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Way:
    """How a test was made: whom to, by what. `marks` sorted."""

    server: str
    method: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two ways in one direction, by tests close in time. `ratio`: of `faster` to `slower`, median of the pairs' ratios
    (Hodges and Lehmann, 1963), with its interval at the family's level; None where pairs are too few.
    """

    direction: Direction
    faster: Way
    slower: Way
    pairs: int
    ratio: float | None
    low: float | None
    high: float | None
    p_value: float | None
    verdict: Verdict
    witnesses: tuple[str, ...]
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """`tests`: how many of each way were compared at all."""

    line: str
    period: Period
    tests: tuple[tuple[Way, int], ...]
    compared: tuple[Compared, ...]
