"""Shell. Which resolvers this machine asks, read again whenever their file changes (resolv.conf(5)).

Behind a resolver on this very machine (systemd's) those that it asks in turn are told, as the service writes them down.
Knows nothing of questions.
"""

import ipaddress
from collections.abc import Iterator
from pathlib import Path

_FILE = Path("/etc/resolv.conf")
_BEHIND_THE_STUB = Path("/run/systemd/resolve/resolv.conf")  # systemd-resolved.service(8)
_MOST = 3  # MAXNS of the C library: it asks no further one


class Resolvers:
    """This machine's."""

    def __init__(self, file: Path = _FILE, behind_the_stub: Path = _BEHIND_THE_STUB) -> None:
        self._files = (file, behind_the_stub)
        self._read_ns: tuple[int, ...] = ()
        self._addresses: tuple[str, ...] = ()

    def addresses(self) -> tuple[str, ...]:
        """Their numeric addresses, three at most."""
        changed_ns = tuple(_changed_ns(file) for file in self._files)
        if changed_ns != self._read_ns:
            self._read_ns, self._addresses = changed_ns, self._read()
        return self._addresses

    def _read(self) -> tuple[str, ...]:
        own, behind = (tuple(_named(file)) for file in self._files)
        on_this_machine = all(ipaddress.ip_address(one).is_loopback for one in own)
        return ((behind or own) if on_this_machine else own)[:_MOST]


def _named(file: Path) -> Iterator[str]:
    try:
        text = file.read_text()
    except (OSError, UnicodeDecodeError):
        return
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == "nameserver":
            address = words[1].partition("%")[0]
            try:
                yield str(ipaddress.ip_address(address))
            except ValueError:
                continue


def _changed_ns(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
