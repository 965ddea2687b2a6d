from hypothesis import given
from hypothesis import strategies as st

from probe.throughput.arrival import Arrival, arrived, rising, thinned, together

SEGMENT = 1000


@st.composite
def deliveries(draw: st.DrawFn) -> list[Arrival]:
    """A connection's count: segments come, some twice, some out of order, and in the end all are delivered."""
    counts, us, came, twice, waiting = [Arrival(0, 0, 0)], 0, 0, 0, 0
    for _ in range(draw(st.integers(1, 30))):
        us += draw(st.integers(1, 20_000))
        fresh = draw(st.integers(0, 50))
        came += fresh
        twice += draw(st.integers(0, 3))
        waiting = draw(st.integers(0, waiting + fresh))
        counts.append(Arrival(us, (came - waiting) * SEGMENT, came + twice))
    counts.append(Arrival(us + 1, came * SEGMENT, came + twice))
    return counts


@given(deliveries())
def test_what_arrived_is_never_less_than_what_was_delivered_and_the_same_in_the_end(counts: list[Arrival]) -> None:
    whole = arrived(counts, SEGMENT)
    assert [one.elapsed_us for one in whole] == [one.elapsed_us for one in counts]
    assert all(came.received_bytes >= one.received_bytes for came, one in zip(whole, counts, strict=True))
    assert whole[-1].received_bytes == counts[-1].received_bytes


def test_a_gap_that_stops_delivery_does_not_stop_the_count_of_what_arrived() -> None:
    counts = [Arrival(us, us if us < 4 or us > 7 else 4, us) for us in range(12)]
    assert [one.received_bytes for one in arrived(counts, 1)] == list(range(12))


def test_what_waits_behind_gaps_that_never_close_has_arrived() -> None:
    """From the tenth segment on there is always one missing: fifty wait, to the very end."""
    counts = [Arrival(us, us if us < 10 else max(10, us - 50), us, max(0, us - 10)) for us in range(500)]
    assert [one.received_bytes for one in arrived(counts, 1)] == list(range(500))
    untold = [Arrival(one.elapsed_us, one.received_bytes, one.segments) for one in counts]
    assert arrived(untold, 1)[-1].received_bytes == 449, "where nobody tells, it cannot be known from what came twice"


def test_where_nothing_came_out_of_order_smaller_segments_count_what_they_carry() -> None:
    counts = [Arrival(us, us * 1400, us, 0) for us in range(10)]
    assert [one.received_bytes for one in arrived(counts, 1448)] == [us * 1400 for us in range(10)]


def test_one_segment_that_closes_one_of_two_gaps_is_not_the_end_of_both() -> None:
    counts = [Arrival(0, 0, 0, 0), Arrival(1, 10, 10, 0), Arrival(2, 10, 30, 20), Arrival(3, 20, 31, 20)]
    assert arrived(counts, 1)[-1].received_bytes == 31


def test_what_came_twice_counts_once() -> None:
    """Ten segments of one byte, then one again with each new one."""
    counts = [Arrival(us, us, us + max(0, us - 10)) for us in range(21)]
    assert [one.received_bytes for one in arrived(counts, 1)] == list(range(21))


def test_segments_smaller_than_said_count_what_they_carry() -> None:
    counts = [Arrival(us, us * 1400, us) for us in range(10)]
    assert [one.received_bytes for one in arrived(counts, 1448)] == [us * 1400 for us in range(10)]


def test_a_segment_size_that_is_missing_or_too_small_is_replaced_by_the_mean() -> None:
    counts = [Arrival(us, us * 1448, us) for us in range(10)]
    for said in (None, 536):
        assert [one.received_bytes for one in arrived(counts, said)] == [us * 1448 for us in range(10)]


def test_without_segments_what_was_delivered_is_all_there_is() -> None:
    counts = (Arrival(0, 0), Arrival(1, 5))
    assert arrived(counts, 1448) == counts


def test_a_count_that_goes_back_or_stands_in_time_is_left_out() -> None:
    sent = [
        Arrival(5, 10, 1),
        Arrival(1, 0, 0),
        Arrival(5, 11, 1),
        Arrival(6, 9, 2),
        Arrival(7, 12, None),
        Arrival(8, 12, 2),
    ]
    assert rising(sent) == (Arrival(1, 0, 0), Arrival(5, 10, 1), Arrival(8, 12, 2))


def test_connections_add_up_over_the_time_that_all_of_them_saw() -> None:
    first = [Arrival(0, 0, 0), Arrival(10, 100, 10), Arrival(20, 200, 20), Arrival(30, 300, 30)]
    second = [Arrival(5, 1000, 100), Arrival(25, 3000, 300)]
    assert together([first, second]) == (Arrival(10, 1600, 160), Arrival(20, 2700, 270))
    assert together([first]) == tuple(first)
    assert together([first, []]) == ()
    assert together([first, [Arrival(10, 5)]]) == (Arrival(10, 105),)


@given(st.lists(st.integers(0, 10**6), unique=True, max_size=300), st.integers(2, 100))
def test_thinning_keeps_the_ends_the_order_and_the_limit(moments: list[int], most: int) -> None:
    arrivals = [Arrival(us, us) for us in sorted(moments)]
    kept = thinned(arrivals, most)
    assert len(kept) == min(most, len(arrivals))
    assert list(kept) == sorted(set(kept), key=lambda one: one.elapsed_us)
    if arrivals:
        assert (kept[0], kept[-1]) == (arrivals[0], arrivals[-1])
