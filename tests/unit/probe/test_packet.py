import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.reach import packet
from probe.reach.packet import Echo, Report

ECHO = Echo(7, 65_535, b"eight by")


@pytest.mark.parametrize("version", [4, 6])
def test_an_echo_reads_back(version: int) -> None:
    message = packet.echo_request(ECHO, version=version)
    assert packet.parse_echo(message, expected_type=packet.ECHO_REQUEST[version]) == ECHO


def test_an_ipv4_echo_sums_to_zero() -> None:
    assert packet.checksum(packet.echo_request(ECHO, version=4)) == 0


@given(message=st.binary(max_size=64), expected_type=st.sampled_from([0, 8, 128, 129]))
def test_no_bytes_upset_the_reader(message: bytes, expected_type: int) -> None:
    echo = packet.parse_echo(packet.without_ip_header(message), expected_type=expected_type)
    assert echo is None or len(message) >= 8
    packet.report([(0, 11, message), (41, 25, message)])
    packet.received_wall_ns([(1, 35, message)])


def test_another_message_type_is_no_echo() -> None:
    assert packet.parse_echo(packet.echo_request(ECHO, version=4), expected_type=0) is None


def error_of(origin: int, sockaddr: bytes, *, level: int = 0, kind: int = 11, icmp_type: int = 1) -> packet.Ancillary:
    return [(1, 35, bytes(16)), (level, kind, struct.pack("@IBBBBII", 113, origin, icmp_type, 1, 0, 0, 0) + sockaddr)]


def test_a_report_says_who_said_so() -> None:
    ipv4 = struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton("192.0.2.1"))
    assert packet.report(error_of(2, ipv4)) == Report(113, "192.0.2.1")
    ipv6 = struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, socket.inet_pton(socket.AF_INET6, "2001:db8::1"), 0)
    assert packet.report(error_of(3, ipv6, level=41, kind=25)) == Report(113, "2001:db8::1")


def test_a_report_says_whether_a_packet_ran_out_of_hops() -> None:
    ipv4 = struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton("192.0.2.1"))
    for origin, level, kind, icmp_type, expired in ((2, 0, 11, 11, True), (2, 0, 11, 3, False), (3, 41, 25, 3, True)):
        told = packet.report(error_of(origin, ipv4, level=level, kind=kind, icmp_type=icmp_type))
        assert told is not None
        assert told.expired is expired


def test_a_report_of_the_own_kernel_has_no_offender() -> None:
    assert packet.report(error_of(1, bytes(16))) == Report(113, None)


def test_without_a_report_there_is_none() -> None:
    assert packet.report([]) is None
    assert packet.received_wall_ns([]) is None


def test_the_kernels_time_is_read_to_the_nanosecond() -> None:
    assert packet.received_wall_ns([(1, 35, struct.pack("@ll", 3, 7))]) == 3_000_000_007


@pytest.mark.parametrize(
    ("received_wall_ns", "expected_ms"),
    [
        (1_002_000_000, 2.0),
        (None, 5.0),
        (999_999_999, 5.0),  # before it was sent: the clock was set back
        (9_000_000_000, 5.0),  # after it was read: the clock was set forward
    ],
)
def test_a_clock_that_is_set_spoils_no_round_trip_time(received_wall_ns: int | None, expected_ms: float) -> None:
    found = packet.round_trip_ms(sent_wall_ns=1_000_000_000, received_wall_ns=received_wall_ns, waited_ns=5_000_000)
    assert found == expected_ms
