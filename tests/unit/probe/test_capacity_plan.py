"""What a test of capacity may be asked to do, and what a server makes of it."""

from dataclasses import replace
from typing import Any

import pytest

from probe.capacity.pdu import ANY_ROW, Activation, ActivationAnswer, Algorithm, Auth, Rate, Setup, SetupAnswer
from probe.capacity.plan import CapacityPlan
from probe.capacity.terms import Limits, accept, is_sound, refusal, settings_of

ASKED = Activation(upstream=False, duration_s=8)
REQUEST = Setup(is_request=True, connection_group=5)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("udp://measure.example", "measure.example", 24601),
        ("udp://measure.example:9", "measure.example", 9),
        ("udp://[2001:db8::1]:24602", "2001:db8::1", 24602),
    ],
)
def test_an_address_names_host_and_port(url: str, host: str, port: int) -> None:
    plan = CapacityPlan(url=url)
    assert (plan.host, plan.port) == (host, port)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ws://measure.example"},
        {"url": "udp://"},
        {"url": "udp://measure.example:0"},
        {"url": "udp://measure.example:99999"},
        {"url": "udp://[::1"},
        {"duration_s": 0.5},
        {"duration_s": 61},
        {"duration_s": float("nan")},
        {"most_bytes": 0},
        {"most_bps": 999_999},
        {"key_id": 256},
        {"secret": ""},
        {"connect_timeout_s": 0},
    ],
)
def test_a_value_that_makes_no_test_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong)) if "url" not in wrong else "udp://|no address"):
        CapacityPlan(**{"url": "udp://measure.example", **wrong})


def test_a_secret_is_not_printed() -> None:
    assert "hush" not in repr(CapacityPlan(url="udp://measure.example", secret="hush"))


@pytest.mark.parametrize(
    ("setup", "has_secret", "answer"),
    [
        (REQUEST, False, None),
        (replace(REQUEST, auth=Auth(mode=1)), True, None),
        (replace(REQUEST, connection_index=1, connection_count=2), False, None),
        (replace(REQUEST, version=11), False, SetupAnswer.BAD_VERSION),
        (replace(REQUEST, version=21), False, SetupAnswer.BAD_VERSION),
        (replace(REQUEST, connection_count=0), False, SetupAnswer.BAD_CONNECTIONS),
        (replace(REQUEST, connection_index=2, connection_count=2), False, SetupAnswer.BAD_CONNECTIONS),
        (replace(REQUEST, jumbo=True), False, SetupAnswer.BAD_JUMBO),
        (REQUEST, True, SetupAnswer.AUTH_REQUIRED),
        (replace(REQUEST, auth=Auth(mode=1)), False, SetupAnswer.AUTH_NOT_CONFIGURED),
        (replace(REQUEST, auth=Auth(mode=2)), True, SetupAnswer.AUTH_MODE_INVALID),
    ],
)
def test_a_setup_is_refused_for_a_reason(setup: Setup, has_secret: bool, answer: SetupAnswer | None) -> None:
    assert refusal(setup, has_secret=has_secret) is answer


def test_a_sound_activation_is_accepted_as_it_is() -> None:
    assert accept(ASKED, Limits()) == replace(ASKED, answer=ActivationAnswer.ACCEPTED)


@pytest.mark.parametrize(
    ("asked", "becomes"),
    [
        ({"low_ms": 0}, {"low_ms": 30}),
        ({"upper_ms": 10_001}, {"upper_ms": 90}),
        ({"low_ms": 100, "upper_ms": 50}, {"low_ms": 30, "upper_ms": 90}),
        ({"trial_ms": 4}, {"trial_ms": 50}),
        ({"trial_ms": 251}, {"trial_ms": 50}),
        ({"duration_s": 0}, {"duration_s": 10}),
        ({"duration_s": 3600}, {"duration_s": 60}),
        ({"sub_interval_ms": 99}, {"sub_interval_ms": 1000}),
        ({"sub_interval_ms": 9000}, {"sub_interval_ms": 1000}),
        ({"dscp_ecn": 0xB8}, {"dscp_ecn": 0}),
        ({"row": 1000}, {"row": ANY_ROW}),
        ({"row": 1000, "row_is_start": True}, {"row": ANY_ROW, "row_is_start": False}),
        ({"high_speed_delta": 0}, {"high_speed_delta": 10}),
        ({"slow_threshold": 0}, {"slow_threshold": 3}),
        ({"algorithm": 7}, {"algorithm": Algorithm.B}),
        ({"rate": Rate(interval1_us=1, burst1=1)}, {"rate": Rate()}),
    ],
)
def test_an_activation_is_put_right(asked: dict[str, Any], becomes: dict[str, Any]) -> None:
    accepted = accept(replace(ASKED, **asked), Limits(duration_s=60))
    assert accepted == replace(ASKED, answer=ActivationAnswer.ACCEPTED, **becomes)
    assert is_sound(accepted)


@pytest.mark.parametrize(
    "wrong",
    [{"trial_ms": 0}, {"trial_ms": 251}, {"sub_interval_ms": 0}, {"duration_s": 0}, {"low_ms": 91}],
)
def test_a_client_takes_no_response_that_makes_no_test(wrong: dict[str, Any]) -> None:
    assert is_sound(ASKED)
    assert not is_sound(replace(ASKED, **wrong))


def test_the_search_keeps_to_what_was_agreed_and_to_the_limit() -> None:
    settings = settings_of(replace(ASKED, algorithm=Algorithm.C, loss_threshold=4), 250e6)
    assert (settings.algorithm, settings.loss_threshold, settings.last_row) == (Algorithm.C, 4, 250)
