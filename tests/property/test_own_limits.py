"""What stands between a test and the line never accuses a line that keeps its promise."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from analysis.finding import Verdict
from analysis.profile import load
from analysis.speed.evidence import Standing, stand
from analysis.validity import judge_test
from probe.body.speed_test import SpeedTest
from tests.build import a_record, a_speed_test, good_conditions

PROFILE = load("pt-nos")
CARRIED = PROFILE.number("link_ip_share")
ERROR = PROFILE.number("error_share")
speeds = st.floats(1, 12_000)
misreadings = st.floats(0, ERROR)


def accuses(test: SpeedTest, needed_mbps: float) -> bool:
    needed_bps = round(needed_mbps * 1e6)
    valid_for, _ = judge_test(a_record(body=test), needed_bps, PROFILE)
    return stand(test, needed_bps, PROFILE) is Standing.BELOW and Verdict.BREACHED in valid_for


@given(promised=speeds, gives=st.floats(1, 3), port=speeds, low=misreadings)
def test_a_line_that_keeps_its_promise_is_never_accused_over_any_port(
    promised: float, gives: float, port: float, low: float
) -> None:
    """The port cuts the rate off where it ends, and the test reads low by up to the guard band."""
    seen_mbps = min(promised * gives, port * CARRIED) / (1 + low) + 1e-6
    assert not accuses(a_speed_test(ip_mbps=seen_mbps, conditions=good_conditions(link_mbps=port)), promised)


@given(promised=speeds, port=speeds, share=st.floats(0.01, 0.88))
def test_a_line_well_below_is_found_over_every_port_of_the_contracts_speed(
    promised: float, port: float, share: float
) -> None:
    test = a_speed_test(ip_mbps=promised * share, conditions=good_conditions(link_mbps=port))
    assert accuses(test, promised) == (round(port * 1e6) >= round(promised * 1e6))


@given(promised=speeds, household=st.floats(0, 0.9))
def test_a_busy_household_never_makes_a_good_line_look_bad(promised: float, household: float) -> None:
    """The household takes its share of the line, and the router counts it."""
    seen_mbps = promised * (1 - household) + 1e-6
    test = a_speed_test(ip_mbps=seen_mbps)
    taken_bytes = round((test.bytes or 0) * household / (1 - household))
    test = replace(test, conditions=replace(test.conditions, household_bytes=taken_bytes))
    assert not accuses(test, promised)


@given(promised=speeds, ceiling=speeds, low=st.floats(0, 0.15))
def test_a_machine_that_measures_no_more_accuses_nobody(promised: float, ceiling: float, low: float) -> None:
    """It comes to within 15 % of its ceiling, with its other work."""
    seen_mbps = min(promised, ceiling * (1 - low) * 1500 / 1448) / (1 + ERROR) + 1e-6
    conditions = replace(good_conditions(link_mbps=100_000), ceiling_bps=round(ceiling * 1e6))
    assert not accuses(a_speed_test(ip_mbps=seen_mbps, conditions=conditions), promised)
