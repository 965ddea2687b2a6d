"""One WebSocket over a real socket: what goes out whole, and what a wait is for."""

import socket
import threading
import time

import pytest

from probe.throughput.websocket.channel import Channel
from probe.throughput.websocket.dialect import LARGEST_MESSAGE_BYTES
from probe.throughput.websocket.frame import (
    Binary,
    Close,
    Event,
    FrameReader,
    Header,
    Opcode,
    Status,
    Text,
    decode_header,
)

ENOUGH_BYTES = 6 * LARGEST_MESSAGE_BYTES
LIMIT_S = 20.0


def pair() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname(), timeout=LIMIT_S)
        far, _ = listener.accept()
    far.settimeout(LIMIT_S)
    return near, far


def payloads(stream: bytes) -> list[tuple[Opcode, bytes]]:
    """Every whole frame of what a server sent."""
    found: list[tuple[Opcode, bytes]] = []
    while True:
        header = decode_header(stream[:14])
        if not isinstance(header, Header) or len(stream) < header.size + header.length:
            return found
        found.append((header.opcode, stream[header.size : header.size + header.length]))
        stream = stream[header.size + header.length :]


@pytest.mark.parametrize("client", [False, True])
def test_bulk_arrives_as_it_was_prepared_however_small_the_pieces_are_that_go_out(client: bool) -> None:
    near, far = pair()
    channel, received = Channel(near, client=client), bytearray()
    with far:
        channel.begin_bulk(1024)
        until = time.monotonic() + LIMIT_S
        while len(received) < ENOUGH_BYTES and time.monotonic() < until:
            channel.say(Opcode.TEXT, b"{}")
            channel.turn(time.monotonic())
            received += far.recv(77_777)
        channel.close()
    reader = FrameReader(masked=client)
    events = reader.feed(bytes(received))
    assert Text(b"{}") in events
    assert {event.length for event in events if isinstance(event, Binary)} >= {1 << power for power in range(10, 19)}
    bulk = [payload for opcode, payload in payloads(bytes(received)) if opcode is Opcode.BINARY]
    longest = max(bulk, key=len)
    assert all(longest.startswith(payload) for payload in bulk)
    assert len(set(longest[:4096])) > 200, "nothing on the way could compress it"


def test_a_closing_frame_in_the_middle_of_a_wait_is_seen_at_once() -> None:
    """Within bulk a wait is for much of it; but not once this end has said that it closes."""
    near, far = pair()
    channel = Channel(near, client=True)
    whole = 1 << 17
    with far:
        far.sendall(b"\x82\x7f" + whole.to_bytes(8, "big") + bytes(whole - 10))
        until = time.monotonic() + LIMIT_S
        while channel.payload_received < whole - 10 and time.monotonic() < until:
            channel.turn(time.monotonic())
        channel.say_close(Status.NORMAL)
        threading.Timer(0.1, far.sendall, [bytes(10) + b"\x88\x02\x03\xe8"]).start()
        began = time.monotonic()
        events: list[Event] = []
        while Close(1000) not in events and time.monotonic() < until:
            events += channel.turn(until)
        assert time.monotonic() - began < LIMIT_S / 4
        channel.close()


def test_the_end_of_a_peer_ends_a_wait_for_more_bulk() -> None:
    near, far = pair()
    channel = Channel(near, client=True)
    with far:
        far.sendall(b"\x82\x7f" + (1 << 20).to_bytes(8, "big") + bytes(1000))
    until = time.monotonic() + LIMIT_S
    while not channel.ended and time.monotonic() < until:
        channel.turn(until)
    assert channel.ended
    assert channel.payload_received == 1000
    assert time.monotonic() < until - LIMIT_S / 2
    channel.close()
