"""Client and server of capacity tests over the loopback, with real sockets; and each against a peer that misbehaves."""

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import pytest

from probe import clock
from probe.body.conditions import Path
from probe.body.speed_test import Direction, Failure, SpeedTest
from probe.capacity import codec, seal
from probe.capacity.client import measure
from probe.capacity.flow import End
from probe.capacity.pdu import (
    Action,
    Activation,
    ActivationAnswer,
    Algorithm,
    Auth,
    Load,
    Malformed,
    Null,
    Setup,
    SetupAnswer,
    Status,
)
from probe.capacity.plan import CapacityPlan
from probe.capacity.server import CapacityServer, CapacityServerError
from probe.capacity.session import Served
from probe.capacity.terms import Limits
from probe.throughput.plan import Live

BOTH = pytest.mark.parametrize("direction", list(Direction))
MOST_BPS = 20_000_000
LEAST_SHARE = 0.3  # of the rate allowed that a second on a busy machine still shows
WAIT_S = 5.0
Unit = TypeVar("Unit")


def a_plan(server: CapacityServer, **fields: object) -> CapacityPlan:
    host, port = server.address
    given: dict[str, object] = {"duration_s": 1.0, "most_bps": MOST_BPS, "connect_timeout_s": 3.0, **fields}
    return CapacityPlan(url=f"udp://{f'[{host}]' if ':' in host else host}:{port}", **given)  # type: ignore[arg-type]  # by name


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


@BOTH
def test_a_test_finds_the_rate_that_was_allowed(server: CapacityServer, direction: Direction) -> None:
    test = measure(a_plan(server, duration_s=2.0), direction)
    assert test.failure is None
    assert test.ip_rate_bps is not None
    assert LEAST_SHARE * MOST_BPS < test.ip_rate_bps < 1.02 * MOST_BPS
    assert test.rate_bps == pytest.approx(test.ip_rate_bps * 1448 / 1500, abs=1)
    assert test.mean_bps is not None
    assert test.rate_bps is not None
    assert test.mean_bps < test.rate_bps
    assert test.bytes == test.series[-1].received_bytes
    assert test.duration_s == pytest.approx(2.5, abs=0.5)
    assert test.limited_by is not None
    assert test.conditions.path is Path.LOOPBACK
    assert test.idle_rtt_ms is not None
    assert (test.method, test.method_version) == ("udp", "rfc9946/20 search-b/1 packets-1500")
    assert test.server.address == "127.0.0.1"


@BOTH
def test_an_authenticated_test_runs_with_the_right_secret_alone(direction: Direction) -> None:
    with CapacityServer(port=0, secret="right") as server:
        assert measure(a_plan(server, secret="right"), direction).failure is None
        assert measure(a_plan(server, secret="wrong"), direction).failure is Failure.SERVER_REFUSED
        assert measure(a_plan(server), direction).failure is Failure.SERVER_REFUSED


def test_a_server_without_a_secret_refuses_an_authenticated_client(server: CapacityServer) -> None:
    assert measure(a_plan(server, secret="any"), Direction.DOWNLOAD).failure is Failure.SERVER_REFUSED


@BOTH
def test_it_runs_over_ipv6(direction: Direction) -> None:
    with CapacityServer("::1", 0) as server:
        test = measure(a_plan(server), direction)
    assert test.failure is None
    assert test.ip_rate_bps is not None
    assert LEAST_SHARE * MOST_BPS < test.ip_rate_bps < 1.02 * MOST_BPS
    assert test.rate_bps == pytest.approx(test.ip_rate_bps * 1428 / 1500, abs=1)


@BOTH
def test_algorithm_c_and_small_packets_may_be_asked_for(server: CapacityServer, direction: Direction) -> None:
    test = measure(a_plan(server, algorithm=Algorithm.C, full_packets=False), direction)
    assert test.failure is None
    assert test.method_version == "rfc9946/20 search-c/1 packets-1250"


@BOTH
def test_the_servers_rate_limit_holds_without_the_clients(direction: Direction) -> None:
    with CapacityServer(port=0, limits=Limits(bps=5_000_000)) as server:
        test = measure(a_plan(server, most_bps=None), direction)
    assert test.ip_rate_bps is not None
    assert LEAST_SHARE * 5_000_000 < test.ip_rate_bps < 5_100_000


@BOTH
def test_the_clients_byte_limit_ends_the_test(server: CapacityServer, direction: Direction) -> None:
    test = measure(a_plan(server, duration_s=30.0, most_bytes=500_000), direction)
    assert test.failure is Failure.CUT_SHORT
    assert test.rate_bps is None
    assert 400_000 < (test.bytes or 0) < 900_000


@BOTH
def test_progress_is_told_while_it_runs(server: CapacityServer, direction: Direction) -> None:
    told: list[Live] = []
    measure(a_plan(server), direction, on_progress=told.append)
    assert len(told) >= 3
    assert [live.bytes for live in told] == sorted(live.bytes for live in told)
    assert LEAST_SHARE * MOST_BPS < (told[-1].rate_bps or 0) < MOST_BPS
    assert {live.direction for live in told} == {direction}


@BOTH
def test_a_test_stops_when_told(server: CapacityServer, direction: Direction) -> None:
    stop = threading.Event()
    began = time.monotonic()
    test = measure(a_plan(server, duration_s=30.0), direction, on_progress=lambda _: stop.set(), stop=stop)
    assert (test.failure, test.rate_bps) == (Failure.ABORTED, None)
    assert time.monotonic() - began < WAIT_S


def test_a_test_that_was_stopped_before_it_began_asks_nothing(server: CapacityServer) -> None:
    stop = threading.Event()
    stop.set()
    assert measure(a_plan(server), Direction.DOWNLOAD, stop=stop).failure is Failure.ABORTED


@BOTH
def test_the_server_tells_of_each_test_that_it_ended_in_agreement(direction: Direction) -> None:
    served: list[Served] = []
    with CapacityServer(port=0, on_served=served.append) as server:
        measure(a_plan(server), direction)
    assert [(one.direction, one.client, one.end) for one in served] == [(direction, "127.0.0.1", End.PEER)]
    assert served[0].datagrams > 100


@BOTH
def test_a_server_that_closes_cuts_the_test_short(direction: Direction) -> None:
    server = CapacityServer(port=0)
    server.start()
    closing = threading.Thread(target=server.close)
    test = measure(a_plan(server, duration_s=30.0), direction, on_progress=lambda _: start_once(closing))
    closing.join(WAIT_S)
    assert not closing.is_alive()
    assert test.rate_bps is None or (test.duration_s or 0) < 5


def start_once(thread: threading.Thread) -> None:
    if thread.ident is None:
        thread.start()


def test_a_closed_port_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    test = measure(CapacityPlan(url=f"udp://127.0.0.1:{port}"), Direction.DOWNLOAD)
    assert (test.failure, test.server.address) == (Failure.REFUSED, None)


def test_a_server_that_says_nothing_times_out() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        plan = CapacityPlan(url=f"udp://127.0.0.1:{silent.getsockname()[1]}", connect_timeout_s=1.2)
        test = measure(plan, Direction.DOWNLOAD)
        asked = 0
        silent.setblocking(False)
        while select.select([silent], [], [], 0)[0]:
            asked += silent.recv(100) != b""
    assert test.failure is Failure.TIMED_OUT
    assert asked == 3, "a setup that got no answer is asked again"


def test_a_name_that_is_none_is_not_resolved() -> None:
    plan = CapacityPlan(url="udp://no-such-host.invalid", connect_timeout_s=5.0)
    assert measure(plan, Direction.DOWNLOAD).failure is Failure.NAME_NOT_RESOLVED


def test_a_port_in_use_is_explained() -> None:
    with CapacityServer(port=0) as server, pytest.raises(CapacityServerError, match="End what uses it"):
        CapacityServer(port=server.address[1]).start()


def test_a_server_that_was_not_started_has_no_address() -> None:
    server = CapacityServer(port=0)
    with pytest.raises(CapacityServerError, match="not been started"):
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


def test_two_tests_at_once_do_not_disturb_each_other(server: CapacityServer) -> None:
    found: list[SpeedTest] = []
    threads = [
        threading.Thread(target=lambda way: found.append(measure(a_plan(server), way)), args=(way,))
        for way in Direction
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert {test.direction for test in found} == set(Direction)
    assert [test.failure for test in found] == [None, None]


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
