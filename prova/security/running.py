"""Pure. What of the processes at work stands open: where they listen, as whom they run, what their arguments tell.

Knows nothing of /proc.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from itertools import pairwise

from prova.security.process import Process
from prova.security.seen import Seen, advice, shut, stands_open
from prova.security.socket_table import Waiting

_PLACES = frozenset({"--page", "--listen", "--host", "--bind"})
_SECRET = re.compile(
    r"prova_[0-9a-f]{12}_[A-Za-z0-9_-]{43}|whsec_[A-Za-z0-9+/=]{16}|-----BEGIN|\"d\":|://[^/@\s]+:[^/@\s]+@"
)
_SECRET_NAME = re.compile(r"(PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE_KEY|ACCESS_KEY|API_KEY)", re.IGNORECASE)


def look(
    found: Mapping[Process, Sequence[Waiting]], told: frozenset[tuple[str, int]], *, password: bool
) -> Iterator[Seen]:
    """`told`: places that settings files name, beside those of the arguments. `password`: whether the page has one."""
    yield from _sockets(found, told)
    yield from _page(found, password=password)
    yield from _users(found)
    yield from _cores(found)
    yield from _secrets(found)


def told_places(process: Process) -> frozenset[tuple[str, int]]:
    """The places (host, port) that a process was told to serve at; port 0 where it was told a host alone."""
    words = process.arguments
    pairs = [one.partition("=")[::2] for one in words] + list(pairwise(words))
    return frozenset(_place(value) for name, value in pairs if name in _PLACES and value)


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return (host.strip("[]"), int(port)) if host and port.isdecimal() else (text.strip("[]"), 0)


def _is_told(one: Waiting, places: frozenset[tuple[str, int]]) -> bool:
    for host, port in places:
        try:
            same = ip_address(host) == one.address or (ip_address(host).is_unspecified and one.address.is_unspecified)
        except ValueError:
            same = host not in {"localhost", ""} or (host == "" and one.address.is_unspecified)
        if same and port in {0, one.port}:
            return True
    return False


def _sockets(found: Mapping[Process, Sequence[Waiting]], told: frozenset[tuple[str, int]]) -> Iterator[Seen]:
    if not found:
        yield shut("sockets", "nothing_runs")
        return
    away = [(process, one) for process, every in found.items() for one in every if not one.is_here]
    for process, one in away:
        if _is_told(one, told | told_places(process)):
            yield shut("sockets", "socket_told", address=one.written, process=process.name)
        else:
            yield stands_open("sockets", "socket_open", address=one.written, process=process.name)
    for process in found:
        if process.sockets is None:
            yield advice("sockets", "sockets_unseen", process=process.name)
    if not away:
        yield shut("sockets", "sockets_here", count=str(sum(len(every) for every in found.values())))


def _page(found: Mapping[Process, Sequence[Waiting]], *, password: bool) -> Iterator[Seen]:
    """The page itself refuses to be served so; a password that was removed since is seen here."""
    away = any("--page" in process.arguments and not one.is_here for process, every in found.items() for one in every)
    if away and not password:
        yield stands_open("page", "page_unguarded")
    else:
        yield shut("page", "page_guarded" if away else "page_here")


def _users(found: Mapping[Process, Sequence[Waiting]]) -> Iterator[Seen]:
    """No door stands open by it, so it is an advice."""
    of_root = [process for process in found if process.user == 0]
    if of_root:
        yield advice("user", "root", process=", ".join(process.name for process in of_root))
    else:
        yield shut("user", "not_root")


def _cores(found: Mapping[Process, Sequence[Waiting]]) -> Iterator[Seen]:
    dumping = [process for process in found if process.core_bytes != 0]
    yield from (stands_open("core dumps", "core_on", process=process.name) for process in dumping)
    if not dumping:
        yield shut("core dumps", "core_off")


def _secrets(found: Mapping[Process, Sequence[Waiting]]) -> Iterator[Seen]:
    """Arguments are every user's to read; the environment is its own user's, and so an advice."""
    clean = True
    for process in found:
        if any(_SECRET.search(word) for word in process.arguments):
            clean = False
            yield stands_open("secrets", "argument_secret", process=process.name)
        for name in sorted(process.environment):
            if _SECRET_NAME.search(name):
                clean = False
                yield advice("secrets", "environment_secret", process=process.name, name=name)
    if clean:
        yield shut("secrets", "arguments_clean")
