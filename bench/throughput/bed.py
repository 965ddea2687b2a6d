"""Shell. A line of the grid, emulated: two namespaces with a known rate, delay, queue and loss between them.

Up to 500 Mbit/s by the lab's own emulator, exact packet by packet. Above, where that takes too much of the machine, by
the kernel's token bucket, with the delay by held-back NFQUEUE verdicts and the loss by nft. There a burst of
`BURST_S` passes unshaped after a pause, and a loss takes a whole segmentation-offload packet (up to 44 segments).
Knows nothing of what is measured.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.throughput.cell import Cell
from tests.lab import line as lab
from tests.lab.namespace import inside, ip, namespace, new_name, popen, sweep

EXACT_UP_TO_MBPS = 500.0
BURST_S = {1000.0: 0.004}
_BURST_S = 0.008
_FEWEST_QUEUE_BYTES = 4 * 65536  # of whole segmentation-offload packets
_MOST_BUFFER = "4096 131072 67108864"  # as the kernel's own, with 64 MiB at most: 2500 Mbit/s x 50 ms x 4 fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Bed:
    """A line that is up: the namespaces at its ends, and their addresses."""

    client: str
    server: str
    client_address: str
    server_address: str

    @contextmanager
    def watched(self) -> Iterator[list[float]]:
        """Fills its list with one number at the end: the machine's busy cores meanwhile."""
        found: list[float] = []
        ticks, began = _busy_ticks(), time.monotonic()
        yield found
        found.append((_busy_ticks() - ticks) / ((time.monotonic() - began) * os.sysconf("SC_CLK_TCK")))


@contextmanager
def bed(emulator: Path, cell: Cell) -> Iterator[Bed]:
    """Up while it is entered; taken down whatever happens. `emulator`: the built one of `tests.lab.line`."""
    if cell.rate_mbps <= EXACT_UP_TO_MBPS:
        shape = lab.Shape(
            down_mbps=cell.rate_mbps,
            up_mbps=cell.rate_mbps,
            one_way_ms=cell.one_way_ms,
            queue_s=cell.queue_s,
            loss_share=cell.loss_share,
        )
        with lab.emulated_line(emulator, shape) as line:
            yield Bed(
                client=line.client,
                server=line.server,
                client_address=lab.CLIENT_ADDRESS,
                server_address=lab.SERVER_ADDRESS,
            )
    else:
        with _wide(cell) as found:
            yield found


@contextmanager
def _wide(cell: Cell) -> Iterator[Bed]:
    sweep()
    name = new_name()
    with ExitStack() as stack:
        client, middle, server = (stack.enter_context(namespace(f"{name}{end}")) for end in "cms")
        for number, (end, device) in enumerate(((client, f"{name}a"), (server, f"{name}b")), start=1):
            _join(end, middle, device, number)
            _shape(middle, f"{device}m", cell)
        inside(middle, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        _lose(middle, cell.loss_share)
        if cell.delay_ms:
            for number, device in enumerate((f"{name}a", f"{name}b"), start=1):
                stack.enter_context(_delay(middle, f"{device}m", number, cell.one_way_ms))
        yield Bed(client=client, server=server, client_address="10.98.1.2", server_address="10.98.2.2")


def _join(end: str, middle: str, device: str, number: int) -> None:
    near, far = f"10.98.{number}.1", f"10.98.{number}.2"
    ip("link", "add", device, "netns", end, "type", "veth", "peer", "name", f"{device}m", "netns", middle)
    ip("-n", middle, "addr", "add", f"{near}/24", "dev", f"{device}m")
    ip("-n", middle, "link", "set", f"{device}m", "up")
    ip("-n", end, "addr", "add", f"{far}/24", "dev", device)
    ip("-n", end, "link", "set", device, "up")
    ip("-n", end, "route", "add", "default", "via", near)
    inside(end, "sysctl", "-qw", f"net.ipv4.tcp_wmem={_MOST_BUFFER}", f"net.ipv4.tcp_rmem={_MOST_BUFFER}")


def _shape(end: str, device: str, cell: Cell) -> None:
    bytes_per_s = cell.rate_mbps * 125_000
    burst = round(bytes_per_s * BURST_S.get(cell.rate_mbps, _BURST_S))
    limit = max(round(bytes_per_s * cell.queue_s), _FEWEST_QUEUE_BYTES)
    rate = ("rate", f"{cell.rate_mbps:g}mbit", "burst", str(burst), "limit", str(limit))
    inside(end, "tc", "qdisc", "replace", "dev", device, "root", "tbf", *rate)


def _lose(middle: str, share: float) -> None:
    if share:
        rule = f"numgen random mod 1000000 < {round(share * 1e6)} drop"
        chain = f"chain lossy {{ type filter hook forward priority -10; {rule}; }};"
        inside(middle, "nft", "-f", "-", text=f"table ip bench {{ {chain} }};\n")


@contextmanager
def _delay(middle: str, device: str, number: int, one_way_ms: float) -> Iterator[None]:
    command = (sys.executable, "-m", "bench.throughput.hold", str(number), str(one_way_ms))
    with popen(middle, *command) as process:
        try:
            _await(process)
            queue = ("-j", "NFQUEUE", "--queue-num", str(number))
            inside(middle, "iptables", "-A", "FORWARD", "-i", device, *queue)
            yield
        finally:
            process.kill()


def _await(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", "the delay did not start"


def _busy_ticks() -> int:
    ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4]
