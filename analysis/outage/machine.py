"""Pure. The state machine of an interruption, its transitions as one table, run over one chain of beats.

Knows nothing of probes, causes or other chains.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from analysis.clause import LedgerRules
from analysis.instants import Answer, Beat, Chain
from analysis.outage.stretch import Stretch, joined

_US_PER_S = 1_000_000


class Phase(StrEnum):
    """Where an interruption stands."""

    UP = "up"
    DOUBTED = "doubted"  # misses, too few in a row to tell from loss
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    RETURNING = "returning"  # answers again, too few to believe in


class Event(StrEnum):
    """What one beat adds, `LedgerRules` applied."""

    ANSWERED = "answered"
    RECOVERED = "recovered"  # enough answers in a row
    MISSED = "missed"
    MISSED_IN_A_ROW = "missed_in_a_row"
    MISSED_FOR_LONG = "missed_for_long"


# Every phase answers every event. What never follows (a recovery of what was up) stays where it is.
TRANSITIONS: Mapping[Phase, Mapping[Event, Phase]] = {
    Phase.UP: {
        Event.ANSWERED: Phase.UP,
        Event.RECOVERED: Phase.UP,
        Event.MISSED: Phase.DOUBTED,
        Event.MISSED_IN_A_ROW: Phase.SUSPECTED,
        Event.MISSED_FOR_LONG: Phase.CONFIRMED,
    },
    Phase.DOUBTED: {
        Event.ANSWERED: Phase.UP,
        Event.RECOVERED: Phase.UP,
        Event.MISSED: Phase.DOUBTED,
        Event.MISSED_IN_A_ROW: Phase.SUSPECTED,
        Event.MISSED_FOR_LONG: Phase.CONFIRMED,
    },
    Phase.SUSPECTED: {
        Event.ANSWERED: Phase.RETURNING,
        Event.RECOVERED: Phase.UP,
        Event.MISSED: Phase.SUSPECTED,
        Event.MISSED_IN_A_ROW: Phase.SUSPECTED,
        Event.MISSED_FOR_LONG: Phase.CONFIRMED,
    },
    Phase.CONFIRMED: {
        Event.ANSWERED: Phase.RETURNING,
        Event.RECOVERED: Phase.UP,
        Event.MISSED: Phase.CONFIRMED,
        Event.MISSED_IN_A_ROW: Phase.CONFIRMED,
        Event.MISSED_FOR_LONG: Phase.CONFIRMED,
    },
    Phase.RETURNING: {
        Event.ANSWERED: Phase.RETURNING,
        Event.RECOVERED: Phase.UP,
        Event.MISSED: Phase.SUSPECTED,
        Event.MISSED_IN_A_ROW: Phase.SUSPECTED,
        Event.MISSED_FOR_LONG: Phase.CONFIRMED,
    },
}
_OPEN = frozenset({Phase.SUSPECTED, Phase.CONFIRMED, Phase.RETURNING})


@dataclass(frozen=True, slots=True)
class Cut:
    """One interruption in one chain. `downs`: its runs of misses, each from its first to its last, never empty.

    `last_good_us` None: the chain begins with it. `first_good_us` None: the chain ends before a recovery.
    """

    last_good_us: int | None
    downs: tuple[Stretch, ...]
    first_good_us: int | None
    confirmed: bool


@dataclass(slots=True)
class _Run:
    """What the machine remembers between two beats of one chain."""

    phase: Phase = Phase.UP
    last_good_us: int | None = None  # before the interruption
    first_bad_us: int = 0
    misses: int = 0  # in a row
    good_from_us: int | None = None  # of the answers in a row
    enough_from_us: int | None = None  # of the good rounds in a row with enough networks
    enough: int = 0
    confirmed: bool = False
    downs: list[Stretch] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)


def cuts(chain: Chain, rules: LedgerRules, proofs: Iterable[Stretch] = ()) -> tuple[Cut, ...]:
    """The interruptions of one chain. Rounds within one of `proofs`, where the line demonstrably carried data, count
    as neither: that nobody answered then is the targets' doing.
    """
    run = _Run()
    sorted_proofs = joined(proofs)
    for beat in chain:
        if beat.answer is not Answer.NONE:
            _answer(run, beat, rules)
        elif not _is_refuted(beat, sorted_proofs):
            _miss(run, beat, rules)
    if run.phase in _OPEN and run.downs:
        _close(run, None)
    return tuple(run.cuts)


def _is_refuted(beat: Beat, proofs: Sequence[Stretch]) -> bool:
    number = bisect_left(proofs, (beat.end_us, beat.end_us))
    return number > 0 and proofs[number - 1][1] > beat.start_us


def _miss(run: _Run, beat: Beat, rules: LedgerRules) -> None:
    if run.phase is Phase.UP:
        run.first_bad_us = beat.start_us
    run.good_from_us = run.enough_from_us = None
    run.enough, run.misses = 0, beat.count  # neighbours that came out alike are one beat
    event = Event.MISSED
    if run.misses >= rules.bad_in_a_row:
        run.downs.append((beat.start_us, beat.end_us))
        long = beat.end_us - run.first_bad_us >= rules.confirm_s * _US_PER_S
        event = Event.MISSED_FOR_LONG if long else Event.MISSED_IN_A_ROW
    run.phase = TRANSITIONS[run.phase][event]
    run.confirmed = run.confirmed or run.phase is Phase.CONFIRMED


def _answer(run: _Run, beat: Beat, rules: LedgerRules) -> None:
    run.misses = 0
    run.good_from_us = beat.start_us if run.good_from_us is None else run.good_from_us
    if beat.answer is Answer.ENOUGH:
        run.enough_from_us = beat.start_us if run.enough_from_us is None else run.enough_from_us
        run.enough += beat.count
    else:
        run.enough_from_us, run.enough = None, 0
    recovered_us = _recovered_us(run, beat, rules)
    was_open = run.phase in _OPEN
    run.phase = TRANSITIONS[run.phase][Event.ANSWERED if recovered_us is None else Event.RECOVERED]
    if was_open and recovered_us is not None:
        _close(run, recovered_us)
    if run.phase is Phase.UP:
        run.last_good_us = beat.end_us


def _recovered_us(run: _Run, beat: Beat, rules: LedgerRules) -> int | None:
    """The first of the answers that make a recovery; None where it is none yet."""
    if run.enough >= rules.good_in_a_row:
        return run.enough_from_us
    if run.good_from_us is not None and beat.end_us - run.good_from_us >= rules.weak_recovery_s * _US_PER_S:
        return run.good_from_us
    return None


def _close(run: _Run, first_good_us: int | None) -> None:
    run.cuts.append(Cut(run.last_good_us, tuple(run.downs), first_good_us, run.confirmed))
    run.downs, run.confirmed = [], False
