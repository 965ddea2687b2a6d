from decimal import Decimal

import pytest

from analysis.summary.number import Style, bare, number, speeds, style
from analysis.summary.page.fold import fold, plain

POINT, COMMA, NEITHER = Style(".", portuguese=False), Style(",", portuguese=True), Style("", portuguese=True)


def seen(text: str, manner: Style = COMMA) -> list[tuple[str, bool]]:
    """(Mbit/s, whether it can be read in one way only) of each speed."""
    text = plain(text)
    return [(f"{one.mbps.normalize():f}", one.doubt is None) for one in speeds(text, fold(text), manner)]


@pytest.mark.parametrize(
    ("text", "mbps"),
    [
        ("1000 Mbps", "1000"),
        ("1000Mb/s", "1000"),
        ("1\u202f000 Mbit/s", "1000"),
        ("1\u00a0000\u00a0Mbps", "1000"),
        ("1'000 Mbps", "1000"),
        ("1.000 Mbps", "1000"),
        ("99,5 Mbps", "99.5"),
        ("99.5 Mbps", "99.5"),
        ("1 Gbps", "1000"),
        ("2,5 Gb/s", "2500"),
        ("2.500 Gbps", "2500"),
        ("512 kbps", "0.512"),
        ("1 000 000 kbit/s", "1000"),
        ("400 Mbps\u00b9", "400"),
        ("400\u00b9 Mbps", "400"),
        ("400 Mbps1", "400"),
    ],
)
def test_every_way_of_printing_a_speed_is_read(text: str, mbps: str) -> None:
    assert seen(text) == [(mbps, True)]


@pytest.mark.parametrize(
    ("text", "manner"),
    [
        ("1,000 Mbps", COMMA),  # the comma is this document's decimal mark: one, or a thousand
        ("1.000 Mbps", POINT),
        ("1,000 Mbps", NEITHER),
        ("100 MB/s", COMMA),
        ("100 kB/s", COMMA),
        ("100 Gbps", COMMA),
        ("0 Mbps", COMMA),
        ("1  000 Mbps", COMMA),
    ],
)
def test_what_can_be_read_in_two_ways_says_so(text: str, manner: Style) -> None:
    assert [sure for _, sure in seen(text, manner)] == [False]


@pytest.mark.parametrize("text", ["20 GB de dados", "25 ms", "NOS500Mbps", "1000", "39,99 €", "100 MHz", "10 Mbpsx"])
def test_what_is_no_speed_is_none(text: str) -> None:
    assert seen(text) == []


def test_a_stroke_is_two_speeds_and_a_dash_a_range() -> None:
    (two,) = speeds("1000/200 Mbps", "1000/200 mbps", COMMA)
    assert [two.mbps, two.beside_mbps, two.upper_mbps] == [1000, 200, None]
    (range_,) = speeds("80-100 Mbps", "80-100 mbps", COMMA)
    assert [range_.mbps, range_.beside_mbps, range_.upper_mbps] == [80, None, 100]


def test_a_documents_prices_show_its_decimal_mark() -> None:
    assert style("mensalidade 39,99 €", portuguese=True).decimal == ","
    assert style("€39.99 a month, 1,234.50", portuguese=False).decimal == "."
    assert style("39,99 € / €39.99", portuguese=True).decimal == ""
    assert style("nada", portuguese=True).decimal == ""


def test_a_number_alone_in_its_cell_is_one_and_anything_else_is_none() -> None:
    assert bare("1 000", COMMA) == (Decimal(1000), None)
    assert bare("1000 *", COMMA) is None
    assert bare("-", COMMA) is None
    assert number("1.234.567", COMMA) == (Decimal(1234567), None)
