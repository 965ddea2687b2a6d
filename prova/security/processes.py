"""Shell. The processes that work for one home folder, as /proc tells them: arguments, user, limits, sockets.

Asks none of them anything. Knows nothing of what is right or wrong.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from prova.security.process import Process
from prova.security.socket_table import Waiting, waiting

_PROC = Path("/proc")
_MOST_BYTES = 1 << 20
_OWN_PORTS = (32_768, 60_999)  # the kernel's default


def of_home(home: Path) -> tuple[Process, ...]:
    """Those that name the home in their arguments, and all that those started; without this one and its parents."""
    parents = {int(one.name): _parent(one) for one in _PROC.glob("[0-9]*")}
    own, at = set[int](), os.getpid()
    while at > 1 and at not in own:
        own.add(at)
        at = parents.get(at, 0)
    named = {pid for pid in parents if _names(pid, home)}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in named} - named
        named, grown = named | more, bool(more)
    return tuple(one for pid in sorted(named - own) if (one := _process(pid)) is not None)


def sockets_of(process: Process) -> Iterator[Waiting]:
    """Where the process waits for others, in its own network."""
    for kind in ("tcp", "tcp6", "udp", "udp6"):
        lines = _text(_PROC / str(process.pid) / "net" / kind).splitlines()[1:]
        for one in waiting(kind, lines, _own_ports()):
            if one.inode in (process.sockets or ()):
                yield one


def _own_ports() -> range:
    told = _text(_PROC / "sys/net/ipv4/ip_local_port_range").split()
    low, high = (int(told[0]), int(told[1])) if len(told) == 2 else _OWN_PORTS
    return range(low, high + 1)


def _names(pid: int, home: Path) -> bool:
    words = _words(pid, "cmdline")
    return any(word == str(home) or word.startswith(f"{home}/") for word in words)


def _process(pid: int) -> Process | None:
    """None where it has ended."""
    try:
        user = (_PROC / str(pid)).stat().st_uid
    except OSError:
        return None
    names = (word.partition("=")[0] for word in _words(pid, "environ"))
    return Process(
        pid=pid,
        user=user,
        arguments=_words(pid, "cmdline"),
        environment=frozenset(names),
        core_bytes=_core(_text(_PROC / str(pid) / "limits")),
        sockets=_sockets(pid),
    )


def _core(limits: str) -> int | None:
    found = re.search(r"^Max core file size\s+(\d+|unlimited)", limits, re.MULTILINE)
    return 0 if found is None else None if found[1] == "unlimited" else int(found[1])


def _sockets(pid: int) -> frozenset[str] | None:
    found = set()
    try:
        for one in (_PROC / str(pid) / "fd").iterdir():
            try:
                to = str(one.readlink())
            except OSError:
                continue  # closed meanwhile
            if to.startswith("socket:["):
                found.add(to[8:-1])
    except PermissionError:
        return None
    except OSError:
        return frozenset()
    return frozenset(found)


def _parent(folder: Path) -> int:
    found = re.search(r"^PPid:\s+(\d+)", _text(folder / "status"), re.MULTILINE)
    return int(found[1]) if found else 0


def _words(pid: int, name: str) -> tuple[str, ...]:
    return tuple(word for word in _text(_PROC / str(pid) / name).split("\0") if word)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
