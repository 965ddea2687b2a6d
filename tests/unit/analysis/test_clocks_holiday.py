"""The holidays, held against the law and against an Easter of our own."""

import tomllib
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from analysis.clocks import holiday, package_data
from analysis.clocks.holiday import Almanac, Holiday, Kind, Place
from analysis.contract import Region

MAINLAND, AZORES, MADEIRA = Place(Region.MAINLAND), Place(Region.AZORES), Place(Region.MADEIRA)
YEARS = range(2010, 2100)
SUPPRESSED = range(2013, 2016)  # Lei 23/2012; undone by Lei 8/2016, in force before the first of the four in 2016


@pytest.fixture(scope="module")
def almanac() -> Almanac:
    return package_data.almanac()


def in_year(almanac: Almanac, place: Place, year: int, *kinds: Kind) -> set[date]:
    found = holiday.holidays(almanac, place, date(year, 1, 1), date(year + 1, 1, 1))
    return {one.on for one in found if one.kind in (kinds or tuple(Kind))}


def gauss_easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computus (Nature, 20 April 1876): another way than the library's."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    spare = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * spare) // 451
    month, day = divmod(h + spare - 7 * m + 114, 31)
    return date(year, month, day + 1)


def labour_code_234(year: int) -> set[date]:
    """The mandatory holidays as the article lists them."""
    sunday = gauss_easter(year)
    always = {date(year, *day) for day in ((1, 1), (4, 25), (5, 1), (6, 10), (8, 15), (12, 8), (12, 25))}
    always |= {sunday, sunday - timedelta(days=2)}
    four = {date(year, *day) for day in ((10, 5), (11, 1), (12, 1))} | {sunday + timedelta(days=60)}
    return always if year in SUPPRESSED else always | four


def test_the_mandatory_holidays_are_those_of_the_labour_code(almanac: Almanac) -> None:
    for year in YEARS:
        for place in (MAINLAND, AZORES, MADEIRA):
            assert in_year(almanac, place, year, Kind.MANDATORY) == labour_code_234(year)


@pytest.mark.parametrize(
    ("easter_on", "corpus_christi_on"),
    [
        (date(2026, 4, 5), date(2026, 6, 4)),
        (date(2027, 3, 28), date(2027, 5, 27)),
        (date(2028, 4, 16), date(2028, 6, 15)),
    ],
)
def test_easter_and_corpus_christi_fall_where_they_do(
    almanac: Almanac, easter_on: date, corpus_christi_on: date
) -> None:
    assert holiday.easter(easter_on.year) == easter_on
    assert {easter_on, corpus_christi_on} <= in_year(almanac, MAINLAND, easter_on.year, Kind.MANDATORY)


def test_four_holidays_were_suppressed_for_three_years(almanac: Almanac) -> None:
    for year in (2012, 2016):
        assert len(in_year(almanac, MAINLAND, year, Kind.MANDATORY)) == 13
    for year in SUPPRESSED:
        assert len(in_year(almanac, MAINLAND, year, Kind.MANDATORY)) == 9


def test_the_day_of_the_azores_is_whit_monday(almanac: Almanac) -> None:
    assert in_year(almanac, AZORES, 2026, Kind.REGIONAL) == {
        date(2026, 5, 25)
    }  # and not 1 June, as one calendar has it
    assert in_year(almanac, AZORES, 2027, Kind.REGIONAL) == {date(2027, 5, 17)}
    for year in YEARS:
        assert in_year(almanac, AZORES, year, Kind.REGIONAL) == {gauss_easter(year) + timedelta(days=50)}


def test_a_day_that_is_national_and_regional_stands_twice_under_its_two_names(almanac: Almanac) -> None:
    found = holiday.holidays(almanac, AZORES, date(2019, 6, 10), date(2019, 6, 11))
    assert [(one.kind, one.name) for one in found] == [
        (Kind.MANDATORY, "Dia de Portugal, de Camões e das Comunidades Portuguesas"),
        (Kind.REGIONAL, "Dia da Região Autónoma dos Açores"),
    ]


def test_madeira_keeps_two_days_of_its_own_and_a_third_from_2025(almanac: Almanac) -> None:
    for year in YEARS:
        own = {date(year, 7, 1), date(year, 12, 26)} | ({date(year, 4, 2)} if year >= 2025 else set())
        assert in_year(almanac, MADEIRA, year, Kind.REGIONAL) == own


def test_the_mainland_has_no_regional_holiday(almanac: Almanac) -> None:
    assert not any(in_year(almanac, MAINLAND, year, Kind.REGIONAL) for year in YEARS)


def test_carnival_is_47_days_before_easter_and_of_a_kind_of_its_own(almanac: Almanac) -> None:
    assert in_year(almanac, MAINLAND, 2026, Kind.CARNIVAL) == {date(2026, 2, 17)}
    for year in YEARS:
        (shrove,) = in_year(almanac, MAINLAND, year, Kind.CARNIVAL)
        assert shrove == gauss_easter(year) - timedelta(days=47)
        assert shrove.weekday() == 1


def test_no_day_stands_twice_under_one_kind(almanac: Almanac) -> None:
    """Fails when the library learns what our own rows add: then the row goes."""
    places = {row.place for row in almanac.rows if row.place} | {MAINLAND, AZORES, MADEIRA}
    for place in places:
        for year in (2026, 2027):
            found = holiday.holidays(almanac, place, date(year, 1, 1), date(year + 1, 1, 1))
            keys = [(one.on, one.kind) for one in found]
            assert len(keys) == len(set(keys)), place


@pytest.mark.parametrize(
    ("region", "municipality", "on"),
    [
        (Region.MAINLAND, "Lisboa", date(2026, 6, 13)),
        (Region.MAINLAND, "Porto", date(2026, 6, 24)),
        (Region.MAINLAND, "evora", date(2026, 6, 29)),
        (Region.MAINLAND, "Castelo Branco", date(2022, 5, 3)),
        (Region.MAINLAND, "Idanha-a-Nova", date(2022, 5, 2)),
        (Region.MAINLAND, "Beja", date(2026, 5, 14)),
        (Region.MADEIRA, "Funchal", date(2026, 8, 21)),
    ],
)
def test_a_known_municipality_has_its_holiday(almanac: Almanac, region: Region, municipality: str, on: date) -> None:
    place = Place(region, municipality)
    assert almanac.knows(place)
    assert in_year(almanac, place, on.year, Kind.MUNICIPAL) == {on}


def test_a_municipality_does_not_inherit_its_districts_capitals_holiday(almanac: Almanac) -> None:
    loures = Place(Region.MAINLAND, "Loures")
    assert not almanac.knows(loures)
    assert not in_year(almanac, loures, 2026, Kind.MUNICIPAL)


def test_a_name_counts_in_its_own_region_alone(almanac: Almanac) -> None:
    assert not almanac.knows(Place(Region.AZORES, "Santa Cruz"))
    assert not almanac.knows(MADEIRA)


def test_names_do_not_follow_the_environment(almanac: Almanac, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en_US")
    holiday._library.cache_clear()
    assert holiday.holidays(almanac, MAINLAND, date(2026, 12, 25), date(2026, 12, 26)) == (
        Holiday(
            on=date(2026, 12, 25),
            kind=Kind.MANDATORY,
            name="Dia de Natal",
            source=almanac.library_sources[None],
        ),
    )


def test_a_range_is_half_open_and_may_be_empty(almanac: Almanac) -> None:
    christmas = date(2026, 12, 25)
    assert not holiday.holidays(almanac, MAINLAND, date(2026, 12, 9), christmas)
    assert not holiday.holidays(almanac, MAINLAND, christmas, christmas)
    assert len(holiday.holidays(almanac, MAINLAND, christmas, date(2027, 1, 2))) == 2


@pytest.mark.parametrize("first_on", [date(2009, 12, 31), date(2100, 1, 1)])
def test_nothing_is_claimed_outside_the_almanac(almanac: Almanac, first_on: date) -> None:
    with pytest.raises(ValueError, match="holidays are known from 2010-01-01 until 2100-01-01"):
        holiday.holidays(almanac, MAINLAND, first_on, first_on + timedelta(days=1))


def document(*rows: dict[str, Any]) -> dict[str, Any]:
    whole = tomllib.loads((files("analysis.clocks") / "holidays-pt.toml").read_text("utf-8"))
    return whole | {"holiday": list(rows), "municipal": {}, "sources": whole["sources"] | {"law": "a law"}}


def test_a_row_can_take_a_day_of_the_librarys_away() -> None:
    row = {
        "name": "no Republic", "kind": "mandatory", "rule": "10-05", "source": "law", "drop": True,
        "since": date(2030, 10, 5), "until": date(2031, 10, 5),
    }  # fmt: skip
    almanac = holiday.parse(document(row))
    days = {year: in_year(almanac, MAINLAND, year) for year in (2029, 2030, 2031)}
    assert {year: date(year, 10, 5) in found for year, found in days.items()} == {2029: True, 2030: False, 2031: True}
    assert len(days[2030]) == 12


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "local"}, "holiday 'X': 'local' is not a valid Kind"),
        ({"rule": "02-29"}, "holiday 'X': day is out of range for month"),
        ({"rule": "christmas"}, "holiday 'X': the rule 'christmas' is neither"),
        ({"rule": "easter"}, "holiday 'X': the rule 'easter' is neither"),
        ({"region": "algarve"}, "holiday 'X': 'algarve' is not a valid Region"),
        ({"source": "hearsay"}, "holiday 'X': 'hearsay' is missing or not in"),
    ],
)
def test_a_wrong_row_is_named(change: dict[str, Any], sentence: str) -> None:
    row = {"name": "X", "kind": "mandatory", "rule": "06-01", "source": "law"} | change
    with pytest.raises(ValueError, match=sentence):
        holiday.parse(document(row))
