import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.web.asked import day_of, month_of, number_of, one_of, text_of


@given(st.text(max_size=400))
def test_nothing_in_an_address_is_an_error(told: str) -> None:
    asked = {"day": told, "month": told, "page": told, "counts": told, "id": told}
    assert day_of(asked) is None or len(told) >= 8
    assert month_of(asked) is None or len(told) >= 7
    assert number_of(asked, "page") >= 1
    assert one_of(asked, "counts", ("full",)) in {"", "full"}
    assert len(text_of(asked, "id")) <= 200


@pytest.mark.parametrize(
    "told", ["0", "-3", "1e9", "99999999999999999999", "\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT THREE}"]
)
def test_a_page_that_cannot_be_is_the_first(told: str) -> None:
    assert number_of({"page": told}, "page") == 1
