from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.condition.household import amount, unasked
from probe.router.counters import UNTESTED, Calibration, Doubt
from probe.router.reading import NoRouter, Reason, RouterReading, Source
from tests.build import AT, a_speed_test, a_stamp

OWN = 100_000_000  # bytes of payload
IP = OWN * 1500 // 1448
TEST = a_speed_test(bytes=OWN)


def a_reading(at_s: float, received: int | None, **fields: Any) -> RouterReading:
    given: dict[str, Any] = {"counter_bits": None if received is None else 64, "model": "Maker Box", **fields}
    stamp = a_stamp(at=AT + timedelta(seconds=at_s))
    return RouterReading(stamp=stamp, source=Source.IGD, received_bytes=received, **given)


def found(moved: int, *, test: SpeedTest = TEST, earlier: Calibration = UNTESTED, **fields: Any) -> int | None:
    before, after = a_reading(0, 5_000, **fields), a_reading(12, 5_000 + moved, **fields)
    return amount(before, after, test, earlier).household_bytes


def test_a_quiet_house_moved_next_to_nothing() -> None:
    assert found(IP) == pytest.approx(0, abs=100)
    assert found(round(IP * 1.012)) == pytest.approx(0.012 * IP, rel=0.01), "Ethernet headers stay with the others"


@pytest.mark.parametrize("others", [5_000_000, 30_000_000, 400_000_000])
def test_what_others_moved_is_never_told_too_small(others: int) -> None:
    """Also in the first test of all, where nothing has proved the counter yet."""
    told = found(IP + others)
    assert told is not None
    assert others - 100 <= told <= others + 100


@pytest.mark.parametrize("moved", [0, IP // 3, round(IP * 0.9)])
def test_a_counter_that_missed_a_part_of_the_test_is_not_believed(moved: int) -> None:
    assert found(moved) is None
    assert found(moved, earlier=Calibration(None, 1.04)) is None


def test_a_counter_of_32_bits_may_wrap_during_a_test() -> None:
    before = a_reading(0, 2**32 - 1000, counter_bits=32, wan_uptime_s=500)
    after = a_reading(12, IP - 1000 + 20_000_000, counter_bits=32, wan_uptime_s=512)
    assert amount(before, after, TEST, UNTESTED).household_bytes == pytest.approx(20_000_000, abs=100)


def test_a_connection_that_began_anew_leaves_the_household_unknown() -> None:
    before, after = a_reading(0, 10**9, wan_uptime_s=500), a_reading(12, IP, wan_uptime_s=3)
    told = amount(before, after, TEST, UNTESTED)
    assert told.household_bytes is None
    assert told.source.origin == "router, upnp_igd: restarted"


def test_an_upload_is_held_against_the_other_counter() -> None:
    test = replace(TEST, direction=Direction.UPLOAD)
    before = a_reading(0, 0, sent_bytes=0, counter_bits=64)
    after = a_reading(12, 10**10, sent_bytes=IP + 9_000_000, counter_bits=64)
    assert amount(before, after, test, UNTESTED).household_bytes == pytest.approx(9_000_000, abs=100)


@pytest.mark.parametrize("earlier", [UNTESTED, Calibration(None, 1.04), Calibration(Doubt.TOO_MANY, 2.0)])
def test_a_small_test_is_too_small_to_prove_a_counter_and_still_shows_the_household(earlier: Calibration) -> None:
    """A slow line's upload moves no more, and must not be accused for what a neighbour's backup took."""
    small = a_speed_test(bytes=1_000_000)
    own_ip = 1_000_000 * 1500 // 1448
    assert found(own_ip + 700_000, test=small, earlier=earlier) == pytest.approx(700_000, abs=10)
    assert found(own_ip // 2 + 1, test=small, earlier=earlier) is None


def test_a_failed_test_learns_nothing() -> None:
    trusted = Calibration(None, 1.04)
    told = amount(a_reading(0, 0), a_reading(9, 7), a_speed_test(failure=Failure.CUT_SHORT), trusted)
    assert (told.household_bytes, told.calibration) == (None, trusted)
    assert told.source.origin == "router, upnp_igd: test cut_short"


def test_a_router_that_says_nothing_is_remembered_with_the_reason() -> None:
    told = unasked(NoRouter(Reason.NOT_FOUND))
    assert (told.household_bytes, told.source.origin, told.source.at) == (None, "router: not_found", ())
    assert amount(a_reading(0, 0), NoRouter(Reason.TIMED_OUT), TEST, UNTESTED).source.origin == "router: timed_out"
    assert amount(a_reading(0, None), a_reading(9, None), TEST, UNTESTED).calibration.reason is Doubt.NOT_SAID
