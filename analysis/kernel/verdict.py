"""Pure. From counts to verdicts, by the very rules that judge one line: each different set of counts is asked once.

A case of just those counts is laid before the rule of `analysis.speed`; what it concludes holds for every line and day
with the same counts. Knows nothing of how a rule decides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from analysis.clause import Rule
from analysis.finding import Verdict
from analysis.kernel.column import Mark, Small, Whole
from analysis.kernel.slots import Counts
from analysis.period import Period
from analysis.speed import maximum, minimum, normal, rolling
from analysis.speed.below import day_below
from analysis.speed.case import Case
from analysis.speed.evidence import Standing, Witness
from analysis.speed.slots import Slot
from probe.body.speed_test import Direction

VERDICTS = tuple(Verdict)
_PLACE = {verdict: place for place, verdict in enumerate(VERDICTS)}
_START_AT = datetime(2000, 1, 1, tzinfo=UTC)
_MANY = 2**40  # a key beyond this is numbered anew before more is added to it
_Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """The verdicts of `rules`, by id, on every set of counts that was asked for: one for all the blocks of a run."""

    rules: Mapping[str, Rule]
    known: dict[tuple[str, _Key], int] = field(default_factory=dict)

    def maximum(self, counts: Counts, *, reached: Mark, unsure: Mark) -> Small:
        """`speed.maximum` of days on which some test counts. `reached`, `unsure`: whether one was."""
        rule, over = self.rules["speed.maximum"], counts.ended == counts.slots
        columns = (counts.slots, counts.minutes, counts.tested, reached, unsure, over)
        return self._each(rule, lambda key: maximum.decide(_maximum(rule, key)).verdict, columns)

    def normal(self, counts: Counts) -> Small:
        """`speed.normal` of days on which some test counts and no extra test."""
        rule = self.rules["speed.normal"]
        columns = (*_of_ended(counts), counts.unreached, counts.below, counts.run)
        return self._each(rule, lambda key: normal.decide(_normal(rule, key)).verdict, columns)

    def minimum(self, counts: Counts, apart: Whole) -> Small:
        """`speed.minimum` of days on which some test counts. `apart`: tests below, well apart."""
        rule = self.rules["speed.minimum"]
        columns = (*_of_ended(counts), counts.unreached, apart)
        return self._each(rule, lambda key: minimum.decide(_minimum(rule, key)).verdict, columns)

    def rolling(self, counts: Counts, windows: int) -> Small:
        """`speed.normal.rolling` of each of so many windows alone."""
        rule = self.rules["speed.normal.rolling"]
        confidence, allowed = rolling.window_confidence(rule, windows), 1 - rule.number("share")

        def decide(key: _Key) -> Verdict:
            return rolling.verdict_of(*day_below(_normal(rule, (*key[:-1], 0)), confidence), allowed)

        columns = (*_of_ended(counts), counts.unreached, counts.below, np.full_like(counts.below, windows))
        return self._each(rule, decide, columns)

    def _each(self, rule: Rule, decide: Callable[[_Key], Verdict], columns: Sequence[Whole | Mark]) -> Small:
        keys, which = _different(columns)
        verdicts = np.empty(len(keys), dtype=np.uint8)
        for number, key in enumerate(keys):
            if (rule.id, key) not in self.known:
                self.known[rule.id, key] = _PLACE[decide(key)]
            verdicts[number] = self.known[rule.id, key]
        return verdicts[which].reshape(columns[0].shape)


def place_of(verdict: Verdict) -> int:
    """Its place in `VERDICTS`."""
    return _PLACE[verdict]


def _of_ended(counts: Counts) -> tuple[Whole, Whole, Whole, Whole]:
    return counts.slots, counts.minutes, counts.ended, counts.ended_tested


def _different(columns: Sequence[Whole | Mark]) -> "tuple[list[_Key], Whole]":
    """Every combination of values that occurs, once; and which of them each element has."""
    flat = [column.reshape(-1) for column in columns]
    which, width = np.zeros(len(flat[0]), dtype=np.int64), 1
    for column in flat:
        if width > _MANY:
            different, which = np.unique(which, return_inverse=True)
            width = len(different)
        values = np.flatnonzero(np.bincount(column))
        codes = np.searchsorted(values, column)
        which, width = which * len(values) + codes, width * len(values)
    _, at, which = np.unique(which, return_index=True, return_inverse=True)
    return [tuple(int(column[place]) for column in flat) for place in at], which


def _maximum(rule: Rule, key: _Key) -> Case:
    slots, minutes, tested, reached, unsure, over = key
    standings = [Standing.REACHED] * tested
    said = {Standing.REACHED: reached, Standing.UNSURE: unsure}
    heard = [standing for standing, holds in said.items() if holds] or [Standing.BELOW]
    return _case(rule, slots, minutes, slots if over else 0, standings, [_witness(standing) for standing in heard])


def _normal(rule: Rule, key: _Key) -> Case:
    """Its slots below in runs of the longest's length, with others between them."""
    slots, minutes, ended, tested, unreached, below, run = key
    others = [Standing.UNSURE] * (unreached - below) + [Standing.REACHED] * (tested - unreached)
    standings: list[Standing] = []
    for first in range(0, below, run or below or 1):
        standings += [Standing.BELOW] * min(run or below, below - first)
        standings += [others.pop()] if others else []
    return _case(rule, slots, minutes, ended, [*standings, *others], [_witness(Standing.REACHED)])


def _minimum(rule: Rule, key: _Key) -> Case:
    slots, minutes, ended, tested, unreached, apart = key
    standings = [Standing.UNSURE] * unreached + [Standing.REACHED] * (tested - unreached)
    separation_s = rule.whole("separation_s")
    below = [_witness(Standing.BELOW, number * separation_s) for number in range(apart)]
    return _case(rule, slots, minutes, ended, standings, below or [_witness(Standing.REACHED)])


def _case(
    rule: Rule, slots: int, minutes: int, ended: int, standings: Sequence[Standing], witnesses: Sequence[Witness]
) -> Case:
    """A day of so many slots, the first of which have these standings and the others none."""
    apart = timedelta(minutes=minutes)
    edges = [_START_AT + number * apart for number in range(slots + 1)]
    heard = [*standings, *[None] * (slots - len(standings))]
    return Case(
        on=date(_START_AT.year, 1, 1),
        period=Period(edges[0], edges[-1]),
        zone=ZoneInfo("UTC"),
        direction=Direction.DOWNLOAD,
        rule=rule,
        threshold_bps=1,
        witnesses=tuple(witnesses),
        slots=tuple(
            Slot(Period(start_at, end_at), standing)
            for start_at, end_at, standing in zip(edges, edges[1:], heard, strict=False)
        ),
        now=edges[ended],
    )


def _witness(standing: Standing, after_s: int = 0) -> Witness:
    at = _START_AT + timedelta(seconds=after_s)
    return Witness(record_id="-", at=at, bps=1, standing=standing, server="")
