"""Tables that people give, read strictly: areas, and whose addresses were."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from analysis.contract import Line, Region
from analysis.extract.panel import address_log, area

LISBON = ZoneInfo("Europe/Lisbon")


def line(municipality: str | None, region: Region = Region.MAINLAND) -> Line:
    return Line(id="casa", zone=LISBON, municipality=municipality, region=region)


def test_a_municipality_is_found_however_it_is_spelt_in_capitals() -> None:
    areas = area.read("municipality,nuts2,nuts3\nLisboa,PT1A,PT1A0\n", "a.csv")
    assert areas.of(line(" LISBOA ")) == area.Area("PT1A", "PT1A0")
    assert areas.of(line("Porto")) is None
    assert areas.of(line(None)) is None


def test_two_of_one_name_are_told_apart_by_region() -> None:
    text = "municipality,nuts2,nuts3,region\nLagoa,PT15,PT150,mainland\nLagoa,PT20,PT200,azores\n"
    areas = area.read(text, "a.csv")
    assert areas.of(line("Lagoa", Region.AZORES)) == area.Area("PT20", "PT200")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must begin with the line municipality,nuts2,nuts3"),
        ("municipality,nuts2,nuts3\nLagoa,1,2\nlagoa,3,4\n", "line 3: 'lagoa' is there twice; tell them apart"),
        ("municipality,nuts2,nuts3\nLagoa,,2\n", "line 2: it has empty or missing cells"),
        ("municipality,nuts2,nuts3\nLagoa,=1+1,2\n", "line 2: '=1\\+1' is no name or code"),
        ("municipality,nuts2,nuts3,region\nLagoa,1,2,moon\n", "'moon' is no region; write one of mainland"),
    ],
)
def test_a_table_of_areas_that_cannot_be_used_says_where_and_how_to_mend_it(text: str, said: str) -> None:
    with pytest.raises(area.AreaError, match=said):
        area.read(text, "a.csv")


def test_owners_are_kept_by_line_in_order_of_days() -> None:
    told = address_log.read("line,from,asn,network\nb,2026-10-09,64501,\nb,2026-10-01,AS64500,mobile\n", "l.csv")
    assert told == {
        "b": (
            address_log.AddressOwner(date(2026, 10, 1), 64500, address_log.Network.MOBILE),
            address_log.AddressOwner(date(2026, 10, 9), 64501, None),
        )
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("line;from;asn\n", "must begin with the line line,from,asn,network"),
        ("line,from,asn\na,2026-10-01\n", "line 2: it has 2 cells; write 3"),
        ("line,from,asn\na,soon,1\n", "write the line's name, and its day as YYYY-MM-DD"),
        ("line,from,asn\na,2026-10-01,4294967296\n", "is no AS number"),
        ("line,from,asn,network\na,2026-10-01,1,copper\n", "'copper' is no kind of network"),
        ("line,from,asn\na,2026-10-01,1\na,2026-10-01,2\n", "line 3: a has two owners from 2026-10-01 on"),
    ],
)
def test_a_log_that_cannot_be_used_says_where_and_how_to_mend_it(text: str, said: str) -> None:
    with pytest.raises(address_log.AddressLogError, match=said):
        address_log.read(text, "l.csv")
