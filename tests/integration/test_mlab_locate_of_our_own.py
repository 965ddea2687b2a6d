"""A Locate service of the test's own on loopback, shaped as M-Lab's, before our own server. Nothing reaches M-Lab."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from probe.body.speed_test import Direction, Failure
from probe.throughput.mlab import allowance, client, ledger
from probe.throughput.mlab.client import MlabError, MlabPlan
from probe.throughput.plan import Method, Plan
from probe.throughput.server import MeasuringServer
from tests.integration.ndt7_rig import LIMIT_S, a_foreign_server, url_of

TOKEN = "eyJhbGciOiJFZERTQSJ9.c2VjcmV0.c2ln"
PATHS = {
    "ndt/ndt7": ("/ndt/v7/download", "/ndt/v7/upload"),
    "msak/throughput1": ("/throughput/v1/download", "/throughput/v1/upload"),
}


@contextmanager
def a_locate_service(answer: Callable[[str], tuple[int, Any]]) -> Iterator[tuple[str, list[str]]]:
    """(its address, the paths that were asked). `answer` gives (status, JSON) for a path."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, message = answer(self.path)
            body = msgspec.json.encode(message)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v2/nearest", asked
        finally:
            server.shutdown()
            thread.join(LIMIT_S)


def naming(*servers: str) -> Callable[[str], tuple[int, Any]]:
    """Answers as Locate does, each server in clear text."""

    def answer(path: str) -> tuple[int, Any]:
        service = path.removeprefix("/v2/nearest/").partition("?")[0]
        results = [
            {"machine": url, "urls": {f"ws://{one}": f"{url}{one}?access_token={TOKEN}" for one in PATHS[service]}}
            for url in servers
        ]
        return 200, {"results": results}

    return answer


def a_plan(service: str, folder: Path, *, accepted: bool = True, method: Method = Method.NDT7) -> MlabPlan:
    plan = Plan(
        url="ws://mlab" if method is not Method.LIBRESPEED else "http://mlab",
        method=method,
        duration_s=2,
        most_bytes=10**12,
    )
    return MlabPlan(plan=plan, accepted=accepted, kept=folder / "mlab.json", service=service)


@pytest.mark.parametrize("method", [Method.NDT7, Method.MSAK])
@pytest.mark.parametrize("direction", Direction)
def test_a_located_server_is_measured_and_its_token_is_kept_nowhere(
    method: Method, direction: Direction, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with MeasuringServer("127.0.0.1") as server, a_locate_service(naming(url_of(server))) as (service, asked):
        test = client.measure(a_plan(service, tmp_path, method=method), direction)
        assert test.server.url.startswith(url_of(server))
    assert test.failure is None
    assert len(asked) == 1
    assert TOKEN not in repr(test)
    assert all(TOKEN.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    assert TOKEN not in "".join(capfd.readouterr())


def test_each_test_asks_anew_because_a_token_lasts_a_minute(tmp_path: Path) -> None:
    with MeasuringServer("127.0.0.1") as server, a_locate_service(naming(url_of(server))) as (service, asked):
        for direction in Direction:
            client.measure(a_plan(service, tmp_path), direction)
    assert len(asked) == 2
    assert len(ledger.read(tmp_path / "mlab.json").asked_at) == 2


def test_without_consent_nothing_is_sent_and_the_sentence_says_what_consent_means(tmp_path: Path) -> None:
    with (
        a_locate_service(naming()) as (service, asked),
        pytest.raises(MlabError, match=r"publishes every test together with your IP address.*--accept-mlab-policy"),
    ):
        client.measure(a_plan(service, tmp_path, accepted=False), Direction.DOWNLOAD)
    assert asked == []
    assert not list(tmp_path.iterdir())


def test_the_forty_first_request_of_an_hour_is_not_sent(tmp_path: Path) -> None:
    with a_locate_service(lambda _: (503, {"error": {"status": 503}})) as (service, asked):
        plan = a_plan(service, tmp_path)
        for _ in range(40):
            assert client.measure(plan, Direction.DOWNLOAD).failure is Failure.SERVER_REFUSED
        with pytest.raises(MlabError, match="40 requests an hour"):
            client.measure(plan, Direction.DOWNLOAD)
    assert len(asked) == 40


def test_too_many_requests_is_heeded_at_once(tmp_path: Path) -> None:
    with a_locate_service(lambda _: (429, {})) as (service, asked):
        plan = a_plan(service, tmp_path)
        assert client.measure(plan, Direction.UPLOAD).failure is Failure.SERVER_REFUSED
        with pytest.raises(MlabError):
            client.measure(plan, Direction.UPLOAD)
    assert len(asked) == 1


def test_the_next_server_is_tried_where_the_nearest_cannot_be_reached(tmp_path: Path) -> None:
    with MeasuringServer("127.0.0.1") as gone:
        nobody = url_of(gone)
    with MeasuringServer("127.0.0.1") as server, a_locate_service(naming(nobody, url_of(server))) as (service, _):
        test = client.measure(a_plan(service, tmp_path), Direction.DOWNLOAD)
        assert test.server.url.startswith(url_of(server))
    assert test.failure is None


@pytest.mark.parametrize(
    "message", [None, [], {"results": []}, {"results": [{"urls": {"ws:///ndt/v7/download": "x"}}]}]
)
def test_an_answer_that_names_no_server_is_a_result_too(message: Any, tmp_path: Path) -> None:
    with a_locate_service(lambda _: (200, message)) as (service, _):
        test = client.measure(a_plan(service, tmp_path), Direction.DOWNLOAD)
    assert (test.failure, test.server.url) == (Failure.PROTOCOL, "mlab")


def test_a_service_that_cannot_be_reached_is_a_result_too(tmp_path: Path) -> None:
    with a_locate_service(naming()) as (service, _):
        pass
    assert client.measure(a_plan(service, tmp_path), Direction.DOWNLOAD).failure is Failure.REFUSED


def test_a_service_that_answers_byte_by_byte_is_given_up(tmp_path: Path) -> None:
    over = threading.Event()

    def drip(sock: socket.socket) -> None:
        sock.recv(4096)
        while not over.is_set():
            sock.sendall(b"H")
            over.wait(0.1)

    with a_foreign_server(drip) as url:
        plan = a_plan(f"{url.replace('ws', 'http')}/v2/nearest", tmp_path)
        began = time.monotonic()
        test = client.measure(replace(plan, plan=replace(plan.plan, connect_timeout_s=1)), Direction.DOWNLOAD)
        took_s = time.monotonic() - began
        over.set()
    assert test.failure in {Failure.PROTOCOL, Failure.TIMED_OUT, Failure.CUT_SHORT}
    assert took_s < 5


def test_a_round_that_nobody_watches_begins_with_its_download_and_keeps_its_distance_from_the_next(
    tmp_path: Path,
) -> None:
    stop = threading.Event()
    with MeasuringServer("127.0.0.1") as server, a_locate_service(naming(url_of(server))) as (service, _):
        plan = a_plan(service, tmp_path)
        assert client.measure_unattended(plan, Direction.DOWNLOAD, stop).failure is None
        begun = ledger.read(plan.kept)
        assert client.measure_unattended(plan, Direction.UPLOAD, stop).failure is None
    after = ledger.read(plan.kept)
    assert begun.not_before is not None
    assert after.not_before == begun.not_before
    assert allowance.next_round_at(after, after.asked_at[-1]) == begun.not_before


def test_what_nobody_watches_raises_nothing_and_sends_nothing_without_consent(tmp_path: Path) -> None:
    with a_locate_service(naming()) as (service, asked):
        plan = a_plan(service, tmp_path, accepted=False)
        assert client.measure_unattended(plan, Direction.DOWNLOAD, threading.Event()).failure is Failure.ABORTED
    assert asked == []


def test_a_method_that_m_lab_does_not_serve_is_said(tmp_path: Path) -> None:
    with pytest.raises(MlabError, match="ndt7 or msak"):
        client.measure(a_plan("http://127.0.0.1:9", tmp_path, method=Method.LIBRESPEED), Direction.DOWNLOAD)
