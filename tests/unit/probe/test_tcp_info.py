import socket
from struct import pack_into

from probe.throughput import kernel
from probe.throughput.tcp_info import BbrInfo, TcpInfo, decode, decode_bbr, header_bytes


def a_struct(length: int = 248) -> bytes:
    raw = bytearray(max(length, 248))
    raw[5] = 1  # options: timestamps
    pack_into("=I", raw, 16, 1448)  # snd_mss
    pack_into("=I", raw, 68, 20_000)  # rtt
    pack_into("=Q", raw, 128, 1 << 40)  # bytes_received
    pack_into("=I", raw, 148, 19_000)  # min_rtt
    pack_into("=I", raw, 152, 77)  # data_segs_in
    pack_into("=Q", raw, 208, 1448)  # bytes_retrans
    pack_into("=I", raw, 224, 7)  # rcv_ooopack
    return bytes(raw[:length])


def test_the_counters_stand_where_the_kernel_puts_them() -> None:
    info = decode(a_struct())
    assert info.timestamps
    assert (info.snd_mss, info.rtt_us, info.bytes_received) == (1448, 20_000, 1 << 40)
    assert (info.min_rtt_us, info.data_segs_in, info.bytes_retrans, info.rcv_ooopack) == (19_000, 77, 1448, 7)


def test_what_an_older_kernel_leaves_out_is_none_and_not_zero() -> None:
    """Linux 4.1 ended at bytes_received, 4.6 at data_segs_out."""
    assert decode(a_struct(136)).min_rtt_us is None
    assert decode(a_struct(136)).bytes_received == 1 << 40
    assert decode(a_struct(160)).data_segs_in == 77
    assert decode(a_struct(160)).bytes_retrans is None
    assert decode(b"") == TcpInfo()


def test_a_round_trip_that_was_never_measured_is_none() -> None:
    raw = bytearray(a_struct())
    pack_into("=I", raw, 148, 0xFFFFFFFF)
    assert decode(bytes(raw)).min_rtt_us is None


def test_bbr_is_read_only_from_bbr() -> None:
    raw = bytes.fromhex("0100000002000000070000000001000000020000")
    assert decode_bbr(raw) == BbrInfo(bandwidth=(2 << 32) + 1, min_rtt_us=7, pacing_gain=256, cwnd_gain=512)
    assert decode_bbr(raw[:16]) is None


def test_headers_are_counted_as_they_go_out() -> None:
    assert header_bytes(TcpInfo(timestamps=True), ipv6=True) == 72
    assert header_bytes(TcpInfo(), ipv6=False) == 40


def test_this_kernel_is_understood() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as here:
        there, _ = listener.accept()
        with there:
            here.sendall(b"x" * 1000)
            assert there.recv(1000, socket.MSG_WAITALL) == b"x" * 1000
            assert kernel.tcp_info(there).bytes_received == 1000
            assert (kernel.tcp_info(there).data_segs_in or 0) >= 1
            assert kernel.tcp_info(here).bytes_sent == 1000
            assert kernel.congestion_control(here)
            assert kernel.ask_congestion_control(here, "no-such-thing") == kernel.congestion_control(here)
            assert kernel.bbr_info(here, "cubic") is None
