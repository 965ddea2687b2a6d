import socket
from datetime import timedelta

from probe import conditions
from probe.body.conditions import Conditions, LinkType, Path
from probe.body.speed_test import Direction


def test_a_test_against_this_very_machine_says_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sock:
        before = conditions.begin(sock, Direction.DOWNLOAD)
        found = conditions.conclude(before, conditions.end(before), own_ip_bytes=10**15, own_packets=0)
    assert (found.path, found.interface, found.link_type) == (Path.LOOPBACK, "lo", LinkType.LOOPBACK)
    assert (found.link_bps, found.full_duplex) == (None, None)
    assert found.other_bytes == 0, "never less than nothing"
    assert found.cpu_share is None or 0 <= found.cpu_share <= 1


def test_what_cannot_be_known_is_none() -> None:
    with socket.socket() as unconnected:
        before = conditions.begin(unconnected, Direction.UPLOAD)
        found = conditions.conclude(before, conditions.end(before), own_ip_bytes=None, own_packets=None)
    assert (found.path, found.interface, found.link_type, found.other_bytes) == (None, None, None, None)
    assert (found.reverse_bytes, found.neighbours_count) == (None, None)
    assert (found.household_bytes, found.ceiling_bps) == (None, None), "nobody was asked"


def test_own_traffic_that_is_unknown_leaves_other_traffic_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sock:
        before = conditions.begin(sock, Direction.DOWNLOAD)
        assert (
            conditions.conclude(before, conditions.end(before), own_ip_bytes=None, own_packets=None).other_bytes is None
        )


def test_traffic_beside_the_test_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sock:
        before = conditions.begin(sock, Direction.UPLOAD)
        sock.sendall(bytes(100_000))
        found = conditions.conclude(before, conditions.end(before), own_ip_bytes=0, own_packets=0)
    assert found.other_bytes is not None
    assert found.other_bytes >= 100_000
    assert found.reverse_bytes is None, "loopback receives what it sends"


def test_every_value_says_where_it_came_from_and_when() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sock:
        before = conditions.begin(sock, Direction.UPLOAD)
        found = conditions.conclude(before, conditions.end(before), own_ip_bytes=0, own_packets=0)
    told = {name for source in found.sources for name in source.of.split()}
    values = {name for name in Conditions.__slots__ if name != "sources" and getattr(found, name) is not None}
    assert values - told <= {"process_cpu_share"}, "the process knows its own time"
    for source in found.sources:
        assert source.origin
        assert all(before.at <= at <= before.at + timedelta(seconds=60) for at in source.at)
