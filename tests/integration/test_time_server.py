"""Questions for the time, over real sockets: chrony as a real server, and one of the test's own that misbehaves."""

import asyncio
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from probe.body.rung import ClockSeen
from probe.record import Body, Stamp
from probe.rung import time_server
from probe.rung.clock_watch import ClockWatch
from probe.rung.sntp import Kiss, Told
from prova.port import free_port

WITHIN_S = 10.0


@contextmanager
def chrony(folder: Path) -> Iterator[int]:
    """A server that takes this machine's own clock for right, and sets nothing."""
    port = free_port()
    conf = folder / "chrony.conf"
    lines = ["local stratum 3", "allow 127.0.0.1", f"port {port}", "bindaddress 127.0.0.1", "cmdport 0"]
    conf.write_text(
        "\n".join(
            [
                *lines,
                f"pidfile {folder / 'pid'}",
                f"driftfile {folder / 'drift'}",
                f"bindcmdaddress {folder / 'command'}",
            ]
        )
    )
    command = ["/usr/sbin/chronyd", "-x", "-d", "-U", "-f", str(conf)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield port
        finally:
            process.terminate()


@pytest.mark.component("chrony")
async def test_a_real_time_server_on_this_machine_shows_this_machines_time(tmp_path: Path) -> None:
    told: Told | Kiss | None = None
    with chrony(tmp_path) as port:
        async with asyncio.timeout(WITHIN_S):
            while told is None:
                told = await time_server.ask("127.0.0.1", 0.2, port=port)
    assert isinstance(told, Told)
    assert told.stratum == 3
    assert abs(told.offset_ms) <= told.round_trip_ms / 2 + 0.1
    assert told.round_trip_ms < 200


@contextmanager
def answering(answer: Callable[[bytes], list[bytes]]) -> Iterator[int]:
    """Answers one question."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(WITHIN_S)

        def serve() -> None:
            data, address = sock.recvfrom(600)
            for one in answer(data):
                sock.sendto(one, address)

        thread = threading.Thread(target=serve)
        thread.start()
        yield sock.getsockname()[1]
        thread.join()


def kiss(data: bytes) -> bytes:
    return bytes([0b11_100_100, 0]) + bytes(10) + b"RATE" + bytes(8) + data[40:48] + bytes(16)


async def test_a_kiss_of_death_is_heard_among_what_strangers_say() -> None:
    with answering(lambda data: [b"", b"x" * 48, kiss(data)]) as port:
        assert await time_server.ask("127.0.0.1", 2, port=port) == Kiss("RATE")


async def test_a_flood_of_nonsense_ends() -> None:
    with answering(lambda _: [b"x" * 48] * 100) as port:
        assert await time_server.ask("127.0.0.1", 2, port=port) is None


@pytest.mark.parametrize("host", ["nobody.invalid", "x" * 70])
async def test_a_name_that_is_not_found_tells_no_time(host: str) -> None:
    assert await time_server.ask(host, 0.5) is None


async def test_a_server_that_nobody_runs_tells_no_time() -> None:
    assert await time_server.ask("127.0.0.1", 0.5, port=free_port()) is None


async def test_without_a_server_the_clock_is_told_of_by_itself_once_an_hour() -> None:
    kept: list[tuple[Stamp, Stamp, Body]] = []
    watch = ClockWatch((), lambda *one: kept.append(one))
    assert watch.is_due()
    await watch.ask()
    watch.look()
    assert not watch.is_due()
    ((_, _, seen),) = kept
    assert isinstance(seen, ClockSeen)
    assert (seen.time_server, seen.offset_ms) == (None, None)
    assert seen.suspended_s is not None


async def test_a_server_that_does_not_answer_is_a_record_too() -> None:
    kept: list[Body] = []
    watch = ClockWatch(("nobody.invalid",), lambda _, __, body: kept.append(body))
    await watch.ask()
    watch.look()
    assert not watch.is_due()
    (seen,) = kept
    assert isinstance(seen, ClockSeen)
    assert (seen.time_server, seen.offset_ms, seen.stratum) == ("nobody.invalid", None, None)
