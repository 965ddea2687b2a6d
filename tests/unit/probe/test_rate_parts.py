"""The small parts of a rate: layers, Student's t, the end of a load, what jurisdictions prescribe."""

import time

import pytest
from scipy import stats

from probe.body.course import EndedBy
from probe.body.speed_test import Direction
from probe.throughput.arrival import Arrival, moved_between
from probe.throughput.ending import Ending
from probe.throughput.plan import MOST_STREAMS, Method, Plan
from probe.throughput.prescribed.profile import ProfileError, planned, profile, profiles, streams_at
from probe.throughput.rate.interval import half_width, student_t
from probe.throughput.rate.layer import layers
from probe.throughput.tcp_info import TcpInfo

# Full packets of 1500 bytes: payload, timestamps, IPv6, and the share of an Ethernet port that the payload is.
PACKETS = [(1448, True, False, 0.94148), (1460, False, False, 0.94928), (1428, True, True, 0.92848)]


@pytest.mark.parametrize(("payload", "timestamps", "ipv6", "share"), PACKETS)
def test_a_full_gigabit_port_reads_a_gigabit_on_ethernet(
    payload: int, timestamps: bool, ipv6: bool, share: float
) -> None:
    found = layers(share * 1e9, payload, TcpInfo(timestamps=timestamps), ipv6=ipv6)
    assert found is not None
    assert found.ethernet_bps == pytest.approx(1e9, rel=1e-5)
    assert found.ip_bps == pytest.approx(1500 / 1538 * 1e9, rel=1e-5)


def test_without_a_packets_size_no_other_layer_is_made_up() -> None:
    assert layers(1e9, None, TcpInfo(), ipv6=False) is None


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 20, 200])
@pytest.mark.parametrize("outside", [0.05, 0.03, 0.008, 0.0005])
def test_students_t_is_scipys(outside: float, freedom: int) -> None:
    assert student_t(outside, freedom) == pytest.approx(float(stats.t.isf(outside / 2, freedom)), rel=1e-5)


def test_one_window_has_no_interval_and_none_is_narrower_than_lines_differ() -> None:
    assert half_width([1e8], 1e8, 0.0) is None
    assert half_width([1e8, 1e8], 1e8, 0.0) == pytest.approx(4e5)


def test_whichever_connection_passes_the_cap_ends_the_load_for_all() -> None:
    ending = Ending(time.monotonic() + 60, most_bytes=100)
    reasons = []
    for connection, moved_bytes in ((1, 60), (2, 39), (2, 40)):
        ending.moved(connection, moved_bytes)
        reasons.append(ending.by)
    assert reasons == [None, None, EndedBy.BYTE_CAP]
    assert ending.until <= time.monotonic()


def test_the_first_reason_for_an_end_stands_and_a_past_end_is_not_moved() -> None:
    ending = Ending(time.monotonic() + 60, most_bytes=100)
    ending.end(EndedBy.CERTAIN)
    ending.end(EndedBy.BYTE_CAP)
    assert ending.by is EndedBy.CERTAIN
    over = Ending(time.monotonic() - 1, most_bytes=1)
    over.moved(1, 5)
    assert over.by is None


def test_bytes_between_two_seconds_are_interpolated_and_none_beyond_what_is_known() -> None:
    counts = [Arrival(0, 0), Arrival(1_000_000, 1000), Arrival(3_000_000, 5000)]
    assert moved_between(counts, 0.5, 2.0) == 2500
    assert moved_between(counts, 1.0, 3.5) is None
    assert moved_between((), 0.0, 1.0) is None


def test_every_prescribed_method_says_whose_it_is_and_makes_a_plan() -> None:
    known = profiles()
    assert {one.name for one in known} >= {"eu-berec-nntool", "de-breitbandmessung", "at-rtr-netztest"}
    for one in known:
        assert one.source
        assert one.edition
        assert one.streams[0][0] == 0
        assert list(one.streams) == sorted(one.streams)
        plan = planned(Plan(url="ws://h", method=Method.MSAK), one, Direction.DOWNLOAD, 10**10)
        assert plan.connections <= MOST_STREAMS
        assert plan.prescription is not None
        assert plan.duration_s > plan.prescription.lead_in_s + plan.prescription.measured_s


def test_connections_follow_the_lines_rate() -> None:
    wanted = profile("eu-berec-nntool")
    assert [streams_at(wanted, rate) for rate in (None, 10**8, 949_999_999, 950_000_000)] == [4, 4, 4, 8]


def test_a_profile_that_cannot_be_followed_is_refused_with_the_way_out() -> None:
    with pytest.raises(ProfileError, match="--method msak"):
        planned(Plan(url="ws://h"), profile("eu-berec-nntool"), Direction.DOWNLOAD, None)
    with pytest.raises(ProfileError, match="at-rtr-netztest"):
        profile("no-such")
