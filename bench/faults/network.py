"""Shell. Collector and probes each behind a line of their own, which is cut while they send: with a word, or without.

Needs root, in a network namespace of its own, in which the broker stays.
"""

import asyncio
import random
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.faults.bed import Around, bed
from bench.faults.kills import closed, words
from bench.faults.row import Row

_SHORT_S, _LONG_S = 3.0, 28.0  # longer than the collector's keepalive of 20 s
_COMMAND_S = 20.0
_TABLE = "prova_faults"


@dataclass(frozen=True, slots=True)
class Wire:
    """A line between this namespace and another: `prefix` runs a command at its far end."""

    near: str
    near_address: str
    prefix: tuple[str, ...]

    def down(self) -> None:
        """The link itself, as a pulled plug: both ends see it."""
        _run("ip", "link", "set", self.near, "down")

    def silent(self) -> None:
        """Everything is lost on the way, and nobody is told."""
        _run("nft", f"add chain inet {_TABLE} {self.near} {{ type filter hook input priority 0; }}")
        _run("nft", f'add rule inet {_TABLE} {self.near} iifname "{self.near}" drop')

    def back(self) -> None:
        """As it was."""
        _run("ip", "link", "set", self.near, "up")
        _run("nft", f"delete table inet {_TABLE}; add table inet {_TABLE}")


@contextmanager
def wire(number: int) -> Iterator[Wire]:
    """A namespace behind a line, while it is entered."""
    near, far, network = f"pvf{number}", f"pvg{number}", f"10.77.{number}"
    with subprocess.Popen(["unshare", "--net", "sleep", "infinity"]) as sleeper:
        try:
            inside = ("nsenter", "-t", str(sleeper.pid), "-n")
            _made(near, far, sleeper.pid)
            _run("ip", "address", "add", f"{network}.1/24", "dev", near)
            _run("ip", "link", "set", near, "up")
            _run(*inside, "ip", "address", "add", f"{network}.2/24", "dev", far)
            _run(*inside, "ip", "link", "set", far, "up")
            yield Wire(near, f"{network}.1", inside)
        finally:
            sleeper.kill()


def _made(near: str, far: str, pid: int) -> None:
    """The far end goes to the new namespace, once that is another than this."""
    own = Path("/proc/self/ns/net").readlink()
    while Path(f"/proc/{pid}/ns/net").readlink() == own:
        pass
    _run("ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", str(pid))


async def cut(home: Path, chance: random.Random, times: int) -> Row:
    """Between broker and collector, between probes and broker, or both; every tenth time for long."""
    _run("nft", f"add table inet {_TABLE}")
    with ExitStack() as stack:
        lines = [stack.enter_context(wire(number)) for number in (1, 2)]
        around = Around(
            collector=lines[0].prefix,
            probes=lines[1].prefix,
            collector_host=lines[0].near_address,
            probes_host=lines[1].near_address,
            everywhere=True,
        )
        async with bed(home, chance, around) as one:
            silent = 0
            for number in range(times):
                await one.flowing()
                await one.pause(0.6)
                chosen = chance.choice(([lines[0]], [lines[1]], lines))
                told = chance.random() < 0.5
                silent += not told
                for each in chosen:
                    (each.down if told else each.silent)()
                await asyncio.sleep(_LONG_S if number % 10 == 9 else chance.uniform(0.05, _SHORT_S))
                for each in chosen:
                    each.back()
            seen = f"{silent} of the cuts without a word"
            return await closed(one, "network cut", times, seen=seen, said=words(one.said, "No broker at"))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_COMMAND_S, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
