"""Shell. The tools that read a line: our own test in its kinds, and the peers that distributions and registries ship.

Each has its server started beside it where it needs one of its own, and says a rate at the receiver. Knows nothing of
what the line carries.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.throughput.bed import Bed
from bench.throughput.cell import HOLDS, IP_SHARE, PAYLOAD_SHARE, Cell
from probe.body.speed_test import Direction, SpeedTest
from probe.throughput.plan import Method, Plan
from tests.lab.namespace import popen

OFFERED = 1.5  # of the line's rate: a late sender is not to leave a shallow queue empty
FLOOD_S = 1.2
FLOODS = 3  # at most
TEST_S = 60
WS_PORT, HTTP_PORT, FLOOD_PORT, IPERF2_PORT = 8080, 8081, 9000, 5001
Told = dict[str, str | int | float | bool | None]


class ToolError(Exception):
    """A tool gave no rate. The text is what it said."""


@dataclass(frozen=True, slots=True)
class Heard:
    """`layer_share`: what of a line's rate the tool's layer can carry."""

    rate_bps: float
    layer_share: float
    bytes: int | None
    seconds: float
    said: Told


Run = Callable[[Bed, Cell, Direction], Heard]


def ours(**wanted: object) -> Run:
    """Our own client in a process of its own, with these settings of a `Plan`."""

    def run(bed: Bed, cell: Cell, direction: Direction) -> Heard:
        del cell
        given: dict[str, object] = {"url": f"ws://{bed.server_address}:{WS_PORT}", "software": "prova-bench", **wanted}
        if given.get("method") == Method.LIBRESPEED:
            given["url"] = f"http://{bed.server_address}:{HTTP_PORT}"
        elif given.get("method") == Method.UDP:
            given["url"] = f"udp://{bed.server_address}"
        plan = msgspec.convert(given, Plan)
        plan_json = msgspec.json.encode(plan).decode()
        out = _out(bed.client, sys.executable, "-m", "tests.lab.ask", plan_json, direction)
        return _heard(msgspec.json.decode(out, type=SpeedTest), is_udp=plan.method is Method.UDP)

    return run


def _heard(test: SpeedTest, *, is_udp: bool) -> Heard:
    rate_bps = test.ip_rate_bps if is_udp else test.rate_bps
    if rate_bps is None:
        raise ToolError(f"failure {test.failure}")
    return Heard(
        rate_bps,
        IP_SHARE if is_udp else PAYLOAD_SHARE,
        test.bytes,
        test.duration_s or 0.0,
        {
            "method_version": test.method_version,
            "mean_bps": test.mean_bps,
            "uncertainty_bps": test.uncertainty_bps,
            "limited_by": test.limited_by,
            "idle_rtt_ms": test.idle_rtt_ms,
            "loaded_rtt_ms": test.loaded_rtt_ms,
            "retransmitted_share": test.retransmitted_share,
            "cpu_share": test.conditions.cpu_share,
        },
    )


def iperf3(seconds: int, congestion_control: str, streams: int = 1) -> Run:
    """By the receiver's sum."""

    def run(bed: Bed, cell: Cell, direction: Direction) -> Heard:
        del cell
        reverse = ["-R"] if direction is Direction.DOWNLOAD else []
        options = ["-J", "-t", str(seconds), "-C", congestion_control, "-P", str(streams), *reverse]
        said = json.loads(_out(bed.client, "iperf3", "-c", bed.server_address, *options))
        if "error" in said:
            raise ToolError(said["error"])
        received = said["end"]["sum_received"]
        steady = [one["sum"]["bits_per_second"] for one in said["intervals"][1:]]
        told: Told = {"after_first_second_bps": sum(steady) / len(steady) if steady else None}
        return Heard(received["bits_per_second"], PAYLOAD_SHARE, received["bytes"], received["seconds"], told)

    return run


def iperf2(bed: Bed, cell: Cell, direction: Direction) -> Heard:
    """Ten seconds; iperf 2 sends from its client, so a download has its server at our client's end."""
    del cell
    sender, receiver, address = (
        (bed.server, bed.client, bed.client_address)
        if direction is Direction.DOWNLOAD
        else (bed.client, bed.server, bed.server_address)
    )
    with popen(receiver, "iperf", "-s", "-y", "C", "-P", "1", "-p", str(IPERF2_PORT)) as server:
        try:
            _retried(sender, "iperf", "-c", address, "-p", str(IPERF2_PORT), "-t", "10", "-Z", "bbr")
            out, _ = server.communicate(timeout=20)
        finally:
            server.kill()
    fields = out.strip().splitlines()[-1].split(",")
    seconds = float(fields[6].split("-")[1])
    return Heard(float(fields[8]), PAYLOAD_SHARE, int(fields[7]), seconds, {})


def nuttcp(bed: Bed, cell: Cell, direction: Direction) -> Heard:
    """Ten seconds, by the receiver's count."""
    del cell
    reverse = ["-r"] if direction is Direction.DOWNLOAD else []
    with popen(bed.server, "nuttcp", "-1", "--nofork") as server:
        try:
            out = _retried(bed.client, "nuttcp", *reverse, "-T10", "-fparse", bed.server_address)
        finally:
            server.kill()
    said = dict(word.split("=", 1) for word in out.split() if "=" in word)
    seconds, moved = float(said["real_seconds"]), float(said["megabytes"]) * (1 << 20)
    return Heard(moved * 8 / seconds, PAYLOAD_SHARE, round(moved), seconds, {})


def ndt7_js(command: Callable[[str, str], list[str]]) -> Run:
    """M-Lab's own client against our server, in ndt7's own terms: the whole test's mean.

    Of an upload, what the server told it: its own count is of what it buffered. `command` as `Official.command`. One
    run makes both directions, and is kept for the second.
    """
    kept: dict[str, str] = {}

    def run(bed: Bed, cell: Cell, direction: Direction) -> Heard:
        del cell
        if bed.client not in kept:
            kept[bed.client] = _out(bed.client, *command(f"{bed.server_address}:{WS_PORT}", "ws"))
        said = json.loads(kept[bed.client])
        means = said["means"][direction]
        if not means:
            raise ToolError(str(said["errors"]))
        seconds, moved = means[-1]
        return Heard(moved * 8 / seconds, PAYLOAD_SHARE, moved, seconds, {})

    return run


def flood(bed: Bed, cell: Cell, direction: Direction) -> Heard:
    """What the line carries: no tool, but what the tools are held against.

    What disturbs the machine in one second says nothing of the next: of up to three readings the nearest counts.
    """
    rates: list[float] = []
    true_bps = cell.rate_mbps * 1e6
    while len(rates) < FLOODS and not (rates and abs(rates[-1] / true_bps - 1) <= HOLDS):
        rates.append(_flood_once(bed, cell, direction))
    return Heard(min(rates, key=lambda one: abs(one - true_bps)), 1.0, None, FLOOD_S, {"readings": len(rates)})


def _flood_once(bed: Bed, cell: Cell, direction: Direction) -> float:
    sender, receiver, address = (
        (bed.server, bed.client, bed.client_address)
        if direction is Direction.DOWNLOAD
        else (bed.client, bed.server, bed.server_address)
    )
    module = (sys.executable, "-m", "bench.throughput.flood")
    with popen(receiver, *module, "receive", address, str(FLOOD_PORT)) as counting:
        try:
            assert counting.stdout is not None
            assert counting.stdout.readline() == "ready\n", "the counting end did not start"
            offered = (str(cell.rate_mbps * OFFERED), str(FLOOD_S))
            _out(sender, *module, "send", address, str(FLOOD_PORT), *offered)
            rate_bps = float(counting.communicate(timeout=20)[0])
        finally:
            counting.kill()
    if not rate_bps:
        raise ToolError("nothing arrived")
    return rate_bps


@contextmanager
def servers(bed: Bed) -> Iterator[None]:
    """What every cell needs: our measuring server and iperf3's."""
    with (
        _ready(bed, "tests.lab.serve", bed.server_address, str(WS_PORT)),
        popen(bed.server, "iperf3", "-s", "--forceflush") as iperf,
    ):
        try:
            assert iperf.stdout is not None
            while "listening" not in (line := iperf.stdout.readline()):
                assert line, "iperf3 did not start"
            yield
        finally:
            iperf.kill()


@contextmanager
def librespeed_server(bed: Bed) -> Iterator[None]:
    """A LibreSpeed back end."""
    with _ready(bed, "tests.lab.serve_librespeed", bed.server_address, str(HTTP_PORT)):
        yield


@contextmanager
def capacity_server(bed: Bed) -> Iterator[None]:
    """The other end of our UDP method."""
    with _ready(bed, "bench.throughput.serve_udp", bed.server_address):
        yield


@contextmanager
def _ready(bed: Bed, module: str, *arguments: str) -> Iterator[None]:
    with popen(bed.server, sys.executable, "-m", module, *arguments) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", f"{module} did not start"
            yield
        finally:
            process.kill()


def _out(end: str, *command: str) -> str:
    """Raises ToolError where the command fails or does not end."""
    words = ["ip", "netns", "exec", end, *command]
    try:
        done = subprocess.run(words, cwd=_ROOT, capture_output=True, text=True, timeout=TEST_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"{command[0]} did not end within {TEST_S} s") from error
    if done.returncode:
        raise ToolError((done.stderr or done.stdout).strip()[-300:])
    return done.stdout


def _retried(end: str, *command: str) -> str:
    """For tools whose server does not say when it listens: within two seconds it does."""
    until = time.monotonic() + 2.0
    while True:
        began = time.monotonic()
        try:
            return _out(end, *command)
        except ToolError:
            if time.monotonic() > until or time.monotonic() - began > 1.0:
                raise
            time.sleep(0.05)


_ROOT = Path(__file__).parents[2]
