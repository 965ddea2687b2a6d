import socket

import pytest

from probe import conditions
from probe.record import Direction, LinkType, Path


def test_a_test_against_this_very_machine_says_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sock:
        before = conditions.begin(sock, Direction.DOWNLOAD)
        found = conditions.conclude(before, own_ip_bytes=10**15, own_packets=0)
    assert (found.path, found.interface, found.link_type) == (Path.LOOPBACK, "lo", LinkType.LOOPBACK)
    assert (found.link_bps, found.full_duplex) == (None, None)
    assert found.other_bytes == 0, "never less than nothing"
    assert found.cpu_share is None or 0 <= found.cpu_share <= 1


def test_what_cannot_be_known_is_none() -> None:
    with socket.socket() as unconnected:
        found = conditions.conclude(
            conditions.begin(unconnected, Direction.UPLOAD), own_ip_bytes=None, own_packets=None
        )
    assert (found.path, found.interface, found.link_type, found.other_bytes) == (None, None, None, None)
    assert conditions.link("no-such-interface").link_type is None


def test_own_traffic_that_is_unknown_leaves_other_traffic_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sock:
        before = conditions.begin(sock, Direction.DOWNLOAD)
        assert conditions.conclude(before, own_ip_bytes=None, own_packets=None).other_bytes is None


def test_traffic_beside_the_test_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sock:
        before = conditions.begin(sock, Direction.UPLOAD)
        sock.sendall(bytes(100_000))
        found = conditions.conclude(before, own_ip_bytes=0, own_packets=0)
    assert found.other_bytes is not None
    assert found.other_bytes >= 100_000


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        (((0, 0), (0, 0)), ((50, 100), (90, 100)), 0.9),
        (((5, 10),), ((5, 10),), None),  # no tick passed
        (((5, 10),), ((5, 20), (5, 20)), None),  # a core came up
        ((), (), None),
    ],
)
def test_the_busiest_core_is_what_counts(
    before: tuple[tuple[int, int], ...], after: tuple[tuple[int, int], ...], share: float | None
) -> None:
    assert conditions.busiest(before, after) == share
