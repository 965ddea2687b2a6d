"""Which datagrams are due when."""

import pytest

from probe.capacity.pace import Pace
from probe.capacity.pdu import RANDOM_SIZE, Rate
from probe.capacity.search import ip_bps, table

US, MS, S = 1_000, 1_000_000, 1_000_000_000
ONE = Rate(interval1_us=1000, payload1_bytes=1472, burst1=4)
BOTH = Rate(
    interval1_us=1000, payload1_bytes=1472, burst1=2, interval2_us=2000, payload2_bytes=1000, burst2=3, addon2_bytes=77
)


def a_pace(rate: Rate, *, at_ns: int = 0, extra: int = 0) -> Pace:
    pace = Pace(at_ns, extra_header_bytes=extra, most_payload_bytes=1472)
    pace.follow(rate, at_ns)
    return pace


def test_a_burst_is_due_at_once_and_then_every_interval() -> None:
    pace = a_pace(ONE)
    assert [pace.due(ms * MS // 2) for ms in range(5)] == [[(1472, 4)], [], [(1472, 4)], [], [(1472, 4)]]
    assert pace.next_due_ns == 3 * MS


def test_both_transmitters_send_and_the_second_adds_its_own() -> None:
    pace = a_pace(BOTH)
    assert pace.due(0) == [(1472, 2), (1000, 3), (77, 1)]
    assert pace.due(1 * MS) == [(1472, 2)]
    assert pace.due(2 * MS) == [(1472, 2), (1000, 3), (77, 1)]


def test_a_late_sender_catches_up() -> None:
    pace = a_pace(ONE)
    pace.due(0)
    assert pace.due(5 * MS + 300 * US) == [(1472, 20)]
    assert pace.next_due_ns == 6 * MS
    assert pace.forgone_bytes == 0


def test_what_is_too_late_is_forgone_and_counted() -> None:
    pace = a_pace(ONE)
    pace.due(0)
    assert pace.due(100 * MS) == [(1472, 40)]
    assert pace.forgone_bytes == 90 * 4 * 1472
    assert pace.next_due_ns == 101 * MS


@pytest.mark.parametrize("row", [0, 1, 10, 99, 500, 1000, 1090])
def test_the_mean_is_the_rate_however_uneven_the_wake_ups(row: int) -> None:
    rate = table(1500)[row]
    pace = a_pace(rate)
    sent, now_ns = 0, 0
    for step in range(40_000):
        now_ns += (50 + step * 7919 % 200) * US  # 50 to 250 us: no rhythm of its own
        sent += sum(count for _, count in pace.due(now_ns))
    assert sent * 1500 * 8 * S / now_ns == pytest.approx(ip_bps(rate, 28), rel=0.001, abs=1500 * 8 * S / now_ns)


def test_a_faster_rate_does_not_wait_for_the_slower_ones_interval() -> None:
    pace = a_pace(table(1500)[0])
    pace.due(0)
    pace.follow(table(1500)[10], 1 * MS)
    assert pace.due(1 * MS) == [(1472, 1)]


def test_a_change_of_rate_keeps_the_rhythm() -> None:
    pace = a_pace(ONE)
    pace.due(0)
    pace.follow(Rate(interval1_us=1000, payload1_bytes=1472, burst1=5), 500 * US)
    assert pace.due(500 * US) == []
    assert pace.due(1000 * US) == [(1472, 5)]


def test_no_rate_sends_nothing() -> None:
    pace = a_pace(Rate())
    assert pace.due(S) == []
    assert pace.next_due_ns is None


def test_sizes_leave_room_for_the_larger_header_of_ipv6() -> None:
    assert a_pace(ONE, extra=20).due(0) == [(1452, 4)]


@pytest.mark.parametrize(
    ("size", "sent"), [(0, 32), (10, 32), (1472, 1472), (9000, 1472), (1000 | RANDOM_SIZE, 1000), (0xFFFFFFFF, 1472)]
)
def test_a_peers_size_holds_a_header_and_fits_a_packet(size: int, sent: int) -> None:
    assert a_pace(Rate(interval1_us=1000, payload1_bytes=size, burst1=1)).due(0) == [(sent, 1)]


def test_a_peers_rate_makes_no_one_spin() -> None:
    pace = a_pace(Rate(interval1_us=1, payload1_bytes=1472, burst1=0xFFFFFFFF))
    assert pace.due(0) == [(1472, 100)]
    assert pace.next_due_ns == 100 * US
