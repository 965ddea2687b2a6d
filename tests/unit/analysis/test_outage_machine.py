from itertools import product

import pytest

from analysis.instants import Answer, Beat
from analysis.outage.machine import TRANSITIONS, Cut, Event, Phase, cuts
from analysis.profile import ledger_rules

RULES = ledger_rules()
S = 1_000_000


def chain(marks: str, interval_s: int = 5) -> tuple[Beat, ...]:
    """`#` enough answers, `~` some, `.` none; one round each, neighbours that came out alike made one."""
    beats: list[Beat] = []
    for number, mark in enumerate(marks):
        at_us = number * interval_s * S
        answer = {"#": Answer.ENOUGH, "~": Answer.SOME, ".": Answer.NONE}[mark]
        if beats and beats[-1].answer is answer:
            last = beats.pop()
            beats.append(Beat(last.start_us, at_us, answer, last.count + 1, interval_s * S))
        else:
            beats.append(Beat(at_us, at_us, answer, 1, interval_s * S))
    return tuple(beats)


def test_every_phase_answers_every_event() -> None:
    for phase, event in product(Phase, Event):
        assert TRANSITIONS[phase][event] in Phase


def test_nothing_but_a_recovery_leads_out_of_an_interruption() -> None:
    for phase, event in product((Phase.SUSPECTED, Phase.CONFIRMED, Phase.RETURNING), Event):
        assert (TRANSITIONS[phase][event] is Phase.UP) == (event is Event.RECOVERED)


def test_a_confirmed_one_is_never_a_suspicion_again() -> None:
    assert set(TRANSITIONS[Phase.CONFIRMED].values()) == {Phase.CONFIRMED, Phase.RETURNING, Phase.UP}


@pytest.mark.parametrize(
    ("marks", "edges", "confirmed"),
    [
        ("####..####", None, False),  # two misses are loss
        ("####...####", (15, 20, 30, 35), False),
        ("####.......###", (15, 20, 50, 55), True),  # 30 s from the first miss to the last
        ("####......###", (15, 20, 45, 50), False),
        ("...###", (None, 0, 10, 15), False),
        ("###...", (10, 15, 25, None), False),
        ("###...##", (10, 15, 25, None), False),  # two answers are no recovery
        ("###...#...###", (10, 15, 45, 50), True),  # nor is one in the middle
        ("###...~~~~~~~~~~~~", (10, 15, 25, None), False),  # one network alone, for less than a minute
        ("###...~~~~~~~~~~~~~", (10, 15, 25, 30), False),
        ("###...~~###", (10, 15, 25, 40), False),  # dated from the first that convinces
    ],
)
def test_the_course_of_an_interruption(marks: str, edges: tuple[int | None, ...] | None, confirmed: bool) -> None:
    found = cuts(chain(marks), RULES)
    if edges is None:
        assert found == ()
        return
    (cut,) = found
    told = (cut.last_good_us, cut.downs[0][0], cut.downs[-1][1], cut.first_good_us)
    assert tuple(None if us is None else us // S for us in told) == edges
    assert cut.confirmed is confirmed


def test_what_a_recovery_lies_between_stays_apart() -> None:
    assert len(cuts(chain("###...###...###"), RULES)) == 2


def test_a_test_that_went_through_refutes_the_silence_around_it() -> None:
    marks = chain("###..........###")
    assert cuts(marks, RULES, [(30 * S, 40 * S)]) == ()
    assert len(cuts(marks, RULES, [(70 * S, 80 * S)])) == 1


def test_a_faster_pace_finds_it_sooner() -> None:
    assert cuts(chain("###...###", interval_s=1), RULES) == (Cut(2 * S, ((3 * S, 5 * S),), 6 * S, confirmed=False),)
