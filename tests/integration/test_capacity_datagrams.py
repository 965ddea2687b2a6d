"""One UDP socket of a capacity test, on the loopback: bursts, stamps, a kernel that cannot, a port that is closed."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from probe.capacity.codec import decode_load, sequences
from probe.capacity.datagrams import Datagrams, split, wall_offset_ns
from probe.capacity.pdu import Load, Malformed

WAIT_NS = 2_000_000_000
_SO_NO_CHECK = 11  # asm-generic/socket.h: without checksums the kernel cuts up no bursts


@contextmanager
def a_pair(family: socket.AddressFamily = socket.AF_INET) -> Iterator[tuple[Datagrams, Datagrams]]:
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.socket(family, socket.SOCK_DGRAM) as one, socket.socket(family, socket.SOCK_DGRAM) as other:
        one.bind((host, 0))
        other.bind((host, 0))
        one.connect(other.getsockname())
        other.connect(one.getsockname())
        yield Datagrams(one), Datagrams(other)


def received(link: Datagrams, count: int) -> list[tuple[int, int]]:
    """(sequence, size) of each datagram."""
    found: list[tuple[int, int]] = []
    until_ns = time.monotonic_ns() + WAIT_NS
    while len(found) < count and time.monotonic_ns() < until_ns:
        link.wait(until_ns)
        for _, data, segment in link.receive():
            sizes = [len(unit) for unit in split(data, segment)]
            found += zip(sequences(data, segment), sizes, strict=True)
    return found


def a_load(size: int = 1472) -> Load:
    return Load(sequence=7, payload_bytes=size, sent_ns=5)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
@pytest.mark.parametrize(("size", "count"), [(1472, 1), (1472, 44), (1472, 100), (32, 200), (9000, 9)])
def test_a_burst_arrives_whole(family: socket.AddressFamily, size: int, count: int) -> None:
    with a_pair(family) as (sender, receiver):
        assert sender.send_loads(a_load(size), count) == count
        assert received(receiver, count) == [(7 + index, size) for index in range(count)]


def test_a_kernel_that_refuses_bursts_gets_datagrams() -> None:
    with a_pair() as (sender, receiver):
        sender.sock.setsockopt(socket.SOL_SOCKET, _SO_NO_CHECK, 1)
        assert sender.send_loads(a_load(), 50) == 50
        assert received(receiver, 50) == [(7 + index, 1472) for index in range(50)]
        assert sender.gone is None


def test_every_datagram_of_a_burst_has_the_header() -> None:
    with a_pair() as (sender, receiver):
        sender.send_loads(a_load(), 3)
        assert receiver.wait(time.monotonic_ns() + WAIT_NS)
        units = [bytes(unit) for _, data, segment in receiver.receive() for unit in split(data, segment)]
    loads = [load for unit in units if not isinstance(load := decode_load(unit), Malformed)]
    assert [(load.sequence, load.payload_bytes, load.sent_ns) for load in loads] == [
        (7, 1472, 5),
        (8, 1472, 5),
        (9, 1472, 5),
    ]


def is_stamping(sender: Datagrams, receiver: Datagrams) -> bool:
    """Whether a datagram that waited for its reader is stamped with its arrival."""
    sender.send(b"is stamping on?")
    receiver.wait(time.monotonic_ns() + WAIT_NS)
    time.sleep(0.06)
    read_ns = time.monotonic_ns()
    return all(arrived_ns < read_ns - 30_000_000 for arrived_ns, _, _ in receiver.receive())


def test_the_kernels_stamp_counts_not_the_time_of_reading() -> None:
    with a_pair() as (sender, receiver):
        deadline_ns = time.monotonic_ns() + 10 * WAIT_NS
        while not is_stamping(sender, receiver) and time.monotonic_ns() < deadline_ns:
            pass  # the kernel turns it on when it comes to it, after the first socket has asked
        before_ns = time.monotonic_ns()
        sender.send(b"and again")
        sent_ns = time.monotonic_ns()  # over the loopback it has arrived by now
        time.sleep(0.1)
        stamps = [arrived_ns for arrived_ns, _, _ in receiver.receive()]
    assert len(stamps) == 1
    between_clocks_ns = 20_000_000
    assert before_ns - between_clocks_ns < stamps[0] < sent_ns + between_clocks_ns


def test_what_a_full_socket_dropped_is_counted() -> None:
    with a_pair() as (sender, receiver):
        assert receiver.dropped() == 0
        receiver.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        for _ in range(10):
            sender.send_loads(a_load(), 40)
        dropped = receiver.dropped()
    assert dropped is not None
    assert dropped > 0


def test_a_closed_port_ends_it() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        link = Datagrams(sock)
        link.connect(closed)
        link.send(b"anybody?")
        assert link.wait(time.monotonic_ns() + WAIT_NS)
        assert list(link.receive()) == []
        assert isinstance(link.gone, ConnectionRefusedError)
        assert link.send_loads(a_load(), 5) == 0


def test_what_came_before_the_port_was_closed_is_still_read() -> None:
    with a_pair() as (link, other):
        other.send(b"last words")
        other.close()
        link.send(b"anybody?")
        until_ns = time.monotonic_ns() + WAIT_NS
        heard: list[bytes] = []
        while not (heard and link.gone) and time.monotonic_ns() < until_ns:
            link.wait(until_ns)
            heard += [bytes(data) for _, data, _ in link.receive()]
    assert heard == [b"last words"]
    assert isinstance(link.gone, ConnectionRefusedError)


def test_a_datagram_too_large_to_send_is_dropped_and_no_end() -> None:
    with a_pair() as (sender, receiver):
        sender.send(bytes(70_000))
        assert sender.gone is None
        assert not receiver.wait(time.monotonic_ns() + 50_000_000)


@pytest.mark.parametrize("wait_ns", [300_000, 20_000_000])
def test_a_wait_ends_when_its_time_is_up(wait_ns: int) -> None:
    with a_pair() as (link, _):
        began_ns = time.monotonic_ns()
        assert not link.wait(began_ns + wait_ns)
        assert time.monotonic_ns() - began_ns >= wait_ns - 1_000_000
        assert not link.wait(began_ns)


def test_a_wait_ends_when_something_comes() -> None:
    with a_pair() as (sender, receiver):
        sender.send(b"here")
        began_ns = time.monotonic_ns()
        assert receiver.wait(began_ns + 10_000_000_000)
        assert time.monotonic_ns() - began_ns < 5_000_000_000


def test_the_offset_of_the_clocks_is_steady() -> None:
    offsets = [wall_offset_ns() for _ in range(20)]
    assert max(offsets) - min(offsets) < 5_000_000
