from datetime import timedelta

import pytest

from probe.router.reading import RouterReading, Source
from probe.router.uptime import Restarts, restarted, restarts
from tests.build import AT, a_stamp


def test_uptimes_that_ran_on_show_no_restart() -> None:
    assert restarted(86_400, 86_461, elapsed=60.0) is False


def test_an_uptime_that_began_anew_shows_a_restart() -> None:
    assert restarted(86_400, 20, elapsed=60.0) is True


def test_a_restart_is_seen_though_the_uptime_grew() -> None:
    assert restarted(30, 500, elapsed=510.0) is True


def test_a_clock_that_the_router_set_is_no_restart() -> None:
    """Some count from their wall clock: a router was seen to say 1,517,831,539 s."""
    assert restarted(30, 1_517_831_539, elapsed=60.0) is None
    assert restarted(1_517_831_539, 1_517_831_599, elapsed=60.0) is False


def test_right_after_a_start_nothing_can_be_told() -> None:
    assert restarted(2, 61, elapsed=60.0) is None


@pytest.mark.parametrize(("before", "after", "elapsed"), [(None, 5, 1.0), (5, None, 1.0), (5, 6, None)])
def test_what_was_not_said_shows_nothing(before: int | None, after: int | None, elapsed: float | None) -> None:
    assert restarted(before, after, elapsed=elapsed) is None


def a_reading(after_s: int, *, wan: int | None, device: int | None, boot_id: str = "a") -> RouterReading:
    stamp = a_stamp(at=AT + timedelta(seconds=after_s), boot_id=boot_id)
    return RouterReading(stamp=stamp, source=Source.TR064, wan_uptime_s=wan, device_uptime_s=device)


def test_a_connection_that_began_anew_on_a_router_that_ran_on_is_told_apart() -> None:
    line = restarts(a_reading(0, wan=5000, device=9000), a_reading(300, wan=40, device=9300))
    assert line == Restarts(device=False, connection=True)
    power = restarts(a_reading(0, wan=5000, device=9000), a_reading(300, wan=40, device=100))
    assert power == Restarts(device=True, connection=True)


def test_readings_of_two_boots_of_the_probe_show_nothing() -> None:
    two_boots = restarts(a_reading(0, wan=5000, device=9000), a_reading(300, wan=40, device=100, boot_id="b"))
    assert two_boots == Restarts(device=None, connection=None)
