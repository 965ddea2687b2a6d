"""From status units to the capacity and to the record of a speed test."""

from dataclasses import replace

import pytest

from probe.body.conditions import Conditions
from probe.body.speed_test import Direction, Failure, Limit
from probe.capacity.pdu import Algorithm, Status, SubInterval
from probe.capacity.plan import CapacityPlan
from probe.capacity.report import Facts, method_version, report, unreached
from probe.capacity.result import Ledger
from probe.capacity.search import Settings

PLAN = CapacityPlan(url="udp://measure.example", demonstration=True)
FACTS = Facts(
    direction=Direction.DOWNLOAD,
    packet_bytes=1500,
    address="203.0.113.7",
    ip_version=4,
    idle_rtt_ms=12.5,
    starved_share=0.0,
    failure=None,
    conditions=Conditions(cpu_share=0.25),
)


def a_ledger(*seconds: tuple[int, bool], ip_version: int = 4) -> Ledger:
    """Each second: packets of 1472 bytes in each of its twenty trial intervals, and whether a queue shows."""
    ledger = Ledger(ip_version=ip_version, settings=Settings())
    for index, (packets, queue) in enumerate(seconds):
        for trial in range(20):
            last = trial == 19
            ledger.add(a_status(index * 20 + trial + 1, packets, queue=queue, subs=index + last))
    return ledger


def a_status(sequence: int, packets: int, *, queue: bool = False, subs: int = 0, lost: int = 0) -> Status:
    return Status(
        sequence=sequence,
        sent_ns=0,
        datagrams=packets,
        bytes=packets * 1472,
        trial_us=50_000,
        lost=lost,
        rtt_min_ms=20,
        rtt_variation_ms=45 if queue else 1,
        sub_interval_count=subs,
        sub_interval=SubInterval(datagrams=packets * 20, bytes=packets * 20 * 1472, duration_us=1_000_000),
    )


def test_the_capacity_is_the_fastest_whole_sub_interval_in_ip_packets() -> None:
    capacity = a_ledger((100, False), (417, True), (400, True)).capacity()
    assert capacity is not None
    assert capacity.ip_bps == 417 * 20 * 1500 * 8
    assert capacity.loaded_rtt_ms == 65


def test_ipv6_adds_its_own_header() -> None:
    capacity = a_ledger((417, True), ip_version=6).capacity()
    assert capacity is not None
    assert capacity.ip_bps == 417 * 20 * 1520 * 8


def test_without_a_whole_sub_interval_there_is_no_capacity() -> None:
    ledger = Ledger(ip_version=4, settings=Settings())
    assert ledger.capacity() is None
    ledger.add(a_status(1, 400))
    assert ledger.capacity() is None


def test_the_line_was_the_limit_where_a_queue_showed_then_or_later() -> None:
    assert [
        capacity.full
        for seconds in (
            [(100, False), (200, False)],
            [(100, True), (200, False)],
            [(100, False), (200, True)],
            [(200, False), (100, True)],
        )
        if (capacity := a_ledger(*seconds).capacity())
    ] == [False, False, True, True]


def test_a_queue_in_the_second_that_did_not_end_counts_too() -> None:
    ledger = a_ledger((100, False))
    ledger.add(a_status(21, 100, queue=True, subs=1))
    capacity = ledger.capacity()
    assert capacity is not None
    assert capacity.full


def test_a_late_status_is_passed_over() -> None:
    ledger = a_ledger((100, False))
    before = ledger.ip_bytes
    ledger.add(a_status(20, 100, subs=9))
    assert ledger.ip_bytes == before
    assert len(ledger.series) == 20


def test_two_full_seconds_that_agree_settle_it() -> None:
    assert not a_ledger((417, True)).is_settled
    assert not a_ledger((417, True), (400, True)).is_settled
    assert not a_ledger((417, False), (417, True)).is_settled
    assert a_ledger((100, False), (417, True), (416, True)).is_settled


def test_an_even_second_is_certain_and_an_uneven_one_is_not() -> None:
    even = a_ledger((417, True)).capacity()
    assert even is not None
    assert even.uncertainty_ip_bps == 0
    ledger = Ledger(ip_version=4, settings=Settings())
    for trial in range(20):
        ledger.add(a_status(trial + 1, 410 if trial % 2 else 424, subs=int(trial == 19)))
    uneven = ledger.capacity()
    assert uneven is not None
    assert uneven.uncertainty_ip_bps == pytest.approx(2.1 * 7 * 1.026 / 20**0.5 * 1500 * 8 * 20, rel=0.01)


def test_too_few_trial_intervals_leave_it_open_how_certain_it_is() -> None:
    ledger = Ledger(ip_version=4, settings=Settings())
    for trial in range(5):
        ledger.add(a_status(trial + 1, 400, subs=int(trial == 4)))
    capacity = ledger.capacity()
    assert capacity is not None
    assert capacity.uncertainty_ip_bps is None


def test_the_share_lost_is_of_what_was_sent() -> None:
    ledger = Ledger(ip_version=4, settings=Settings())
    assert ledger.lost_share is None
    ledger.add(a_status(1, 90, lost=10))
    assert ledger.lost_share == pytest.approx(0.1)


def test_a_server_that_tells_without_end_is_not_listened_to_without_end() -> None:
    ledger = Ledger(ip_version=4, settings=Settings())
    for sequence in range(1, 21_000):
        ledger.add(Status(sequence=sequence, sent_ns=0))
    assert len(ledger.series) == 20_000


def test_the_record_carries_ip_down_to_tcp_payload() -> None:
    test = report(PLAN, a_ledger((200, False), (417, True)), FACTS)
    ip_bps = 417 * 20 * 1500 * 8
    assert test.ip_rate_bps == ip_bps
    assert test.rate_bps == round(ip_bps * 1448 / 1500)
    assert test.mean_bps == round((200 + 417) * 20 * 1448 * 8 / 2)
    assert test.bytes == (200 + 417) * 20 * 1448
    assert test.series[-1].received_bytes == test.bytes
    assert test.series[-1].elapsed_ms == 2000
    assert (test.duration_s, test.idle_rtt_ms, test.loaded_rtt_ms) == (2.0, 12.5, 65)
    assert (test.retransmitted_share, test.lost_share, test.failure) == (None, 0.0, None)
    assert test.conditions.cpu_share == 0.25
    assert (test.server.address, test.server.demonstration) == ("203.0.113.7", True)


def test_on_ipv6_a_packet_would_have_carried_less() -> None:
    test = report(PLAN, a_ledger((417, True), ip_version=6), replace(FACTS, ip_version=6))
    assert test.ip_rate_bps is not None
    assert test.rate_bps == round(test.ip_rate_bps * 1428 / 1500)


@pytest.mark.parametrize(
    ("seconds", "starved_share", "limit"),
    [
        ([(417, True)], 0.0, Limit.NETWORK),
        ([(417, False)], 0.0, Limit.SENDER_BUFFER),
        ([(417, True)], 0.02, Limit.CPU),
    ],
)
def test_the_record_says_what_held_the_rate_down(
    seconds: list[tuple[int, bool]], starved_share: float, limit: Limit
) -> None:
    assert report(PLAN, a_ledger(*seconds), replace(FACTS, starved_share=starved_share)).limited_by is limit


def test_a_test_without_a_whole_second_was_cut_short_and_keeps_its_bytes() -> None:
    ledger = Ledger(ip_version=4, settings=Settings())
    ledger.add(a_status(1, 400))
    test = report(PLAN, ledger, FACTS)
    assert (test.failure, test.rate_bps, test.bytes) == (Failure.CUT_SHORT, None, 400 * 1448)


def test_a_failure_leaves_no_rate_though_there_was_one() -> None:
    test = report(PLAN, a_ledger((417, True)), replace(FACTS, failure=Failure.ABORTED))
    assert (test.failure, test.rate_bps, test.ip_rate_bps, test.limited_by) == (Failure.ABORTED, None, None, None)


def test_a_test_that_did_not_come_about_has_no_server_address() -> None:
    test = unreached(PLAN, Direction.UPLOAD, 1250, Failure.REFUSED)
    assert (test.failure, test.server.address, test.direction) == (Failure.REFUSED, None, Direction.UPLOAD)


def test_the_method_names_protocol_search_and_packets() -> None:
    plan = CapacityPlan(url="udp://measure.example", algorithm=Algorithm.C)
    assert method_version(plan, 1250) == "rfc9946/20 search-c/1 packets-1250"
