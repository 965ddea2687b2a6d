"""What a measuring server answers over plain HTTP: LibreSpeed's endpoints, its health; what it never lets happen."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from probe.body.speed_test import Direction, Failure
from probe.throughput.client import measure
from probe.throughput.host.standing import passing
from probe.throughput.librespeed import endpoints
from probe.throughput.plan import Method, Plan
from probe.throughput.server import MOST_PER_ADDRESS, MeasuringServer
from probe.throughput.serving import Served
from tests.integration.ndt7_rig import LIMIT_S, a_certificate, url_of
from tests.integration.web_rig import ask, get

HEALTH = "/health"


@pytest.fixture(scope="module")
def shared() -> Iterator[MeasuringServer]:
    """One server for all that ask it one thing."""
    with MeasuringServer("127.0.0.1") as server:
        yield server


@pytest.mark.parametrize("direction", Direction)
def test_a_librespeed_test_runs_against_our_own_server(direction: Direction) -> None:
    served: list[Served] = []
    with MeasuringServer("127.0.0.1", on_served=served.append) as server:
        plan = Plan(url=url_of(server, "http"), method=Method.LIBRESPEED, duration_s=1.5, most_bytes=10**12)
        test = measure(plan, direction)
    assert test.failure is None
    assert test.rate_bps
    assert {one.protocol for one in served} == {"librespeed"}
    assert {one.direction for one in served} == {direction}
    assert sum(one.bytes for one in served) >= (test.bytes or 0) * 0.8


def test_tls_serves_librespeed_and_ndt7_on_one_port(tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path)
    with MeasuringServer("127.0.0.1", tls_cert=cert, tls_key=key) as server:
        plans = [
            Plan(url=url_of(server, "https"), method=Method.LIBRESPEED, duration_s=1, most_bytes=10**12, ca_file=cert),
            Plan(url=url_of(server, "wss"), duration_s=1, most_bytes=10**12, ca_file=cert),
        ]
        assert [measure(plan, Direction.DOWNLOAD).failure for plan in plans] == [None, None]


@pytest.mark.parametrize(
    ("asked", "chunks"), [("?ckSize=2", 2), ("", 4), ("?ckSize=0", 1), ("?ckSize=x", 4), ("?ckSize=-1", 4)]
)
def test_garbage_is_as_much_as_was_asked_within_bounds(asked: str, chunks: int, shared: MeasuringServer) -> None:
    answer = get(shared.address, f"/backend/garbage.php{asked}")
    assert (answer.status, len(answer.body)) == (200, chunks * endpoints.CHUNK_BYTES)
    assert len(set(answer.body[:4096])) > 200, "nothing on the way can compress it"


def test_no_answer_is_longer_than_a_gibibyte(shared: MeasuringServer) -> None:
    with socket.create_connection(shared.address, timeout=LIMIT_S) as sock:
        sock.sendall(b"GET /garbage?ckSize=999999999 HTTP/1.1\r\nHost: h\r\n\r\n")
        assert b"Content-Length: 1073741824\r\n" in sock.recv(4096)


def test_one_connection_asks_again_and_again(shared: MeasuringServer) -> None:
    with socket.create_connection(shared.address, timeout=LIMIT_S) as sock:
        for _ in range(3):
            assert ask(sock, "GET /backend/empty.php?r=0.1 HTTP/1.1\r\nHost: h\r\n\r\n").body == b""
            posted = b"POST /empty HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n" + bytes(300_000)
            assert ask(sock, posted).status == 200
        both = b"GET /empty HTTP/1.1\r\n\r\nGET /getIP HTTP/1.1\r\n\r\n"
        assert ask(sock, both).body == b""
        assert ask(sock, b"").json == {"processedString": "127.0.0.1", "rawIspInfo": ""}


def test_a_body_is_waited_for_where_the_client_waits(shared: MeasuringServer) -> None:
    with socket.create_connection(shared.address, timeout=LIMIT_S) as sock:
        assert ask(sock, "POST /empty HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n").status == 100
        assert ask(sock, "12345").status == 200


def test_a_page_elsewhere_may_use_it_if_it_says_so(shared: MeasuringServer) -> None:
    assert "access-control-allow-origin" not in get(shared.address, "/empty").fields
    for answer in (get(shared.address, "/empty?cors=true"), get(shared.address, "/empty", method="OPTIONS")):
        assert answer.status == 200
        assert answer.fields["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        ("POST /empty HTTP/1.1\r\nContent-Length: 268435457\r\n", 413),
        ("POST /empty HTTP/1.1\r\nContent-Length: 99999999999999\r\n", 400),
        ("POST /empty HTTP/1.1\r\nContent-Length: -1\r\n", 400),
        ("DELETE /empty HTTP/1.1\r\n", 405),
        ("POST /garbage HTTP/1.1\r\nContent-Length: 3\r\n", 405),
        ("GET /latency/v1/authorize HTTP/1.1\r\n", 400),
        ("GET /latency/v1/result?mid=nobody HTTP/1.1\r\n", 404),
    ],
)
def test_what_is_too_much_or_not_meant_is_refused(request_head: str, status: int, shared: MeasuringServer) -> None:
    with socket.create_connection(shared.address, timeout=LIMIT_S) as sock:
        first = ask(sock, "GET /empty HTTP/1.1\r\n\r\n")  # so that it is refused by the same reader as every other
        assert first.status == 200
        assert ask(sock, f"{request_head}\r\n").status == status


def test_a_body_of_unknown_length_is_refused(shared: MeasuringServer) -> None:
    with socket.create_connection(shared.address, timeout=LIMIT_S) as sock:
        assert ask(sock, "GET /empty HTTP/1.1\r\n\r\n").status == 200
        assert ask(sock, "POST /empty HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").status == 411


def test_a_head_without_an_end_ends_the_connection(shared: MeasuringServer) -> None:
    with socket.create_connection(shared.address, timeout=LIMIT_S) as sock:
        assert ask(sock, "GET /empty HTTP/1.1\r\n\r\n").status == 200
        sock.sendall(b"GET /empty HTTP/1.1\r\nX: " + bytes(20_000).replace(b"\0", b"x"))
        with suppress(ConnectionResetError):
            assert sock.recv(1) == b""


def test_health_tells_of_tests_and_of_no_address() -> None:
    host = passing(name="lisboa-1")
    with MeasuringServer("127.0.0.1", host_is=host) as server:
        before = get(server.address, HEALTH)
        stop = threading.Event()
        plan = Plan(url=url_of(server), method=Method.MSAK, streams=3, duration_s=20, most_bytes=10**12)
        testing = threading.Thread(target=measure, args=(plan, Direction.DOWNLOAD), kwargs={"stop": stop})
        testing.start()
        until = time.monotonic() + LIMIT_S
        during = before.json
        while (during["tests"], during["connections"]) < (1, 4) and time.monotonic() < until:
            during = get(server.address, HEALTH).json
        stop.set()
        testing.join(LIMIT_S)
    assert before.fields["content-type"] == "application/json"
    assert before.json == {
        "software": host.software,
        "name": "lisboa-1",
        "instance": host.instance,
        "tests": 0,
        "connections": 1,
        "most_connections": 32,
        "latency_port": server.latency_port,
    }
    assert during["tests"] == 1, "three connections of one test"
    assert during["connections"] >= 4
    assert b"127.0.0.1" not in before.body


def test_one_address_does_not_take_every_place() -> None:
    with MeasuringServer("127.0.0.1") as server:
        held = [socket.create_connection(server.address, timeout=LIMIT_S) for _ in range(MOST_PER_ADDRESS)]
        try:
            until = time.monotonic() + LIMIT_S
            while get(server.address, HEALTH, source="127.0.0.2").json["connections"] <= MOST_PER_ADDRESS:
                assert time.monotonic() < until
            assert get(server.address, HEALTH).status == 503
            other = get(server.address, HEALTH, source="127.0.0.2")
        finally:
            for sock in held:
                sock.close()
    assert other.status == 200


def test_a_test_over_a_server_that_has_gone_says_so() -> None:
    with MeasuringServer("127.0.0.1") as server:
        url = url_of(server, "http")
    assert measure(Plan(url=url, method=Method.LIBRESPEED), Direction.DOWNLOAD).failure is Failure.REFUSED


def test_a_thousand_requests_leave_nothing_behind() -> None:
    with MeasuringServer("127.0.0.1") as server:
        with socket.create_connection(server.address, timeout=LIMIT_S) as sock:
            for _ in range(1000):
                assert ask(sock, "GET /empty HTTP/1.1\r\nHost: h\r\n\r\n").status == 200
        until = time.monotonic() + LIMIT_S
        while get(server.address, HEALTH).json["connections"] > 1:
            assert time.monotonic() < until
