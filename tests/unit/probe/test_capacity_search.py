"""The table of sending rates and the algorithms B and C."""

import pytest

from probe.capacity.pdu import RANDOM_SIZE, Algorithm, Delay, Rate, Status
from probe.capacity.search import (
    HIGH_SPEED_ROW,
    LAST_ROW,
    Settings,
    Signs,
    State,
    adjust,
    highest_row,
    ip_bps,
    shows_queue,
    signs_of,
    table,
)

CLEAR = Signs(lost=0, rtt_variation_ms=0)
BETWEEN = Signs(lost=0, rtt_variation_ms=60)
LOSS = Signs(lost=11, rtt_variation_ms=0)
DELAY = Signs(lost=0, rtt_variation_ms=91)
UNKNOWN = Signs(lost=0)
B = Settings()
C = Settings(algorithm=Algorithm.C)


@pytest.mark.parametrize("packet_bytes", [1500, 1250])
def test_the_table_rises_and_says_what_it_sends(packet_bytes: int) -> None:
    rows = table(packet_bytes)
    rates = [ip_bps(row, 28) for row in rows]
    assert len(rows) == LAST_ROW + 1
    assert rates == sorted(rates)
    for row in range(1, HIGH_SPEED_ROW + 1):
        assert rates[row] == pytest.approx(row * 1e6, rel=0.0015)
    for row in range(HIGH_SPEED_ROW, LAST_ROW + 1):
        assert rates[row] == pytest.approx(1e9 + (row - HIGH_SPEED_ROW) * 1e8, rel=0.0015)


@pytest.mark.parametrize("packet_bytes", [1500, 1250])
def test_every_row_keeps_to_the_protocols_bounds_and_to_one_size(packet_bytes: int) -> None:
    for rate in table(packet_bytes):
        assert rate.payload1_bytes == packet_bytes - 28
        assert 1 <= rate.burst1 <= 100
        assert rate.interval1_us >= 100
        assert (rate.interval2_us, rate.burst2, rate.addon2_bytes) == (0, 0, 0)


def test_the_rate_of_both_transmitters_is_counted_with_headers() -> None:
    """OB-UDPST's row of 987 Mbit/s: 8 packets of 1500 bytes every 100 us, 2 every ms and 375 bytes with them."""
    both = Rate(
        interval1_us=100,
        payload1_bytes=1472,
        burst1=8,
        interval2_us=1000,
        payload2_bytes=1472,
        burst2=2,
        addon2_bytes=347 | RANDOM_SIZE,
    )
    assert ip_bps(both, 28) == 987_000_000
    assert ip_bps(Rate(), 28) == 0


@pytest.mark.parametrize(
    ("bps", "row"),
    [(0, 0), (999_999, 0), (1e6, 1), (999.9e6, 999), (1e9, 1000), (1.05e9, 1000), (1.1e9, 1001), (1e12, LAST_ROW)],
)
def test_the_highest_row_asks_for_no_more_than_is_allowed(bps: float, row: int) -> None:
    assert highest_row(bps) == row


@pytest.mark.parametrize(
    ("name", "before", "signs", "after"),
    [
        ("up fast", State(row=20), CLEAR, State(row=30)),
        ("up fast forgets congestion", State(row=20, congestions=2), CLEAR, State(row=30)),
        ("up fast no further than high speed", State(row=995), CLEAR, State(row=1000)),
        ("up slowly at high speed", State(row=1000), CLEAR, State(row=1001)),
        ("up slowly after three signs", State(row=20, congestions=3), CLEAR, State(row=21, congestions=3)),
        ("no higher than the table", State(row=LAST_ROW, congestions=3), CLEAR, State(row=LAST_ROW, congestions=3)),
        ("hold between the thresholds", State(row=20, congestions=1), BETWEEN, State(row=20, congestions=1)),
        ("hold without a round trip", State(row=20), UNKNOWN, State(row=20)),
        ("down on loss", State(row=20), LOSS, State(row=19, congestions=1)),
        ("down on delay", State(row=20, congestions=1), DELAY, State(row=19, congestions=2)),
        ("far down on the third sign", State(row=100, congestions=2), LOSS, State(row=70, congestions=3)),
        ("far down, but not below the lowest", State(row=29, congestions=2), LOSS, State(row=0, congestions=3)),
        ("down slowly after it", State(row=70, congestions=3), LOSS, State(row=69, congestions=4)),
        ("down slowly at high speed", State(row=1005, congestions=2), LOSS, State(row=1004, congestions=3)),
        ("not below the lowest", State(row=0, congestions=5), LOSS, State(row=0, congestions=6)),
    ],
)
def test_algorithm_b(name: str, before: State, signs: Signs, after: State) -> None:
    assert adjust(before, signs, B) == after, name


@pytest.mark.parametrize(
    ("name", "before", "signs", "after"),
    [
        ("a first step", State(), CLEAR, State(row=1, doubles=True)),
        ("doubling", State(row=1, doubles=True), CLEAR, State(row=2)),
        ("waiting between doublings", State(row=2), CLEAR, State(row=2, doubles=True)),
        ("no further than high speed", State(row=501), CLEAR, State(row=1000)),
        ("up fast forgets congestion", State(row=8, congestions=2), CLEAR, State(row=8, doubles=True)),
        ("slow after three signs", State(row=8, congestions=3), CLEAR, State(row=9, congestions=3, waited=1)),
        (
            "fast again after a wait, and longer the next time",
            State(row=8, congestions=3, waited=4),
            CLEAR,
            State(row=9, retry_after=10),
        ),
        ("down on loss", State(row=80), LOSS, State(row=79, congestions=1, waited=1)),
        ("far down on the third sign", State(row=80, congestions=2), LOSS, State(row=50, congestions=3)),
        ("fast again going down too", State(row=80, congestions=5, waited=4), LOSS, State(row=79)),
        ("at the lowest nothing waits", State(row=0, congestions=5, waited=3), LOSS, State(congestions=6, waited=3)),
        ("at the highest nothing waits", State(row=LAST_ROW, waited=2), CLEAR, State(row=LAST_ROW, waited=2)),
        ("hold between the thresholds", State(row=20, doubles=True), BETWEEN, State(row=20, doubles=True)),
    ],
)
def test_algorithm_c(name: str, before: State, signs: Signs, after: State) -> None:
    assert adjust(before, signs, C) == after, name


def test_c_reaches_a_gigabit_in_a_second_and_b_in_five() -> None:
    assert {algorithm: adjustments_to_the_top(Settings(algorithm=algorithm)) for algorithm in Algorithm} == {
        Algorithm.B: 100,
        Algorithm.C: 19,
    }


def adjustments_to_the_top(settings: Settings) -> int:
    state, count = State(), 0
    while state.row < HIGH_SPEED_ROW:
        state, count = adjust(state, CLEAR, settings), count + 1
    return count


def test_no_row_above_the_servers_last_is_reached() -> None:
    assert adjust(State(row=45), CLEAR, Settings(last_row=50)).row == 50
    assert adjust(State(row=50), CLEAR, Settings(last_row=50)).row == 50


def test_an_unknown_algorithm_is_b() -> None:
    assert adjust(State(row=20), CLEAR, Settings(algorithm=9)) == State(row=30)


def test_reordering_counts_only_where_it_was_agreed() -> None:
    late = Signs(lost=5, reordered=4, duplicated=2, rtt_variation_ms=0)
    assert adjust(State(row=20), late, Settings(ignore_reordering=True)).row == 30
    assert adjust(State(row=20), late, Settings(ignore_reordering=False)).row == 19


def test_one_way_delay_counts_only_where_it_was_agreed() -> None:
    slow = Signs(lost=0, rtt_variation_ms=0, delay_mean_ms=95)
    assert adjust(State(row=20), slow, Settings(use_one_way_delay=False)).row == 30
    assert adjust(State(row=20), slow, Settings(use_one_way_delay=True)).row == 19


@pytest.mark.parametrize(
    ("signs", "queue"), [(CLEAR, False), (UNKNOWN, False), (BETWEEN, True), (LOSS, True), (DELAY, True)]
)
def test_a_queue_shows_as_loss_or_as_delay(signs: Signs, queue: bool) -> None:
    assert shows_queue(signs, B) is queue


def test_a_status_gives_the_signs_of_its_trial_interval() -> None:
    status = Status(
        sequence=1,
        sent_ns=0,
        lost=1,
        reordered=2,
        duplicated=3,
        delay=Delay(min_ms=0, max_ms=9, sum_ms=25, count=10),
        rtt_min_ms=20,
        rtt_variation_ms=4,
    )
    assert signs_of(status) == Signs(lost=1, reordered=2, duplicated=3, rtt_variation_ms=4, delay_mean_ms=2)
    assert signs_of(Status(sequence=1, sent_ns=0)) == Signs(lost=0)
