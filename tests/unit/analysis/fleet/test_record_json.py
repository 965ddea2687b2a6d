import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.fleet.record_json import bare, holds_address, record_json
from tests.build import a_record, a_speed_test, stored


def test_a_record_is_told_whole_and_without_addresses_unless_they_are_asked_for() -> None:
    one = stored(a_record(body=a_speed_test()))
    assert record_json(one, addresses=True)["record"]["body"]["server"]["address"] == "203.0.113.7"
    assert "203.0.113.7" not in json.dumps(record_json(one, addresses=False))
    assert record_json(one, addresses=False)["record"]["body"]["server"]["url"] == "wss://measure.example"


@pytest.mark.parametrize(
    "text", ["10.0.0.1", "x 10.0.0.1:80 y", "ws://[2001:db8::1]:80/p", "fe80::1%eth0", "::ffff:10.0.0.1", "10.0.0.1."]
)
def test_a_text_with_an_address_anywhere_in_it_is_not_told(text: str) -> None:
    assert bare({"a": [text]}) == {"a": [None]}


@pytest.mark.parametrize(
    "text", ["prova 0.1.0", "2026-11-21T09:00:00Z", "wss://measure.example", "casa", "12.5", "a:b"]
)
def test_other_text_stays(text: str) -> None:
    assert bare(text) == text


@given(st.ip_addresses(), st.text("xyz /[](),=", max_size=4), st.text("xyz /[](),=", max_size=4))
def test_no_address_gets_through(address: object, before: str, after: str) -> None:
    assert holds_address(f"{before} {address} {after}")
    assert holds_address(f"{before}[{address}]{after}")
