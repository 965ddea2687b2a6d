"""Our client and our server, over loopback."""

import os
import socket
import threading
from pathlib import Path

import pytest

from probe.body.conditions import LinkType
from probe.body.conditions import Path as NetworkPath
from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.throughput.client import measure
from probe.throughput.listen import ServerError
from probe.throughput.plan import Family, Live, Plan
from probe.throughput.server import MeasuringServer
from probe.throughput.serving import Served
from tests.integration.ndt7_rig import a_certificate, url_of


def check(test: SpeedTest, direction: Direction) -> None:
    assert test.failure is None
    assert test.direction is direction
    assert test.rate_bps is not None
    assert test.rate_bps > 1e6
    assert test.mean_bps is not None
    assert test.ip_rate_bps is not None
    assert test.ip_rate_bps > test.rate_bps
    assert test.bytes is not None
    assert test.bytes > 100_000
    assert 2 <= len(test.series) <= 100
    assert test.idle_rtt_ms is not None
    assert test.loaded_rtt_ms is not None
    assert test.congestion_control
    assert test.conditions.path is NetworkPath.LOOPBACK
    assert test.conditions.link_type is LinkType.LOOPBACK


def whole(plan: Plan, direction: Direction) -> SpeedTest:
    """A test that a starved machine cut short is made anew, as a probe would; a fault is there three times."""
    for _ in range(2):
        test = measure(plan, direction)
        if test.failure is not Failure.CUT_SHORT:
            return test
    return measure(plan, direction)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_both_ends_understand_each_other(direction: Direction, host: str) -> None:
    with MeasuringServer(host) as server:
        test = whole(Plan(url=url_of(server), duration_s=1.5, most_bytes=10**12, demonstration=True), direction)
    check(test, direction)
    assert (test.server.address, test.server.address_family) == (host, 6 if ":" in host else 4)
    assert (test.server.tls_version, test.server.tls_cipher) == (None, None)
    assert test.server.demonstration
    assert not test.server.tls


@pytest.mark.parametrize(
    ("family", "name", "host", "version"),
    [(Family.IPV4, "localhost", "127.0.0.1", 4), (Family.IPV6, "[::1]", "::1", 6)],
)
def test_the_family_is_the_persons_choice_and_is_recorded(family: Family, name: str, host: str, version: int) -> None:
    with MeasuringServer(host) as server:
        url = f"ws://{name}:{server.address[1]}"
        test = whole(Plan(url=url, family=family, duration_s=1, most_bytes=10**12), Direction.DOWNLOAD)
    assert test.failure is None
    assert (test.server.address, test.server.address_family) == (host, version)


def test_a_server_that_has_no_address_of_the_family_is_not_reached_by_another() -> None:
    with MeasuringServer("127.0.0.1") as server:
        url = f"ws://localhost:{server.address[1]}"
        test = measure(Plan(url=url, family=Family.IPV6, duration_s=1, most_bytes=10**12), Direction.DOWNLOAD)
    assert test.failure in {Failure.REFUSED, Failure.NAME_NOT_RESOLVED, Failure.NO_ROUTE}


@pytest.mark.parametrize("direction", Direction)
def test_tls_is_spoken_and_verified(direction: Direction, tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path)
    with MeasuringServer("127.0.0.1", tls_cert=cert, tls_key=key) as server:
        url = url_of(server, "wss")
        test = whole(Plan(url=url, duration_s=1.5, most_bytes=10**12, ca_file=cert), direction)
        distrusted = whole(Plan(url=url, duration_s=1.5, most_bytes=10**12), direction)
    check(test, direction)
    assert test.server.tls
    assert (test.server.tls_version or "").startswith("TLSv1.")
    assert test.server.tls_cipher
    assert distrusted.failure is Failure.TLS


@pytest.mark.parametrize("direction", Direction)
def test_several_connections_make_one_test(direction: Direction) -> None:
    with MeasuringServer("127.0.0.1") as server:
        test = measure(Plan(url=url_of(server), duration_s=1.5, most_bytes=10**12, streams=3), direction)
    check(test, direction)
    assert test.streams == 3


def test_an_address_that_refuses_is_followed_by_the_names_next() -> None:
    """localhost is ::1 and 127.0.0.1 on most machines; only one of them is served, each in turn."""
    for host in sorted({str(found[4][0]) for found in socket.getaddrinfo("localhost", 0)}):
        with MeasuringServer(host) as server:
            test = measure(
                Plan(url=f"ws://localhost:{server.address[1]}", duration_s=1, most_bytes=10**12), Direction.DOWNLOAD
            )
        assert test.failure is None
        assert (test.server.address, test.server.address_family) == (host, 6 if ":" in host else 4)
    assert (test.server.tls_version, test.server.tls_cipher) == (None, None)


def test_progress_is_told_while_it_runs_and_adds_up() -> None:
    told: list[Live] = []
    with MeasuringServer("127.0.0.1") as server:
        test = measure(
            Plan(url=url_of(server), duration_s=1.5, most_bytes=10**12), Direction.DOWNLOAD, on_progress=told.append
        )
    assert len(told) >= 4
    assert [live.bytes for live in told] == sorted(live.bytes for live in told)
    assert told[-1].bytes <= (test.bytes or 0) + 10_000
    assert told[-1].rate_bps
    assert {live.duration_s for live in told} == {1.5}


def test_the_server_says_what_it_served() -> None:
    served: list[Served] = []
    done = threading.Event()

    def take(one: Served) -> None:
        served.append(one)
        done.set()

    with MeasuringServer("127.0.0.1", on_served=take) as server:
        test = measure(Plan(url=url_of(server), duration_s=1.0, most_bytes=10**12, streams=1), Direction.UPLOAD)
        assert done.wait(10)
    assert served[0].direction is Direction.UPLOAD
    assert served[0].bytes == pytest.approx(test.bytes, rel=0.01, abs=20_000_000)
    assert served[0].congestion_control


def test_a_stop_ends_a_test_at_once_and_says_so() -> None:
    stop = threading.Event()
    with MeasuringServer("127.0.0.1") as server:
        test = measure(
            Plan(url=url_of(server), duration_s=30, most_bytes=10**12),
            Direction.DOWNLOAD,
            on_progress=lambda _: stop.set(),
            stop=stop,
        )
    assert test.failure is Failure.ABORTED
    assert test.rate_bps is None
    assert test.bytes
    assert (test.duration_s or 0) < 10


def test_what_the_progress_callback_raises_is_raised_and_leaves_nothing_running() -> None:
    class OwnError(Exception):
        pass

    def refuse(_: Live) -> None:
        raise OwnError

    with MeasuringServer("127.0.0.1") as server:
        with pytest.raises(OwnError):
            measure(Plan(url=url_of(server), duration_s=30, most_bytes=10**12), Direction.UPLOAD, on_progress=refuse)
        assert not [thread for thread in threading.enumerate() if thread.name == "prova-stream"]


def test_closing_the_server_ends_a_test_under_way() -> None:
    server = MeasuringServer("127.0.0.1")
    server.start()
    closing = threading.Thread(target=server.close)

    def close_once(_: Live) -> None:
        if not closing.ident:
            closing.start()

    test = measure(
        Plan(url=url_of(server), duration_s=30, most_bytes=10**12), Direction.DOWNLOAD, on_progress=close_once
    )
    closing.join(10)
    assert not closing.is_alive()
    assert test.failure is Failure.CUT_SHORT


def test_a_full_server_says_so() -> None:
    with MeasuringServer("127.0.0.1", max_clients=1) as server, socket.create_connection(server.address):
        test = measure(Plan(url=url_of(server), duration_s=1, most_bytes=10**12), Direction.DOWNLOAD)
    assert test.failure is Failure.SERVER_REFUSED


def test_a_port_in_use_is_said_with_its_mend() -> None:
    with MeasuringServer("127.0.0.1") as server, pytest.raises(ServerError, match=r"Cannot listen on .*name another"):
        MeasuringServer("127.0.0.1", server.address[1]).start()


def test_an_address_of_another_machine_is_said_with_its_mend() -> None:
    with pytest.raises(ServerError, match=r"Cannot listen on 192\.0\.2\.1 port \d+: .*another address"):
        MeasuringServer("192.0.2.1").start()


def test_a_certificate_without_its_key_is_said_with_its_mend(tmp_path: Path) -> None:
    cert, _ = a_certificate(tmp_path)
    _, other_key = a_certificate(tmp_path, "localhost")
    with pytest.raises(ServerError, match="belong together"):
        MeasuringServer("127.0.0.1", tls_cert=cert, tls_key=other_key)


def test_the_address_is_known_only_once_started() -> None:
    with pytest.raises(ServerError, match="not been started"):
        _ = MeasuringServer("127.0.0.1").address


@pytest.mark.slow  # test_leaks.py makes every kind of test once
def test_fifty_tests_leave_no_thread_and_no_file_behind() -> None:
    """Half of them fail: against a port where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"ws://127.0.0.1:{unused.getsockname()[1]}"
        stop = threading.Event()
        with MeasuringServer("127.0.0.1") as server:
            measure(
                Plan(url=url_of(server), duration_s=1, most_bytes=10**12), Direction.DOWNLOAD
            )  # whatever is made once is made now
            files, threads = len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208  a count
            for number in range(25):
                stop.clear()
                direction = Direction.UPLOAD if number % 2 else Direction.DOWNLOAD
                test = measure(
                    Plan(url=url_of(server), duration_s=5, most_bytes=10**12),
                    direction,
                    on_progress=lambda _: stop.set(),
                    stop=stop,
                )
                assert test.failure is Failure.ABORTED
                assert measure(Plan(url=nobody), direction).failure is Failure.REFUSED
            settled = threading.Event()
            for _ in range(100):
                if threading.active_count() <= threads and len(os.listdir("/proc/self/fd")) <= files:  # noqa: PTH208
                    break
                settled.wait(0.05)  # the server's side ends on its own
            assert threading.active_count() <= threads
            assert len(os.listdir("/proc/self/fd")) <= files  # noqa: PTH208
