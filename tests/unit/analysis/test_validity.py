from dataclasses import replace
from typing import Any

import pytest

from analysis.finding import Grade, Reason, Verdict
from analysis.profile import load
from analysis.validity import BLOCKS_BOTH, grade, judge_test
from probe.body.conditions import LinkType, Path
from probe.body.speed_test import Failure, Limit, ServerSaid, SpeedTest
from tests.build import a_reachability_minute, a_record, a_server, a_speed_test, good_conditions

MET, BREACHED = Verdict.MET, Verdict.BREACHED
NEEDED = 1_000_000_000
PROFILE = load("pt-nos")


def judge(test: SpeedTest, *, synchronised: bool | None = True, needed_bps: int | None = NEEDED) -> Any:
    return judge_test(a_record(body=test, synchronised=synchronised), needed_bps, PROFILE)


def test_a_quiet_wired_test_may_carry_every_verdict() -> None:
    assert judge(a_speed_test()) == ((MET, BREACHED), ())


LOWERING = [
    (a_speed_test(conditions=good_conditions(path=None)), Reason.PATH_UNKNOWN),
    (a_speed_test(conditions=good_conditions(link_type=LinkType.WIFI)), Reason.WIRELESS),
    (a_speed_test(conditions=good_conditions(link_type=LinkType.TUNNEL)), Reason.TUNNEL),
    (a_speed_test(conditions=good_conditions(link_type=LinkType.VIRTUAL)), Reason.LINK_UNKNOWN),
    (a_speed_test(conditions=good_conditions(link_type=LinkType.OTHER)), Reason.LINK_UNKNOWN),
    (a_speed_test(conditions=good_conditions(link_type=None)), Reason.LINK_UNKNOWN),
    (a_speed_test(conditions=good_conditions(link_mbps=None)), Reason.LINK_UNKNOWN),
    (a_speed_test(conditions=good_conditions(link_mbps=1000)), Reason.LINK_TOO_SLOW),
    (a_speed_test(conditions=good_conditions(link_mbps=100)), Reason.LINK_TOO_SLOW),
    (a_speed_test(conditions=good_conditions(full_duplex=False)), Reason.LINK_TOO_SLOW),
    (a_speed_test(conditions=good_conditions(cpu_share=0.86)), Reason.CPU_BUSY),
    (a_speed_test(conditions=good_conditions(cpu_share=None), limited_by=Limit.CPU), Reason.CPU_BUSY),
    (a_speed_test(conditions=good_conditions(cpu_share=None)), Reason.CPU_UNKNOWN),
    (a_speed_test(conditions=good_conditions(other_bytes=100_000_000)), Reason.OTHER_TRAFFIC),
    (a_speed_test(conditions=good_conditions(other_bytes=None)), Reason.OTHER_TRAFFIC_UNKNOWN),
    (a_speed_test(conditions=good_conditions(other_bytes=1), bytes=None), Reason.OTHER_TRAFFIC_UNKNOWN),
    (a_speed_test(limited_by=Limit.RECEIVER_WINDOW), Reason.LIMITED_BY_PROBE),
    (a_speed_test(limited_by=Limit.SENDER_BUFFER), Reason.LIMITED_BY_PROBE),
]


@pytest.mark.parametrize(("test", "reason"), LOWERING, ids=lambda value: value if isinstance(value, Reason) else "")
def test_what_can_only_lower_a_result_blocks_a_breach_and_keeps_a_met(test: SpeedTest, reason: Reason) -> None:
    assert judge(test) == ((MET,), (reason,))


VOID = [
    (a_speed_test(failure=Failure.TIMED_OUT), Reason.FAILED),
    (a_speed_test(server=a_server(demonstration=True)), Reason.DEMONSTRATION_SERVER),
    (a_speed_test(conditions=good_conditions(path=Path.LOOPBACK)), Reason.SERVER_ON_THIS_MACHINE),
    (a_speed_test(conditions=good_conditions(link_type=LinkType.LOOPBACK)), Reason.SERVER_ON_THIS_MACHINE),
    (a_speed_test(server=a_server(address="127.0.0.1")), Reason.SERVER_ON_THIS_MACHINE),
    (a_speed_test(conditions=good_conditions(path=Path.ON_LINK)), Reason.SERVER_ON_OWN_NETWORK),
    (
        a_speed_test(server=a_server(address="192.168.1.9"), conditions=good_conditions(path=None)),
        Reason.SERVER_ON_OWN_NETWORK,
    ),
    (
        a_speed_test(server=a_server(address="fe80::1%eth0"), conditions=good_conditions(path=None)),
        Reason.SERVER_ON_OWN_NETWORK,
    ),
]


@pytest.mark.parametrize(("test", "reason"), VOID, ids=lambda value: value if isinstance(value, Reason) else "")
def test_what_may_not_have_crossed_the_line_says_nothing(test: SpeedTest, reason: Reason) -> None:
    assert judge(test) == ((), (reason,))
    assert reason in BLOCKS_BOTH


def test_a_wrong_clock_voids_and_an_unknown_one_blocks_a_breach() -> None:
    assert judge(a_speed_test(), synchronised=False) == ((), (Reason.CLOCK_UNSYNCHRONISED,))
    assert judge(a_speed_test(), synchronised=None) == ((MET,), (Reason.CLOCK_UNKNOWN,))


def test_a_routed_path_is_believed_before_a_private_address() -> None:
    assert judge(a_speed_test(server=a_server(address="10.9.0.2"))) == ((MET, BREACHED), ())


@pytest.mark.parametrize(
    ("link_mbps", "ip_mbps", "needed_mbps", "breached"),
    [
        (1000, 300, 1000, True),  # the port could have carried three times as much
        (1000, 928, 1000, True),
        (1000, 929, 1000, False),  # with the guard band all that the port carries: the port may be why
        (1000, 960, 1000, False),
        (1000, 960, 900, True),  # the port carries 900 with its guard band: a result is the line's
        (100, 94, 1000, False),
        (100, 40, 1000, False),  # a cable slower than the contract shows nothing of it, whatever was measured
        (999, 300, 1000, False),
        (2500, 960, 1000, True),
    ],
)
def test_a_link_blocks_where_it_could_itself_explain_the_result(
    link_mbps: int, ip_mbps: int, needed_mbps: int, breached: bool
) -> None:
    test = a_speed_test(ip_mbps=ip_mbps, conditions=good_conditions(link_mbps=link_mbps))
    expected = ((MET, BREACHED), ()) if breached else ((MET,), (Reason.LINK_TOO_SLOW,))
    assert judge(test, needed_bps=needed_mbps * 1_000_000) == expected


def test_a_test_that_is_unsure_of_itself_needs_more_room_below_the_port() -> None:
    test = a_speed_test(ip_mbps=800, uncertainty_bps=180_000_000, conditions=good_conditions(link_mbps=1000))
    assert judge(test)[1] == (Reason.LINK_TOO_SLOW,)


def test_half_duplex_blocks_at_any_rate() -> None:
    test = a_speed_test(ip_mbps=10, conditions=good_conditions(link_mbps=1000, full_duplex=False))
    assert judge(test, needed_bps=100_000_000)[1] == (Reason.LINK_TOO_SLOW,)


@pytest.mark.parametrize("mtu_bytes", [1491, 1501, 9000, 1280])
def test_packets_of_another_size_than_the_lines_block_a_breach(mtu_bytes: int) -> None:
    assert judge(a_speed_test(conditions=replace(good_conditions(), mtu_bytes=mtu_bytes)))[1] == (Reason.MTU_ODD,)


@pytest.mark.parametrize("mtu_bytes", [1492, 1500, None])
def test_packets_of_the_lines_size_block_nothing(mtu_bytes: int | None) -> None:
    assert judge(a_speed_test(conditions=replace(good_conditions(), mtu_bytes=mtu_bytes)))[1] == ()


@pytest.mark.parametrize(
    ("name", "limit", "reason"),
    [
        ("cpu_pressure_share", 0.25, Reason.PRESSURE),
        ("memory_pressure_share", 0.25, Reason.PRESSURE),
        ("reverse_bytes", 80_000, Reason.OTHER_TRAFFIC),
        ("household_bytes", 50_000, Reason.HOUSEHOLD_BUSY),
    ],
)
def test_up_to_a_limit_a_disturbance_is_let_pass_and_beyond_it_blocks(name: str, limit: float, reason: Reason) -> None:
    for value, reasons in ((limit, ()), (limit + (1 if limit > 1 else 0.01), (reason,))):
        conditions = replace(good_conditions(), **{name: value})  # type: ignore[arg-type]  # by name
        assert judge(a_speed_test(bytes=1_000_000, conditions=conditions))[1] == reasons


def test_without_the_tests_own_bytes_traffic_cannot_be_weighed() -> None:
    conditions = replace(good_conditions(), household_bytes=1)
    assert judge(a_speed_test(bytes=None, conditions=conditions))[1] == (Reason.OTHER_TRAFFIC_UNKNOWN,)


def test_a_result_near_what_this_machine_can_measure_accuses_nobody() -> None:
    test = a_speed_test(conditions=replace(good_conditions(), ceiling_bps=1_000_000_000))
    for rate_bps, reasons in ((800_000_000, ()), (800_000_001, (Reason.NEAR_CEILING,))):
        assert judge(replace(test, rate_bps=rate_bps), needed_bps=None)[1] == reasons


def test_a_promise_near_what_this_machine_can_measure_is_not_held_against_a_line() -> None:
    test = a_speed_test(ip_mbps=300, conditions=replace(good_conditions(), ceiling_bps=1_000_000_000))
    assert judge(test, needed_bps=800_000_000) == ((MET, BREACHED), ())
    assert judge(test, needed_bps=800_000_001) == ((MET,), (Reason.NEAR_CEILING,))


GIGABIT = 1_000_000_000


@pytest.mark.parametrize(
    "said",
    [
        ServerSaid(cpu_share=0.95),
        ServerSaid(cpu_pressure_share=0.26),
        ServerSaid(tests_count=2),  # what the other moved is not known
        ServerSaid(tests_count=2, other_bytes=30_000_000),  # nor what both could have
        ServerSaid(tests_count=1, other_bytes=30_000_000),
        ServerSaid(tests_count=2, link_bps=5 * GIGABIT, other_bytes=4_600_000_000),
    ],
    ids=repr,
)
def test_a_server_that_says_that_it_was_busy_proves_no_breach_and_keeps_a_met(said: ServerSaid) -> None:
    assert judge(a_speed_test(ip_mbps=400, server_said=said)) == ((MET,), (Reason.SERVER_BUSY,))


@pytest.mark.parametrize(
    "said",
    [
        ServerSaid(),
        ServerSaid(name="a", tests_count=1, cpu_share=0.94, cpu_pressure_share=0.25, other_bytes=0),
        ServerSaid(tests_count=2, link_bps=10 * GIGABIT, other_bytes=4_500_000_000),
        ServerSaid(tests_count=2, other_bytes=20_000_000),
        ServerSaid(connection="of M-Lab"),
    ],
    ids=repr,
)
def test_a_server_with_room_to_spare_takes_nothing_from_a_result(said: ServerSaid) -> None:
    assert judge(a_speed_test(ip_mbps=400, server_said=said)) == ((MET, BREACHED), ())


def test_a_servers_link_blocks_where_it_could_itself_explain_the_result() -> None:
    for link_bps, ip_mbps, reasons in (
        (GIGABIT, 300, ()),
        (GIGABIT, 960, (Reason.SERVER_LINK_SLOW,)),
        (GIGABIT // 10, 60, (Reason.SERVER_LINK_SLOW,)),
    ):
        test = a_speed_test(ip_mbps=ip_mbps, server_said=ServerSaid(link_bps=link_bps))
        assert judge(test)[1] == reasons


def test_a_servers_word_makes_no_result_better() -> None:
    wifi = a_speed_test(conditions=good_conditions(link_type=LinkType.WIFI), server_said=ServerSaid(cpu_share=0.0))
    assert judge(wifi) == ((MET,), (Reason.WIRELESS,))


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ((), Grade.A),
        ((Reason.HOUSEHOLD_BUSY,), Grade.B),
        ((Reason.WIRELESS, Reason.MTU_ODD), Grade.B),
        ((Reason.FAILED,), Grade.C),
        ((Reason.CLOCK_UNSYNCHRONISED, Reason.CPU_BUSY), Grade.C),
    ],
)
def test_a_grade_follows_from_the_reasons_alone(reasons: tuple[Reason, ...], expected: Grade) -> None:
    assert grade(reasons) is expected


def test_a_grade_agrees_with_what_the_test_is_valid_for() -> None:
    for reason in Reason:
        assert grade((reason,)) is (Grade.C if reason in BLOCKS_BOTH else Grade.B)


def test_without_a_speed_to_hold_it_against_the_links_rate_is_not_judged() -> None:
    test = a_speed_test(conditions=good_conditions(link_mbps=100))
    assert judge(test, needed_bps=None) == ((MET, BREACHED), ())


def test_little_other_traffic_is_let_pass() -> None:
    test = a_speed_test(bytes=1_000_000, conditions=good_conditions(other_bytes=50_000))
    assert judge(test)[0] == (MET, BREACHED)
    test = a_speed_test(bytes=1_000_000, conditions=good_conditions(other_bytes=50_001))
    assert judge(test)[1] == (Reason.OTHER_TRAFFIC,)


def test_every_reason_is_named_in_the_order_of_the_vocabulary() -> None:
    test = a_speed_test(
        conditions=good_conditions(path=None, link_type=LinkType.WIFI, cpu_share=0.99, other_bytes=10**9),
        server=a_server(address=None),
    )
    assert judge(test, synchronised=None)[1] == (
        Reason.PATH_UNKNOWN,
        Reason.CLOCK_UNKNOWN,
        Reason.WIRELESS,
        Reason.CPU_BUSY,
        Reason.OTHER_TRAFFIC,
    )


def test_a_failed_test_has_failed_and_nothing_else() -> None:
    test = a_speed_test(failure=Failure.NO_ROUTE, conditions=good_conditions(path=None, link_type=None))
    assert judge(test) == ((), (Reason.FAILED,))


def test_only_speed_tests_are_judged() -> None:
    with pytest.raises(TypeError, match="p1/1 is no speed test"):
        judge_test(a_record(body=a_reachability_minute()), None, PROFILE)


def test_a_server_is_shared_from_the_first_byte_beyond_its_share() -> None:
    test = a_speed_test()
    assert test.bytes is not None
    allowed = int(PROFILE.number("server_traffic_limit_share") * test.bytes)
    for other, reasons in ((allowed, ()), (allowed + 1, (Reason.SERVER_BUSY,))):
        said = ServerSaid(other_bytes=other, tests_count=1, cpu_share=0.1)
        assert judge(replace(test, server_said=said))[1] == reasons, other
