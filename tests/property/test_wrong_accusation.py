"""How often `speed.normal` accuses a line that keeps its promise, and how often it finds one that does not.

Days are simulated to the minute: a stated part of the day is below, in spells of a stated length at random places.
Tests are made as the probe makes them, one at a random moment of each equal slot. The seed is fixed, so the rates are
too.
"""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest

from analysis.finding import Verdict
from analysis.period import local_day
from analysis.profile import load
from analysis.speed import normal
from analysis.speed.case import Case
from analysis.speed.evidence import Standing, Witness
from analysis.speed.slots import cut
from probe.body.speed_test import Direction
from tests.build import DAY, LISBON

DAY_PERIOD = local_day(DAY, LISBON)
RULE = load("pt-nos").rule("speed.normal", DAY)
assert RULE is not None
LENGTHS_S = RULE.parameters["slot_lengths_s"].value
MINUTES = 1440
COMPLIANT = 71  # minutes below: 4.9 % of the day, just under the 72 that are allowed


def below_minutes(random: Random, total: int, spell: int) -> set[int]:
    """`total` minutes in spells of `spell`, at random places that do not overlap."""
    below: set[int] = set()
    while len(below) < total:
        start = random.randrange(MINUTES)
        stretch = {(start + minute) % MINUTES for minute in range(min(spell, total - len(below)))}
        if not stretch & below:
            below |= stretch
    return below


def decide(random: Random, below: set[int], *, count: int, lost: float) -> Verdict:
    """The verdict of one day with `count` scheduled tests, of which a share of `lost` is missing at random."""
    width = MINUTES / count
    times = [width * (slot + random.random()) for slot in range(count) if random.random() >= lost]
    return verdict_of([(at, int(at) in below) for at in times])


def verdict_of(tests: Sequence[tuple[float, bool]]) -> Verdict:
    assert RULE is not None
    assert isinstance(LENGTHS_S, tuple)
    witnesses = tuple(
        Witness(
            record_id=str(number),
            at=DAY_PERIOD.start_at + timedelta(minutes=at),
            bps=300 if below else 1010,
            standing=Standing.BELOW if below else Standing.REACHED,
            server="",
        )
        for number, (at, below) in enumerate(tests)
    )
    case = Case(
        on=DAY,
        period=DAY_PERIOD,
        zone=LISBON,
        direction=Direction.DOWNLOAD,
        rule=RULE,
        threshold_bps=1000,
        witnesses=witnesses,
        slots=cut(DAY_PERIOD, witnesses, LENGTHS_S, RULE.number("confidence")),
        now=DAY_PERIOD.end_at,
    )
    return normal.decide(case).verdict


def share_breached(*, total: int, spell: int, count: int, lost: float = 0.0, days: int = 120) -> float:
    random = Random(f"{total} {spell} {count} {lost}")
    breached = sum(
        decide(random, below_minutes(random, total, spell), count=count, lost=lost) is Verdict.BREACHED
        for _ in range(days)
    )
    return breached / days


@pytest.mark.parametrize("lost", [0.0, 0.3])
@pytest.mark.parametrize("count", [24, 48, 96])
@pytest.mark.parametrize("spell", [1, 5, 15, 71])
def test_a_compliant_day_is_accused_at_most_once_in_twenty(spell: int, count: int, lost: float) -> None:
    assert share_breached(total=COMPLIANT, spell=spell, count=count, lost=lost) <= 0.05


@pytest.mark.parametrize("hour", range(24))
def test_one_bad_hour_is_compliant_however_often_it_is_tested(hour: int) -> None:
    tests = [(60.0 * other + 30, other == hour) for other in range(24)]
    tests += [(60.0 * hour + minute, True) for minute in range(0, 60, 2)]
    assert verdict_of(tests) is not Verdict.BREACHED


@pytest.mark.parametrize(("count", "found"), [(24, 0.9), (48, 0.98), (96, 1.0)])
def test_a_line_below_for_a_third_of_the_day_is_found(count: int, found: float) -> None:
    assert share_breached(total=480, spell=60, count=count) >= found


def test_a_line_below_all_day_is_found_with_half_of_its_tests_lost() -> None:
    assert share_breached(total=MINUTES, spell=MINUTES, count=24, lost=0.5) == 1.0
