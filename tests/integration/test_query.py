"""Questions to name servers, over real sockets: a server of the test's own, and dnsmasq as a real one."""

import asyncio
import socket
import struct
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from probe.body.reachability import NoAnswer
from probe.reach import dns
from probe.reach.dns import Question
from probe.reach.gateway import endpoint
from probe.reach.minute import Outcome
from probe.reach.query import Query
from probe.reach.resolvers import Resolvers
from prova.port import free_port

HERE = endpoint("127.0.0.1")
QUESTION = Question(ident=7, name="Example.pt", kind=dns.A, recursive=True)
WITHIN_S = 10.0


class Server(asyncio.DatagramProtocol):
    """Answers every question with what `answer` makes of it."""

    def __init__(self, answer: Callable[[bytes], list[bytes]]) -> None:
        self._answer = answer

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for one in self._answer(data):
            self._transport.sendto(one, addr)


@asynccontextmanager
async def a_server(answer: Callable[[bytes], list[bytes]]) -> AsyncIterator[int]:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Server(answer), local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


async def asked(port: int, question: Question = QUESTION) -> Outcome:
    done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    query = Query(lambda _, outcome: done.set_result(outcome))
    try:
        query.ask(1, HERE, question, port=port)
        return await asyncio.wait_for(done, WITHIN_S)
    finally:
        query.close()


def reply(data: bytes, flags: int = 0x8180, answers: int = 1) -> bytes:
    return data[:2] + struct.pack("!HHHHH", flags, 1, answers, 0, 0) + data[12:]


async def test_an_answer_has_a_round_trip_time() -> None:
    async with a_server(lambda data: [reply(data)]) as port:
        outcome = await asked(port)
    assert isinstance(outcome, float)
    assert 0 < outcome < 1000


async def test_a_server_that_fails_is_there_and_gives_no_name() -> None:
    async with a_server(lambda data: [reply(data, 0x8182, 0)]) as port:
        assert await asked(port) is NoAnswer.DNS_FAILED


async def test_strangers_answers_are_passed_over() -> None:
    junk = [b"", b"x" * 600, struct.pack("!HHHHHH", 8, 0x8180, 1, 1, 0, 0)]
    async with a_server(lambda data: [*junk, reply(data)]) as port:
        assert isinstance(await asked(port), float)


async def test_a_port_that_nobody_serves_gives_no_name() -> None:
    assert await asked(free_port()) is NoAnswer.DNS_FAILED


async def test_silence_is_left_to_whoever_counts_the_time() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        outcomes: list[Outcome] = []
        query = Query(lambda _, outcome: outcomes.append(outcome))
        query.ask(1, HERE, QUESTION, port=silent.getsockname()[1])
        assert await asyncio.get_running_loop().run_in_executor(None, silent.recv, 600) == dns.encode(QUESTION)
        query.close()
    assert outcomes == []


@contextmanager
def dnsmasq(folder: Path, *more: str) -> Iterator[int]:
    port = free_port()
    command = [
        "dnsmasq",
        "--keep-in-foreground",
        f"--port={port}",
        "--no-resolv",
        "--no-hosts",
        "--conf-file=/dev/null",
    ]
    command += ["--listen-address=127.0.0.1", "--bind-interfaces", f"--pid-file={folder / 'pid'}", "--user=root"]
    with subprocess.Popen([*command, *more], stderr=subprocess.DEVNULL) as process:
        try:
            yield port
        finally:
            process.terminate()


async def first_answer(port: int, question: Question) -> Outcome:
    """Of a server that may still be starting."""
    async with asyncio.timeout(WITHIN_S):
        while not isinstance(outcome := await asked(port, question), float):
            await asyncio.sleep(0.02)
    return outcome


@pytest.mark.component("dnsmasq")
async def test_a_real_resolver_is_understood(tmp_path: Path) -> None:
    known = Question(ident=1, name="Known.TEST", kind=dns.A, recursive=True)
    absent = Question(ident=2, name="x.nowhere.test", kind=dns.A, recursive=True, absent=True)
    unknown = Question(ident=3, name="x.nowhere.test", kind=dns.A, recursive=True)
    elsewhere = Question(ident=4, name="example.pt", kind=dns.A, recursive=True)
    with dnsmasq(tmp_path, "--address=/known.test/192.0.2.1", "--local=/nowhere.test/") as port:
        await first_answer(port, known)
        assert isinstance(await asked(port, absent), float)
        assert await asked(port, unknown) is NoAnswer.DNS_FAILED
        assert await asked(port, elsewhere) is NoAnswer.DNS_FAILED


@pytest.mark.component("dnsmasq")
async def test_a_real_authority_is_asked_for_its_own_zone(tmp_path: Path) -> None:
    own = Question(ident=1, name="Zone.TEST", kind=dns.SOA, recursive=False)
    others = Question(ident=2, name="example.pt", kind=dns.SOA, recursive=False)
    zone = ("--auth-server=ns.zone.test,lo", "--auth-zone=zone.test", "--host-record=ns.zone.test,127.0.0.1")
    with dnsmasq(tmp_path, *zone) as port:
        await first_answer(port, own)
        assert await asked(port, others) is NoAnswer.DNS_FAILED


def test_resolvers_are_read_again_when_their_file_changes(tmp_path: Path) -> None:
    file, stub = tmp_path / "resolv.conf", tmp_path / "stub.conf"
    resolvers = Resolvers(file, stub)
    assert resolvers.addresses() == ()
    file.write_text("# made by hand\nsearch home\nnameserver 192.0.2.1\nnameserver fe80::1%eth0\nnameserver nobody\n")
    assert resolvers.addresses() == ("192.0.2.1", "fe80::1")
    file.write_text("nameserver 127.0.0.53\n")
    stub.write_text("nameserver 192.0.2.2\n")
    assert resolvers.addresses() == ("192.0.2.2",)


def test_no_more_resolvers_are_asked_than_the_system_asks(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text("".join(f"nameserver 192.0.2.{number}\n" for number in range(1, 6)))
    assert Resolvers(file, tmp_path / "none").addresses() == ("192.0.2.1", "192.0.2.2", "192.0.2.3")
