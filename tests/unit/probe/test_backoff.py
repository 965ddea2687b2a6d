from hypothesis import given
from hypothesis import strategies as st

from probe.uplink.backoff import wait_s


@given(failures=st.integers(1, 10_000), share=st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_short_enough_to_spin_and_never_longer_than_a_minute(failures: int, share: float) -> None:
    assert 0.5 <= wait_s(failures, uniform=lambda: share) <= 60


@given(failures=st.integers(1, 100), share=st.floats(0, 1, exclude_max=True))
def test_waits_do_not_shrink_as_failures_go_on(failures: int, share: float) -> None:
    assert wait_s(failures, uniform=lambda: share) <= wait_s(failures + 1, uniform=lambda: share)


def test_probes_that_lost_the_same_broker_do_not_come_back_together() -> None:
    assert wait_s(5, uniform=lambda: 0.0) < wait_s(5, uniform=lambda: 0.9)
