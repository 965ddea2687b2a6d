"""Shell. An emulated line between two network namespaces, with a known rate, and everything to measure over it.

Needs root, iproute2, gcc and /dev/net/tun. All traffic stays inside the namespaces. The two ends are `line.client`
(10.98.0.1) and `line.server` (10.98.0.2). Knows nothing of what is measured.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.namespace import ip, namespace, new_name, popen, sweep

ROOT = Path(__file__).parents[2]
SERVER_ADDRESS = "10.98.0.2"
CLIENT_ADDRESS = "10.98.0.1"
# What a packet of 1500 bytes carries, against what the emulator counts of it: 14 bytes for an Ethernet header more;
# 20 for IPv4, 20 for TCP and 12 for its timestamps less.
PAYLOAD_SHARE = 1448 / 1514
IP_SHARE = 1500 / 1514
_FEWEST_QUEUE_BYTES = 15_140  # ten full packets


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

    def popen(self, end: str, *command: str) -> subprocess.Popen[str]:
        """`command` in one end's namespace, its standard input and output as pipes, from the project's folder."""
        return popen(end, *command)

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
    name = new_name()
    with ExitStack() as stack:
        client, server = (stack.enter_context(namespace(f"{name}{end}")) for end in "cs")
        process = stack.enter_context(_emulator(emulator, shape, (f"{name}a", f"{name}b")))
        for end, device, address in ((client, f"{name}a", CLIENT_ADDRESS), (server, f"{name}b", SERVER_ADDRESS)):
            ip("link", "set", device, "netns", end)
            ip("-n", end, "addr", "add", f"{address}/30", "dev", device)
            ip("-n", end, "link", "set", device, "txqueuelen", "5000", "up")
        yield Line(client, server, process.pid)


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


def _process_ticks(pid: int) -> int:
    words = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


def _machine_ticks() -> int:
    ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4]
