"""What an outside witness saw of a line's address, made into what is known of its outages."""

from collections.abc import Sequence

import pytest

from analysis.outage.circumstance import Circumstances
from analysis.outage.judge import account_of
from analysis.outage.outage import Flag, Outage
from analysis.outage.outside import outside_view
from analysis.period import Period
from collector.envelope import Witnessed
from probe.body.reachability import Role
from tests.build import AT, MINUTE
from tests.outage_history import BEYOND, History, dark

HALF_HOUR = Period(AT, AT + 30 * MINUTE)
CUT = History(answers=dark(Role.FIRST_HOP, *BEYOND))  # from minute 10 to 20


def minute(number: int, answered: int, *, asked: int = 2, method: str = "icmp") -> Witnessed:
    return Witnessed(
        line="casa",
        started_at=AT + number * MINUTE,
        ended_at=AT + (number + 1) * MINUTE,
        method=method,
        asked_count=asked,
        answered_count=answered,
    )


def the_outage(seen: Sequence[Witnessed], history: History = CUT) -> Outage:
    circumstances = Circumstances(outside=outside_view(seen))
    (outage,) = account_of("casa", history.records(), HALF_HOUR, circumstances).outages
    return outage


@pytest.fixture
def seen() -> list[Witnessed]:
    return [minute(number, 0 if 10 <= number < 20 else 2) for number in range(30)]


def test_a_witness_that_had_no_answers_bears_the_outage_out(seen: list[Witnessed]) -> None:
    assert Flag.DEAD_FROM_OUTSIDE in the_outage(seen).flags


def test_a_witness_that_had_answers_speaks_against_the_line() -> None:
    assert Flag.ALIVE_FROM_OUTSIDE in the_outage([minute(number, 2) for number in range(30)]).flags


def test_an_address_that_never_answered_tells_nothing() -> None:
    view = outside_view([minute(number, 0) for number in range(30)])
    assert (view.alive, view.dead) == ((), ())


def test_silence_to_one_method_is_outweighed_by_an_answer_to_the_other(seen: list[Witnessed]) -> None:
    by_tcp = [minute(number, 2, method="tcp") for number in range(30)]
    assert outside_view([*seen, *by_tcp]).dead == ()


def test_a_minute_with_some_answers_is_neither() -> None:
    view = outside_view([minute(0, 2), minute(1, 1), minute(2, 0)])
    assert view.alive == (Period(AT, AT + MINUTE),)
    assert view.dead == (Period(AT + 2 * MINUTE, AT + 3 * MINUTE),)


def test_what_fits_between_two_questions_is_not_refuted() -> None:
    brief = History(answers=dark(*BEYOND, start_s=600, end_s=625))
    always = [minute(number, 2) for number in range(30)]
    assert the_outage(always, brief).flags == ()
