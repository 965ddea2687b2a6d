"""MSAK latency1: our client and our server, each also against the protocol as its source has it; what is never sent."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from probe.body.speed_test import Direction
from probe.throughput.latency1 import packet
from probe.throughput.latency1.beside import measure
from probe.throughput.latency1.book import MOST_PER_ADDRESS
from probe.throughput.latency1.client import Echoing, idle
from probe.throughput.plan import Method, Plan
from probe.throughput.server import MeasuringServer
from tests.integration.ndt7_rig import LIMIT_S, a_certificate, url_of
from tests.integration.web_rig import get

SOURCE_HOST = "127.0.0.7"  # where M-Lab's server listens in these tests, at the port that it has
QUIET_S = 0.5


def kickoff_of(server: MeasuringServer, mid: str, *, source: str = "127.0.0.1", more: str = "") -> dict[str, object]:
    answer = get(server.address, f"{packet.AUTHORIZE}?mid={mid}{more}", source=source)
    assert answer.status == 200, answer
    told: dict[str, object] = answer.json
    return told


@contextmanager
def udp(server: MeasuringServer, port: object, *, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((source, 0))
        sock.settimeout(QUIET_S)
        assert isinstance(port, int)
        sock.connect((server.address[0], port))
        yield sock


def is_silent(sock: socket.socket) -> bool:
    try:
        sock.recv(4096)
    except TimeoutError:
        return True
    return False


@pytest.mark.parametrize("method", [Method.NDT7, pytest.param(Method.LIBRESPEED, marks=pytest.mark.slow)])
def test_a_test_has_round_trips_before_and_beside_its_load(method: Method) -> None:
    with MeasuringServer("127.0.0.1") as server:
        url = url_of(server, "http" if method is Method.LIBRESPEED else "ws")
        for duration_s in (1.5, 4, 8):  # a machine at full load may need longer for a rate
            test = measure(Plan(url=url, method=method, duration_s=duration_s, most_bytes=10**12), Direction.DOWNLOAD)
            if test.failure is None:
                break
    assert test.failure is None
    assert test.idle_round_trips is not None
    assert test.loaded_round_trips is not None
    for found in (test.idle_round_trips, test.loaded_round_trips):
        assert found.method == "latency1"
        assert found.sent_count > 10
        assert 0 < (found.median_ms or 0) <= (found.p95_ms or 1e9)
    assert test.idle_round_trips.lost_count <= test.idle_round_trips.sent_count / 10


def test_over_tls_the_authorisation_is_verified_too(tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path)
    with MeasuringServer("127.0.0.1", tls_cert=cert, tls_key=key) as server:
        trusting = Plan(url=url_of(server, "wss"), ca_file=cert)
        found = idle(trusting, Direction.DOWNLOAD, threading.Event(), for_s=0.5)
        distrusted = idle(Plan(url=url_of(server, "wss")), Direction.DOWNLOAD, threading.Event(), for_s=0.5)
    assert found is not None
    assert distrusted is None


def test_a_server_that_offers_none_is_measured_all_the_same(tmp_path: Path) -> None:
    """Nothing listens for the datagrams: as behind a firewall that lets TCP through alone."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        with MeasuringServer("127.0.0.1") as server:
            assert server._latency is not None
            server._latency.port = deaf.getsockname()[1]
            test = measure(Plan(url=url_of(server), duration_s=1, most_bytes=10**12), Direction.DOWNLOAD)
    assert test.failure is None
    assert test.idle_round_trips is None
    assert test.loaded_round_trips is None


def test_a_stop_ends_the_stream_and_leaves_no_thread() -> None:
    stop = threading.Event()
    with MeasuringServer("127.0.0.1") as server:
        plan = Plan(url=url_of(server), duration_s=20, most_bytes=10**12)
        test = measure(plan, Direction.DOWNLOAD, on_progress=lambda _: stop.set(), stop=stop)
        assert not [one for one in threading.enumerate() if one.name == "prova-echo"]
    assert test.failure is not None
    assert test.loaded_round_trips is None


# ---- our server, a client as M-Lab's source has it


def test_a_client_of_m_lab_gets_its_datagrams_and_its_result_once() -> None:
    with MeasuringServer("127.0.0.1") as server:
        kickoff = kickoff_of(server, "abc", more="&duration=400")
        assert {name: kickoff[name] for name in ("Type", "ID", "Seq")} == {"Type": "c2s", "ID": "abc", "Seq": 0}
        seen: list[dict[str, object] | None] = []
        with udp(server, kickoff["Port"]) as sock:
            sock.send(json.dumps(kickoff).encode())
            while not (seen and seen[-1] is None):
                try:
                    datagram = sock.recv(4096)
                except TimeoutError:
                    seen.append(None)
                else:
                    seen.append(json.loads(datagram))
                    if len(seen) != 3:  # the third is lost
                        sock.send(datagram)
        result = get(server.address, f"{packet.RESULT}?mid=abc").json
        again = get(server.address, f"{packet.RESULT}?mid=abc").status
    told = seen[:-1]
    assert [one["Seq"] for one in told if one] == list(range(len(told)))
    assert {one["Type"] for one in told if one} == {"s2c"}
    assert any(one.get("LastRTT") for one in told[1:] if one)
    assert 8 <= len(told) <= 42
    assert (result["ID"], result["PacketsSent"], result["PacketsReceived"]) == ("abc", len(told), len(told) - 1)
    assert [number for number, one in enumerate(result["RoundTrips"]) if one.get("Lost")] == [2]
    assert all(isinstance(one["RTT"], int) for one in result["RoundTrips"])
    assert again == 404


def test_nothing_is_sent_to_whoever_did_not_ask_over_tcp() -> None:
    with MeasuringServer("127.0.0.1") as server:
        kickoff = kickoff_of(server, "mine")
        datagram = json.dumps(kickoff).encode()
        with udp(server, kickoff["Port"], source="127.0.0.3") as other, udp(server, kickoff["Port"]) as own:
            other.send(datagram)
            assert is_silent(other), "the kickoff of another address begins nothing"
            assert is_silent(own)
            own.send(json.dumps({**kickoff, "ID": "nobody"}).encode())
            assert is_silent(own), "nobody authorised that"
            own.send(datagram)
            first = own.recv(4096)
            other.send(first)
        result = get(server.address, f"{packet.RESULT}?mid=mine").json
        stranger = get(server.address, f"{packet.RESULT}?mid=mine", source="127.0.0.3").status
    assert result["PacketsReceived"] == 0, "an echo of another address is not counted"
    assert stranger == 404


def test_a_datagram_brings_no_more_than_the_one_that_it_is() -> None:
    """Once begun a session sends at its own pace: kickoffs and echoes bring nothing more."""
    with MeasuringServer("127.0.0.1") as server:
        kickoff = kickoff_of(server, "m", more="&duration=500")
        with udp(server, kickoff["Port"]) as sock:
            for _ in range(200):
                sock.send(json.dumps(kickoff).encode())
            came = 0
            while not is_silent(sock):
                came += 1
    assert 1 <= came <= 500 / 10 + 1


def test_what_is_no_datagram_of_latency1_changes_nothing() -> None:
    with MeasuringServer("127.0.0.1") as server:
        kickoff = kickoff_of(server, "m")
        with udp(server, kickoff["Port"]) as sock:
            for junk in (b"", b"{", b"[]", b"\xff" * 2000, b'{"Type":"s2c","ID":"m","Seq":-1}', b"9" * 60_000):
                sock.send(junk)
            assert is_silent(sock)
            sock.send(json.dumps(kickoff).encode())
            assert not is_silent(sock), "it is there as before"


def test_an_address_has_so_many_sessions_at_once() -> None:
    with MeasuringServer("127.0.0.1") as server:
        answers = [get(server.address, f"{packet.AUTHORIZE}?mid=m{n}").status for n in range(MOST_PER_ADDRESS + 1)]
        other = get(server.address, f"{packet.AUTHORIZE}?mid=o", source="127.0.0.2").status
        taken = get(server.address, f"{packet.AUTHORIZE}?mid=o", source="127.0.0.3").status
    assert answers == [200] * MOST_PER_ADDRESS + [429]
    assert other == 200
    assert taken == 429, "a name that is in use belongs to who has it"


# ---- our client, a server as M-Lab's source has it: its own port, no additions


class Source:
    """Counts and sends as m-lab/msak does, until `over` is set."""

    def __init__(self) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((SOURCE_HOST, packet.PORT))
        self.sock.settimeout(0.02)
        self.over = threading.Event()
        self.sent: list[float] = []
        self.trips: list[dict[str, object]] = []
        self.peer: tuple[tuple[str, int], str] | None = None

    def run(self) -> None:
        while not self.over.is_set():
            with suppress(TimeoutError):
                self.hear(*self.sock.recvfrom(1024))
            if self.peer is not None and len(self.sent) < 60:
                sender, mid = self.peer
                self.sent.append(time.monotonic())
                self.trips.append({"RTT": 0, "Lost": True})
                self.sock.sendto(json.dumps({"Type": "s2c", "ID": mid, "Seq": len(self.sent) - 1}).encode(), sender)

    def hear(self, datagram: bytes, sender: tuple[str, int]) -> None:
        told = json.loads(datagram)
        if told["Type"] == "c2s":
            self.peer = sender, told["ID"]
        else:
            self.trips[told["Seq"]] = {"RTT": round((time.monotonic() - self.sent[told["Seq"]]) * 1e6)}

    def handler(self) -> type[BaseHTTPRequestHandler]:
        source = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mid = parse_qs(urlsplit(self.path).query)["mid"][0]
                kickoff = {"Type": "c2s", "ID": mid, "Seq": 0}
                result = {"ID": mid, "RoundTrips": source.trips, "PacketsSent": len(source.sent)}
                body = kickoff if self.path.startswith(packet.AUTHORIZE) else result
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
                return

        return Handler


@contextmanager
def source_server() -> Iterator[str]:
    """The address of one, as a plan has it."""
    source = Source()
    with source.sock, ThreadingHTTPServer((SOURCE_HOST, 0), source.handler()) as web:
        threads = [threading.Thread(target=source.run), threading.Thread(target=web.serve_forever)]
        for thread in threads:
            thread.start()
        try:
            yield f"ws://{SOURCE_HOST}:{web.server_address[1]}"
        finally:
            source.over.set()
            web.shutdown()
            for thread in threads:
                thread.join(LIMIT_S)


def test_our_client_needs_no_more_than_the_source_sends() -> None:
    with source_server() as url:
        found = idle(Plan(url=url), Direction.DOWNLOAD, threading.Event(), for_s=1)
    assert found is not None
    assert found.sent_count > 20
    assert found.lost_count <= 1
    assert 0 < (found.median_ms or 0) < 20


def test_a_server_that_floods_does_not_keep_its_client() -> None:
    over = threading.Event()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
    ):
        server.bind(("127.0.0.1", 0))
        sock.bind(("127.0.0.1", 0))
        server.connect(sock.getsockname())
        sock.connect(server.getsockname())
        flood = packet.encode(packet.Packet(kickoff=False, mid="m", sequence=0, last_rtt_us=0))

        def send() -> None:
            while not over.is_set():
                with suppress(OSError):
                    server.send(flood)

        flooding = [threading.Thread(target=send) for _ in range(3)]
        for one in flooding:
            one.start()
        try:
            kickoff = packet.Kickoff(flood, server.getsockname()[1])
            echoing = Echoing(Plan(url="ws://127.0.0.1"), Direction.DOWNLOAD, "m", kickoff, sock)
            assert len(server.recv(1000)) > 0, "it echoes"
            ending = threading.Thread(target=echoing.close)
            ending.start()
            ending.join(LIMIT_S)
            kept = ending.is_alive()
        finally:
            over.set()
            for one in flooding:
                one.join()
    ending.join()
    assert not kept
