"""What a server says of itself during a test is in the result: ours all that it knows, M-Lab's what it tells."""

import socket
import threading

import msgspec
import pytest

from probe.body.speed_test import Direction, ServerSaid
from probe.throughput.client import measure
from probe.throughput.host.standing import passing
from probe.throughput.ndt7 import measurement as ndt7
from probe.throughput.plan import Method, Plan
from probe.throughput.server import MeasuringServer
from tests.integration.ndt7_rig import LIMIT_S, a_foreign_server, agree, drain, url_of


@pytest.mark.parametrize(("method", "direction"), [(Method.NDT7, Direction.DOWNLOAD), (Method.MSAK, Direction.UPLOAD)])
def test_a_result_says_who_served_it_and_how_busy(method: Method, direction: Direction) -> None:
    host = passing(name="lisboa-1")
    with MeasuringServer("127.0.0.1", host_is=host) as server:
        test = measure(Plan(url=url_of(server), method=method, duration_s=1, most_bytes=10**12, streams=3), direction)
    said = test.server_said
    assert said is not None
    assert (said.name, said.instance, said.software) == ("lisboa-1", host.instance, host.software)
    assert said.tests_count == 1, "three connections of one test"
    assert said.own_address == "{}:{}".format(*server_address(test.server.url))
    assert said.connection
    assert said.cpu_share is not None
    assert said.process_cpu_share is not None
    assert said.other_bytes is None, "loopback counts both directions as one"


def server_address(url: str) -> tuple[str, str]:
    host, _, port = url.removeprefix("ws://").rpartition(":")
    return host, port


def test_two_tests_at_once_know_of_each_other() -> None:
    counts: list[int | None] = []
    with MeasuringServer("127.0.0.1") as server:

        def one() -> None:
            said = measure(
                Plan(url=url_of(server), duration_s=1.5, most_bytes=10**12, streams=2), Direction.DOWNLOAD
            ).server_said
            counts.append(None if said is None else said.tests_count)

        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT_S)
    assert counts == [2, 2]


def test_a_server_of_m_lab_is_known_by_what_it_tells() -> None:
    def behave(sock: socket.socket) -> None:
        agree(sock)
        told = {"ConnectionInfo": {"Client": "192.0.2.9:5", "Server": "192.0.2.1:443", "UUID": "ndt-1_2_3"}}
        payload = msgspec.json.encode({**told, "TCPInfo": {"BytesReceived": 1, "ElapsedTime": 1}})
        sock.sendall(bytes([0x81, 126]) + len(payload).to_bytes(2, "big") + payload)
        drain(sock, 0)

    with a_foreign_server(behave) as url:
        test = measure(Plan(url=url, duration_s=1, most_bytes=10**12, streams=1), Direction.UPLOAD)
    assert test.server_said == ServerSaid(connection="ndt-1_2_3", own_address="192.0.2.1:443")
    assert b"192.0.2.9" not in msgspec.json.encode(test), "the client's own address is not kept"


@pytest.mark.parametrize("told", [7, "x", [], {"Name": {"a": 1}}, {"Tests": "many"}, {"CorePermille": -1}])
def test_a_server_that_says_nonsense_of_itself_is_measured_all_the_same(told: object) -> None:
    message = {"Prova": told, "TCPInfo": {"ElapsedTime": 5, "BytesReceived": 9}}
    said = ndt7.decode(msgspec.json.encode(message))
    assert said is not None
    assert said.host is None
    assert said.elapsed_us == 5
