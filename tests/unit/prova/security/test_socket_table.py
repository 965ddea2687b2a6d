"""The kernel's tables of sockets."""

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prova.security.socket_table import waiting

PORTS = range(32_768, 61_000)


def row(local: str, state: str) -> str:
    return f"   0: {local} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  0  0 4711 1 0"


@pytest.mark.parametrize(
    ("kind", "local", "written", "here"),
    [
        ("tcp", "0100007F:1F90", "tcp 127.0.0.1:8080", True),
        ("tcp", "00000000:0016", "tcp 0.0.0.0:22", False),
        ("tcp6", "00000000000000000000000001000000:1F90", "tcp [::1]:8080", True),
        ("tcp6", "00000000000000000000000000000000:1F90", "tcp [::]:8080", False),
    ],
)
def test_a_listening_socket_is_read_as_its_address(kind: str, local: str, written: str, here: bool) -> None:
    (one,) = waiting(kind, [row(local, "0A")], PORTS)
    assert (one.written, one.is_here, one.inode) == (written, here, "4711")


def test_loopback_of_version_4_in_one_of_version_6_is_loopback() -> None:
    (one,) = waiting("tcp6", [row("0000000000000000FFFF00000100007F:1F90", "0A")], PORTS)
    assert one.is_here


def test_a_connection_is_no_listener_and_a_clients_udp_socket_is_none(tmp_path: Path) -> None:
    assert list(waiting("tcp", [row("0100007F:1F90", "01")], PORTS)) == []
    assert list(waiting("udp", [row("00000000:C000", "07")], PORTS)) == []
    assert [one.port for one in waiting("udp", [row("00000000:0035", "07")], PORTS)] == [53]


@given(st.text(max_size=120))
def test_whatever_stands_in_the_table_is_read_or_passed_over(line: str) -> None:
    list(waiting("tcp6", [line], PORTS))


def test_a_real_socket_of_this_process_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines = Path("/proc/self/net/tcp").read_text().splitlines()[1:]
        assert server.getsockname()[1] in {one.port for one in waiting("tcp", lines, PORTS) if one.is_here}
