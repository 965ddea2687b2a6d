"""Shell. What our own test takes and costs on an unshaped line, beside iperf3 in the same minute.

Two namespaces on one machine, a veth pair between them, one connection and four, both directions. Prints throughput
and the receiving process's processor time for each GB (user and system; of iperf3 from wait4), and the median of the
rounds' ratios. Both ends of both tools share the machine's cores. Needs root, iproute2, openssl and iperf3.

    python -m bench.unshaped [--seconds 4] [--rounds 3] [--streams 1,4] [--no-tls] [--json FILE]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Self

import msgspec

from bench.unshaped.ends import Asked, Cost
from probe.body.speed_test import Direction
from probe.throughput.plan import Plan
from tests.lab.namespace import inside, ip, namespace, new_name, popen, sweep

CLIENT, SERVER = "10.97.0.1", "10.97.0.2"
WS_PORT, WSS_PORT, IPERF3_PORT = 8080, 8443, 5201
SPARE_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One test. `rate_bps`: payload over all of its time. `cpu_s_per_gb`: of the receiving process."""

    tool: str
    direction: Direction
    streams: int
    rate_bps: float
    cpu_s_per_gb: float


@contextmanager
def pair() -> Iterator[tuple[str, str]]:
    """Two namespaces joined by a veth pair: (the client's, the server's)."""
    sweep()
    name = new_name()
    with ExitStack() as stack:
        client, server = (stack.enter_context(namespace(f"{name}{end}")) for end in "cs")
        ip("link", "add", f"{name}a", "netns", client, "type", "veth", "peer", "name", f"{name}b", "netns", server)
        for end, device, address in ((client, f"{name}a", CLIENT), (server, f"{name}b", SERVER)):
            ip("-n", end, "addr", "add", f"{address}/30", "dev", device)
            ip("-n", end, "link", "set", device, "up")
        yield client, server


def certificate(folder: Path) -> tuple[str, str]:
    """(certificate, key) for the server's address, as PEM files."""
    cert, key = str(folder / "cert.pem"), str(folder / "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-days", "2", "-subj", "/CN=bench", "-addext", f"subjectAltName=IP:{SERVER}"]
    subprocess.run([*command, *names, "-out", cert, "-keyout", key], check=True, capture_output=True, timeout=20)
    return cert, key


class OurServer:
    """Runs while it is entered; `cpu_s` is what it has used so far."""

    def __init__(self, end: str, port: int, *tls: str) -> None:
        self._command = (end, sys.executable, "-m", "bench.unshaped.ends", "serve", SERVER, str(port), *tls)

    def __enter__(self) -> Self:
        self._process = popen(*self._command)
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        with self._process as process:
            process.kill()

    def cpu_s(self) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> float:
        assert self._process.stdout is not None
        return msgspec.json.decode(self._process.stdout.readline(), type=Cost).cpu_s


def ours(client: str, server: OurServer, plan: Plan, direction: Direction) -> Taken:
    """One test of our own; an upload's receiver is our server."""
    before = server.cpu_s()
    plan_json = msgspec.json.encode(plan, enc_hook=str).decode()
    command = (sys.executable, "-m", "bench.unshaped.ends", "ask", plan_json, direction)
    asked = msgspec.json.decode(inside(client, *command), type=Asked)
    test = asked.test
    assert test.failure is None, test.failure
    assert test.bytes is not None
    assert test.duration_s is not None
    cpu_s = asked.cost.cpu_s if direction is Direction.DOWNLOAD else server.cpu_s() - before
    return Taken(
        tool="prova tls" if test.server.tls else "prova",
        direction=direction,
        streams=test.streams,
        rate_bps=test.bytes * 8 / test.duration_s,
        cpu_s_per_gb=cpu_s / (test.bytes / 1e9),
    )


def iperf3(client: str, server: str, *, direction: Direction, streams: int, seconds: int) -> Taken:
    """One iperf3 test; the receiver's time is read when its process has ended."""
    reverse = ["-R"] if direction is Direction.DOWNLOAD else []
    asking = ["iperf3", "-c", SERVER, "-J", "-t", str(seconds), "-P", str(streams), *reverse]
    with popen(server, "iperf3", "-s", "-1", "--forceflush") as serving:
        assert serving.stdout is not None
        while "listening" not in serving.stdout.readline():
            pass
        with popen(client, *asking) as process:
            assert process.stdout is not None
            said = json.loads(process.stdout.read())
            client_s = _waited_s(process)
        serving.stdout.read()
        server_s = _waited_s(serving)
    received = said["end"]["sum_received"]
    cpu_s = client_s if direction is Direction.DOWNLOAD else server_s
    return Taken(
        tool="iperf3",
        direction=direction,
        streams=streams,
        rate_bps=received["bits_per_second"],
        cpu_s_per_gb=cpu_s / (received["bytes"] / 1e9),
    )


def _waited_s(process: subprocess.Popen[str]) -> float:
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime


def one_round(
    ends: tuple[str, str], servers: dict[str, OurServer], ca_file: Path, streams: int, seconds: int
) -> list[Taken]:
    """Every tool in both directions, one after another."""
    client, server = ends
    taken = []
    for direction in Direction:
        taken.append(iperf3(client, server, direction=direction, streams=streams, seconds=seconds))
        for scheme, our_server in servers.items():
            port = WS_PORT if scheme == "ws" else WSS_PORT
            plan = Plan(
                url=f"{scheme}://{SERVER}:{port}",
                streams=streams,
                duration_s=seconds,
                ca_file=ca_file if scheme == "wss" else None,
            )
            taken.append(ours(client, our_server, plan, direction))
    return taken


def show(rounds: list[list[Taken]], streams: int) -> None:
    """One line for each tool and direction: medians over the rounds, and of the ratios within a round."""
    for direction in Direction:
        per_round = [{one.tool: one for one in found if one.direction is direction} for found in rounds]
        for tool in per_round[0]:
            rate_bps = median(found[tool].rate_bps for found in per_round)
            cost = median(found[tool].cpu_s_per_gb for found in per_round)
            times = median(found[tool].rate_bps / found["iperf3"].rate_bps for found in per_round)
            share = median(found[tool].cpu_s_per_gb / found["iperf3"].cpu_s_per_gb for found in per_round)
            print(
                f"{direction} x{streams} {tool:<9} {rate_bps / 1e9:6.2f} Gbit/s ({times:4.2f} of iperf3),"
                f" receiver {cost:.3f} CPU s/GB ({share:4.2f} of iperf3)",
                flush=True,
            )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=4)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--streams", default="1,4")
    options.add_argument("--no-tls", action="store_true")
    options.add_argument("--json", type=Path, help="append every single test to this file, one JSON object a line")
    given = options.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ends = stack.enter_context(pair())
        tls = certificate(folder)
        servers = {"ws": stack.enter_context(OurServer(ends[1], WS_PORT))}
        if not given.no_tls:
            servers["wss"] = stack.enter_context(OurServer(ends[1], WSS_PORT, *tls))
        for streams in map(int, given.streams.split(",")):
            rounds = [one_round(ends, servers, Path(tls[0]), streams, given.seconds) for _ in range(given.rounds)]
            show(rounds, streams)
            if given.json:
                with given.json.open("a") as file:
                    file.writelines(json.dumps(asdict(one)) + "\n" for found in rounds for one in found)


if __name__ == "__main__":
    main()
