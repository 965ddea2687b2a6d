"""The client of capacity tests against a server that misbehaves."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import pytest

from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.capacity import codec
from probe.capacity.client import measure
from probe.capacity.pdu import (
    Action,
    Activation,
    ActivationAnswer,
    Load,
    Malformed,
    SetupAnswer,
    Status,
)
from probe.capacity.plan import CapacityPlan
from tests.integration.capacity_rig import WAIT_S

Unit = TypeVar("Unit")


class Hostile:
    """A server of bytes: answers the handshake as a test says, then whatever `load` makes of each datagram."""

    def __init__(self) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.settimeout(WAIT_S)
        self.url = f"udp://127.0.0.1:{self.sock.getsockname()[1]}"

    def _next(self, decode: Callable[[bytes], Unit | Malformed]) -> tuple[Unit, tuple[str, int]]:
        while True:
            data, address = self.sock.recvfrom(2048)
            unit = decode(data)
            if not isinstance(unit, Malformed):
                return unit, (str(address[0]), int(address[1]))

    def answer_setup(self, **fields: object) -> tuple[str, int]:
        request, address = self._next(codec.decode_setup)
        given: dict[str, object] = {
            "is_request": False,
            "answer": SetupAnswer.ACCEPTED,
            "test_port": self.sock.getsockname()[1],
            **fields,
        }
        self.sock.sendto(codec.encode_setup(replace(request, **given)), address)  # type: ignore[arg-type]  # by name
        return address

    def answer_activation(self, **fields: object) -> tuple[str, int]:
        request, address = self._next(codec.decode_activation)
        given: dict[str, object] = {"answer": ActivationAnswer.ACCEPTED, **fields}
        self.sock.sendto(codec.encode_activation(replace(request, **given)), address)  # type: ignore[arg-type]  # by name
        return address


@contextmanager
def measured_against_a_hostile_server(
    direction: Direction = Direction.DOWNLOAD, **fields: object
) -> Iterator[tuple[Hostile, list[SpeedTest]]]:
    """The list holds the client's result after the block."""
    hostile, found = Hostile(), list[SpeedTest]()
    given: dict[str, object] = {"url": hostile.url, "duration_s": 1.0, "connect_timeout_s": 2.0, **fields}
    plan = CapacityPlan(**given)  # type: ignore[arg-type]  # by name
    client = threading.Thread(target=lambda: found.append(measure(plan, direction)))
    client.start()
    try:
        with hostile.sock:
            yield hostile, found
            client.join(20)
    finally:
        client.join(20)
    assert not client.is_alive()


@pytest.mark.parametrize(
    ("fields", "failure"),
    [
        ({"answer": SetupAnswer.CAPACITY_EXCEEDED}, Failure.SERVER_REFUSED),
        ({"answer": SetupAnswer.BAD_VERSION, "version": 9}, Failure.SERVER_REFUSED),
        ({"answer": SetupAnswer.NONE}, Failure.SERVER_REFUSED),
        ({"test_port": 0}, Failure.PROTOCOL),
    ],
)
def test_a_setup_response_that_gives_no_test_ends_it(fields: dict[str, object], failure: Failure) -> None:
    with measured_against_a_hostile_server() as (hostile, found):
        hostile.answer_setup(**fields)
    assert [test.failure for test in found] == [failure]


@pytest.mark.parametrize(
    ("fields", "failure"),
    [
        ({"answer": ActivationAnswer.BAD_PARAMETER}, Failure.SERVER_REFUSED),
        ({"trial_ms": 0}, Failure.PROTOCOL),
        ({"sub_interval_ms": 0}, Failure.PROTOCOL),
        ({"upstream": True}, Failure.PROTOCOL),
    ],
)
def test_an_activation_response_that_gives_no_test_ends_it(fields: dict[str, object], failure: Failure) -> None:
    with measured_against_a_hostile_server() as (hostile, found):
        hostile.answer_setup()
        hostile.answer_activation(**fields)
    assert [test.failure for test in found] == [failure]


def test_a_server_that_does_not_know_the_secret_is_not_believed() -> None:
    with measured_against_a_hostile_server(secret="right") as (hostile, found):
        hostile.answer_setup()
    assert [test.failure for test in found] == [Failure.PROTOCOL]


def test_junk_during_a_test_does_no_harm() -> None:
    with measured_against_a_hostile_server() as (hostile, found):
        hostile.answer_setup()
        address = hostile.answer_activation()
        header = bytearray(32)
        until, sequence = time.monotonic() + 1.3, 0
        while time.monotonic() < until:
            sequence += 1
            codec.write_loads(header, Load(sequence=sequence, payload_bytes=32, sent_ns=0), 1)
            for junk in (bytes(header), b"", b"\xbe\xef", b"\xbe\xef" + b"\xff" * 40, bytes(1400)):
                hostile.sock.sendto(junk, address)
            time.sleep(0.005)
        codec.write_loads(header, Load(sequence=sequence + 1, payload_bytes=32, sent_ns=0, action=Action.STOP), 1)
        hostile.sock.sendto(header, address)
    assert [test.failure for test in found] == [None]


def test_a_client_never_exceeds_its_own_limit_whatever_the_server_asks() -> None:
    greedy = {"interval1_us": 100, "payload1_bytes": 1472, "burst1": 100}
    with measured_against_a_hostile_server(Direction.UPLOAD, most_bps=5_000_000) as (hostile, found):
        hostile.answer_setup()
        asked = Activation(upstream=True).rate
        address = hostile.answer_activation(rate=replace(asked, **greedy))
        received, sequence, until = 0, 0, time.monotonic() + 1.0
        while time.monotonic() < until:
            sequence += 1
            status = Status(sequence=sequence, sent_ns=0, rate=replace(asked, **greedy), datagrams=1, bytes=100)
            hostile.sock.sendto(codec.encode_status(status), address)
            received += len(hostile.sock.recv(2048)) + 28
        stop = Status(sequence=sequence + 1, sent_ns=0, action=Action.STOP)
        hostile.sock.sendto(codec.encode_status(stop), address)
    assert received * 8 < 5_000_000 * 1.1
    assert [test.failure for test in found] == [Failure.CUT_SHORT]


def test_a_path_too_narrow_for_full_packets_is_tried_with_smaller_ones() -> None:
    """The hostile server answers twice, and sends load to the second attempt alone."""
    with measured_against_a_hostile_server() as (hostile, found):
        hostile.answer_setup()
        hostile.answer_activation()
        hostile.sock.settimeout(8)
        hostile.answer_setup()
        address = hostile.answer_activation()
        buffer = bytearray(1222)
        for sequence in range(1, 150):
            codec.write_loads(buffer, Load(sequence=sequence, payload_bytes=1222, sent_ns=0), 1)
            hostile.sock.sendto(buffer, address)
            time.sleep(0.01)
    assert [(test.failure, test.method_version[-12:]) for test in found] == [(None, "packets-1250")]
