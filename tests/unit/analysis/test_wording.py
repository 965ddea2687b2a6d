import string
from datetime import UTC, date, datetime

import pytest

from analysis.finding import Reason
from analysis.wording import _sentences, count, day, moment, percent, reason, say, sentence, speed, stretch
from tests.build import LISBON


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", _sentences())
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    entry = _sentences()[key]
    assert placeholders(entry["pt"]) == placeholders(entry["en"])


@pytest.mark.parametrize(
    ("bps", "pt", "en"),
    [
        (1_000_000_000, "1000 Mbit/s", "1000 Mbit/s"),
        (94_360_000, "94,3 Mbit/s", "94.3 Mbit/s"),
        (999_990_000, "999,9 Mbit/s", "999.9 Mbit/s"),
        (9_999_999, "9,99 Mbit/s", "9.99 Mbit/s"),
        (0, "0 Mbit/s", "0 Mbit/s"),
    ],
)
def test_a_speed_is_cut_and_never_rounded_up(bps: int, pt: str, en: str) -> None:
    assert (speed(bps).pt, speed(bps).en) == (pt, en)


def test_what_bounds_from_above_is_rounded_up() -> None:
    assert percent(0.11735, up=True).en == "11.8 %"
    assert percent(0.11735).pt == "11,7 %"
    assert percent(1 - 0.95).en == "5 %"
    assert stretch(10138.9, up=True) == "2 h 49 min"
    assert stretch(10138.9) == "2 h 48 min"
    assert (stretch(60.0), stretch(59.9), stretch(59.9, up=True)) == ("1 min", "59 s", "1 min")
    assert (stretch(95.2), stretch(95.2, up=True)) == ("1 min 35 s", "1 min 36 s")
    assert (stretch(599.5), stretch(599.5, up=True)) == ("9 min 59 s", "10 min")
    assert (stretch(3599.5), stretch(3599.5, up=True)) == ("59 min", "1 h")
    assert (stretch(3600.5), stretch(3600.5, up=True)) == ("1 h", "1 h 1 min")
    assert (stretch(0), stretch(0.2), stretch(0.2, up=True)) == ("0 s", "0 s", "1 s")
    assert stretch(86_400) == "24 h"


def test_dates_are_said_in_full() -> None:
    assert day(date(2026, 3, 1)).pt == "1 de março de 2026"
    assert day(date(2026, 3, 1)).en == "1 March 2026"


def test_the_repeated_hour_says_which_it_is() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert [moment(at, LISBON).en for at in (first, second)] == ["at 01:30 (UTC+1)", "at 01:30 (UTC+0)"]


def test_one_is_singular() -> None:
    assert count("more", 1).pt == "mais 1 teste válido"
    assert count("more", 2).pt == "mais 2 testes válidos"


def test_a_part_that_is_missing_is_a_bug() -> None:
    with pytest.raises(KeyError):
        say("any.not_stated", day=day(date(2026, 3, 1)))
    with pytest.raises(KeyError):
        sentence("no.such.key")


@pytest.mark.parametrize("name", list(Reason))
def test_every_reason_has_words(name: Reason) -> None:
    said = reason(name.value)
    assert said.pt != said.en
    assert reason("of_tomorrow").pt == "of tomorrow"
