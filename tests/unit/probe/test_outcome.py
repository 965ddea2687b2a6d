from dataclasses import replace

import pytest

from probe.body.conditions import Conditions
from probe.body.speed_test import Direction, Failure, Limit, Server
from probe.throughput import outcome
from probe.throughput.arrival import Arrival
from probe.throughput.observed import Observed, Seen
from probe.throughput.said import Said
from probe.throughput.tcp_info import TcpInfo

SERVER = Server(url="ws://192.0.2.1", address="192.0.2.1", address_family=4)
STEP_US = 10_000
SEGMENT = 1448


def a_reading(tick: int, *, per_tick: int = 100, head_start: int = 500) -> TcpInfo:
    """This end's counters after `tick` readings in which `per_tick` segments moved each, whichever way."""
    moved = head_start + tick * per_tick * SEGMENT
    return TcpInfo(
        timestamps=True,
        snd_mss=SEGMENT,
        rcv_mss=SEGMENT,
        rtt_us=20_000 if tick < 50 else 30_000,
        min_rtt_us=20_000,
        bytes_acked=moved,
        bytes_received=moved,
        bytes_sent=moved * 2,
        bytes_retrans=tick * 10 * SEGMENT,
        rcv_ooopack=0,
        segs_in=1 + tick * per_tick,
        segs_out=1 + tick * per_tick,
        data_segs_in=1 + tick * per_tick,
        busy_us=tick * STEP_US,
        rwnd_limited_us=0,
        sndbuf_limited_us=0,
    )


def a_message(tick: int, *, late_us: int = 15_000, samples: int = 25) -> tuple[int, Said]:
    """The server's word at `tick` of its clock, which began 5 ms after ours; it came `late_us` later."""
    counts = tuple(
        Arrival(at * STEP_US, 700 + at * 100 * SEGMENT, 1 + at * 100) for at in range(tick - samples + 1, tick + 1)
    )
    tcp = replace(a_reading(tick, head_start=700), rtt_us=44_000)
    return tick * STEP_US + 5_000 + late_us, Said(
        elapsed_us=tick * STEP_US, tcp=tcp, arrivals=counts, congestion_control="bbr"
    )


def an_observation(
    direction: Direction,
    *,
    ticks: int = 200,
    said: tuple[tuple[int, Said], ...] = (),
    failure: Failure | None = None,
) -> Observed:
    readings = tuple((tick * STEP_US, a_reading(tick)) for tick in range(ticks + 1))
    return Observed(
        direction=direction,
        method="ndt7",
        version="ndt7/0.11",
        server=SERVER,
        seen=(Seen(readings=readings, said=said, last=a_reading(ticks + 1)),),
        congestion_control="cubic",
        whole=True,
        failure=failure,
    )


TRUE_BPS = 100 * SEGMENT * 8 * 100
MESSAGES = tuple(a_message(tick) for tick in range(24, 200, 25))


def test_a_download_is_counted_at_this_end() -> None:
    test = outcome.speed_test(an_observation(Direction.DOWNLOAD, said=MESSAGES), Conditions())
    assert test.rate_bps == pytest.approx(TRUE_BPS, rel=0.001)
    assert test.mean_bps == pytest.approx(TRUE_BPS, rel=0.001)
    assert test.ip_rate_bps == pytest.approx(TRUE_BPS * 1500 / 1448, rel=0.001)
    assert test.bytes == 201 * 100 * SEGMENT
    assert test.duration_s == pytest.approx(2.0)
    assert (test.idle_rtt_ms, test.loaded_rtt_ms) == (20.0, 44.0)
    assert test.congestion_control == "bbr"
    assert test.limited_by is Limit.NETWORK
    assert test.method_version == "ndt7/0.11 steady/3"


def test_a_download_needs_no_word_from_the_server_but_knows_less_without() -> None:
    test = outcome.speed_test(an_observation(Direction.DOWNLOAD), Conditions())
    assert test.rate_bps == pytest.approx(TRUE_BPS, rel=0.001)
    assert test.congestion_control is None
    assert test.loaded_rtt_ms is None
    assert test.retransmitted_share is None
    assert test.limited_by is None


def test_an_upload_is_counted_by_the_server() -> None:
    test = outcome.speed_test(an_observation(Direction.UPLOAD, said=MESSAGES), Conditions())
    assert test.rate_bps == pytest.approx(TRUE_BPS, rel=0.001)
    assert test.loaded_rtt_ms == 30.0
    assert test.congestion_control == "cubic"
    assert test.retransmitted_share == pytest.approx(0.05, rel=0.01)


def test_an_upload_against_a_server_that_sends_only_ndt7s_own_counters_reads_the_same() -> None:
    plain = tuple(
        (us, replace(one, arrivals=(Arrival(one.elapsed_us or 0, one.tcp.bytes_received or 0),)))
        for us, one in (a_message(tick) for tick in range(24, 400, 25))
    )
    test = outcome.speed_test(an_observation(Direction.UPLOAD, ticks=400, said=plain), Conditions())
    assert test.rate_bps == pytest.approx(TRUE_BPS, rel=0.001)


def test_an_upload_against_a_silent_server_is_what_it_acknowledged() -> None:
    test = outcome.speed_test(an_observation(Direction.UPLOAD), Conditions())
    assert test.rate_bps == pytest.approx(TRUE_BPS, rel=0.001)


def test_the_servers_clock_is_laid_on_ours_by_its_quickest_message() -> None:
    said = (a_message(24, late_us=90_000), *(a_message(tick, late_us=20_000) for tick in range(49, 200, 25)))
    test = outcome.speed_test(an_observation(Direction.UPLOAD, said=said), Conditions())
    assert test.series[0].elapsed_ms == pytest.approx(25)  # began 5 ms late, heard of 20 ms later


def test_the_series_is_short_sorted_and_begins_at_nothing() -> None:
    test = outcome.speed_test(an_observation(Direction.DOWNLOAD, ticks=1000), Conditions())
    assert len(test.series) == outcome.MOST_PROGRESS
    assert list(test.series) == sorted(test.series, key=lambda one: one.elapsed_ms)
    assert test.series[0].received_bytes == 0


def test_several_connections_add_up() -> None:
    one = an_observation(Direction.DOWNLOAD)
    test = outcome.speed_test(replace(one, seen=one.seen * 3), Conditions())
    assert test.streams == 3
    assert test.rate_bps == pytest.approx(3 * TRUE_BPS, rel=0.001)


def test_a_failed_test_has_no_rate_but_keeps_what_was_counted() -> None:
    test = outcome.speed_test(an_observation(Direction.DOWNLOAD, failure=Failure.ABORTED), Conditions())
    assert (test.failure, test.rate_bps, test.mean_bps) == (Failure.ABORTED, None, None)
    assert test.bytes
    assert test.series


def test_too_little_is_cut_short_and_nothing_at_all_timed_out() -> None:
    short = outcome.speed_test(an_observation(Direction.DOWNLOAD, ticks=30), Conditions())
    assert short.failure is Failure.CUT_SHORT
    idle = an_observation(Direction.DOWNLOAD)
    still = tuple((us, a_reading(0)) for us, _ in idle.seen[0].readings)
    nothing = replace(idle, seen=(Seen(readings=still, said=(), last=a_reading(0)),))
    assert outcome.speed_test(nothing, Conditions()).failure is Failure.TIMED_OUT
    assert outcome.speed_test(replace(nothing, whole=False), Conditions()).failure is Failure.CUT_SHORT


def test_a_test_that_never_began_has_a_failure_and_nothing_else() -> None:
    test = outcome.failed(
        direction=Direction.UPLOAD,
        method="msak",
        version="throughput1",
        server=SERVER,
        failure=Failure.REFUSED,
        streams=4,
    )
    assert (test.failure, test.streams, test.bytes, test.duration_s) == (Failure.REFUSED, 4, None, None)


def test_the_tests_own_traffic_is_its_packets_with_their_headers() -> None:
    ip_bytes, packets = outcome.own_traffic(an_observation(Direction.DOWNLOAD))
    assert packets == 201 * 100
    assert ip_bytes == 201 * 100 * 1500


def test_what_waits_behind_a_loss_is_the_tests_own_traffic_too() -> None:
    one = an_observation(Direction.DOWNLOAD)
    before, _ = outcome.own_traffic(one)
    seen = one.seen[0]
    came = (seen.last.segs_in or 0) + 10, (seen.last.data_segs_in or 0) + 10
    for out_of_order, own in ((0, 0), (4, 4), (50, 10)):  # packets that came, but were not full, hold no more
        last = replace(seen.last, segs_in=came[0], data_segs_in=came[1], rcv_ooopack=out_of_order)
        ip_bytes, _ = outcome.own_traffic(replace(one, seen=(replace(seen, last=last),)))
        assert ip_bytes == (before or 0) + 10 * 52 + own * SEGMENT


def test_own_traffic_is_unknown_where_the_kernel_does_not_count() -> None:
    one = an_observation(Direction.UPLOAD)
    assert outcome.own_traffic(replace(one, seen=(replace(one.seen[0], last=TcpInfo()),))) == (None, None)


def test_several_connections_keep_their_series_and_the_sum() -> None:
    one = an_observation(Direction.DOWNLOAD, ticks=1000)
    test = outcome.speed_test(replace(one, seen=one.seen * 4), Conditions())
    assert len(test.stream_series) == 4
    assert sum(len(series) for series in test.stream_series) <= 320
    assert sum(series[-1].received_bytes for series in test.stream_series) == test.series[-1].received_bytes
    assert outcome.speed_test(one, Conditions()).stream_series == ()


def test_loaded_latency_is_a_median_two_percentiles_and_round_trips_per_minute() -> None:
    round_trips = tuple((500_000 + at, 20_000 + 1000 * at) for at in range(100))  # 20 to 119 ms
    said = Said(elapsed_us=1, tcp=TcpInfo(), arrivals=(), congestion_control=None, round_trips=round_trips)
    test = outcome.speed_test(an_observation(Direction.DOWNLOAD, said=((1, said),)), Conditions())
    assert (test.loaded_rtt_ms, test.loaded_rtt_p95_ms, test.loaded_rtt_p99_ms) == (69.5, 114.0, 118.0)
    assert test.responsiveness_rpm == round(60_000 / 67.0)  # the mean of the lower 95, of 20 to 114 ms


def test_few_round_trips_have_a_median_and_no_percentile() -> None:
    test = outcome.speed_test(an_observation(Direction.DOWNLOAD, said=MESSAGES), Conditions())
    assert test.loaded_rtt_ms == 44.0
    assert (test.loaded_rtt_p95_ms, test.loaded_rtt_p99_ms, test.responsiveness_rpm) == (None, None, None)


def test_ipv6_headers_are_larger() -> None:
    one = an_observation(Direction.DOWNLOAD)
    test = outcome.speed_test(replace(one, server=replace(SERVER, address_family=6)), Conditions())
    assert test.ip_rate_bps == pytest.approx(TRUE_BPS * 1520 / 1448, rel=0.001)
