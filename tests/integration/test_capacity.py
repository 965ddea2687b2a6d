"""Client and server of capacity tests over the loopback, with real sockets."""

import select
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from probe.body.conditions import Path
from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.capacity.client import measure
from probe.capacity.flow import End
from probe.capacity.pdu import (
    Algorithm,
)
from probe.capacity.plan import CapacityPlan
from probe.capacity.server import CapacityServer
from probe.capacity.session import Served
from probe.capacity.terms import Limits
from probe.throughput.plan import Live
from tests.integration.capacity_rig import BOTH, MOST_BPS, WAIT_S, a_plan

LEAST_SHARE = 0.3  # of the rate allowed that a second on a busy machine still shows


@pytest.fixture
def server() -> Iterator[CapacityServer]:
    with CapacityServer(port=0) as running:
        yield running


@BOTH
def test_a_test_finds_the_rate_that_was_allowed(server: CapacityServer, direction: Direction) -> None:
    test = measure(a_plan(server, duration_s=2.0), direction)
    assert test.failure is None
    assert test.ip_rate_bps is not None
    assert LEAST_SHARE * MOST_BPS < test.ip_rate_bps < 1.02 * MOST_BPS
    assert test.rate_bps == pytest.approx(test.ip_rate_bps * 1448 / 1500, abs=1)
    assert test.mean_bps is not None
    assert 0 < test.mean_bps < MOST_BPS
    assert test.bytes == test.series[-1].received_bytes
    assert test.duration_s == pytest.approx(2.5, abs=0.5)
    assert test.limited_by is not None
    assert test.conditions.path is Path.LOOPBACK
    assert test.idle_rtt_ms is not None
    assert (test.method, test.method_version) == ("udp", "rfc9946/20 search-b/1 packets-1500")
    assert test.server.address == "127.0.0.1"


@BOTH
def test_an_authenticated_test_runs_with_the_right_secret_alone(direction: Direction) -> None:
    with CapacityServer(port=0, secret="right") as server:
        assert measure(a_plan(server, secret="right"), direction).failure is None
        assert measure(a_plan(server, secret="wrong"), direction).failure is Failure.SERVER_REFUSED
        assert measure(a_plan(server), direction).failure is Failure.SERVER_REFUSED


def test_a_server_without_a_secret_refuses_an_authenticated_client(server: CapacityServer) -> None:
    assert measure(a_plan(server, secret="any"), Direction.DOWNLOAD).failure is Failure.SERVER_REFUSED


@BOTH
def test_it_runs_over_ipv6(direction: Direction) -> None:
    with CapacityServer("::1", 0) as server:
        test = measure(a_plan(server), direction)
    assert test.failure is None
    assert test.ip_rate_bps is not None
    assert LEAST_SHARE * MOST_BPS < test.ip_rate_bps < 1.02 * MOST_BPS
    assert test.rate_bps == pytest.approx(test.ip_rate_bps * 1428 / 1500, abs=1)


@BOTH
def test_algorithm_c_and_small_packets_may_be_asked_for(server: CapacityServer, direction: Direction) -> None:
    test = measure(a_plan(server, algorithm=Algorithm.C, full_packets=False), direction)
    assert test.failure is None
    assert test.method_version == "rfc9946/20 search-c/1 packets-1250"


@BOTH
def test_the_servers_rate_limit_holds_without_the_clients(direction: Direction) -> None:
    with CapacityServer(port=0, limits=Limits(bps=5_000_000)) as server:
        test = measure(a_plan(server, most_bps=None), direction)
    assert test.ip_rate_bps is not None
    assert LEAST_SHARE * 5_000_000 < test.ip_rate_bps < 5_100_000


@BOTH
def test_the_clients_byte_limit_ends_the_test(server: CapacityServer, direction: Direction) -> None:
    test = measure(a_plan(server, duration_s=30.0, most_bytes=500_000), direction)
    assert test.failure is Failure.CUT_SHORT
    assert test.rate_bps is None
    assert 400_000 < (test.bytes or 0) < 900_000


@BOTH
def test_progress_is_told_while_it_runs(server: CapacityServer, direction: Direction) -> None:
    told: list[Live] = []
    measure(a_plan(server), direction, on_progress=told.append)
    assert len(told) >= 3
    assert [live.bytes for live in told] == sorted(live.bytes for live in told)
    assert LEAST_SHARE * MOST_BPS < (told[-1].rate_bps or 0) < MOST_BPS
    assert {live.direction for live in told} == {direction}


@BOTH
def test_a_test_stops_when_told(server: CapacityServer, direction: Direction) -> None:
    stop = threading.Event()
    began = time.monotonic()
    test = measure(a_plan(server, duration_s=30.0), direction, on_progress=lambda _: stop.set(), stop=stop)
    assert (test.failure, test.rate_bps) == (Failure.ABORTED, None)
    assert time.monotonic() - began < WAIT_S


def test_a_test_that_was_stopped_before_it_began_asks_nothing(server: CapacityServer) -> None:
    stop = threading.Event()
    stop.set()
    assert measure(a_plan(server), Direction.DOWNLOAD, stop=stop).failure is Failure.ABORTED


@BOTH
def test_the_server_tells_of_each_test_that_it_ended_in_agreement(direction: Direction) -> None:
    served: list[Served] = []
    with CapacityServer(port=0, on_served=served.append) as server:
        measure(a_plan(server), direction)
    assert [(one.direction, one.client, one.end) for one in served] == [(direction, "127.0.0.1", End.PEER)]
    assert served[0].datagrams > 100


@BOTH
def test_a_server_that_closes_cuts_the_test_short(direction: Direction) -> None:
    server = CapacityServer(port=0)
    server.start()
    closing = threading.Thread(target=server.close)
    test = measure(a_plan(server, duration_s=30.0), direction, on_progress=lambda _: start_once(closing))
    closing.join(WAIT_S)
    assert not closing.is_alive()
    assert test.rate_bps is None or (test.duration_s or 0) < 5


def start_once(thread: threading.Thread) -> None:
    if thread.ident is None:
        thread.start()


def test_a_closed_port_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    test = measure(CapacityPlan(url=f"udp://127.0.0.1:{port}"), Direction.DOWNLOAD)
    assert (test.failure, test.server.address) == (Failure.REFUSED, None)


def test_a_server_that_says_nothing_times_out() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        plan = CapacityPlan(url=f"udp://127.0.0.1:{silent.getsockname()[1]}", connect_timeout_s=1.2)
        test = measure(plan, Direction.DOWNLOAD)
        asked = 0
        silent.setblocking(False)
        while select.select([silent], [], [], 0)[0]:
            asked += silent.recv(100) != b""
    assert test.failure is Failure.TIMED_OUT
    assert asked == 3, "a setup that got no answer is asked again"


def test_a_name_that_is_none_is_not_resolved() -> None:
    plan = CapacityPlan(url="udp://no-such-host.invalid", connect_timeout_s=5.0)
    assert measure(plan, Direction.DOWNLOAD).failure is Failure.NAME_NOT_RESOLVED


def test_two_tests_at_once_do_not_disturb_each_other(server: CapacityServer) -> None:
    found: list[SpeedTest] = []
    threads = [
        threading.Thread(target=lambda way: found.append(measure(a_plan(server), way)), args=(way,))
        for way in Direction
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert {test.direction for test in found} == set(Direction)
    assert [test.failure for test in found] == [None, None]
