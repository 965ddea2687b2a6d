from datetime import UTC, date, datetime, timedelta

import pytest

from dashboards.web.language import Language
from dashboards.web.render import words
from dashboards.web.voice import Voice
from tests.build import LISBON

CATALOGUE = words()
PT = Voice(Language.PORTUGUESE, CATALOGUE, LISBON)
DASH = "\N{EN DASH}"
EN = Voice(Language.ENGLISH, CATALOGUE, LISBON)


@pytest.mark.parametrize(
    ("bps", "shown"),
    [
        (999_960_000, "999.9 Mbit/s"),
        (1_000_000_000, "1000 Mbit/s"),
        (934_100_000, "934.1 Mbit/s"),
        (5_678_900, "5.67 Mbit/s"),
        (0, "0 Mbit/s"),
        (20_123_456_789, "20,123.4 Mbit/s"),
    ],
)
def test_a_rate_is_cut_and_never_rounded_up_to_a_promise(bps: int, shown: str) -> None:
    assert EN.rate(bps) == shown


def test_portuguese_has_a_comma() -> None:
    assert PT.rate(934_100_000) == "934,1 Mbit/s"
    assert PT.milliseconds(0.314) == "0,31 ms"


def test_the_hour_that_a_clock_change_repeats_is_told_apart() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert EN.clock(first) == "01:30 (GMT+01:00)"
    assert EN.clock(first + timedelta(hours=1)) == "01:30 (GMT+00:00)"
    assert EN.clock(first + timedelta(hours=2)) == "02:30"


def test_a_moment_is_told_in_the_lines_own_zone() -> None:
    assert PT.moment(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "2 jul., 00:30"
    assert PT.day(date(2026, 11, 21)) == "sábado, 21 de novembro de 2026"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(1, "1 second ago"), (59, "59 seconds ago"), (60, "1 minute ago"), (7300, "2 hours ago"), (200_000, "2 days ago")],
)
def test_an_age_is_told_in_its_largest_unit(seconds: float, shown: str) -> None:
    assert EN.age(seconds) == shown


def test_a_clock_that_stepped_back_gives_no_negative_age() -> None:
    assert EN.age(-5) == "0 seconds ago"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(86_400, "24 h"), (86_370, "23 h 59 min 30 s"), (0, "0 min"), (3_605, "1 h 5 s")]
)
def test_a_stretch_leaves_out_what_is_zero(seconds: int, shown: str) -> None:
    assert EN.stretch(seconds) == shown


def test_a_key_that_is_not_there_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(KeyError):
        EN.say("no.such.key")
