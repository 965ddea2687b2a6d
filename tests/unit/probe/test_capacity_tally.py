"""What the receiver of load counts and tells."""

import pytest

from probe.capacity.pdu import Action, Delay, Load, Status
from probe.capacity.tally import Order, Tally

US, MS, S = 1_000, 1_000_000, 1_000_000_000
WALL = 1_764_000_000 * S


def a_tally() -> Tally:
    return Tally(sub_interval_ms=1000, offset_ns=WALL)


def told(tally: Tally, now_ns: int, action: Action = Action.TEST) -> Status:
    return tally.status(now_ns, action=action, stopped=False, auth_mode=0)


def a_load(*, sent_ns: int, status_ns: int = 0, response_ms: int = 0) -> Load:
    return Load(sequence=1, payload_bytes=1472, sent_ns=WALL + sent_ns, status_ns=status_ns, response_ms=response_ms)


@pytest.mark.parametrize(
    ("name", "batches", "lost", "reordered", "duplicated"),
    [
        ("in order", [[1, 2], [3], [4, 5, 6]], 0, 0, 0),
        ("a gap", [[1, 2], [5]], 2, 0, 0),
        ("a gap at the beginning", [[3]], 2, 0, 0),
        ("a gap within what came together", [[1, 3, 4]], 1, 0, 0),
        ("one late", [[1, 3], [2]], 0, 1, 0),
        ("one late within what came together", [[1, 3, 2, 4]], 0, 1, 0),
        ("one twice", [[1, 2], [2]], 0, 0, 1),
        ("a late one twice", [[1, 3], [2], [2]], 0, 1, 1),
        ("one of an earlier run twice", [[1, 2], [5, 6], [1]], 2, 0, 1),
        ("as many as numbers, but one twice", [[1, 1, 3]], 1, 0, 1),
    ],
)
def test_the_order_of_sequences(
    name: str, batches: list[list[int]], lost: int, reordered: int, duplicated: int
) -> None:
    order = Order()
    for batch in batches:
        order.take(batch)
    assert (order.lost, order.reordered, order.duplicated) == (lost, reordered, duplicated), name
    assert order.datagrams == sum(len(batch) for batch in batches)


def test_a_sub_interval_lasts_from_arrival_to_arrival() -> None:
    """A packet every 30 ms: the second ends with the one at 1.02 s, and its 34 packets came in just that time."""
    tally = a_tally()
    for index in range(35):
        tally.take(5 * S + index * 30 * MS, [index + 1], 1472)
    sub = told(tally, 6 * S + 25 * MS).sub_interval
    assert (sub.datagrams, sub.bytes, sub.duration_us, sub.end_ms) == (34, 34 * 1472, 1_020_000, 1020)


def test_a_receiver_that_reads_late_tells_the_same_sub_interval() -> None:
    prompt, late = a_tally(), a_tally()
    for index in range(101):
        prompt.take(index * 10 * MS, [index + 1], 1472)
        told(prompt, index * 10 * MS)
    for index in range(101):
        late.take(index * 10 * MS, [index + 1], 1472)
    assert told(late, 1150 * MS).sub_interval == told(prompt, 1001 * MS).sub_interval


def test_a_sub_interval_does_not_end_while_a_hold_up_is_made_good() -> None:
    """A packet every ms; nothing from 0.98 to 1.02 s, then what was held up at once: both seconds count a thousand."""
    tally = a_tally()
    arrivals = [ms if not 980 < ms < 1020 else 1020 for ms in range(2200)]
    subs = []
    for index, ms in enumerate(arrivals):
        tally.take(ms * MS, [index + 1], 1472)
        subs.append(told(tally, ms * MS).sub_interval)
    first, second = sorted({(sub.end_ms, sub.datagrams, sub.duration_us) for sub in subs})[1:]
    assert first == (1060, 1060, 1_060_000)
    assert second == (2060, 1000, 1_000_000)


def test_slow_traffic_is_no_hold_up() -> None:
    tally = a_tally()
    for index in range(25):
        tally.take(index * 100 * MS, [index + 1], 1472)
    assert told(tally, 2400 * MS).sub_interval.end_ms == 2000


def test_a_sub_interval_in_which_nothing_comes_ends_too() -> None:
    tally = a_tally()
    tally.take(0, [1], 1472)
    tally.take(100 * MS, [2], 1472)
    assert told(tally, 1150 * MS).sub_interval_count == 0
    status = told(tally, 1250 * MS)
    assert (status.sub_interval_count, status.sub_interval.datagrams) == (1, 1)
    assert status.sub_interval.duration_us == 1_000_000


def test_before_a_load_nothing_ends() -> None:
    assert told(a_tally(), 60 * S).sub_interval_count == 0


def test_a_trial_interval_is_counted_once() -> None:
    tally = a_tally()
    tally.take(0, [1], 1472)
    tally.take(10 * MS, [2, 3, 5], 3 * 1472)
    first, second = told(tally, 50 * MS), told(tally, 100 * MS)
    assert (first.datagrams, first.bytes, first.trial_us, first.lost) == (3, 3 * 1472, 10_000, 1)
    assert (second.datagrams, second.bytes, second.trial_us, second.lost) == (0, 0, 0, 0)
    assert (first.sequence, second.sequence) == (1, 2)


def test_time_in_which_nothing_comes_belongs_to_the_next_trial_interval() -> None:
    tally = a_tally()
    tally.take(0, [1], 1472)
    tally.take(10 * MS, [2], 1472)
    told(tally, 50 * MS)
    told(tally, 100 * MS)
    tally.take(120 * MS, [3], 1472)
    assert told(tally, 150 * MS).trial_us == 110_000


def test_a_loss_is_taken_back_when_the_datagram_comes_after_all() -> None:
    tally = a_tally()
    tally.take(0, [1], 1472)
    tally.take(1 * MS, [2, 4], 2944)
    tally.take(2 * MS, [3], 1472)
    status = told(tally, 50 * MS)
    assert (status.lost, status.reordered) == (0, 1)


def test_a_loss_told_already_stays_told() -> None:
    tally = a_tally()
    tally.take(0, [1], 1472)
    tally.take(1 * MS, [2, 4], 2944)
    assert told(tally, 50 * MS).lost == 1
    tally.take(60 * MS, [3], 1472)
    assert told(tally, 100 * MS).lost == 0


def test_one_way_delay_is_told_above_the_least_whatever_the_clocks() -> None:
    """The sender's clock is an hour behind."""
    tally = a_tally()
    tally.take(0, [1], 1472)
    for arrived_ms, sent_ms in ((10, 0), (22, 10), (45, 20)):
        tally.sample(arrived_ms * MS, a_load(sent_ns=sent_ms * MS - 3600 * S))
    status = told(tally, 50 * MS)
    assert status.delay == Delay(min_ms=0, max_ms=15, sum_ms=17, count=3)
    assert status.clock_delta_ms == 3_600_010
    assert status.minimum_changed
    assert told(tally, 100 * MS).delay == Delay()


def test_a_round_trip_is_told_without_the_time_that_the_other_end_took() -> None:
    tally = a_tally()
    tally.take(0, [1], 1472)
    status_ns = told(tally, 50 * MS).sent_ns
    tally.sample(85 * MS, a_load(sent_ns=70 * MS, status_ns=status_ns, response_ms=5))
    first = told(tally, 100 * MS)
    assert (first.rtt_min_ms, first.rtt_variation_ms) == (30, 0)
    tally.sample(175 * MS, a_load(sent_ns=150 * MS, status_ns=first.sent_ns))
    second = told(tally, 180 * MS)
    assert (second.rtt_min_ms, second.rtt_variation_ms) == (30, 45)


def test_one_status_is_answered_once() -> None:
    tally = a_tally()
    tally.take(0, [1], 1472)
    status_ns = told(tally, 50 * MS).sent_ns
    tally.sample(60 * MS, a_load(sent_ns=0, status_ns=status_ns))
    told(tally, 100 * MS)
    tally.sample(110 * MS, a_load(sent_ns=0, status_ns=status_ns))
    assert told(tally, 150 * MS).rtt_variation_ms is None


def test_a_round_trip_of_less_than_nothing_is_none_at_all() -> None:
    tally = a_tally()
    tally.take(0, [1], 1472)
    tally.sample(1 * MS, a_load(sent_ns=0, status_ns=WALL + 5 * S, response_ms=0xFFFF))
    assert told(tally, 50 * MS).rtt_min_ms == 0


def test_headers_are_looked_at_once_a_millisecond() -> None:
    tally = a_tally()
    tally.sample(10 * MS, a_load(sent_ns=0))
    assert not tally.wants_sample(10 * MS + 999 * US)
    assert tally.wants_sample(11 * MS)


def test_the_status_says_how_the_other_end_is() -> None:
    status = a_tally().status(S, action=Action.STOP, stopped=True, auth_mode=1)
    assert (status.action, status.receiving_stopped, status.auth.mode) == (Action.STOP, True, 1)
    assert status.sent_ns == WALL + S
