"""Shell. Files of the home folder in which a line stands among others: its part is taken out, the rest stays.

Each is written all or nothing and may be gone through again. Knows nothing of the store.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

import tomlkit

from analysis.event import change_log
from analysis.fleet import topology_file
from analysis.fleet.topology import Topology
from collector.identity.files import write_private
from dashboards.api.token_file import TokenFile
from dashboards.hook.outbox import Outbox
from prova.home import Home

Names = Collection[str]


def forget(home: Home, line: str, probes: Names) -> tuple[str, ...]:
    """What was taken out of which file, for people. Raises what the files' own modules raise, and OSError."""
    doing: tuple[tuple[Path, Callable[[], int]], ...] = (
        (home.changes, lambda: change_log.forget(home.changes, {line, *probes})),
        (home.topology, lambda: _places(home.topology, line)),
        (home.tokens, lambda: TokenFile(home.tokens).forget_line(line)),
        (home.hooks, lambda: _hooks(home.hooks, line)),
        (home.outbox, lambda: Outbox(home.outbox).forget_line(line)),
    )
    return tuple(f"{path.name}: {count}" for path, do in doing if path.exists() and (count := do()))


def _places(path: Path, line: str) -> int:
    known = topology_file.load(path)
    rest = tuple(one for one in known.placed if one.placement.line != line)
    if len(rest) != len(known.placed):
        topology_file.keep(path, replace(known, placed=rest) if rest else Topology())
    return len(known.placed) - len(rest)


def _hooks(path: Path, line: str) -> int:
    """One that is to hear of this line alone goes: without a line it would hear of all."""
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    hooks = document.get("hook")
    if not isinstance(hooks, list):
        return 0
    gone = 0
    for number in reversed(range(len(hooks))):
        lines = hooks[number].get("lines", [])
        if line in lines:
            gone += 1
            if len(lines) == 1:
                del hooks[number]
            else:
                hooks[number]["lines"] = [one for one in lines if one != line]
    if gone:
        write_private(path, tomlkit.dumps(document).encode())
    return gone
