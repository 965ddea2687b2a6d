"""Pure. The opening of a WebSocket (RFC 6455, section 4): HTTP requests and answers as bytes.

Hostile input ends as a value, never as an exception. Knows nothing of sockets, TLS or what the path means.
"""

import base64
import hashlib
from dataclasses import dataclass
from http import HTTPStatus

MAX_HEAD_BYTES = 16_384
END = b"\r\n\r\n"
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # section 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A client asks for a WebSocket. `protocols` in the client's order, may be empty."""

    target: str
    key: str
    protocols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A server's no: an HTTP status other than 101, and what the server says of it."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """What came is not what section 4 allows."""

    reason: str


class Agreed:
    """The server said yes."""


def client_request(*, host: str, target: str, key: str, protocol: str, user_agent: str) -> bytes:
    """The request of section 4.1. `key` is 16 bytes in base64; `host` as it stands in the address, port included."""
    lines = (
        f"GET {target} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {protocol}",
        f"User-Agent: {user_agent}",
    )
    return "\r\n".join(lines).encode("latin-1", "replace") + END


def read_answer(head: bytes, *, key: str, protocol: str) -> Agreed | Refusal | Malformed:
    """What the server answered to `client_request`. `head` ends with the empty line."""
    first, fields = _parse(head)
    words = first.split(" ", 2)
    if len(words) < 2 or not words[0].startswith("HTTP/1.") or not (words[1].isascii() and words[1].isdigit()):
        return Malformed("the answer is not HTTP")
    if int(words[1]) != HTTPStatus.SWITCHING_PROTOCOLS:
        return Refusal(int(words[1]), words[2] if len(words) == 3 else "")
    fault = _fault(fields, key, protocol)
    return Agreed() if fault is None else Malformed(fault)


def _fault(fields: dict[str, str], key: str, protocol: str) -> str | None:
    if not _upgrades(fields):
        return "the answer does not switch to WebSocket"
    if fields.get("sec-websocket-accept") != accept_key(key):
        return "the answer's Sec-WebSocket-Accept does not belong to the key"
    if fields.get("sec-websocket-protocol") != protocol:
        return f"the answer does not agree to {protocol}"
    if fields.get("sec-websocket-extensions"):
        return "the answer uses an extension that was not asked for"
    return None


def read_request(head: bytes) -> Request | Refusal:
    """What a client asks (section 4.2.1), or what to refuse it with. `head` ends with the empty line."""
    first, fields = _parse(head)
    words = first.split(" ")
    if len(words) != 3 or words[2] not in {"HTTP/1.1", "HTTP/1.0"}:
        return Refusal(HTTPStatus.BAD_REQUEST, "this is not HTTP/1.1")
    if words[0] != "GET":
        return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "only GET is known here")
    if not _upgrades(fields):
        return Refusal(HTTPStatus.UPGRADE_REQUIRED, "a speed test speaks WebSocket")
    if fields.get("sec-websocket-version") != "13":
        return Refusal(HTTPStatus.BAD_REQUEST, "only version 13 of WebSocket is known here")
    key = fields.get("sec-websocket-key", "")
    if not _is_key(key):
        return Refusal(HTTPStatus.BAD_REQUEST, "Sec-WebSocket-Key must be 16 bytes in base64")
    offered = fields.get("sec-websocket-protocol", "")
    protocols = tuple(token.strip() for token in offered.split(",") if token.strip())
    return Request(target=words[1], key=key, protocols=protocols)


def agree(*, key: str, protocol: str) -> bytes:
    """The server's yes (section 4.2.2)."""
    lines = (
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept_key(key)}",
        f"Sec-WebSocket-Protocol: {protocol}",
    )
    return "\r\n".join(lines).encode("ascii") + END


def refuse(refusal: Refusal) -> bytes:
    """The server's no, as a whole HTTP answer that ends the connection."""
    phrase = HTTPStatus(refusal.status).phrase
    body = f"{refusal.reason}\n".encode()
    lines = [f"HTTP/1.1 {refusal.status} {phrase}", "Connection: close", "Content-Type: text/plain; charset=utf-8"]
    if refusal.status == HTTPStatus.UPGRADE_REQUIRED:
        lines.append("Upgrade: websocket")
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("ascii") + END + body


def accept_key(key: str) -> str:
    """Section 4.2.2, item 4.

    >>> accept_key("dGhlIHNhbXBsZSBub25jZQ==")  # the example of section 1.3
    's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
    """
    digest = hashlib.sha1(f"{key}{_GUID}".encode("latin-1", "replace"), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode("ascii")


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except ValueError:
        return False


def _parse(head: bytes) -> tuple[str, dict[str, str]]:
    """(first line, fields by lower-case name; repeated ones joined by commas, RFC 9110 section 5.3)."""
    lines = head.decode("latin-1").split("\r\n")
    fields: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            key = name.strip().lower()
            fields[key] = f"{fields[key]}, {value.strip()}" if key in fields else value.strip()
    return lines[0], fields


def _upgrades(fields: dict[str, str]) -> bool:
    connection = {token.strip().lower() for token in fields.get("connection", "").split(",")}
    return fields.get("upgrade", "").lower() == "websocket" and "upgrade" in connection
