import json
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probe.body.speed_test import Direction
from probe.throughput.arrival import Arrival
from probe.throughput.msak import measurement as msak
from probe.throughput.ndt7 import measurement as ndt7
from probe.throughput.ndt7.measurement import decode, encode
from probe.throughput.said import Ends, Report
from probe.throughput.tcp_info import BbrInfo, TcpInfo

ENDS = Ends(there="192.0.2.1:4", here="198.51.100.1:443", uuid="u", start_time="2026-01-01T00:00:00+00:00")
COUNTED = TcpInfo(rtt_us=20_000, bytes_received=5000, bytes_sent=9, bytes_retrans=0, data_segs_in=4)
# What M-Lab's server sends, shortened.
OFFICIAL = b"""{"BBRInfo":{"BW":1250000,"MinRTT":20000,"PacingGain":256,"CwndGain":512,"ElapsedTime":251000},
"ConnectionInfo":{"Client":"192.0.2.1:4","Server":"198.51.100.1:443","UUID":"x"},
"TCPInfo":{"State":1,"RTT":20153,"BytesReceived":612345,"DataSegsIn":424,"RcvMSS":1448,"ElapsedTime":251000}}"""


def a_report(
    *,
    tcp: TcpInfo = COUNTED,
    samples: tuple[Arrival, ...] = (),
    round_trips: tuple[tuple[int, int], ...] = (),
    bbr: BbrInfo | None = None,
    first: bool = True,
) -> Report:
    return Report(
        direction=Direction.UPLOAD,
        ends=ENDS,
        first=first,
        elapsed_us=250_000,
        since_open_us=290_000,
        tcp=tcp,
        bbr=bbr,
        congestion_control="cubic",
        payload_sent=70,
        payload_received=4800,
        samples=samples,
        round_trips=round_trips,
    )


def an_encoded(*, samples: tuple[Arrival, ...] = (), bbr: BbrInfo | None = None) -> bytes:
    return encode(a_report(samples=samples, bbr=bbr))


@pytest.mark.parametrize("protocol", [ndt7, msak])
def test_a_message_comes_back_as_it_was_sent(protocol: ModuleType) -> None:
    samples, round_trips = (Arrival(10_000, 100, 1), Arrival(20_000, 5000, 4)), ((10_000, 20_100), (20_000, 20_200))
    read = protocol.decode(protocol.encode(a_report(samples=samples, round_trips=round_trips)))
    assert read is not None
    assert (read.elapsed_us, read.tcp, read.arrivals, read.congestion_control) == (250_000, COUNTED, samples, "cubic")
    assert read.round_trips == round_trips


def test_a_throughput1_message_has_the_names_and_units_of_its_source() -> None:
    """m-lab/msak, pkg/throughput1/model/measurement.go; what never changes is said once."""
    tcp = TcpInfo(bytes_sent=900, bytes_retrans=100, bytes_received=5000, rtt_us=7)
    sent = json.loads(msak.encode(a_report(tcp=tcp)))
    assert {name: sent[name] for name in ("CC", "UUID", "LocalAddr", "RemoteAddr")} == {
        "CC": "cubic",
        "UUID": "u",
        "LocalAddr": "198.51.100.1:443",
        "RemoteAddr": "192.0.2.1:4",
    }
    assert sent["Application"] == {"BytesSent": 70, "BytesReceived": 4800}
    assert sent["Network"] == {"BytesSent": 800, "BytesReceived": 5000}
    assert (sent["ElapsedTime"], sent["TCPInfo"]["ElapsedTime"]) == (250_000, 290_000)
    assert "BBRInfo" not in sent
    later = json.loads(msak.encode(a_report(first=False)))
    assert not {"CC", "UUID", "LocalAddr", "RemoteAddr"} & set(later)


def test_a_throughput1_server_without_kernel_counters_is_understood() -> None:
    read = msak.decode(b'{"Application":{"BytesReceived":612345},"Network":{},"ElapsedTime":251000}')
    assert read is not None
    assert read.arrivals == (Arrival(251_000, 612_345),)
    kernel = b'{"Application":{"BytesReceived":6},"ElapsedTime":9,"TCPInfo":{"BytesReceived":7,"ElapsedTime":10}}'
    read = msak.decode(kernel)
    assert read is not None
    assert read.arrivals == (Arrival(9, 7),), "both clocks may not be mixed"


@pytest.mark.parametrize("counted", [(), (7,), (7, 2)])
def test_samples_come_back_with_what_the_kernel_counted(counted: tuple[int, ...]) -> None:
    read = decode(an_encoded(samples=(Arrival(10_000, 100, *counted),)))
    assert read is not None
    assert read.arrivals == (Arrival(10_000, 100, *counted),)


@pytest.mark.parametrize("protocol", [ndt7, msak])
def test_every_number_sent_is_whole(protocol: ModuleType) -> None:
    """One float ends a test of M-Lab's Go client."""

    def numbers(value: object) -> list[object]:
        if isinstance(value, dict):
            return [number for inner in value.values() for number in numbers(inner)]
        if isinstance(value, list):
            return [number for inner in value for number in numbers(inner)]
        return [value] if not isinstance(value, str) else []

    bbr = BbrInfo(bandwidth=10**9, min_rtt_us=7, pacing_gain=739, cwnd_gain=739)
    sent = json.loads(protocol.encode(a_report(bbr=bbr, samples=(Arrival(1, 2, 3),), round_trips=((1, 2),))))
    assert all(type(number) is int for number in numbers(sent))


def test_what_the_kernel_does_not_tell_is_left_out() -> None:
    assert "MinRTT" not in json.loads(an_encoded())["TCPInfo"]


def test_the_official_servers_message_is_understood() -> None:
    read = decode(OFFICIAL)
    assert read is not None
    assert read.arrivals == (Arrival(251_000, 612_345, 424),)
    assert read.tcp.rcv_mss == 1448
    assert read.congestion_control == "bbr"


@pytest.mark.parametrize("protocol", [ndt7, msak])
@pytest.mark.parametrize("text", [b"", b"null", b"[1]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_message_is_none(text: bytes, protocol: ModuleType) -> None:
    assert protocol.decode(text) is None


@pytest.mark.parametrize("value", ["-1", "true", '"7"', "null", "1e300", "[]", "{}"])
def test_a_field_that_is_no_count_counts_as_not_sent(value: str) -> None:
    read = decode(b'{"TCPInfo":{"RTT":%b,"BytesReceived":7,"ElapsedTime":9}}' % value.encode())
    assert read is not None
    assert read.tcp.rtt_us is None
    assert read.arrivals == (Arrival(9, 7),)


@pytest.mark.parametrize(
    "samples", ["7", "[7]", "[[1]]", "[[1,2,3,4,5]]", '[["a",1]]', f"[{','.join(['[1,1]'] * 4097)}]"]
)
def test_samples_that_are_none_are_passed_over(samples: str) -> None:
    read = decode(b'{"Samples":%b}' % samples.encode())
    assert read is not None
    assert read.arrivals == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["RTT", "BW", "ElapsedTime"]), inner),
    max_leaves=8,
)


NAMES = ["TCPInfo", "BBRInfo", "Samples", "RoundTrips", "CC", "AppInfo", "Application", "Network", "ElapsedTime"]


@given(st.dictionaries(st.sampled_from(NAMES), json_values))
def test_no_json_raises(message: dict[str, object]) -> None:
    ndt7.decode(json.dumps(message).encode())
    msak.decode(json.dumps(message).encode())


@given(st.binary(max_size=200))
@example(b'{"TCPInfo": "\x80"}')  # JSON whose string is no UTF-8
def test_no_bytes_raise(raw: bytes) -> None:
    ndt7.decode(raw)
    msak.decode(raw)


def test_the_congestion_control_must_be_a_plain_name() -> None:
    read = decode(b'{"CC":"\\u001b[31m"}')
    assert read is not None
    assert read.congestion_control is None
