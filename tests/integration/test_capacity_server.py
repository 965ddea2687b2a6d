"""The server of capacity tests against clients of bytes: whom it answers, whom it sends load, whom it turns away."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from probe import clock
from probe.body.speed_test import Direction, Failure
from probe.capacity import codec, seal
from probe.capacity.client import measure
from probe.capacity.flow import End
from probe.capacity.pdu import (
    Activation,
    ActivationAnswer,
    Auth,
    Malformed,
    Null,
    Setup,
    SetupAnswer,
    Status,
)
from probe.capacity.server import CapacityServer
from probe.capacity.session import Served
from probe.capacity.terms import Limits
from probe.throughput.listen import ServerError
from tests.integration.capacity_rig import WAIT_S, a_plan


@pytest.fixture
def server() -> Iterator[CapacityServer]:
    with CapacityServer(port=0) as running:
        yield running


class Bare:
    """A client of bytes: what a test sends by hand, and what comes back."""

    def __init__(self, server: CapacityServer) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.settimeout(WAIT_S)
        self.server = server.address

    def say(self, unit: bytes, port: int | None = None) -> None:
        self.sock.sendto(unit, (self.server[0], port or self.server[1]))

    def hear(self) -> tuple[bytes, int]:
        data, address = self.sock.recvfrom(2048)
        return data, address[1]

    def is_quiet(self, for_s: float = 0.3) -> bool:
        return not select.select([self.sock], [], [], for_s)[0]

    def ask_setup(self, **fields: object) -> Setup:
        request = Setup(is_request=True, connection_group=77, full_packets=True, **fields)  # type: ignore[arg-type]  # by name
        self.say(codec.encode_setup(request))
        answer = codec.decode_setup(self.hear()[0])
        assert not isinstance(answer, Malformed)
        return answer

    def activate(self, port: int, **fields: object) -> Activation:
        given: dict[str, object] = {"upstream": False, **fields}
        request = Activation(**given)  # type: ignore[arg-type]  # by name
        self.say(codec.encode_activation(request), port)
        answer = codec.decode_activation(self.hear()[0])
        assert not isinstance(answer, Malformed)
        return answer


@contextmanager
def a_bare_client(server: CapacityServer) -> Iterator[Bare]:
    bare = Bare(server)
    with bare.sock:
        yield bare


def test_a_port_in_use_is_explained() -> None:
    with CapacityServer(port=0) as server, pytest.raises(ServerError, match="End what uses it"):
        CapacityServer(port=server.address[1]).start()


def test_a_server_that_was_not_started_has_no_address() -> None:
    server = CapacityServer(port=0)
    with pytest.raises(ServerError, match="not been started"):
        _ = server.address
    server.close()


def test_the_server_listens_on_the_loopback_unless_told_otherwise(server: CapacityServer) -> None:
    assert server.address[0] == "127.0.0.1"


def test_a_setup_is_answered_with_a_test_port_and_a_null_request_from_it(server: CapacityServer) -> None:
    with a_bare_client(server) as bare:
        answer = bare.ask_setup()
        assert (answer.answer, answer.connection_group) == (SetupAnswer.ACCEPTED, 77)
        null, port = bare.hear()
        assert port == answer.test_port != server.address[1]
        assert codec.decode_null(null) == Null()


def test_a_repeated_setup_gets_the_same_port(server: CapacityServer) -> None:
    with a_bare_client(server) as bare:
        first = bare.ask_setup()
        bare.hear()
        assert bare.ask_setup().test_port == first.test_port


def test_no_load_goes_to_who_did_not_activate(server: CapacityServer) -> None:
    with a_bare_client(server) as bare:
        bare.ask_setup()
        bare.hear()
        assert bare.is_quiet()


def test_without_feedback_only_a_trickle_goes_out(server: CapacityServer) -> None:
    with a_bare_client(server) as bare:
        port = bare.ask_setup().test_port
        bare.hear()
        assert bare.activate(port).answer is ActivationAnswer.ACCEPTED
        received, until = 0, time.monotonic() + 1.5
        while time.monotonic() < until:
            received += len(bare.hear()[0])
    assert 0 < received < 40_000


def test_another_address_does_not_activate_a_test(server: CapacityServer) -> None:
    with a_bare_client(server) as bare, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        port = bare.ask_setup().test_port
        bare.hear()
        other.bind(("127.0.0.2", 0))
        other.sendto(codec.encode_activation(Activation(upstream=False)), (server.address[0], port))
        assert not select.select([other], [], [], 0.3)[0]
        assert bare.activate(port).answer is ActivationAnswer.ACCEPTED


def test_a_lost_activation_response_is_sent_again(server: CapacityServer) -> None:
    with a_bare_client(server) as bare:
        port = bare.ask_setup().test_port
        bare.hear()
        asked = codec.encode_activation(Activation(upstream=True))
        bare.say(asked, port)
        first = bare.hear()[0]
        bare.say(asked, port)
        assert bare.hear()[0] == first


def test_a_client_that_falls_silent_is_given_up(server: CapacityServer) -> None:
    served: list[Served] = []
    with CapacityServer(port=0, on_served=served.append) as patient, a_bare_client(patient) as bare:
        port = bare.ask_setup().test_port
        bare.hear()
        bare.activate(port, upstream=False, duration_s=60)
        until = time.monotonic() + 8
        while not served and time.monotonic() < until:
            time.sleep(0.05)
    assert [one.end for one in served] == [End.SILENT]


@pytest.mark.slow
def test_the_server_does_not_wait_for_ever_for_a_client_to_say_stop() -> None:
    """It goes on telling that it hears, but never answers the stop."""
    served: list[Served] = []
    with CapacityServer(port=0, on_served=served.append) as server, a_bare_client(server) as bare:
        port = bare.ask_setup().test_port
        bare.hear()
        bare.activate(port, duration_s=1)
        sequence, until = 0, time.monotonic() + 9
        while not served and time.monotonic() < until:
            sequence += 1
            bare.say(codec.encode_status(Status(sequence=sequence, sent_ns=0, rtt_min_ms=9, rtt_variation_ms=60)), port)
            time.sleep(0.05)
    assert [one.end for one in served] == [End.SILENT]


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"version": 11}, SetupAnswer.BAD_VERSION),
        ({"jumbo": True}, SetupAnswer.BAD_JUMBO),
        ({"connection_count": 0}, SetupAnswer.BAD_CONNECTIONS),
        ({"auth": Auth(mode=1)}, SetupAnswer.AUTH_NOT_CONFIGURED),
        ({"auth": Auth(mode=2)}, SetupAnswer.AUTH_MODE_INVALID),
    ],
)
def test_a_setup_that_makes_no_test_is_told_why(
    server: CapacityServer, fields: dict[str, object], answer: SetupAnswer
) -> None:
    with a_bare_client(server) as bare:
        told = bare.ask_setup(**fields)
        assert (told.answer, told.test_port, told.version) == (answer, 0, 20)
        assert bare.is_quiet(0.1), "a refusal has no null request behind it"


@pytest.mark.parametrize(("apart_s", "answer"), [(0, SetupAnswer.ACCEPTED), (-400, SetupAnswer.AUTH_TIME)])
def test_a_setup_signed_too_long_ago_is_refused(apart_s: int, answer: SetupAnswer) -> None:
    signed_at = int(clock.now().timestamp()) + apart_s
    keys = seal.derive(b"right", signed_at)
    request = Setup(is_request=True, connection_group=1, auth=Auth(mode=1, unix_time=signed_at))
    with CapacityServer(port=0, secret="right") as server, a_bare_client(server) as bare:
        bare.say(seal.sealed(codec.encode_setup(request), keys.client))
        data = bare.hear()[0]
    told = codec.decode_setup(data)
    assert not isinstance(told, Malformed)
    assert told.answer is answer
    assert seal.is_genuine(data, keys.server), "refusals are signed too"


def test_an_unsigned_activation_of_a_signed_setup_is_not_heard() -> None:
    now = int(clock.now().timestamp())
    keys = seal.derive(b"right", now)
    request = Setup(is_request=True, connection_group=1, auth=Auth(mode=1, unix_time=now))
    with CapacityServer(port=0, secret="right") as server, a_bare_client(server) as bare:
        bare.say(seal.sealed(codec.encode_setup(request), keys.client))
        told = codec.decode_setup(bare.hear()[0])
        assert not isinstance(told, Malformed)
        assert seal.is_genuine(bare.hear()[0], keys.server), "the null request is signed"
        unsigned = Activation(upstream=False, auth=replace(request.auth, digest=bytes(32)))
        bare.say(codec.encode_activation(unsigned), told.test_port)
        bare.say(codec.encode_activation(Activation(upstream=False)), told.test_port)
        assert bare.is_quiet()
        bare.say(seal.sealed(codec.encode_activation(unsigned), keys.client), told.test_port)
        assert seal.is_genuine(bare.hear()[0], keys.server)


def test_clients_beyond_the_limit_are_turned_away() -> None:
    with CapacityServer(port=0, limits=Limits(clients=1)) as server, a_bare_client(server) as bare:
        assert bare.ask_setup().answer is SetupAnswer.ACCEPTED
        assert measure(a_plan(server), Direction.DOWNLOAD).failure is Failure.SERVER_REFUSED


def test_one_address_takes_no_more_than_its_places() -> None:
    with CapacityServer(port=0, limits=Limits(clients=8, per_address=1)) as server, a_bare_client(server) as bare:
        assert bare.ask_setup().answer is SetupAnswer.ACCEPTED
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.2", 0))
            other.settimeout(WAIT_S)
            other.sendto(codec.encode_setup(Setup(is_request=True)), server.address)
            told = codec.decode_setup(other.recv(100))
        assert not isinstance(told, Malformed)
        assert told.answer is SetupAnswer.ACCEPTED
        assert measure(a_plan(server), Direction.DOWNLOAD).failure is Failure.SERVER_REFUSED


@pytest.mark.parametrize(
    "junk", [b"", b"\0", b"\xac\xe1" + bytes(54), bytes(56), codec.encode_setup(Setup(is_request=False)), bytes(1400)]
)
def test_what_is_no_setup_gets_no_answer(server: CapacityServer, junk: bytes) -> None:
    with a_bare_client(server) as bare:
        bare.say(junk)
        assert bare.is_quiet(0.1)
        assert bare.ask_setup().answer is SetupAnswer.ACCEPTED
