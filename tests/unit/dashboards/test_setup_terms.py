"""What was typed into the set-up, held against what it can be: everything wrong at once, and nothing that is right."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.summary.reading import Item
from dashboards.web.page.setup import terms, wanted
from dashboards.web.page.setup.deed import Watched

WHOLE = {
    "operator": "NOS",
    "service": "Fibra 1000",
    "technology": "ftth",
    "dated": "2026-01-15",
    "download_maximum_mbps": "1000",
    "download_normal_mbps": "1000",
    "download_minimum_mbps": "400",
    "upload_maximum_mbps": "200",
    "region": "mainland",
}


def problems(**typed: str) -> set[tuple[str, str]]:
    _, found = terms.agreed(WHOLE | typed, None)
    return {(one.field, one.key) for one in found}


def test_a_whole_contract_has_no_problem() -> None:
    agreed, found = terms.agreed(WHOLE | {"monthly_eur": "39,99", "municipality": " Faro "}, None)
    assert found == ()
    assert agreed is not None
    assert agreed.values[Item.MONTHLY] == Decimal("39.99")
    assert (agreed.municipality, agreed.timezone) == ("Faro", "Europe/Lisbon")


@pytest.mark.parametrize(
    ("field", "text", "key"),
    [
        ("operator", " ", "needed"),
        ("operator", "x" * 81, "words"),
        ("service", "a\x00b", "words"),
        ("technology", "adsl", "choice"),
        ("dated", "15/01/2026", "date"),
        ("download_maximum_mbps", "", "needed"),
        ("download_maximum_mbps", "0", "speed"),
        ("download_maximum_mbps", "NaN", "speed"),
        ("download_maximum_mbps", "1e99", "speed"),
        ("upload_maximum_mbps", "fast", "speed"),
        ("download_normal_mbps", "1001", "above_maximum"),
        ("download_minimum_mbps", "1001", "above_normal"),
        ("monthly_eur", "-1", "euros"),
        ("internet_share_eur", "10", "share"),
        ("billing_day", "32", "day"),
        ("billing_day", "x", "day"),
        ("region", "spain", "choice"),
        ("municipality", "x" * 81, "words"),
    ],
)
def test_each_mistake_is_told_at_its_field(field: str, text: str, key: str) -> None:
    assert (field, key) in problems(**{field: text})


def test_of_fixed_wireless_only_the_maximum_is_promised() -> None:
    assert problems(technology="fwa") == {
        ("download_normal_mbps", "not_wireless"),
        ("download_minimum_mbps", "not_wireless"),
    }
    assert problems(technology="fwa", download_normal_mbps="", download_minimum_mbps="") == set()


@given(st.dictionaries(st.sampled_from([*WHOLE, "monthly_eur", "billing_day", "municipality"]), st.text(max_size=300)))
def test_whatever_was_typed_it_is_a_contract_or_its_problems(typed: dict[str, str]) -> None:
    agreed, found = terms.agreed(WHOLE | typed, None)
    assert (agreed is None) == bool(found)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"kind"}),
        ({"kind": "own"}, {"address"}),
        ({"kind": "own", "address": "https://h"}, {"address"}),
        ({"kind": "own", "address": "wss://h:0"}, {"address"}),
        ({"kind": "own", "address": "wss://h:99999"}, {"address"}),
        ({"kind": "own", "address": "wss://[::1"}, {"address"}),
        ({"kind": "own", "address": "wss://h x"}, {"address"}),
        ({"kind": "own", "address": "wss://measure.example:4443"}, set()),
        ({"kind": "mlab"}, {"consent"}),
        ({"kind": "mlab", "consent": "yes"}, set()),
        ({"kind": "demonstration"}, set()),
    ],
)
def test_a_server_is_named_agreed_to_or_none(typed: dict[str, str], wrong: set[str]) -> None:
    assert {one.field for one in wanted.server(typed)} == wrong


def test_hosts_are_kept_in_order_and_each_mistake_is_told() -> None:
    found, bad = wanted.hosts({"host_1": "a.example", "network_1": "one", "host_3": "192.0.2.1"})
    assert (found, bad) == ((Watched("a.example", "one"), Watched("192.0.2.1")), ())
    _, bad = wanted.hosts({"host_1": "a b", "network_2": "lonely", "host_3": "h", "network_3": "a@b"})
    assert {one.field for one in bad} == {"host_1", "host_2", "network_3"}
    assert [one.key for one in wanted.hosts({"host_1": "a", "host_2": "a"})[1]] == ["twice"]
