"""Pure. Measuring server and hosts as they were typed, held against what they can be: all problems at once.

Knows nothing of pages, and asks nobody on the network.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from dashboards.web.page.setup.deed import ServerKind, Watched
from dashboards.web.page.setup.draft import Problem

KIND, ADDRESS, CONSENT = "kind", "address", "consent"
HOST_ROWS = (1, 2, 3)
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")
_LONGEST = 300


def server(written: Mapping[str, str]) -> tuple[Problem, ...]:
    """Empty where the choice is whole."""
    return tuple(_server(written))


def hosts(written: Mapping[str, str]) -> tuple[tuple[Watched, ...], tuple[Problem, ...]]:
    """The hosts, in their order, and what is wrong with them."""
    found, problems = [], []
    for number in HOST_ROWS:
        host, network = (written.get(f"{name}_{number}", "").strip() for name in ("host", "network"))
        if not host and not network:
            continue
        if not _HOST.fullmatch(host):
            problems.append(Problem(f"host_{number}", "host"))
        if "@" in network or not network.isprintable() or len(network) > 40:
            problems.append(Problem(f"network_{number}", "words"))
        found.append(Watched(host, network))
    if len({one.host for one in found}) < len(found):
        problems.append(Problem("host_1", "twice"))
    return tuple(found), tuple(problems)


def _server(written: Mapping[str, str]) -> Iterator[Problem]:
    kind = written.get(KIND)
    if kind not in tuple(ServerKind):
        yield Problem(KIND, "choice")
    if kind == ServerKind.OWN and not _is_server(written.get(ADDRESS, "").strip()):
        yield Problem(ADDRESS, "address")
    if kind == ServerKind.MLAB and written.get(CONSENT) != "yes":
        yield Problem(CONSENT, "consent")


def _is_server(address: str) -> bool:
    if len(address) > _LONGEST or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"ws", "wss"} and bool(_HOST.fullmatch(parts.hostname or "")) and port != 0
