from dataclasses import replace

import pytest

from analysis.ceiling import Beyond
from analysis.profile import load
from analysis.report import JudgedTest
from analysis.validity import judge_test
from probe.body.conditions import LinkType
from probe.body.speed_test import Direction, Failure, Limit, RoundTrips, ServerSaid, SpeedTest
from prova.against import against
from prova.result_words import words
from tests.build import a_contract, a_record, a_server, a_speed_test, good_conditions, stored

BEYOND = Beyond(direction=Direction.DOWNLOAD, promised_bps=10**9, ceiling_bps=9 * 10**8, share=0.8)


def judged(test: SpeedTest) -> JudgedTest:
    record = a_record(body=test)
    valid_for, reasons = judge_test(record, None, load("pt-nos"))
    return JudgedTest(stored=stored(record), valid_for=valid_for, reasons=reasons)


def test_each_promise_is_reached_below_or_too_close() -> None:
    said = against(judged(a_speed_test(ip_mbps=980)), a_contract(), ())
    assert said is not None
    assert said.startswith("the contract's maximum 1000 Mbit/s too close to tell, normal 1000 Mbit/s too close to tell")
    assert "minimum 400 Mbit/s reached (one test, no verdict)" in said
    assert "normal 1000 Mbit/s below" in (against(judged(a_speed_test(ip_mbps=500)), a_contract(), ()) or "")


def test_what_this_machine_cannot_be_asked_is_refused_with_the_reason() -> None:
    said = against(judged(a_speed_test()), a_contract(), (BEYOND,))
    assert said is not None
    assert said.startswith(
        "not held against the contract. The contract promises 1000 Mbit/s of download, more than 80 %"
    )
    upload = judged(a_speed_test(direction=Direction.UPLOAD, ip_mbps=210))
    assert "reached" in (against(upload, a_contract(), (BEYOND,)) or ""), "the other direction is held"


def test_a_result_that_can_only_have_been_lowered_proves_nothing_below() -> None:
    wifi = a_speed_test(ip_mbps=300, conditions=good_conditions(link_type=LinkType.WIFI))
    assert "(and nothing below is proven)" in (against(judged(wifi), a_contract(), ()) or "")


def test_what_did_not_cross_the_line_is_held_against_nothing() -> None:
    demonstration = a_speed_test(server=a_server(demonstration=True))
    assert against(judged(demonstration), a_contract(), ()) == (
        "not held against the contract: this test says nothing of the line"
    )
    assert against(judged(a_speed_test(failure=Failure.REFUSED)), a_contract(), ()) is None


FULL = a_speed_test(
    ip_mbps=960,
    loaded_rtt_ms=12.0,
    loaded_rtt_p95_ms=20.0,
    responsiveness_rpm=4000,
    uncertainty_bps=1_000_000,
    steady=True,
    server_said=ServerSaid(
        name="lisboa-1", instance="s-1", software="prova 9", tests_count=2, cpu_share=0.5, other_bytes=0
    ),
    idle_round_trips=RoundTrips(method="latency1", sent_count=40, lost_count=0, median_ms=8.0),
    loaded_round_trips=RoundTrips(method="latency1", sent_count=100, lost_count=1, median_ms=11.0),
)


def test_a_result_says_all_of_it_in_a_few_lines() -> None:
    said = words(judged(FULL)).split("\n")
    assert len(said) == 6
    assert said[0] == "download  926.7 ± 1.0 Mbit/s (TCP payload, steady), 960.0 Mbit/s in IP packets"
    assert said[1].startswith("          the whole test: mean ")
    assert said[2].endswith("8.0 ms idle, 12.0 ms under load (95 % below 20.0 ms), 4000 round trips a minute")
    assert said[3].endswith("by datagrams: 8.0 ms idle, 11.0 ms under load, 1.0% of 100 lost")
    assert said[4].endswith("server lisboa-1, prova 9, 2 tests at once, its busiest core 50%")
    assert said[5].endswith("grade A, may show met and breached")
    assert all(len(line) < 110 for line in said)


@pytest.mark.parametrize(
    ("test", "last"),
    [
        (a_speed_test(failure=Failure.TIMED_OUT), "download  not measured: no answer in time"),
        (a_speed_test(server=a_server(demonstration=True)), "          demonstration, not evidence"),
        (
            a_speed_test(conditions=good_conditions(link_type=LinkType.WIFI)),
            "          grade B, may show met: wireless",
        ),
    ],
)
def test_the_last_line_says_what_it_is_worth(test: SpeedTest, last: str) -> None:
    assert words(judged(test)).split("\n")[-1] == last


def test_a_server_that_tells_nothing_has_no_line() -> None:
    assert "server" not in words(judged(replace(FULL, server_said=ServerSaid(connection="abc"))))


def test_a_rate_that_something_else_held_down_is_a_least_one() -> None:
    held = replace(FULL, uncertainty_bps=FULL.rate_bps, steady=False, limited_by=Limit.CPU)
    said = words(judged(held)).split("\n")
    assert said[0] == "download  at least 926.7 Mbit/s (TCP payload, not steady), 960.0 Mbit/s in IP packets"
    assert said[1].endswith("held down by the processor")


def test_what_a_method_does_not_say_is_not_claimed() -> None:
    said = words(judged(replace(FULL, method="udp", steady=None, uncertainty_bps=None)))
    assert said.startswith("download  926.7 Mbit/s (as TCP payload), 960.0 Mbit/s in IP packets")


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_words_of_its_own(failure: Failure) -> None:
    (line,) = words(judged(a_speed_test(failure=failure))).split("\n")
    assert line.startswith("download  not measured: ")
    assert "_" not in line
