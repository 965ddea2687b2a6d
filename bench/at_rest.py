"""What a probe at rest costs, beside the smallest thing that could do its talking.

One machine: mosquitto, a collector, and `prova probe run` that watches four targets and is connected, for a while
without a speed test (none is due). Beside it a bare Python whose paho client is connected to the same broker. Prints
resident (RSS), proportional (PSS) and own (USS) memory, and the share of one core over that time. With --after-test one
speed test is made first, against a server on loopback. A run before the measured one compiles the byte code.

    python -m bench.at_rest [--seconds 60] [--after-test]
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from collector.broker import BrokerKind, BrokerPlan, wait_ready
from probe.spool import SpoolError, read_state
from probe.throughput.server import MeasuringServer
from prova.home import Home
from prova.household import Wish, settle
from prova.port import free_port

WITHIN_S = 60
PROVA = (sys.executable, "-m", "prova.main")
TARGETS = ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5")
PEER = """
import sys
from pathlib import Path
import paho.mqtt.client as paho

port, user, password_file = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="peer")
client.username_pw_set(user, password_file.read_text())
client.connect("127.0.0.1", port)
client.loop_forever()
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """One process: megabytes (10**6 bytes), and seconds of CPU since its start."""

    rss_mb: float
    pss_mb: float
    uss_mb: float
    cpu_s: float


def cost(pid: int) -> Cost:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kib = {name: int(number) for name, number in re.findall(r"^(\w+):\s+(\d+) kB", rollup, re.MULTILINE)}
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])  # utime, stime: proc(5)
    uss = kib["Private_Clean"] + kib["Private_Dirty"]
    rss_mb, pss_mb, uss_mb = (one * 1.024e-3 for one in (kib["Rss"], kib["Pss"], uss))
    return Cost(rss_mb, pss_mb, uss_mb, ticks / os.sysconf("SC_CLK_TCK"))


def started(stack: ExitStack, argv: tuple[str, ...], folder: Path) -> subprocess.Popen[bytes]:
    """A child that ends with `stack`; its byte code is kept, whatever this process was told."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(folder / "pycache")}
    child = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end() -> None:
        child.terminate()
        child.wait(WITHIN_S)

    stack.callback(end)
    return child


def wait_until_sent(spool: Path, records: int) -> None:
    """Until the probe has numbered so many records and the collector has confirmed them all."""
    until = time.monotonic() + WITHIN_S
    state = None
    while time.monotonic() < until:
        with suppress(SpoolError):  # it is being made
            state = read_state(spool)
        if state and state.last_sequence >= records and not state.unsealed_records + state.sealed_batches:
            return
        time.sleep(0.1)
    raise SystemExit("the probe does not come to rest")


def settings_written(home: Home, wish: Wish, port: int, *, first_s: float) -> BrokerPlan:
    household = settle(home, wish, broker_port=port)
    path = household.probe_home.probe_settings
    settings = tomllib.loads(path.read_text())
    settings["measure"] |= {"first_test_after_s": first_s, "tests_per_day": 1, "duration_s": 5.0}
    path.write_text(tomli_w.dumps(settings))
    return household.broker


def measured(folder: Path, *, seconds: float, after_test: bool) -> tuple[Cost, Cost]:
    """(the probe, the peer), the CPU being that of `seconds` at rest."""
    home = Home(folder / "home")
    home.path.mkdir()
    with ExitStack() as stack:
        host, port = stack.enter_context(MeasuringServer("127.0.0.1")).address
        wish = Wish(
            line="casa",
            servers=(f"ws://{host}:{port}",),
            demonstration=True,
            watched=TARGETS[1:],
            broker=BrokerKind.MOSQUITTO,
        )
        plan = settings_written(home, wish, free_port(), first_s=0 if after_test else 86_400)
        started(stack, plan.argv, folder)
        asyncio.run(wait_ready(plan, WITHIN_S))
        started(stack, (*PROVA, "collector", "run", "--home", str(home.path)), folder)
        own = home.of_line("casa")
        probe = started(stack, (*PROVA, "probe", "run", "--home", str(own.path)), folder)
        password_file = plan.password_file(plan.collector_username)
        peer_argv = (sys.executable, "-c", PEER, str(plan.port), plan.collector_username, str(password_file))
        peer = started(stack, peer_argv, folder)
        wait_until_sent(own.probe.spool, 3 if after_test else 1)
        time.sleep(12 if seconds else 0)  # the start's own work is done
        before = cost(probe.pid), cost(peer.pid)
        time.sleep(seconds)
        after = cost(probe.pid), cost(peer.pid)
    one, other = (
        Cost(late.rss_mb, late.pss_mb, late.uss_mb, late.cpu_s - early.cpu_s)
        for early, late in zip(before, after, strict=True)
    )
    return one, other


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--after-test", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "first"
        second = Path(folder) / "second"
        for path in (first, second):
            path.mkdir()
            (path / "pycache").symlink_to(Path(folder) / "pycache")
        (Path(folder) / "pycache").mkdir()
        measured(first, seconds=0, after_test=options.after_test)
        costs = measured(second, seconds=options.seconds, after_test=options.after_test)
    print(f"{'':<14}{'RSS MB':>8}{'PSS MB':>8}{'USS MB':>8}{'of a core':>11}")
    for name, one in zip(("probe at rest", "paho alone"), costs, strict=True):
        share = one.cpu_s / options.seconds if options.seconds else float("nan")
        print(f"{name:<14}{one.rss_mb:>8.1f}{one.pss_mb:>8.1f}{one.uss_mb:>8.1f}{share:>10.2%}")


if __name__ == "__main__":
    main()
