from typing import Any

import pytest

from analysis.finding import Reason, Verdict
from analysis.profile import load
from analysis.validity import BLOCKS_BOTH, judge_test
from probe.record import Failure, Limit, LinkType, Path, SpeedTest
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


def test_a_gigabit_port_cannot_prove_a_breach_of_a_gigabit_and_can_of_900() -> None:
    test = a_speed_test(ip_mbps=300, conditions=good_conditions(link_mbps=1000))
    assert judge(test, needed_bps=1_000_000_000)[0] == (MET,)
    assert judge(test, needed_bps=900_000_000)[0] == (MET, BREACHED)


def test_the_link_must_carry_the_speed_with_its_guard_band() -> None:
    ceiling_bps = 1e9 * 0.97529 / 1.05
    test = a_speed_test(conditions=good_conditions(link_mbps=1000))
    assert judge(test, needed_bps=int(ceiling_bps))[0] == (MET, BREACHED)
    assert judge(test, needed_bps=int(ceiling_bps) + 2)[0] == (MET,)


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
