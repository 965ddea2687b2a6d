"""Shell. Our speed test beside its peers on lines of known rate.

    python -m bench.throughput --file F [--rates 10,50,...] [--delays 0,20,50] [--queues 0.1,1,4] [--losses 0,0.001]
                               [--tools prova,iperf3-bbr-3s,...] [--for SECONDS] [--again]
    python -m bench.throughput --file F --table

Reads every line of the grid with every tool, in an order in which any beginning is a fair sample, and appends each
reading to F. What is in F already is not read again, so a long run can be made in portions (`--for`). Before the tools
the line itself is read, with datagrams offered at 150 %: a line that is not what it should be proves nothing.
Needs root, iproute2, nft, iptables, gcc, /dev/net/tun, and the tools; the machine should do nothing else.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.throughput import book, table, tool
from bench.throughput.bed import Bed, bed
from bench.throughput.cell import Cell, Reading, grid
from bench.throughput.tool import Run, ToolError
from probe.body.speed_test import Direction
from tests.integration.ndt7_js_rig import install
from tests.lab.line import build

TOOLS: dict[str, Run] = {
    table.FLOOD: tool.flood,
    "prova": tool.ours(),
    "prova adaptive": tool.ours(adaptive=True, duration_s=10.0),
    "prova x1": tool.ours(streams=1),
    "prova msak": tool.ours(method="msak"),
    "prova librespeed": tool.ours(method="librespeed", duration_s=5.0),
    "prova udp": tool.ours(method="udp", duration_s=10.0),
    "prova x1 10s": tool.ours(streams=1, duration_s=10.0),
    "iperf3 bbr 3s": tool.iperf3(3, "bbr"),
    "iperf3 bbr 10s": tool.iperf3(10, "bbr"),
    "iperf3 cubic 10s": tool.iperf3(10, "cubic"),
    "iperf 2 bbr 10s": tool.iperf2,
    "nuttcp 10s": tool.nuttcp,
}
OFFICIAL = "ndt7-js"
_SERVERS = {"prova librespeed": tool.librespeed_server, "prova udp": tool.capacity_server}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What every reading of a run needs."""

    emulator: Path
    runs: dict[str, Run]
    file: Path
    commit: str


def main() -> None:
    given = _given()
    if given.table:
        sys.stdout.write(table.markdown(book.read(given.file)))
        return
    cells = grid(rates=given.rates, delays=given.delays, queues=given.queues, losses=given.losses)
    known = set() if given.again else {(one.cell, one.direction, one.tool) for one in book.read(given.file)}
    until = time.monotonic() + given.seconds
    with tempfile.TemporaryDirectory() as folder:
        desk = _desk(Path(folder), given)
        for number, cell in enumerate(cells, start=1):
            left = [
                (direction, name)
                for direction in Direction
                for name in (table.FLOOD, *given.tools)
                if (cell, direction, name) not in known
            ]
            if left and time.monotonic() < until:
                print(f"{number} of {len(cells)}: {cell.name}", flush=True)
                _read_cell(desk, cell, left)


def _desk(folder: Path, given: argparse.Namespace) -> _Desk:
    """Builds the emulator, and installs the official client if it is asked for; both into `folder`."""
    runs = dict(TOOLS)
    if OFFICIAL in given.tools:
        (npm := folder / "npm").mkdir()
        runs[OFFICIAL] = tool.ndt7_js(install(npm).command)
    return _Desk(emulator=build(folder), runs=runs, file=given.file, commit=given.commit or _commit())


def _read_cell(desk: _Desk, cell: Cell, left: list[tuple[Direction, str]]) -> None:
    with ExitStack() as stack:
        line = stack.enter_context(bed(desk.emulator, cell))
        stack.enter_context(tool.servers(line))
        for name in {name for _, name in left} & _SERVERS.keys():
            stack.enter_context(_SERVERS[name](line))
        for direction, name in left:
            reading = _reading(desk, line, cell, direction, name)
            book.append(desk.file, reading)
            said = reading.said["failure"] if reading.share is None else f"{100 * (reading.share - 1):+.2f} %"
            print(f"    {direction:>8} {name:<18} {said}, machine {reading.busy_cores:.2f} cores", flush=True)


def _reading(desk: _Desk, line: Bed, cell: Cell, direction: Direction, name: str) -> Reading:
    with line.watched() as busy:
        try:
            heard = desk.runs[name](line, cell, direction)
        except ToolError as error:
            heard = tool.Heard(0.0, 1.0, None, 0.0, {"failure": str(error)})
    return Reading(
        cell=cell,
        direction=direction,
        tool=name,
        share=heard.rate_bps / (cell.rate_mbps * 1e6 * heard.layer_share) if heard.rate_bps else None,
        bytes=heard.bytes,
        seconds=heard.seconds,
        busy_cores=busy[0],
        said={"rate_bps": heard.rate_bps, **heard.said},
        commit=desk.commit,
    )


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _given() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--file", type=Path, required=True)
    for name, default in (("rates", "10,50,100,500,1000,2500"), ("delays", "0,20,50"), ("queues", "0.1,1,4")):
        options.add_argument(f"--{name}", type=_numbers, default=_numbers(default))
    options.add_argument("--losses", type=_numbers, default=(0.0, 0.001), help="shares, as 0,0.001")
    options.add_argument("--tools", type=_names, default=("prova", "iperf3 bbr 3s"), help=", ".join([*TOOLS, OFFICIAL]))
    options.add_argument("--for", type=float, dest="seconds", default=1e9, help="begin no line after so many seconds")
    options.add_argument("--again", action="store_true", help="read what is in the file once more")
    options.add_argument("--commit", help="of the program under test, where this folder is no checkout")
    options.add_argument("--table", action="store_true", help="print what the file holds as markdown")
    return options.parse_args()


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(map(float, text.split(",")))


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := set(names) - TOOLS.keys() - {OFFICIAL}:
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}")
    return names


if __name__ == "__main__":
    main()
