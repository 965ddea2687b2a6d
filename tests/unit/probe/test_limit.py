from dataclasses import replace
from typing import Any

import pytest

from probe.body.speed_test import Limit
from probe.throughput.rate.limit import Load, limited_by
from probe.throughput.tcp_info import TcpInfo

SENDER = TcpInfo(busy_us=100, rwnd_limited_us=0, sndbuf_limited_us=0)
LOAD = Load(
    flat=True,
    first=(),
    last=(SENDER,),
    idle_rtt_ms=20.0,
    loaded_rtt_ms=35.0,
    retransmitted_share=0.0,
    cpu_share=0.2,
)
NO_QUEUE = replace(LOAD, loaded_rtt_ms=20.3)


def waiting(**us: Any) -> tuple[TcpInfo, ...]:
    return (replace(SENDER, **us),)


def test_a_flat_rate_over_a_standing_queue_is_the_lines_whatever_else_was_busy() -> None:
    assert limited_by(LOAD) is Limit.NETWORK
    assert limited_by(replace(LOAD, cpu_share=1.0)) is Limit.NETWORK
    assert limited_by(replace(LOAD, last=waiting(sndbuf_limited_us=90))) is Limit.NETWORK


def test_a_queue_too_short_for_round_trips_shows_in_what_it_drops() -> None:
    assert limited_by(replace(NO_QUEUE, retransmitted_share=0.02, cpu_share=1.0)) is Limit.NETWORK


@pytest.mark.parametrize("load", [NO_QUEUE, replace(LOAD, flat=False)])
def test_without_a_queue_or_without_a_plateau_a_busy_core_is_the_limit(load: Load) -> None:
    assert limited_by(replace(load, cpu_share=0.97)) is Limit.CPU
    assert limited_by(replace(load, cpu_share=0.9)) is Limit.NETWORK
    assert limited_by(replace(load, cpu_share=None)) is Limit.NETWORK


def test_without_a_queue_it_is_what_the_sender_waited_for_most_of_its_time() -> None:
    assert limited_by(replace(NO_QUEUE, last=waiting(rwnd_limited_us=51), cpu_share=1.0)) is Limit.RECEIVER_WINDOW
    assert limited_by(replace(NO_QUEUE, last=waiting(sndbuf_limited_us=51))) is Limit.SENDER_BUFFER
    assert limited_by(replace(NO_QUEUE, last=waiting(rwnd_limited_us=49, sndbuf_limited_us=49))) is Limit.NETWORK


def test_what_a_sender_waited_for_at_the_start_does_not_count() -> None:
    first = waiting(busy_us=60, sndbuf_limited_us=60)
    assert limited_by(replace(NO_QUEUE, first=first, last=waiting(sndbuf_limited_us=60))) is Limit.NETWORK


def test_a_sender_that_tells_nothing_leaves_the_core_alone_to_judge() -> None:
    silent = replace(LOAD, last=(), idle_rtt_ms=None, loaded_rtt_ms=None, retransmitted_share=None)
    assert limited_by(silent) is None
    assert limited_by(replace(silent, cpu_share=1.0)) is None, "a flat rate and no sign against the line"
    assert limited_by(replace(silent, flat=False, cpu_share=1.0)) is Limit.CPU
