"""Pure. One HTTP request (RFC 9112) as a measuring server takes it, and its answers' heads as bytes.

Hostile input ends as a value, never as an exception. Knows nothing of sockets, and nothing of what a path means.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from probe.throughput.websocket.upgrade import END, Refusal

MAX_QUERY_BYTES = 4096
_MOST_FIELDS = 100
_LENGTH = re.compile(r"[0-9]{1,12}")
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Encoding, Content-Type",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request without its body, of which `body_bytes` follow.

    `query`: the first value of each name. `stays`: whether the client may ask again over the connection; `waits`:
    whether it sends the body only once it was told to go on. `upgrades`: whether it wants another protocol.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body_bytes: int = 0
    stays: bool = True
    waits: bool = False
    upgrades: bool = False


def read(head: bytes) -> Request | Refusal:
    """What a client asks, or what to refuse it with. `head` ends with the empty line."""
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or words[2] not in {"HTTP/1.1", "HTTP/1.0"} or not words[1].startswith("/"):
        return Refusal(HTTPStatus.BAD_REQUEST, "this is not HTTP/1.1")
    path, _, query = words[1].partition("?")
    if len(query) > MAX_QUERY_BYTES or len(lines) > _MOST_FIELDS:
        return Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "this asks for too much")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if "transfer-encoding" in fields:
        return Refusal(HTTPStatus.LENGTH_REQUIRED, "a body must say how long it is")
    length = fields.get("content-length", "0")
    if not _LENGTH.fullmatch(length):
        return Refusal(HTTPStatus.BAD_REQUEST, "Content-Length must be a whole number")
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, value)
    connection = fields.get("connection", "").lower()
    return Request(
        method=words[0],
        path=path,
        query=values,
        body_bytes=int(length),
        stays="close" not in connection and (words[2] == "HTTP/1.1" or "keep-alive" in connection),
        waits=fields.get("expect", "").lower() == "100-continue",
        upgrades="upgrade" in fields,
    )


def answer(
    status: HTTPStatus,
    *,
    length: int,
    kind: str = "application/octet-stream",
    stays: bool,
    cors: bool,
    allow: str | None = None,
) -> bytes:
    """The head of an answer with a body of `length` bytes of the media type `kind`. Nothing may be kept of it."""
    fields = {
        "Content-Type": kind,
        "Content-Length": str(length),
        "Cache-Control": "no-store, no-transform",
        "X-Content-Type-Options": "nosniff",
        "Connection": "keep-alive" if stays else "close",
        **({} if allow is None else {"Allow": allow}),
        **(_CORS if cors else {}),
    }
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join(lines).encode("ascii") + END
