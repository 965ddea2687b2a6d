import pytest

from dashboards.web.language import Language, choose, locale_of

PT, EN = Language.PORTUGUESE, Language.ENGLISH


def test_the_address_wins_over_the_cookie_and_the_cookie_over_the_browser() -> None:
    assert choose(asked="en", remembered="pt", accepted="pt") is EN
    assert choose(asked=None, remembered="pt", accepted="en") is PT
    assert choose(asked=None, remembered=None, accepted="pt-PT,pt;q=0.9") is PT


def test_an_unknown_wish_falls_through_to_the_next() -> None:
    assert choose(asked="<b>", remembered="xx", accepted="pt") is PT
    assert choose(asked=None, remembered=None, accepted=None) is EN


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("pt-BR;q=0.3, en-US;q=0.8", EN),
        ("fr, de;q=0.9, pt;q=0.1", PT),
        ("pt;q=0, en", EN),
        ("pt;q=0", EN),
        ("PT", PT),
        ("pt;q=much, en;q=0.1", EN),
        (";;;,,,", EN),
        ("*", EN),
        ("x" * 600 + ", pt", EN),
    ],
)
def test_the_browsers_weights_decide(accepted: str, language: Language) -> None:
    assert choose(asked=None, remembered=None, accepted=accepted) is language


def test_numbers_are_european_and_british() -> None:
    assert str(locale_of(PT)) == "pt_PT"
    assert str(locale_of(EN)) == "en_GB"
