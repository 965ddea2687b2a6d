import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.throughput.arrival import Arrival
from probe.throughput.ndt7 import measurement
from probe.throughput.ndt7.measurement import Connection, decode, encode
from probe.throughput.tcp_info import BbrInfo, TcpInfo

ENDS = Connection(client="192.0.2.1:4", server="198.51.100.1:443", uuid="u", start_time="2026-01-01T00:00:00+00:00")
COUNTED = TcpInfo(rtt_us=20_000, bytes_received=5000, bytes_sent=9, bytes_retrans=0, data_segs_in=4)
# What M-Lab's server sends, shortened.
OFFICIAL = b"""{"BBRInfo":{"BW":1250000,"MinRTT":20000,"PacingGain":256,"CwndGain":512,"ElapsedTime":251000},
"ConnectionInfo":{"Client":"192.0.2.1:4","Server":"198.51.100.1:443","UUID":"x"},
"TCPInfo":{"State":1,"RTT":20153,"BytesReceived":612345,"DataSegsIn":424,"RcvMSS":1448,"ElapsedTime":251000}}"""


def an_encoded(*, tcp: TcpInfo = COUNTED, samples: tuple[Arrival, ...] = (), bbr: BbrInfo | None = None) -> bytes:
    return encode(
        connection=ENDS,
        elapsed_us=250_000,
        tcp=tcp,
        bbr=bbr,
        congestion_control="cubic",
        samples=samples,
        test="upload",
    )


def test_a_message_comes_back_as_it_was_sent() -> None:
    samples = (Arrival(10_000, 100, 1), Arrival(20_000, 5000, 4))
    read = decode(an_encoded(samples=samples))
    assert read is not None
    assert (read.elapsed_us, read.tcp, read.arrivals, read.congestion_control) == (250_000, COUNTED, samples, "cubic")


def test_samples_without_segments_come_back_without_them() -> None:
    read = decode(an_encoded(samples=(Arrival(10_000, 100),)))
    assert read is not None
    assert read.arrivals == (Arrival(10_000, 100, None),)


def test_every_number_sent_is_whole() -> None:
    """One float ends a test of M-Lab's Go client."""

    def numbers(value: object) -> list[object]:
        if isinstance(value, dict):
            return [number for inner in value.values() for number in numbers(inner)]
        if isinstance(value, list):
            return [number for inner in value for number in numbers(inner)]
        return [value] if not isinstance(value, str) else []

    bbr = BbrInfo(bandwidth=10**9, min_rtt_us=7, pacing_gain=739, cwnd_gain=739)
    sent = json.loads(an_encoded(bbr=bbr, samples=(Arrival(1, 2, 3),)))
    assert all(type(number) is int for number in numbers(sent))


def test_what_the_kernel_does_not_tell_is_left_out() -> None:
    assert "MinRTT" not in json.loads(an_encoded())["TCPInfo"]


def test_the_official_servers_message_is_understood() -> None:
    read = decode(OFFICIAL)
    assert read is not None
    assert read.arrivals == (Arrival(251_000, 612_345, 424),)
    assert read.tcp.rcv_mss == 1448
    assert read.congestion_control == "bbr"


@pytest.mark.parametrize("text", [b"", b"null", b"[1]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_message_is_none(text: bytes) -> None:
    assert decode(text) is None


@pytest.mark.parametrize("value", ["-1", "true", '"7"', "null", "1e300", "[]", "{}"])
def test_a_field_that_is_no_count_counts_as_not_sent(value: str) -> None:
    read = decode(b'{"TCPInfo":{"RTT":%b,"BytesReceived":7,"ElapsedTime":9}}' % value.encode())
    assert read is not None
    assert read.tcp.rtt_us is None
    assert read.arrivals == (Arrival(9, 7),)


@pytest.mark.parametrize(
    "samples", ["7", "[7]", "[[1]]", "[[1,2,3,4]]", '[["a",1]]', f"[{','.join(['[1,1]'] * 4097)}]"]
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


@given(st.dictionaries(st.sampled_from(["TCPInfo", "BBRInfo", "Samples", "CC", "AppInfo"]), json_values))
def test_no_json_raises(message: dict[str, object]) -> None:
    decode(json.dumps(message).encode())


@given(st.binary(max_size=200))
def test_no_bytes_raise(raw: bytes) -> None:
    decode(raw)


def test_the_congestion_control_must_be_a_plain_name() -> None:
    read = measurement.decode(b'{"CC":"\\u001b[31m"}')
    assert read is not None
    assert read.congestion_control is None
