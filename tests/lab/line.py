"""Shell. An emulated line between two network namespaces, with a known rate, and everything to measure over it.

Needs root, iproute2, gcc and /dev/net/tun. All traffic stays inside the namespaces. The two ends are `line.client`
(10.98.0.1) and `line.server` (10.98.0.2). Knows nothing of what is measured.
"""

import itertools
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVER_ADDRESS = "10.98.0.2"
CLIENT_ADDRESS = "10.98.0.1"
# What a packet of 1500 bytes carries, against what the emulator counts of it: 14 bytes for an Ethernet header more;
# 20 for IPv4, 20 for TCP and 12 for its timestamps less.
PAYLOAD_SHARE = 1448 / 1514
IP_SHARE = 1500 / 1514
_FEWEST_QUEUE_BYTES = 15_140  # ten full packets
_COMMAND_S = 20.0
_PREFIX = "pv"
_numbers = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A line's properties. Rates count IP packets plus 14 bytes each. `queue_s`: what each queue holds, of its rate."""

    down_mbps: float
    up_mbps: float
    one_way_ms: float = 10.0
    queue_s: float = 0.02
    loss_share: float = 0.0

    def queue_bytes(self, mbps: float) -> int:
        return max(_FEWEST_QUEUE_BYTES, round(mbps * 125_000 * self.queue_s))


@dataclass(frozen=True, slots=True)
class Load:
    """Processor time used between two moments, in cores: by the emulator, and by the whole machine."""

    emulator_cores: float
    machine_cores: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is up. `client` and `server` name the namespaces at its ends."""

    client: str
    server: str
    emulator: int  # its process

    def popen(self, namespace: str, *command: str) -> subprocess.Popen[str]:
        """`command` in one end's namespace, its standard input and output as pipes, from the project's folder."""
        return subprocess.Popen(
            ["ip", "netns", "exec", namespace, *command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def watched(self) -> Iterator[list[Load]]:
        """Fills its list with one `Load` at the end."""
        found: list[Load] = []
        emulator, machine, began = _process_ticks(self.emulator), _machine_ticks(), time.monotonic()
        yield found
        tick_s = (time.monotonic() - began) * os.sysconf("SC_CLK_TCK")
        found.append(Load((_process_ticks(self.emulator) - emulator) / tick_s, (_machine_ticks() - machine) / tick_s))


def build(folder: Path) -> Path:
    """Compiles the emulator into `folder`."""
    binary = folder / "tunlink"
    source = Path(__file__).with_name("tunlink.c")
    command = ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", str(binary), str(source)]
    subprocess.run(command, check=True, timeout=60)
    return binary


@contextmanager
def emulated_line(emulator: Path, shape: Shape) -> Iterator[Line]:
    """Up while it is entered; taken down whatever happens."""
    sweep()
    name = f"{_PREFIX}{os.getpid()}-{next(_numbers)}"
    with ExitStack() as stack:
        client, server = (stack.enter_context(_namespace(f"{name}{end}")) for end in "cs")
        process = stack.enter_context(_emulator(emulator, shape, (f"{name}a", f"{name}b")))
        for end, device, address in ((client, f"{name}a", CLIENT_ADDRESS), (server, f"{name}b", SERVER_ADDRESS)):
            _ip("link", "set", device, "netns", end)
            _ip("-n", end, "addr", "add", f"{address}/30", "dev", device)
            _ip("-n", end, "link", "set", device, "txqueuelen", "5000", "up")
            _ip("-n", end, "link", "set", "lo", "up")
        yield Line(client, server, process.pid)


def sweep() -> None:
    """Removes what a killed run left behind: namespaces of ours whose process is gone."""
    for line in _ip("netns", "list").splitlines():
        name = line.split()[0] if line.strip() else ""
        owner = name.removeprefix(_PREFIX).split("-")[0]
        if name.startswith(_PREFIX) and owner.isdigit() and not Path("/proc", owner).exists():
            _ip("netns", "del", name)


@contextmanager
def _namespace(name: str) -> Iterator[str]:
    _ip("netns", "add", name)
    try:
        yield name
    finally:
        _ip("netns", "del", name)


@contextmanager
def _emulator(binary: Path, shape: Shape, devices: tuple[str, str]) -> Iterator[subprocess.Popen[str]]:
    queues = (shape.queue_bytes(shape.down_mbps), shape.queue_bytes(shape.up_mbps))
    numbers = (shape.down_mbps, shape.up_mbps, shape.one_way_ms, *queues, shape.loss_share, 14)
    command = [str(binary), *devices, *map(str, numbers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", "the emulator did not start"
            yield process
        finally:
            process.kill()


def _ip(*arguments: str) -> str:
    done = subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True, timeout=_COMMAND_S)
    return done.stdout


def _process_ticks(pid: int) -> int:
    words = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


def _machine_ticks() -> int:
    ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4]
