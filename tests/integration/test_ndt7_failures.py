"""Every way in which the world can fail a test is a result, never an exception, and comes within its time."""

import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from probe.body.speed_test import Direction, Failure
from probe.throughput.client import measure
from probe.throughput.ndt7 import protocol as ndt7
from probe.throughput.plan import Plan
from probe.throughput.server import MeasuringServer
from probe.throughput.websocket.frame import Opcode, Status, encode_close, encode_header
from tests.integration.ndt7_rig import a_certificate, a_foreign_server, agree, drain, url_of

BULK = encode_header(Opcode.BINARY, 1 << 16, masked=False) + bytes(1 << 16)


def failure_of(plan: Plan, direction: Direction = Direction.DOWNLOAD) -> Failure | None:
    test = measure(plan, direction)
    assert (test.failure is None) is (test.rate_bps is not None)
    return test.failure


def test_a_name_that_does_not_exist() -> None:
    assert failure_of(Plan(url="ws://no-such-name.invalid", connect_timeout_s=5)) is Failure.NAME_NOT_RESOLVED
    assert failure_of(Plan(url=f"ws://{'x' * 70}.invalid", connect_timeout_s=5)) is Failure.NAME_NOT_RESOLVED


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert failure_of(Plan(url=f"ws://127.0.0.1:{unused.getsockname()[1]}")) is Failure.REFUSED


def test_an_address_that_no_route_leads_to() -> None:
    """240.0.0.0/4 is reserved (RFC 1112): the kernel refuses it or no router takes it."""
    assert failure_of(Plan(url="ws://255.255.255.255", connect_timeout_s=2)) is Failure.NO_ROUTE


def test_a_server_whose_accept_queue_is_full_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(full.getsockname())
        began = time.monotonic()
        failure = failure_of(Plan(url=f"ws://127.0.0.1:{full.getsockname()[1]}", connect_timeout_s=1))
        for sock in waiting:
            sock.close()
    assert failure is Failure.TIMED_OUT
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("url", ["ws", "wss"])
def test_a_server_that_takes_the_connection_and_says_nothing_times_out(url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        began = time.monotonic()
        plan = Plan(url=f"{url}://127.0.0.1:{mute.getsockname()[1]}", connect_timeout_s=1)
        assert failure_of(plan) is Failure.TIMED_OUT
    assert time.monotonic() - began < 5


def test_a_stop_while_the_server_says_nothing_is_noticed() -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as mute:
        timer = threading.Timer(0.3, stop.set)
        timer.start()
        began = time.monotonic()
        test = measure(Plan(url=f"ws://127.0.0.1:{mute.getsockname()[1]}"), Direction.UPLOAD, stop=stop)
        timer.join()
    assert test.failure is Failure.ABORTED
    assert time.monotonic() - began < 5


def test_a_server_that_slams_the_door_is_cut_short() -> None:
    with a_foreign_server(lambda sock: sock.close()) as url:
        assert failure_of(Plan(url=url, streams=1)) is Failure.CUT_SHORT


def test_a_web_server_that_is_no_measuring_server_refuses() -> None:
    with a_foreign_server(lambda sock: sock.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) as url:
        assert failure_of(Plan(url=url, streams=1)) is Failure.SERVER_REFUSED


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"x" * 100_000, b"HTTP/1.1 101 Yes\r\n\r\n"])
def test_something_that_speaks_no_http_breaks_the_protocol(answer: bytes) -> None:
    def behave(sock: socket.socket) -> None:
        sock.recv(4096)
        sock.sendall(answer)

    with a_foreign_server(behave) as url:
        assert failure_of(Plan(url=url, streams=1)) is Failure.PROTOCOL


def test_a_certificate_for_another_name_is_not_accepted(tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path, "elsewhere.example")
    with MeasuringServer("127.0.0.1", tls_cert=cert, tls_key=key) as server:
        assert failure_of(Plan(url=url_of(server, "wss"), ca_file=cert)) is Failure.TLS


def test_certificates_to_trust_that_cannot_be_read_are_a_tls_failure(tmp_path: Path) -> None:
    with MeasuringServer("127.0.0.1") as server:
        assert failure_of(Plan(url=url_of(server, "wss"), ca_file=tmp_path / "none.pem")) is Failure.TLS


def test_tls_asked_of_a_server_without_it_is_a_tls_failure() -> None:
    with MeasuringServer("127.0.0.1") as server:
        assert failure_of(Plan(url=url_of(server, "wss"))) is Failure.TLS


def test_a_server_that_ends_after_a_moment_is_cut_short() -> None:
    def behave(sock: socket.socket) -> None:
        agree(sock)
        sock.sendall(BULK + encode_close(Status.GOING_AWAY, masked=False))

    with a_foreign_server(behave) as url:
        assert failure_of(Plan(url=url, streams=1)) is Failure.CUT_SHORT


def test_a_server_that_sends_nothing_times_out() -> None:
    def behave(sock: socket.socket) -> None:
        agree(sock)
        drain(sock, time.monotonic() + 10)

    with a_foreign_server(behave) as url:
        assert failure_of(Plan(url=url, streams=1, duration_s=1)) is Failure.TIMED_OUT


@pytest.mark.parametrize(
    ("direction", "sent"),
    [
        (Direction.DOWNLOAD, b"\xff\xff\xff\xff"),
        (Direction.DOWNLOAD, encode_header(Opcode.BINARY, ndt7.FIRST_MESSAGE_BYTES, masked=True)),
        (Direction.DOWNLOAD, encode_header(Opcode.BINARY, 1 << 25, masked=False)),
        (Direction.UPLOAD, BULK),
    ],
)
def test_a_server_that_breaks_the_protocol_in_the_test(direction: Direction, sent: bytes) -> None:
    def behave(sock: socket.socket) -> None:
        agree(sock, behind=sent)
        drain(sock, time.monotonic() + 10)

    with a_foreign_server(behave) as url:
        assert failure_of(Plan(url=url, streams=1, duration_s=5), direction) is Failure.PROTOCOL


def test_one_connection_of_several_that_is_refused_fails_the_test_and_closes_the_others() -> None:
    with MeasuringServer("127.0.0.1", max_clients=2) as server:
        assert failure_of(Plan(url=url_of(server), streams=4)) is Failure.SERVER_REFUSED


def test_a_tls_connection_that_breaks_off_is_cut_short(tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    def behave(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as tls:
            agree(tls)
            tls.sendall(BULK)

    with a_foreign_server(behave) as url:
        assert failure_of(Plan(url=url.replace("ws://", "wss://"), streams=1, ca_file=cert)) is Failure.CUT_SHORT
