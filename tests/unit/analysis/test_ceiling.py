from analysis.ceiling import Beyond, beyond, sentence
from analysis.profile import load
from probe.body.speed_test import Direction
from tests.build import some_terms, speeds

DOWN, UP = Direction.DOWNLOAD, Direction.UPLOAD
PROFILE = load("pt-nos")
TERMS = some_terms(download=speeds(1000, 900, 400), upload=speeds(200, 200, 80))


def test_a_promise_above_four_fifths_of_the_ceiling_cannot_be_checked() -> None:
    assert beyond(TERMS, {DOWN: 1_250_000_000}, PROFILE) == ()
    (found,) = beyond(TERMS, {DOWN: 1_249_999_999}, PROFILE)
    assert found == Beyond(direction=DOWN, promised_bps=1_000_000_000, ceiling_bps=1_249_999_999, share=0.8)


def test_the_lowest_such_promise_is_named_once_for_each_direction() -> None:
    found = beyond(TERMS, {DOWN: 600_000_000, UP: 50_000_000}, PROFILE)
    assert [(one.direction, one.promised_bps) for one in found] == [(DOWN, 900_000_000), (UP, 80_000_000)]


def test_where_nothing_was_calibrated_nothing_is_said() -> None:
    assert beyond(TERMS, {}, PROFILE) == ()


def test_the_sentence_has_the_figures_and_the_mend_in_both_languages() -> None:
    (one,) = beyond(TERMS, {DOWN: 600_000_000}, PROFILE)
    said = sentence(one)
    for text in (said.pt, said.en):
        assert "900 Mbit/s" in text
        assert "80 %" in text
        assert "600 Mbit/s" in text
        assert "prova probe calibrate" in text
