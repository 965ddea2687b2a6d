import socket
import struct

from probe.condition.netlink import attribute
from probe.rung import kernel_message
from probe.rung.kernel_message import LinkTold, NeighbourTold, State


def message(kind: int, body: bytes) -> bytes:
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 1, 0) + body


def a_link(name: str, *, carrier: bool | None = None) -> bytes:
    body = bytes(16) + attribute(3, name.encode() + b"\0")
    return message(16, body + (b"" if carrier is None else attribute(33, bytes([carrier]))))


def a_neighbour(address: str, state: int, *, probes: int = 0) -> bytes:
    packed = socket.inet_aton(address)
    return message(
        28,
        struct.pack("=BBHiHBB", 2, 0, 0, 7, state, 0, 1)
        + attribute(1, packed)
        + attribute(4, struct.pack("=I", probes)),
    )


def test_links_are_told_with_their_carrier() -> None:
    data = a_link("eth0", carrier=False) + a_link("eth1") + message(99, b"whatever") + a_link("lo", carrier=True)
    assert list(kernel_message.links(data)) == [LinkTold("eth0", False), LinkTold("eth1", None), LinkTold("lo", True)]


def test_neighbours_are_told_with_their_state() -> None:
    data = a_neighbour("10.0.0.1", 2) + a_neighbour("10.0.0.2", 0x21, probes=3)
    assert list(kernel_message.neighbours(data)) == [
        NeighbourTold("10.0.0.1", 7, State.REACHABLE, 0),
        NeighbourTold("10.0.0.2", 7, State.INCOMPLETE | State.FAILED, 3),
    ]


def test_what_is_cut_short_is_passed_over() -> None:
    whole = a_neighbour("10.0.0.1", 2)
    for length in range(len(whole)):
        assert len(list(kernel_message.neighbours(whole[:length]))) <= 1
        list(kernel_message.links(whole[:length]))


def test_the_end_of_an_answer_is_known() -> None:
    assert kernel_message.is_last(a_link("eth0") + message(3, bytes(4)))
    assert kernel_message.is_last(message(2, bytes(4)))
    assert not kernel_message.is_last(a_link("eth0"))
