import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from probe.body.speed_test import Direction
from probe.router.counters import (
    STUCK_AT_BYTES,
    TOLERANCE,
    UNTESTED,
    WRAP_BYTES,
    Calibration,
    Doubt,
    calibrate,
    moved,
    other_traffic,
    renewed,
)
from probe.router.reading import RouterReading, Source
from tests.build import AT, a_stamp

GIGABIT = 1_000_000_000
DOWN, UP = Direction.DOWNLOAD, Direction.UPLOAD


def a_reading(
    received_bytes: int | None,
    *,
    after_s: float = 0,
    bits: int = 32,
    wan_uptime_s: int | None = None,
    device_uptime_s: int | None = None,
    boot_id: str = "a",
) -> RouterReading:
    return RouterReading(
        stamp=a_stamp(at=AT + timedelta(seconds=after_s), boot_id=boot_id),
        source=Source.IGD,
        received_bytes=received_bytes,
        counter_bits=None if received_bytes is None else bits,
        wan_uptime_s=wan_uptime_s,
        device_uptime_s=device_uptime_s,
    )


def ran_on(first: int, last: int, *, elapsed_s: int = 10, bits: int = 32) -> tuple[RouterReading, RouterReading]:
    return (
        a_reading(first, bits=bits, wan_uptime_s=5000),
        a_reading(last, bits=bits, wan_uptime_s=5000 + elapsed_s, after_s=elapsed_s),
    )


def test_an_amount_is_the_difference_of_two_counts() -> None:
    assert moved(*ran_on(1000, 501_000), DOWN, fastest_bps=GIGABIT) == 500_000


def test_a_counter_that_wrapped_once_counts_on() -> None:
    assert moved(*ran_on(WRAP_BYTES - 100, 200), DOWN, fastest_bps=GIGABIT) == 300


def test_a_counter_that_may_have_wrapped_unseen_gives_no_amount() -> None:
    minute = ran_on(1000, 2000, elapsed_s=60)
    assert moved(*minute, DOWN, fastest_bps=GIGABIT) is Doubt.AMBIGUOUS
    assert moved(*minute, DOWN, fastest_bps=GIGABIT, least_bytes=WRAP_BYTES) == WRAP_BYTES + 1000


def test_sixty_four_bits_need_no_guess() -> None:
    hour = ran_on(10**12, 10**12 + 3 * WRAP_BYTES, elapsed_s=3600, bits=64)
    assert moved(*hour, DOWN, fastest_bps=GIGABIT) == 3 * WRAP_BYTES


def test_a_counter_seen_to_outgrow_its_32_bits_agrees_with_itself() -> None:
    before = a_reading(WRAP_BYTES - 1000, wan_uptime_s=5000)
    after = a_reading(WRAP_BYTES + 1000, bits=64, wan_uptime_s=5010, after_s=10)
    assert moved(before, after, DOWN, fastest_bps=GIGABIT) == 2000


def test_a_counter_at_its_end_is_stuck() -> None:
    assert moved(*ran_on(STUCK_AT_BYTES, STUCK_AT_BYTES), DOWN, fastest_bps=GIGABIT) is Doubt.STUCK
    assert moved(*ran_on(5, STUCK_AT_BYTES), DOWN, fastest_bps=GIGABIT) is Doubt.STUCK
    assert moved(*ran_on(5, STUCK_AT_BYTES, bits=64, elapsed_s=60), DOWN, fastest_bps=GIGABIT) == STUCK_AT_BYTES - 5


def test_a_counter_that_stood_still_while_a_test_ran_is_not_moving() -> None:
    assert moved(*ran_on(7, 7), DOWN, fastest_bps=GIGABIT, least_bytes=1) is Doubt.NOT_MOVING
    assert moved(*ran_on(7, 7), DOWN, fastest_bps=GIGABIT) == 0


def test_a_new_connection_ends_the_count() -> None:
    """A FRITZ!Box counts from 0 with each connection."""
    before = a_reading(9_000_000, bits=64, wan_uptime_s=90_000)
    after = a_reading(9_500_000, bits=64, wan_uptime_s=12, after_s=60)
    assert moved(before, after, DOWN, fastest_bps=GIGABIT) is Doubt.RESTARTED


def test_a_new_start_of_the_router_ends_the_count() -> None:
    before = a_reading(9_000_000, device_uptime_s=90_000)
    assert moved(before, a_reading(9_100_000, device_uptime_s=12, after_s=60), DOWN, fastest_bps=10**8) is (
        Doubt.RESTARTED
    )


def test_a_fall_is_no_wrap_where_nothing_shows_that_the_connection_ran_on() -> None:
    assert moved(a_reading(9_000_000), a_reading(10, after_s=10), DOWN, fastest_bps=GIGABIT) is Doubt.BACKWARDS
    assert moved(*ran_on(9_000_000, 10, bits=64), DOWN, fastest_bps=GIGABIT) is Doubt.BACKWARDS


def test_more_than_the_line_can_carry_is_not_believed() -> None:
    assert moved(*ran_on(0, 3_000_000_000), DOWN, fastest_bps=GIGABIT) is Doubt.IMPOSSIBLE
    assert moved(*ran_on(0, 10**12, bits=64), DOWN, fastest_bps=GIGABIT) is Doubt.IMPOSSIBLE


def test_less_than_the_test_alone_moved_is_not_believed() -> None:
    assert moved(*ran_on(0, 100), DOWN, fastest_bps=GIGABIT, least_bytes=1000) is Doubt.IMPOSSIBLE


def test_what_was_not_said_has_no_amount() -> None:
    assert moved(a_reading(None), a_reading(5, after_s=1), DOWN, fastest_bps=GIGABIT) is Doubt.NOT_SAID
    assert moved(*ran_on(0, 5), UP, fastest_bps=GIGABIT) is Doubt.NOT_SAID


def test_readings_of_two_routers_do_not_compare() -> None:
    before, after = ran_on(0, 5)
    assert moved(before, replace(after, model="another"), DOWN, fastest_bps=GIGABIT) is Doubt.NOT_COMPARABLE


def test_readings_of_two_boots_of_the_probe_or_out_of_order_do_not_compare() -> None:
    other_boot = a_reading(5, after_s=1, boot_id="b")
    assert moved(a_reading(0), other_boot, DOWN, fastest_bps=GIGABIT) is Doubt.NOT_COMPARABLE
    assert moved(a_reading(0, after_s=1), a_reading(5), DOWN, fastest_bps=GIGABIT) is Doubt.NOT_COMPARABLE


@pytest.mark.parametrize(
    ("what", "per_payload"),
    [("IPv4 bytes", 1500 / 1448), ("Ethernet frames", 1514 / 1448), ("IPv6 in PPPoE", 1514 / 1420), ("merged", 1.001)],
)
def test_a_counter_that_saw_the_test_and_its_headers_is_trusted(what: str, per_payload: float) -> None:
    calibration = calibrate(100_000_000, round(100_000_000 * per_payload))
    assert calibration.trusted, what
    assert calibration.share == pytest.approx(per_payload)


@pytest.mark.parametrize(
    ("counted", "doubt"),
    [
        (90_000_000, Doubt.TOO_FEW),
        (0, Doubt.TOO_FEW),
        (115_000_000, Doubt.TOO_MANY),
        (Doubt.STUCK, Doubt.STUCK),
        (Doubt.AMBIGUOUS, Doubt.AMBIGUOUS),
    ],
)
def test_a_counter_that_disagrees_with_the_test_is_not_trusted(counted: int | Doubt, doubt: Doubt) -> None:
    assert calibrate(100_000_000, counted).reason is doubt


def test_a_small_test_proves_nothing() -> None:
    assert calibrate(TOLERANCE.least_test_bytes - 1, 10_300_000).reason is Doubt.TEST_TOO_SMALL


def test_a_trusted_counter_has_a_share() -> None:
    with pytest.raises(ValueError, match="share"):
        Calibration(None)


def test_other_traffic_is_what_the_test_does_not_explain() -> None:
    trusted = Calibration(None, 1.04)
    assert other_traffic(154_000_000, trusted, test_bytes=100_000_000) == 50_000_000
    assert other_traffic(103_000_000, trusted, test_bytes=100_000_000) == 0
    assert other_traffic(2_000_000, trusted) == 2_000_000


def test_a_counter_that_misses_a_part_of_the_test_says_nothing_of_others() -> None:
    assert other_traffic(90_000_000, Calibration(None, 1.04), test_bytes=100_000_000) is None


def test_the_smallest_of_the_shares_that_matched_holds() -> None:
    quiet, busy = Calibration(None, 1.04), Calibration(None, 1.08)
    assert renewed(busy, quiet) == renewed(quiet, busy) == quiet


@pytest.mark.parametrize("doubt", [Doubt.TOO_MANY, Doubt.RESTARTED, Doubt.TEST_TOO_SMALL, Doubt.AMBIGUOUS])
def test_a_test_that_proves_nothing_takes_no_trust_away(doubt: Doubt) -> None:
    trusted = Calibration(None, 1.04)
    assert renewed(trusted, Calibration(doubt)) == trusted
    assert renewed(UNTESTED, Calibration(doubt)).reason is doubt


@pytest.mark.parametrize("doubt", [Doubt.TOO_FEW, Doubt.NOT_MOVING, Doubt.STUCK, Doubt.IMPOSSIBLE])
def test_a_counter_that_missed_bytes_is_trusted_no_longer_until_it_matches_again(doubt: Doubt) -> None:
    trusted = Calibration(None, 1.04)
    fallen = renewed(trusted, Calibration(doubt))
    assert not fallen.trusted
    assert renewed(fallen, trusted) == trusted


def test_an_untrusted_counter_yields_no_number() -> None:
    for doubt, counted in itertools.product(Doubt, (0, 10**9)):
        assert other_traffic(counted, Calibration(doubt, 1.04), test_bytes=1) is None
        assert other_traffic(doubt, Calibration(None, 1.04), test_bytes=1) is None
