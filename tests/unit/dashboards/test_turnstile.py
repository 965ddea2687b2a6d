"""How often one visitor may ask, and how long a session lasts."""

from hypothesis import given
from hypothesis import strategies as st

from dashboards.web.access.pace import Bucket, Pace, taken
from dashboards.web.access.sessions import IDLE_S, LONGEST_S, Sessions
from dashboards.web.access.turnstile import Kind, Turnstile


@given(st.integers(1, 20), st.floats(0.1, 60), st.lists(st.floats(0, 30), max_size=60))
def test_nobody_passes_more_often_than_the_pace_allows(burst: int, every_s: float, waits_s: list[float]) -> None:
    bucket: Bucket | None = None
    at_s, passed = 0.0, 0
    for wait_s in waits_s:
        at_s += wait_s
        bucket, allowed = taken(bucket, Pace(burst, every_s), at_s)
        passed += allowed
    assert passed <= burst + at_s / every_s + 1e-6


def test_each_visitor_and_each_kind_is_counted_alone() -> None:
    now = [0.0]
    gate = Turnstile(lambda: now[0])
    assert [gate.passes(Kind.SIGN_IN, "192.0.2.1") for _ in range(6)] == [True] * 5 + [False]
    assert gate.passes(Kind.SIGN_IN, "192.0.2.2")
    assert gate.passes(Kind.HEAVY, "192.0.2.1")
    now[0] += 31
    assert [gate.passes(Kind.SIGN_IN, "192.0.2.1") for _ in range(2)] == [True, False]


def test_a_household_of_ipv6_is_one_visitor_and_the_table_stays_bounded() -> None:
    gate = Turnstile(lambda: 0.0)
    assert [gate.passes(Kind.SIGN_IN, f"2001:db8::{number:x}") for number in range(6)] == [True] * 5 + [False]
    for number in range(5000):
        gate.passes(Kind.PAGE, f"10.0.{number // 250}.{number % 250}")
    assert len(gate._buckets) <= 2000


def test_a_session_ends_unused_in_time_and_by_its_word() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    idle, busy, ended = sessions.begin(), sessions.begin(), sessions.begin()
    sessions.end(ended)
    assert not sessions.is_held(ended)
    assert not sessions.is_held("nonsense")
    while now[0] <= LONGEST_S:
        assert sessions.is_held(busy)
        now[0] += IDLE_S / 2
    assert not sessions.is_held(idle)
    assert not sessions.is_held(busy)


def test_so_many_sessions_and_no_more() -> None:
    sessions = Sessions(lambda: 0.0)
    words = [sessions.begin() for _ in range(101)]
    assert [sessions.is_held(word) for word in (words[0], words[1], words[-1])] == [False, True, True]
