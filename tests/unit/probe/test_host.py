import socket
from dataclasses import replace
from pathlib import Path

import pytest

from probe.body.speed_test import Direction, ServerSaid
from probe.throughput.host import standing, told
from probe.throughput.host.told import Host, Working
from probe.throughput.host.work import Work
from probe.throughput.tcp_info import TcpInfo

HOST = Host(instance="s-1", software="prova 9", name="lisboa-1")
BUSY = Working(
    tests_count=3,
    cpu_share=0.955,
    process_cpu_share=1.5,
    cpu_pressure_share=0.0,
    other_bytes=10**12,
    link_bps=10**10,
)


def test_what_is_told_is_heard_and_every_number_is_whole() -> None:
    message = told.message(HOST, BUSY)[told.NAME]
    assert all(type(value) in {int, str} for value in message.values()), "one float ends a test of M-Lab's Go client"
    assert told.read(message) == ServerSaid(
        name="lisboa-1",
        instance="s-1",
        software="prova 9",
        tests_count=3,
        cpu_share=0.955,
        process_cpu_share=1.5,
        cpu_pressure_share=0.0,
        other_bytes=10**12,
        link_bps=10**10,
    )


def test_what_is_not_known_is_left_out() -> None:
    message = told.message(replace(HOST, name=None), Working(tests_count=1))[told.NAME]
    assert message == {"Instance": "s-1", "Software": "prova 9", "Tests": 1}


def test_a_server_of_m_lab_tells_what_it_tells() -> None:
    assert told.read({}, connection="abc", own_address="192.0.2.1:443") == ServerSaid(
        connection="abc", own_address="192.0.2.1:443"
    )
    assert told.read({}) is None


@pytest.mark.parametrize(
    "message",
    [
        {"Name": "x" * 65},
        {"Name": "red\x1b[31m"},
        {"Name": 7, "Instance": [], "Software": ""},
        {"Tests": -1, "CorePermille": 0.5, "LinkBps": True, "OtherBytes": 1 << 64},
    ],
)
def test_what_is_no_value_counts_as_not_told(message: dict[str, object]) -> None:
    assert told.read(message) is None


def test_of_several_connections_the_first_says_who_and_the_busiest_how_busy() -> None:
    first = ServerSaid(name="a", connection="1", tests_count=1, cpu_share=1.0)
    last = ServerSaid(name="a", tests_count=2, cpu_share=0.2)
    other = ServerSaid(name="a", connection="2", tests_count=1, cpu_share=0.3, other_bytes=5)
    assert told.together([[first, last], [], [other]]) == ServerSaid(
        name="a", connection="1", tests_count=2, cpu_share=0.3, other_bytes=5
    )
    assert told.together([[], []]) is None


def test_an_instance_is_kept_and_what_is_none_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "server" / "instance"
    first = standing.kept(path, name="n")
    assert (first.name, standing.kept(path).instance) == ("n", first.instance)
    assert standing.machine_name() not in first.instance
    path.write_bytes(b"\xff\xfe")
    assert standing.kept(path).instance != first.instance
    assert standing.passing().instance != standing.passing().instance


def test_several_connections_of_one_client_are_one_test_and_its_own_bytes_are_no_others() -> None:
    work = Work(elsewhere=lambda: 2)
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sock:
        places = [work.begin(sock, Direction.DOWNLOAD, client="192.0.2.1", test=test) for test in ("a", "a", "b")]
        other = work.begin(sock, Direction.UPLOAD, client="192.0.2.2", test="a")
        assert work.tests_count == 5
        work.note(places[0], TcpInfo(bytes_sent=1000, segs_out=10))
        work.note(places[1], TcpInfo(bytes_sent=500, segs_out=5))
        assert places[0].test.moved_bytes == 1500 + 15 * (40 + 14)
        for place in (*places, other):
            work.end(place)
        assert work.tests_count == 2
        assert work.working(places[0]).tests_count == 5, "the most at once"
        assert work.working(places[0]).other_bytes is None, "loopback counts both directions as one"
