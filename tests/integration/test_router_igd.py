"""Against a real gateway, miniupnpd, between three network namespaces: home, gateway and the world behind it."""

import itertools
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from probe.body.rung import LinkStatus, WanStatus
from probe.body.speed_test import Direction
from probe.router.counters import UNTESTED, calibrate, moved, other_traffic, renewed
from probe.router.reading import NoRouter, Reason, RouterReading, Source
from probe.router.uptime import Restarts, restarts

pytestmark = pytest.mark.component("testbed", "miniupnpd")

GATEWAY, HOME = "192.168.77.1", "192.168.77.2"
OUTSIDE, WORLD = "198.51.100.2", "198.51.100.1"
FASTEST_BPS = 1_000_000_000  # more than the little that is sent here comes to, pauses inside
WRAP_BYTES = 1 << 32
DAEMON = "/usr/sbin/miniupnpd"
_numbers = itertools.count(1)

CONFIGURATION = """\
ext_ifname={interface}
listening_ip=lan
http_port=0
enable_upnp=yes
enable_natpmp=no
system_uptime=yes
uuid=f1b9a1c6-5f0e-4b4e-8d3a-0a5d1c1d1a11
"""
ASK = """
import asyncio, sys
import msgspec
from probe.router.ask import read_router
print(msgspec.json.encode(asyncio.run(read_router(sys.argv[1], float(sys.argv[2])))).decode())
"""
SERVE = """
import socket, sys
with socket.create_server((sys.argv[1], 0)) as server:
    print(server.getsockname()[1], flush=True)
    server.settimeout(30)
    for _ in range(int(sys.argv[2])):
        peer, _ = server.accept()
        with peer:
            peer.settimeout(30)
            peer.sendall(bytes(int(peer.recv(20))))
"""
# A small window: nothing overflows between the namespaces, and nothing is sent (and counted) twice.
FETCH = """
import socket, sys
with socket.socket() as peer:
    peer.settimeout(30)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 17)
    peer.connect((sys.argv[1], int(sys.argv[2])))
    peer.sendall(sys.argv[3].encode())
    left = int(sys.argv[3])
    while left:
        left -= len(peer.recv(min(left, 1 << 20)))
"""
# Packets that arrive at the gateway's outer side faster than any wire would bring them: written into a TUN device.
FLOOD = """
import fcntl, os, struct, subprocess, sys
device = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(device, 0x400454CA, struct.pack("16sH", b"wide", 0x1001))  # TUNSETIFF, IFF_TUN | IFF_NO_PI
for what in ("link set dev wide up mtu 65000", "addr add 198.51.101.2/24 dev wide"):
    subprocess.run(["ip", *what.split()], check=True)
head = bytes([0x45, 0]) + struct.pack(">H", 64000) + bytes(4) + bytes([64, 253, 0, 0])
packet = head + bytes([203, 0, 113, 1, 203, 0, 113, 2]) + bytes(63980)
print("up", flush=True)
for line in sys.stdin:
    left = int(line)
    while left > 0:
        left -= os.write(device, packet)
    print(left, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Home:
    """Three namespaces: `home` and `world` with `gateway` between them."""

    home: str
    gateway: str
    world: str

    def ask(self, timeout_s: float = 5.0) -> RouterReading | NoRouter:
        said = _run(self.home, sys.executable, "-c", ASK, GATEWAY, str(timeout_s))
        if b'"reason"' in said:
            return msgspec.json.decode(said, type=NoRouter)
        return msgspec.json.decode(said, type=RouterReading)

    def read(self) -> RouterReading:
        reading = self.ask()
        assert isinstance(reading, RouterReading), reading
        return reading

    def counted_bytes(self, interface: str) -> tuple[int, int]:
        """(received, sent) of an interface of the gateway, as its kernel counts."""
        lines = _run(self.gateway, "cat", "/proc/net/dev").decode().splitlines()
        numbers = next(line for line in lines if line.strip().startswith(f"{interface}:")).split(":")[1].split()
        return int(numbers[0]), int(numbers[8])


def _run(namespace: str, *command: str, given: bytes = b"") -> bytes:
    done = subprocess.run(
        ["ip", "netns", "exec", namespace, *command], input=given, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@contextmanager
def _started(namespace: str, *command: str, **how: Any) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(["ip", "netns", "exec", namespace, *command], text=True, **how) as process:
        try:
            yield process
        finally:
            process.terminate()


def _lines(*commands: str) -> None:
    for command in commands:
        subprocess.run(["ip", *command.split()], check=True, capture_output=True, timeout=10)


@pytest.fixture
def wired() -> Iterator[Home]:
    """The namespaces with plain Ethernet between them: nothing is merged on the way, so every header is counted."""
    name = f"prova-{os.getpid()}-{next(_numbers)}"
    home = Home(f"{name}-h", f"{name}-g", f"{name}-w")
    everywhere = (home.home, home.gateway, home.world)
    try:
        _lines(*(f"netns add {one}" for one in everywhere))
        _lines(*(f"-n {one} link set dev lo up" for one in everywhere))
        for inner, near, far, outer in (
            (home.home, "eth", "lan", home.gateway),
            (home.world, "net", "wan", home.gateway),
        ):
            _lines(f"link add name {near} netns {inner} type veth peer name {far} netns {outer}")
        for where, device, address in (
            (home.home, "eth", HOME),
            (home.gateway, "lan", GATEWAY),
            (home.gateway, "wan", OUTSIDE),
            (home.world, "net", WORLD),
        ):
            _lines(f"-n {where} addr add {address}/24 dev {device}", f"-n {where} link set dev {device} up")
            _run(where, "ethtool", "-K", device, "tso", "off", "gso", "off", "gro", "off")
        _lines(f"-n {home.home} route add default via {GATEWAY}", f"-n {home.world} route add default via {OUTSIDE}")
        _run(home.gateway, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        yield home
    finally:
        for one in everywhere:
            subprocess.run(["ip", "netns", "del", one], capture_output=True, timeout=10, check=False)


@contextmanager
def daemon(home: Home, folder: Path, *, interface: str = "wan") -> Iterator[None]:
    """miniupnpd on the gateway, once it answers."""
    configuration = folder / "miniupnpd.conf"
    configuration.write_text(CONFIGURATION.format(interface=interface))
    command = (DAEMON, "-d", "-f", str(configuration), "-P", str(folder / "pid"))
    with (folder / "log").open("w") as log, _started(home.gateway, *command, stdout=log, stderr=log) as process:
        until = time.monotonic() + 20
        while isinstance(home.ask(2.0), NoRouter):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until, (folder / "log").read_text()
        yield


def fetch(home: Home, *, own_bytes: int, others_bytes: int = 0) -> tuple[RouterReading, RouterReading]:
    """Readings around a download of `own_bytes`, and one of `others_bytes` by somebody else of the household."""
    sizes = [size for size in (own_bytes, others_bytes) if size]
    before = home.read()
    serving = _started(home.world, sys.executable, "-c", SERVE, WORLD, str(len(sizes)), stdout=subprocess.PIPE)
    with serving as server:
        assert server.stdout
        port = server.stdout.readline().strip()
        for size in sizes:
            _run(home.home, sys.executable, "-c", FETCH, WORLD, port, str(size))
    return before, home.read()


def downloaded(readings: tuple[RouterReading, RouterReading], *, least_bytes: int) -> Any:
    return moved(*readings, Direction.DOWNLOAD, fastest_bps=FASTEST_BPS, least_bytes=least_bytes)


def test_a_real_gateway_says_what_its_kernel_knows(wired: Home, tmp_path: Path) -> None:
    with daemon(wired, tmp_path):
        at_least = wired.counted_bytes("wan")
        reading = wired.read()
        at_most = wired.counted_bytes("wan")
    assert (reading.source, reading.model) == (Source.IGD, "Debian router")
    assert (reading.wan_status, reading.link_status) == (WanStatus.CONNECTED, LinkStatus.UP)
    assert reading.wan_uptime_s is not None
    assert abs(reading.wan_uptime_s - time.clock_gettime(time.CLOCK_BOOTTIME)) < 30
    assert reading.device_uptime_s is None
    assert reading.received_bytes in range(at_least[0], at_most[0] + 1)
    assert reading.sent_bytes in range(at_least[1], at_most[1] + 1)
    assert OUTSIDE not in repr(reading)


def test_a_real_gateway_that_hears_the_multicast_search_alone_is_found(wired: Home, tmp_path: Path) -> None:
    rules = textwrap.dedent(f"""
        table ip deaf {{
          chain input {{
            type filter hook input priority 0
            ip daddr {GATEWAY} udp dport 1900 drop
          }}
        }}
        """)
    with daemon(wired, tmp_path):
        _run(wired.gateway, "nft", "-f", "-", given=rules.encode())
        assert wired.read().wan_status is WanStatus.CONNECTED


def test_a_real_gateways_counter_is_proved_by_a_test_and_then_shows_the_household(wired: Home, tmp_path: Path) -> None:
    own_bytes, others_bytes = 30_000_000, 12_000_000
    with daemon(wired, tmp_path):
        quiet = downloaded(fetch(wired, own_bytes=own_bytes), least_bytes=own_bytes // 2)
        known = renewed(UNTESTED, calibrate(own_bytes, quiet))
        busy = downloaded(fetch(wired, own_bytes=own_bytes, others_bytes=others_bytes), least_bytes=own_bytes // 2)
    assert known.trusted
    assert known.share == pytest.approx(1514 / 1448, rel=0.01), "Ethernet frames, as the kernel counts"
    found = other_traffic(busy, known, test_bytes=own_bytes)
    assert found == pytest.approx(others_bytes * 1514 / 1448, rel=0.1)
    assert not calibrate(own_bytes, busy).trusted
    assert renewed(known, calibrate(own_bytes, busy)) == known


def test_a_real_gateway_that_lost_its_line_says_so_and_its_uptime_does_not(wired: Home, tmp_path: Path) -> None:
    """It gives its machine's uptime as the connection's: that this ran on proves nothing."""
    with daemon(wired, tmp_path):
        before = wired.read()
        _lines(f"-n {wired.gateway} link set dev wan down")
        down = wired.read()
        _lines(f"-n {wired.gateway} link set dev wan up")
        after = wired.read()
    assert down.wan_status is WanStatus.DISCONNECTED
    assert after.wan_status is WanStatus.CONNECTED
    assert restarts(before, after) == Restarts(device=None, connection=False)


def test_a_real_gateway_that_was_stopped_is_not_found(wired: Home, tmp_path: Path) -> None:
    with daemon(wired, tmp_path):
        pass
    assert wired.ask(1.0) == NoRouter(Reason.NOT_FOUND)


def test_without_a_way_to_the_gateway_there_is_no_route(wired: Home) -> None:
    _lines(f"-n {wired.home} link set dev eth down")
    assert wired.ask(1.0) == NoRouter(Reason.NO_ROUTE)


def test_a_real_gateways_counter_is_followed_over_the_end_of_its_32_bits(wired: Home, tmp_path: Path) -> None:
    """Debian's build says more than UPnP allows for; one built strictly would say the same, less 2^32."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with _started(wired.gateway, sys.executable, "-c", FLOOD, **pipes) as flood:
        assert flood.stdin
        assert flood.stdout
        assert flood.stdout.readline() == "up\n"

        def let_in(amount_bytes: int) -> None:
            assert flood.stdin
            assert flood.stdout
            print(amount_bytes, file=flood.stdin, flush=True)
            flood.stdout.readline()

        with daemon(wired, tmp_path, interface="wide"):
            let_in(WRAP_BYTES - 50_000_000)
            before = wired.read()
            let_in(100_000_000)
            after = wired.read()
    assert (before.counter_bits, after.counter_bits) == (32, 64)
    assert before.received_bytes is not None
    assert after.received_bytes is not None
    passed = after.received_bytes - before.received_bytes
    assert 100_000_000 <= passed < 100_100_000
    assert moved(before, after, Direction.DOWNLOAD, fastest_bps=FASTEST_BPS) == passed
    strict = replace(after, received_bytes=after.received_bytes % WRAP_BYTES, counter_bits=32)
    assert moved(before, strict, Direction.DOWNLOAD, fastest_bps=FASTEST_BPS) == passed
