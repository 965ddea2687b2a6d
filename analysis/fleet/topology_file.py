"""Shell. The topology's file: read with a bound, written all or nothing.

Knows nothing of what stands in it.
"""

import os
import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from analysis.contract_table import Problem
from analysis.fleet.topology import Topology
from analysis.fleet.topology_table import Told, TopologyError, read, write

MOST_BYTES = 64 * 1024**2  # some 600,000 lines


def told(path: Path, *, known: Topology, from_on: date | None = None, columns: Mapping[str, str] | None = None) -> Told:
    """What a person's file says, as `topology_table.read`. Raises TopologyError."""
    return read(_text(path), str(path), known=known, from_on=from_on, columns=columns)


def load(path: Path) -> Topology:
    """The topology that is kept at `path`; an empty one where there is none. Raises TopologyError."""
    if not path.exists():
        return Topology()
    return Topology(read(_text(path), str(path)).placed)


def keep(path: Path, topology: Topology) -> None:
    """Keeps it, readable by its owner alone. Raises OSError, and then what was kept still is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(write(topology))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _text(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would never end
            raise TopologyError([Problem("the file", "it is no file", "Name a CSV file")], str(path))
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        problem = Problem("the file", f"it cannot be read ({error.strerror})", "Look after its name and its rights")
        raise TopologyError([problem], str(path)) from error
    if len(content) > MOST_BYTES:
        raise TopologyError([Problem("the file", f"it is over {MOST_BYTES:,} bytes", "Cut it in pieces")], str(path))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem("the file", "it is not UTF-8", "Export it again in that encoding")
        raise TopologyError([problem], str(path)) from error
