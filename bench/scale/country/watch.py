"""A command watched: how long it took, how much CPU, and how much memory all of its processes held at once."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_EVERY_S = 0.25
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Watched:
    """`said`: seconds since the start, and what stderr said then. Resident memory, pages in common counted for each."""

    code: int
    elapsed_s: float
    cpu_s: float
    peak_mb: float
    said: tuple[tuple[float, str], ...]


def watched(command: list[str], *, most_s: float) -> Watched:
    """Killed after `most_s`, with all that it started."""
    began = time.monotonic()
    before = os.times()
    said: list[tuple[float, str]] = []
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stderr is not None
        lines = running.stderr

        def listen() -> None:
            for line in lines:
                said.append((time.monotonic() - began, line.rstrip()))
                print(f"{said[-1][0]:7.1f} {said[-1][1]}", file=sys.stderr)

        listener = threading.Thread(target=listen)
        listener.start()
        peak_bytes = 0
        while running.poll() is None:
            peak_bytes = max(peak_bytes, sum(map(_resident_bytes, _tree(running.pid))))
            if time.monotonic() - began > most_s:
                os.killpg(running.pid, 9)
            time.sleep(_EVERY_S)
        listener.join()
    after = os.times()
    return Watched(
        code=running.returncode,
        elapsed_s=time.monotonic() - began,
        cpu_s=after.children_user + after.children_system - before.children_user - before.children_system,
        peak_mb=peak_bytes / 2**20,
        said=tuple(said),
    )


def _tree(root: int) -> list[int]:
    """A process and all that it started, as far as they still are."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(after_name[1]), []).append(int(path.parent.name))
    found = [root]
    for one in found:
        found += parents.get(one, [])
    return found


def _resident_bytes(process: int) -> int:
    try:
        return int((Path("/proc") / str(process) / "statm").read_text().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
