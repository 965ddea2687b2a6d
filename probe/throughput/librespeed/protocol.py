"""Pure. What a LibreSpeed server is asked: its addresses and our requests as bytes.

Source: librespeed/speedtest, backend/garbage.php and backend/empty.php, and doc.md. A server is not asked who we are
(getIP): no measurement needs it. Knows nothing of sockets or clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult

VERSION = "librespeed"
CHUNKS = 1024  # of 1 MiB each, the most that one download may ask
LEAST_CHUNK_BYTES = 1 << 20  # a download that ends below that came from something else
# What one upload holds, in the order of trying: much, what LibreSpeed's page sends, what its command line sends.
BODY_BYTES = (1 << 26, 20_000_000, 1 << 20)
_TOO_LARGE = 413  # RFC 9110, section 15.5.14
_OK = 200


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Paths of a download and of an upload; a GET of the latter answers with nothing."""

    garbage: str
    empty: str


def candidates(parts: SplitResult) -> tuple[Endpoints, ...]:
    """Where a server of that address may have them: as PHP lays them out, and as other back ends do.

    >>> from urllib.parse import urlsplit
    >>> candidates(urlsplit("https://host/speed"))[0]
    Endpoints(garbage='/speed/backend/garbage.php', empty='/speed/backend/empty.php')
    """
    folder = parts.path.rstrip("/")
    names = (("backend/garbage.php", "backend/empty.php"), ("garbage.php", "empty.php"), ("garbage", "empty"))
    return tuple(Endpoints(f"{folder}/{garbage}", f"{folder}/{empty}") for garbage, empty in names)


def probe(parts: SplitResult, endpoints: Endpoints, software: str) -> bytes:
    """Asks whether the endpoints are there."""
    return _request("GET", parts, endpoints.empty, software, {"Connection": "close"})


def download(parts: SplitResult, endpoints: Endpoints, software: str) -> bytes:
    """Asks for as much as one answer may hold."""
    target = f"{endpoints.garbage}?ckSize={CHUNKS}"
    return _request("GET", parts, target, software, {"Accept-Encoding": "identity"})


def upload(parts: SplitResult, endpoints: Endpoints, software: str, body_bytes: int) -> bytes:
    """The head of a request of which `body_bytes` follow."""
    fields = {"Content-Type": "application/octet-stream", "Content-Length": str(body_bytes)}
    return _request("POST", parts, endpoints.empty, software, fields)


def accepts(status: int) -> bool:
    """Whether the server does what was asked."""
    return status == _OK


def is_too_large(status: int) -> bool:
    """Whether a smaller upload may do."""
    return status == _TOO_LARGE


def _request(method: str, parts: SplitResult, target: str, software: str, fields: Mapping[str, str]) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}", f"User-Agent: {software}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1", "replace")
