"""Our client against servers that send no more than ndt7 asks; our server against any client."""

import random
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from probe.body.speed_test import Direction
from probe.throughput import kernel
from probe.throughput.client import measure
from probe.throughput.ndt7 import protocol as ndt7
from probe.throughput.plan import Plan
from probe.throughput.server import MeasuringServer
from probe.throughput.websocket import upgrade
from probe.throughput.websocket.dialect import LARGEST_MESSAGE_BYTES
from probe.throughput.websocket.frame import (
    Binary,
    Close,
    Event,
    FrameReader,
    Opcode,
    Ping,
    Status,
    Text,
    encode_close,
    encode_header,
)
from tests.integration.ndt7_rig import LIMIT_S, a_certificate, a_foreign_server, agree, url_of

FIRST = 8192


def a_text(sock: socket.socket, started: float) -> bytes:
    """As M-Lab's server: no AppInfo, no samples; the kernel's counters with the time since the start."""
    info = kernel.tcp_info(sock)
    counters = {
        "BytesReceived": info.bytes_received,
        "BytesAcked": info.bytes_acked,
        "BytesSent": info.bytes_sent,
        "BytesRetrans": info.bytes_retrans,
        "MinRTT": info.min_rtt_us,
        "RTT": info.rtt_us,
        "ElapsedTime": round((time.monotonic() - started) * 1e6),
    }
    payload = msgspec.json.encode({"ConnectionInfo": {"UUID": "x"}, "TCPInfo": counters})
    return encode_header(Opcode.TEXT, len(payload), masked=False) + payload


def serve_upload(sock: socket.socket, *, texts: bool) -> None:
    """Reads until the client ends; with `texts`, tells every quarter of a second."""
    agree(sock)
    reader, started, told = FrameReader(masked=True), time.monotonic(), 0
    buffer = memoryview(bytearray(1 << 20))
    while True:
        events = reader.feed(buffer[: sock.recv_into(buffer)])
        if any(isinstance(event, Close) for event in events):
            sock.sendall(encode_close(Status.NORMAL, masked=False))
            return
        if texts and (time.monotonic() - started) / 0.25 > told:
            told += 1
            sock.sendall(a_text(sock, started))


def serve_download(sock: socket.socket, *, for_s: float, texts: bool) -> None:
    """Sends for a while, with `texts` one every quarter of a second, then closes as ndt7's servers do."""
    agree(sock)
    message = encode_header(Opcode.BINARY, FIRST, masked=False) + bytes(FIRST)
    started, told = time.monotonic(), 0
    while time.monotonic() - started < for_s:
        sock.sendall(message * 8)
        if texts and (time.monotonic() - started) / 0.25 > told:
            told += 1
            sock.sendall(a_text(sock, started) + encode_header(Opcode.PING, 1, masked=False) + b"7")
    sock.sendall(encode_close(Status.NORMAL, masked=False))
    while sock.recv(65536):
        pass


@pytest.mark.parametrize("texts", [True, False])
def test_a_download_needs_no_more_than_the_protocol(texts: bool) -> None:
    with a_foreign_server(lambda sock: serve_download(sock, for_s=10, texts=texts)) as url:
        test = measure(Plan(url=url, streams=1, duration_s=2, most_bytes=10**12), Direction.DOWNLOAD)
    assert test.failure is None
    assert test.rate_bps is not None
    assert test.mean_bps is not None
    assert 0.25 < test.rate_bps / test.mean_bps < 4, "a loopback on a busy machine is no steady line"
    assert (test.loaded_rtt_ms is not None) is texts


@pytest.mark.parametrize("texts", [True, False])
def test_an_upload_needs_no_more_than_the_protocol(texts: bool) -> None:
    with a_foreign_server(lambda sock: serve_upload(sock, texts=texts)) as url:
        test = measure(Plan(url=url, streams=1, duration_s=2, most_bytes=10**12), Direction.UPLOAD)
    assert test.failure is None
    assert test.rate_bps is not None
    assert test.mean_bps is not None
    assert 0.25 < test.rate_bps / test.mean_bps < 4, "a loopback on a busy machine is no steady line"
    assert test.loaded_rtt_ms is not None


def test_a_server_that_ends_sooner_than_planned_gives_a_result_all_the_same() -> None:
    with a_foreign_server(lambda sock: serve_download(sock, for_s=1.5, texts=True)) as url:
        test = measure(Plan(url=url, streams=1, duration_s=10, most_bytes=10**12), Direction.DOWNLOAD)
    assert test.failure is None
    assert (test.duration_s or 0) < 5


def test_a_download_asks_for_the_path_with_its_token_and_says_who_asks() -> None:
    targets: list[str] = []
    with a_foreign_server(lambda sock: targets.append(agree(sock))) as url:
        measure(Plan(url=f"{url}/ignored?access_token=abc", streams=1, software="prova 1"), Direction.DOWNLOAD)
    assert targets[0].startswith("/ndt/v7/download?access_token=abc&client_name=prova+1&")


# ---- our server, any client


def opened(server: MeasuringServer, target: str, *, protocol: str = ndt7.SUBPROTOCOL) -> tuple[socket.socket, bytes]:
    """A connection that asked for `target`, and the head of the answer."""
    sock = socket.create_connection(server.address, timeout=LIMIT_S)
    sock.sendall(
        upgrade.client_request(
            host="h", target=target, key="dGhlIHNhbXBsZSBub25jZQ==", protocol=protocol, user_agent="test"
        )
    )
    head = b""
    while upgrade.END not in head:
        piece = sock.recv(1)
        if not piece:
            break
        head += piece
    return sock, head


def events_until(sock: socket.socket, done: Callable[[Event], bool]) -> list[Event]:
    reader, events = FrameReader(masked=False), []
    buffer = memoryview(bytearray(1 << 18))
    until = time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        count = sock.recv_into(buffer)
        events += reader.feed(buffer[:count])
        if not count or any(done(event) for event in events[-64:]):
            return events
    raise AssertionError("what was waited for did not come")


def is_close(event: Event) -> bool:
    return isinstance(event, Close)


@pytest.mark.slow
def test_a_download_goes_on_for_ten_seconds_with_texts_pings_and_bounded_messages() -> None:
    with MeasuringServer("127.0.0.1") as server:
        sock, head = opened(server, "/ndt/v7/download")
        began = time.monotonic()
        with sock:
            events = events_until(sock, is_close)
        took = time.monotonic() - began
    assert head.startswith(b"HTTP/1.1 101 ")
    assert 9 < took < 13
    sizes = [event.length for event in events if isinstance(event, Binary)]
    assert min(sizes) == ndt7.FIRST_MESSAGE_BYTES
    assert max(sizes) <= LARGEST_MESSAGE_BYTES
    texts = [event for event in events if isinstance(event, Text)]
    assert 10 <= len(texts) <= 110
    assert len([event for event in events if isinstance(event, Ping)]) == len(texts)
    last = msgspec.json.decode(texts[-1].payload)
    needed = {"BytesReceived", "BytesAcked", "BytesSent", "BytesRetrans", "MinRTT", "RTT", "ElapsedTime"}
    assert needed <= set(last["TCPInfo"])
    assert set(last["ConnectionInfo"]) == {"Client", "Server", "UUID", "StartTime"}
    assert "BW" in last["BBRInfo"]
    assert events[-1] == Close(1000)


def test_an_early_exit_ends_a_download_after_250_megabytes() -> None:
    with MeasuringServer("127.0.0.1") as server:
        sock, _ = opened(server, "/ndt/v7/download?early_exit=250")
        with sock:
            events = events_until(sock, is_close)
    moved = sum(event.length for event in events if isinstance(event, Binary))
    assert moved > 249_000_000
    assert events[-1] == Close(1000)


@pytest.mark.parametrize(
    ("target", "protocol", "status"),
    [
        ("/", ndt7.SUBPROTOCOL, 404),
        ("/ndt/v7/download", "chat", 400),
        ("/ndt/v7/download?early_exit=7", ndt7.SUBPROTOCOL, 400),
        (f"/ndt/v7/upload?x={'y' * 5000}", ndt7.SUBPROTOCOL, 400),
    ],
)
def test_what_is_not_ndt7_is_refused_with_its_reason(target: str, protocol: str, status: int) -> None:
    with MeasuringServer("127.0.0.1") as server:
        sock, head = opened(server, target, protocol=protocol)
        sock.close()
    assert head.startswith(b"HTTP/1.1 %d " % status)


def test_a_message_as_large_as_the_protocol_allows_is_taken() -> None:
    with MeasuringServer("127.0.0.1") as server:
        sock, _ = opened(server, "/ndt/v7/upload")
        with sock:
            sock.sendall(encode_header(Opcode.BINARY, 1 << 24, masked=True) + bytes(1 << 24))
            sock.sendall(encode_close(Status.NORMAL, masked=True))
            events = events_until(sock, is_close)
    assert events[-1] == Close(1000)
    last = msgspec.json.decode([event for event in events if isinstance(event, Text)][-1].payload)
    assert last["TCPInfo"]["BytesReceived"] > 1 << 24


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("upload", encode_header(Opcode.BINARY, (1 << 24) + 1, masked=True), Status.TOO_BIG),
        ("upload", encode_header(Opcode.BINARY, 10, masked=False), Status.PROTOCOL_ERROR),
        ("download", encode_header(Opcode.BINARY, 10, masked=True) + bytes(10), Status.UNSUPPORTED),
        ("download", b"\xff" * 20, Status.PROTOCOL_ERROR),
    ],
)
def test_a_client_that_breaks_the_protocol_is_told_and_let_go(path: str, sent: bytes, status: Status) -> None:
    with MeasuringServer("127.0.0.1") as server:
        sock, _ = opened(server, f"/ndt/v7/{path}")
        with sock:
            sock.sendall(sent)
            assert events_until(sock, is_close)[-1] == Close(status)


def test_a_ping_is_answered_with_its_own_payload() -> None:
    with MeasuringServer("127.0.0.1") as server:
        sock, _ = opened(server, "/ndt/v7/upload")
        with sock:
            sock.sendall(encode_header(Opcode.PING, 3, masked=True) + b"abc")
            events = events_until(sock, lambda event: getattr(event, "payload", b"") == b"abc")
    assert any(getattr(event, "payload", b"") == b"abc" for event in events)


def answered(server: MeasuringServer, trust: ssl.SSLContext) -> bytes | None:
    """The first bytes of an answer over TLS; None where the server has no place now."""
    try:
        with (
            socket.create_connection(server.address, timeout=LIMIT_S) as raw,
            trust.wrap_socket(raw, server_hostname="127.0.0.1") as tls,
        ):
            tls.sendall(b"GET / HTTP/1.1\r\n\r\n")
            return tls.recv(12)
    except (ConnectionError, ssl.SSLEOFError):
        return None


def test_noise_of_every_kind_leaves_the_server_serving(tmp_path: Path) -> None:
    """Before and after the upgrade, over plain TCP and TLS; and clients that vanish."""
    chance = random.Random(11)
    cert, key = a_certificate(tmp_path)
    trust = ssl.create_default_context(cafile=cert)
    with (
        MeasuringServer("127.0.0.1", max_clients=8) as plain,
        MeasuringServer("127.0.0.1", tls_cert=cert, tls_key=key, max_clients=8) as secret,
    ):
        for _ in range(20):
            for server in (plain, secret):
                with socket.create_connection(server.address, timeout=LIMIT_S) as sock, suppress(ConnectionError):
                    sock.sendall(chance.randbytes(chance.randrange(2000)))
            sock, _ = opened(plain, chance.choice(list(ndt7.PATHS.values())))
            with sock, suppress(ConnectionError):  # the server may have hung up on the noise before
                sock.sendall(chance.randbytes(chance.randrange(2000)))
        deadline = time.monotonic() + LIMIT_S
        while (said := answered(secret, trust)) is None and time.monotonic() < deadline:
            time.sleep(0.1)  # the last of the noise may still hold all places
        assert said == b"HTTP/1.1 426"
        test = measure(Plan(url=url_of(plain), streams=1, duration_s=1, most_bytes=10**12), Direction.DOWNLOAD)
        while test.failure is not None and time.monotonic() < deadline:  # the last of them may still hold their places
            test = measure(Plan(url=url_of(plain), streams=1, duration_s=1, most_bytes=10**12), Direction.DOWNLOAD)
    assert test.failure is None


def test_a_client_that_never_ends_its_request_holds_its_place_for_a_while_only() -> None:
    with MeasuringServer("127.0.0.1") as server:
        began = time.monotonic()
        with socket.create_connection(server.address, timeout=LIMIT_S) as sock:
            sock.sendall(b"GET /ndt/v7/download HTTP/1.1\r\n")
            assert sock.recv(1) == b""
    assert time.monotonic() - began < 10
