from datetime import date

from prova.levels import repeat_levels
from tests.build import AT, a_contract, some_terms, speeds


def test_a_probe_is_told_the_normal_speed_and_the_maximum_where_that_is_not_stated() -> None:
    terms = some_terms(download=speeds(1000, 800, 400), upload=speeds(200, None, None))
    assert repeat_levels(a_contract(terms=(terms,)), AT) == {
        "download_below_bps": 800_000_000,
        "upload_below_bps": 200_000_000,
    }


def test_before_the_contract_a_probe_is_told_nothing() -> None:
    assert repeat_levels(a_contract(terms=(some_terms(from_on=date(2030, 1, 1)),)), AT) == {}
