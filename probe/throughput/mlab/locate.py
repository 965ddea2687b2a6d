"""Pure. M-Lab's Locate service, version 2: what is asked, and which servers the answer names.

Source: m-lab/locate, USAGE.md and api/v2/api.go. The addresses hold an access token of one minute: they are used once,
and never shown or stored. Knows nothing of sockets or clocks.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec

from probe.body.speed_test import Direction
from probe.throughput.msak.protocol import MSAK
from probe.throughput.ndt7.protocol import NDT7
from probe.throughput.plan import Method

NAME = "mlab"  # in place of a server's address
SERVICE = "https://locate.measurementlab.net/v2/nearest"
MOST_ANSWER_BYTES = 1 << 18
_MOST_SERVERS = 4
_SERVICES = {Method.NDT7: ("ndt/ndt7", NDT7.paths), Method.MSAK: ("msak/throughput1", MSAK.paths)}
_SCHEMES = ("wss", "ws")


@dataclass(frozen=True, slots=True)
class Located:
    """One server's address for one test, with its token."""

    url: str = field(repr=False)


def is_served(method: Method) -> bool:
    """Whether M-Lab has servers of that method."""
    return method in _SERVICES


def target(method: Method, folder: str) -> str:
    """The request target; `folder` is the service's own path.

    >>> target(Method.MSAK, "/v2/nearest/")
    '/v2/nearest/msak/throughput1?client_name=prova'
    """
    service, _ = _SERVICES[method]
    return f"{folder.rstrip('/')}/{service}?client_name=prova"


def read(body: bytes, method: Method, direction: Direction) -> tuple[Located, ...] | None:
    """The servers for that test, the nearest first, over TLS where they offer it; None where the answer names none."""
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        return None
    path = _SERVICES[method][1][direction]
    found = (_address(one, path) for one in results[:_MOST_SERVERS])
    return tuple(Located(url) for url in found if url is not None) or None


def _address(result: Any, path: str) -> str | None:
    urls = result.get("urls") if isinstance(result, dict) else None
    if not isinstance(urls, dict):
        return None
    for scheme in _SCHEMES:
        url = urls.get(f"{scheme}://{path}")
        if isinstance(url, str) and _is_sound(url, scheme, path):
            return url
    return None


def _is_sound(url: str, scheme: str, path: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == scheme and bool(parts.hostname) and parts.path == path and parts.port != 0
    except ValueError:
        return False
