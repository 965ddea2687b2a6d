"""MSAK throughput1: our client and our server, over loopback; and each against the protocol as its source has it."""

import os
import socket
import threading
import time
from urllib.parse import parse_qsl

import msgspec
import pytest

from probe.body.speed_test import Direction, Failure
from probe.throughput.client import measure
from probe.throughput.msak import protocol as msak
from probe.throughput.plan import Method, Plan
from probe.throughput.server import MeasuringServer
from probe.throughput.serving import Served
from probe.throughput.websocket import upgrade
from probe.throughput.websocket.dialect import LARGEST_MESSAGE_BYTES
from probe.throughput.websocket.frame import (
    Binary,
    Close,
    FrameReader,
    Opcode,
    Status,
    Text,
    encode_close,
    encode_header,
)
from tests.integration.ndt7_rig import LIMIT_S, a_foreign_server, agree, url_of

WISHES = "mid=m&streams=1"


def a_plan(url: str, *, streams: int = 2, duration_s: float = 1.5) -> Plan:
    return Plan(
        url=url,
        method=Method.MSAK,
        duration_s=duration_s,
        most_bytes=10**12,
        streams=streams,
        congestion_control="cubic",
    )


@pytest.mark.parametrize("direction", Direction)
def test_both_ends_understand_each_other_over_several_connections(direction: Direction) -> None:
    served: list[Served] = []
    with MeasuringServer("127.0.0.1", on_served=served.append) as server:
        test = measure(a_plan(url_of(server), streams=3), direction)
    assert test.failure is None
    assert (test.method, test.method_version, test.streams) == ("msak", "throughput1 steady/3", 3)
    assert test.rate_bps
    assert test.congestion_control == "cubic"
    assert len(test.stream_series) == 3
    assert test.loaded_rtt_p95_ms is not None
    assert test.loaded_rtt_p95_ms >= (test.loaded_rtt_ms or 0) > 0
    assert test.responsiveness_rpm
    assert test.server.address_family == 4
    assert (test.server.tls_version, test.server.tls_cipher) == (None, None)
    assert [one.protocol for one in served] == ["throughput1"] * 3
    assert {one.congestion_control for one in served} == {"cubic"}
    under_way = 50_000_000  # what buffers hold: of a slow machine's test it is much
    assert sum(one.bytes for one in served) == pytest.approx(test.bytes, rel=0.1, abs=under_way)


def test_one_server_serves_ndt7_and_msak_on_one_port() -> None:
    with MeasuringServer("127.0.0.1") as server:
        tests = [
            measure(Plan(url=url_of(server), method=method, duration_s=1, most_bytes=10**12), Direction.DOWNLOAD)
            for method in (Method.NDT7, Method.MSAK)
        ]
    assert [(test.method, test.failure) for test in tests] == [("ndt7", None), ("msak", None)]


def test_a_stop_ends_all_connections_at_once() -> None:
    stop = threading.Event()
    with MeasuringServer("127.0.0.1") as server:
        plan = a_plan(url_of(server), streams=4, duration_s=20)
        test = measure(plan, Direction.UPLOAD, on_progress=lambda _: stop.set(), stop=stop)
        assert not [thread for thread in threading.enumerate() if thread.name == "prova-stream"]
    assert test.failure is Failure.ABORTED


def test_a_server_without_room_for_all_connections_refuses_the_test() -> None:
    with MeasuringServer("127.0.0.1", max_clients=2) as server:
        assert measure(a_plan(url_of(server), streams=3), Direction.DOWNLOAD).failure is Failure.SERVER_REFUSED


@pytest.mark.slow
def test_a_hundred_tests_leave_no_thread_and_no_file_behind() -> None:
    """Of several connections each; all but ten fail: where nobody listens, and where there is no room for all."""
    with (
        socket.socket() as unused,
        MeasuringServer("127.0.0.1") as server,
        MeasuringServer("::1", max_clients=1) as small,
    ):
        unused.bind(("127.0.0.1", 0))
        nobody = f"ws://127.0.0.1:{unused.getsockname()[1]}"
        stop = threading.Event()
        measure(a_plan(url_of(server), duration_s=1), Direction.DOWNLOAD)  # whatever is made once is made now
        before = left()
        for number in range(10):
            stop.clear()
            direction = Direction.UPLOAD if number % 2 else Direction.DOWNLOAD
            plan = a_plan(url_of(server), streams=3, duration_s=5)
            assert measure(plan, direction, on_progress=lambda _: stop.set(), stop=stop).failure is Failure.ABORTED
            for _ in range(8):
                assert measure(a_plan(nobody), direction).failure is Failure.REFUSED
            refused = measure(a_plan(url_of(small)), direction)
            assert refused.failure is Failure.SERVER_REFUSED
        settled = threading.Event()
        for _ in range(100):
            if no_more(left(), before):
                break
            settled.wait(0.1)  # the servers' side ends on its own, that of the first test too
        assert no_more(left(), before)


def no_more(now: tuple[int, int], before: tuple[int, int]) -> bool:
    return now[0] <= before[0] and now[1] <= before[1]


def left() -> tuple[int, int]:
    """(open files, threads) of this process."""
    return len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208  a count


# ---- our client, a server as m-lab/msak has it: texts with nested counters, no additions of ours


def source_server(sock: socket.socket, asked: list[dict[str, str]], heard: list[Text]) -> None:
    """Both directions; ends at the duration that was asked, or when the client does."""
    target = agree(sock, protocol=msak.SUBPROTOCOL)
    path, _, query = target.partition("?")
    wishes = dict(parse_qsl(query))
    asked.append(wishes)
    until = time.monotonic() + int(wishes["duration"]) / 1000
    reader, started, received, texts = FrameReader(masked=True), time.monotonic(), 0, 0
    bulk = encode_header(Opcode.BINARY, 1 << 14, masked=False) + bytes(1 << 14)
    sock.settimeout(0.02)
    buffer = memoryview(bytearray(1 << 20))
    while time.monotonic() < until:
        if path == msak.PATHS[Direction.DOWNLOAD]:
            sock.settimeout(LIMIT_S)
            sock.sendall(bulk * 8)
            sock.settimeout(0.0001)
        try:
            count = sock.recv_into(buffer)
        except TimeoutError:
            count = None
        if count == 0:
            return
        events = reader.feed(buffer[: count or 0])
        heard += [event for event in events if isinstance(event, Text)]
        received += sum(event.length for event in events if isinstance(event, Binary))
        if any(isinstance(event, Close) for event in events):
            break
        if (time.monotonic() - started) / 0.25 > texts:
            texts += 1
            elapsed_us = round((time.monotonic() - started) * 1e6)
            said = {"Application": {"BytesReceived": received}, "Network": {}, "ElapsedTime": elapsed_us}
            payload = msgspec.json.encode({"CC": "bbr", **said} if texts == 1 else said)
            sock.settimeout(LIMIT_S)
            sock.sendall(encode_header(Opcode.TEXT, len(payload), masked=False) + payload)
            sock.settimeout(0.02)
    sock.settimeout(LIMIT_S)
    sock.sendall(encode_close(Status.NORMAL, masked=False))
    while sock.recv_into(buffer):
        pass


@pytest.mark.parametrize("direction", Direction)
def test_our_client_needs_no_more_than_the_source_sends(direction: Direction) -> None:
    asked: list[dict[str, str]] = []
    heard: list[Text] = []
    with a_foreign_server(lambda sock: source_server(sock, asked, heard), connections=2) as url:
        test = measure(a_plan(url, duration_s=3), direction)
    assert test.failure is None
    assert test.rate_bps is not None
    assert test.mean_bps is not None
    assert 0.25 < test.rate_bps / test.mean_bps < 4, "a loopback on a busy machine is no steady line"
    assert len(asked) == 2
    assert asked[0] == asked[1], "one name and the same wishes for all of a test's connections"
    assert asked[0]["mid"]
    assert (asked[0]["streams"], asked[0]["duration"], asked[0]["cc"]) == ("2", "4000", "cubic")
    first = msgspec.json.decode(heard[0].payload)
    assert {"CC", "UUID", "LocalAddr", "RemoteAddr", "Application", "Network", "ElapsedTime", "TCPInfo"} <= set(first)
    if direction is Direction.DOWNLOAD:
        assert test.congestion_control == "bbr"
        last = msgspec.json.decode(heard[-1].payload)
        assert last["Application"]["BytesReceived"] > 1_000_000


# ---- our server, a client as m-lab/msak has it


def opened(server: MeasuringServer, target: str, *, protocol: str = msak.SUBPROTOCOL) -> tuple[socket.socket, bytes]:
    sock = socket.create_connection(server.address, timeout=LIMIT_S)
    sock.sendall(
        upgrade.client_request(
            host="h", target=target, key="dGhlIHNhbXBsZSBub25jZQ==", protocol=protocol, user_agent="test"
        )
    )
    head = b""
    while upgrade.END not in head and (piece := sock.recv(1)):
        head += piece
    return sock, head


def listened(sock: socket.socket) -> tuple[list[int], list[dict[str, object]], float]:
    """(sizes of binary messages, texts, seconds) until the server's close, which is answered."""
    reader, began, sizes, texts = FrameReader(masked=False), time.monotonic(), [], []
    buffer = memoryview(bytearray(1 << 18))
    while count := sock.recv_into(buffer):
        for event in reader.feed(buffer[:count]):
            if isinstance(event, Binary):
                sizes.append(event.length)
            elif isinstance(event, Text):
                texts.append(msgspec.json.decode(event.payload))
            elif isinstance(event, Close):
                assert event.status == 1000
                sock.sendall(encode_close(Status.NORMAL, masked=True))
                return sizes, texts, time.monotonic() - began
    raise AssertionError("the server went without a close")


def test_a_download_lasts_as_asked_in_messages_from_1_kib_to_1_mib_with_texts() -> None:
    with MeasuringServer("127.0.0.1") as server:
        sock, head = opened(server, f"/throughput/v1/download?{WISHES}&duration=2000&cc=reno")
        with sock:
            sizes, texts, took = listened(sock)
    assert head.startswith(b"HTTP/1.1 101 ")
    assert 1.8 < took < 4
    assert sizes[0] == msak.FIRST_MESSAGE_BYTES
    assert max(sizes) <= LARGEST_MESSAGE_BYTES
    assert 5 <= len(texts) <= 21
    assert texts[0]["CC"] == "reno"
    assert "CC" not in texts[-1]
    last = texts[-1]["Application"]
    assert isinstance(last, dict)
    assert last["BytesSent"] >= sum(sizes[:-1]), "a last count comes right before the close"


def test_a_download_ends_after_the_bytes_that_were_asked() -> None:
    with MeasuringServer("127.0.0.1") as server:
        sock, _ = opened(server, f"/throughput/v1/download?{WISHES}&duration=20000&bytes=5000000")
        with sock:
            sizes, _, took = listened(sock)
    assert sum(sizes) >= 5_000_000
    assert took < 10


def test_an_upload_is_told_what_arrived_of_each_message() -> None:
    with MeasuringServer("127.0.0.1") as server:
        sock, _ = opened(server, f"/throughput/v1/upload?{WISHES}&duration=1000")
        with sock:
            sock.sendall((encode_header(Opcode.BINARY, 1000, masked=True) + bytes(1000)) * 7)
            sock.sendall(encode_header(Opcode.TEXT, 2, masked=True) + b"{}")
            _, texts, _ = listened(sock)
    assert texts[-1]["Application"] == {"BytesSent": texts[-1]["Application"]["BytesSent"], "BytesReceived": 7002}  # type: ignore[index]  # the shape is the claim


def test_a_client_that_sends_bulk_during_a_download_is_told_so_and_ended() -> None:
    with MeasuringServer("127.0.0.1") as server:
        sock, _ = opened(server, f"/throughput/v1/download?{WISHES}&duration=9000")
        with sock:
            sock.sendall(encode_header(Opcode.BINARY, 1, masked=True) + b"x")
            with pytest.raises(AssertionError):
                listened(sock)


@pytest.mark.parametrize(
    ("target", "protocol", "status"),
    [
        ("/throughput/v1/download?streams=1", msak.SUBPROTOCOL, 400),
        ("/throughput/v1/download?mid=m", msak.SUBPROTOCOL, 400),
        (f"/throughput/v1/download?{WISHES}&cc=vegas", msak.SUBPROTOCOL, 400),
        (f"/throughput/v1/download?{WISHES}", "net.measurementlab.ndt.v7", 400),
        ("/throughput/v2/download", msak.SUBPROTOCOL, 404),
    ],
)
def test_what_is_not_throughput1_is_refused(target: str, protocol: str, status: int) -> None:
    with MeasuringServer("127.0.0.1") as server:
        sock, head = opened(server, target, protocol=protocol)
        sock.close()
    assert head.startswith(b"HTTP/1.1 %d " % status)
