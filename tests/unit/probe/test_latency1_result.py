import pytest

from probe.body.speed_test import RoundTrips
from probe.throughput.latency1.result import Heard, reduce

MS = 1_000_000


def heard_every(gap_ms: int, count: int, *, held_ns: int = 0) -> dict[int, Heard]:
    return {number: Heard(number * gap_ms * MS, held_ns) for number in range(count)}


def test_what_the_client_held_is_taken_off() -> None:
    found = reduce([10_000] * 20, heard_every(25, 20, held_ns=4 * MS), since_ns=0, until_ns=10**12)
    assert found == RoundTrips(
        method="latency1", sent_count=20, lost_count=0, median_ms=6.0, p95_ms=6.0, p99_ms=None, rpm=10_000
    )


def test_only_the_time_that_is_asked_for_counts() -> None:
    found = reduce([1000] * 40 + [9000] * 40, heard_every(25, 80), since_ns=40 * 25 * MS, until_ns=80 * 25 * MS)
    assert found is not None
    assert (found.sent_count, found.median_ms) == (40, 9.0)


def test_what_was_lost_either_way_between_the_first_and_the_last_counts_as_lost() -> None:
    heard = heard_every(25, 10)
    del heard[4]  # on its way to the client
    times: list[int | None] = [1000, 1000, None, 1000, None, *[1000] * 5]  # 2 on its way back
    found = reduce(times, heard, since_ns=0, until_ns=10**12)
    assert found is not None
    assert (found.sent_count, found.lost_count) == (10, 2)


@pytest.mark.parametrize(("count", "percentiles"), [(19, (False, False)), (20, (True, False)), (100, (True, True))])
def test_a_percentile_needs_its_number_of_times(count: int, percentiles: tuple[bool, bool]) -> None:
    found = reduce([1000] * count, heard_every(25, count), since_ns=0, until_ns=10**12)
    assert found is not None
    assert (found.p95_ms is not None, found.p99_ms is not None) == percentiles
    assert (found.rpm is not None) == percentiles[0]


def test_all_lost_has_no_times() -> None:
    found = reduce([None] * 5, heard_every(25, 5), since_ns=0, until_ns=10**12)
    assert found == RoundTrips(method="latency1", sent_count=5, lost_count=5)


def test_nothing_heard_in_that_time_is_nothing_measured() -> None:
    assert reduce([1000] * 9, heard_every(25, 9), since_ns=10**12, until_ns=10**13) is None
    assert reduce([], heard_every(25, 9), since_ns=0, until_ns=10**12) is None
    assert reduce([1000], {}, since_ns=0, until_ns=10**12) is None
