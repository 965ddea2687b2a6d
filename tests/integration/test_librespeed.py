"""LibreSpeed: our client against a real HTTP server (uvicorn) that answers as LibreSpeed's back ends do.

Nothing of ours stands on the other side.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from probe.body.speed_test import Direction, Failure
from probe.throughput.client import measure
from probe.throughput.plan import Method, Plan
from tests.integration.librespeed_rig import an_application
from tests.integration.ndt7_rig import LIMIT_S, a_certificate, a_foreign_server


@contextmanager
def served(application: Starlette, cert: Path | None = None, key: Path | None = None) -> Iterator[int]:
    """The port at which it is served, on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            application,
            log_level="critical",
            lifespan="off",
            timeout_graceful_shutdown=1,
            ssl_certfile=cert,
            ssl_keyfile=key,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(LIMIT_S)
            assert not thread.is_alive()


def a_plan(url: str, *, duration_s: float = 2.0, streams: int | None = None, ca_file: Path | None = None) -> Plan:
    return Plan(
        url=url, method=Method.LIBRESPEED, duration_s=duration_s, most_bytes=10**12, streams=streams, ca_file=ca_file
    )


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(("folder", "suffix"), [("backend/", ".php"), ("", "")])
def test_both_directions_are_measured_wherever_the_endpoints_lie(
    direction: Direction, folder: str, suffix: str
) -> None:
    with served(an_application(f"speed/{folder}", suffix)) as port:
        test = measure(a_plan(f"http://127.0.0.1:{port}/speed/"), direction)
    assert test.failure is None
    assert (test.method, test.method_version, test.streams) == ("librespeed", "librespeed steady/3", 3)
    assert test.rate_bps
    assert test.mean_bps
    assert 0.25 < test.rate_bps / test.mean_bps < 4, "a loopback on a busy machine is no steady line"
    assert test.bytes
    assert len(test.stream_series) == 3


@pytest.mark.parametrize("direction", Direction)
def test_tls_is_spoken_verified_and_recorded(direction: Direction, tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path)
    with served(an_application("", ""), cert, key) as port:
        url = f"https://127.0.0.1:{port}"
        test = measure(a_plan(url, ca_file=cert), direction)
        distrusted = measure(a_plan(url), direction)
    assert test.failure is None
    assert (test.server.tls_version or "").startswith("TLS")
    assert test.server.tls_cipher
    assert distrusted.failure is Failure.TLS


def test_a_download_in_chunks_of_short_answers_goes_on_with_the_next() -> None:
    with served(an_application("", "", length=False, chunks=4)) as port:
        test = measure(a_plan(f"http://127.0.0.1:{port}", streams=1), Direction.DOWNLOAD)
    assert test.failure is None
    assert (test.bytes or 0) > 3 * (4 << 20), "more than one answer's worth"


def test_a_server_that_takes_only_small_bodies_is_sent_smaller_ones() -> None:
    """As nginx is by default: more than 1 MiB is refused as soon as the head has come."""

    async def empty(request: Request) -> Response:
        if int(request.headers.get("content-length", "0")) > 1 << 20:
            return Response(status_code=413, headers={"Connection": "close"})
        async for _ in request.stream():
            pass
        return Response()

    application = Starlette(routes=[Route("/empty", empty, methods=["GET", "POST"])])
    with served(application) as port:
        test = measure(a_plan(f"http://127.0.0.1:{port}"), Direction.UPLOAD)
    assert test.failure is None
    assert (test.bytes or 0) > 10 << 20


def test_a_stop_ends_all_connections_at_once() -> None:
    stop = threading.Event()
    with served(an_application("", "")) as port:
        plan = a_plan(f"http://127.0.0.1:{port}", duration_s=20)
        test = measure(plan, Direction.UPLOAD, on_progress=lambda _: stop.set(), stop=stop)
    assert test.failure is Failure.ABORTED


def test_a_web_server_without_the_endpoints_refuses() -> None:
    with served(Starlette()) as port:
        assert measure(a_plan(f"http://127.0.0.1:{port}"), Direction.DOWNLOAD).failure is Failure.SERVER_REFUSED


def test_a_page_in_place_of_garbage_is_no_measurement() -> None:
    async def page(request: Request) -> Response:
        return Response("<html>log in to this network</html>")

    routes = [Route("/{path:path}", page, methods=["GET", "POST"])]
    with served(Starlette(routes=routes)) as port:
        assert measure(a_plan(f"http://127.0.0.1:{port}"), Direction.DOWNLOAD).failure is Failure.PROTOCOL


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"x" * 100_000])
def test_something_that_speaks_no_http_breaks_the_protocol(answer: bytes) -> None:
    def behave(sock: socket.socket) -> None:
        sock.recv(4096)
        sock.sendall(answer)

    with a_foreign_server(behave) as url:
        plan = a_plan(url.replace("ws", "http"))
        assert measure(plan, Direction.DOWNLOAD).failure is Failure.PROTOCOL


def test_a_server_that_breaks_off_every_connection_ends_the_test() -> None:
    """It answers the first question and then hangs up, whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        over = threading.Event()

        def run() -> None:
            first = True
            while not over.is_set():
                try:
                    sock, _ = listener.accept()
                except TimeoutError:
                    continue
                with sock:
                    sock.settimeout(LIMIT_S)
                    if first:
                        sock.recv(4096)
                        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    first = False

        thread = threading.Thread(target=run)
        thread.start()
        try:
            plan = a_plan(f"http://127.0.0.1:{listener.getsockname()[1]}", duration_s=20, streams=1)
            test = measure(plan, Direction.DOWNLOAD)
        finally:
            over.set()
            thread.join(LIMIT_S)
    assert test.failure is Failure.CUT_SHORT
    assert (test.duration_s or 0) < 15
