"""One HTTP exchange with a measuring server, by hand: what goes in and what comes out are bytes."""

import json
import socket
from dataclasses import dataclass
from typing import Any

from tests.integration.ndt7_rig import LIMIT_S

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    fields: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(sock: socket.socket, request: str | bytes) -> Answer:
    """The answer to one request over an open connection, as long as it says that it is."""
    sock.sendall(request.encode() if isinstance(request, str) else request)
    head = b""
    while b"\r\n\r\n" not in head:
        piece = sock.recv(1)
        assert piece, f"the server went after {head!r}"
        head += piece
    lines = head.decode().split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:-2])}
    body = b""
    while len(body) < int(fields.get("content-length", "0")):
        piece = sock.recv(1 << 16)
        assert piece, "the server went within its answer"
        body += piece
    return Answer(int(lines[0].split()[1]), fields, body)


def get(address: Address, target: str, *, method: str = "GET", source: str | None = None) -> Answer:
    """The answer over a connection of its own; `source`: the loopback address that asks."""
    with socket.create_connection(
        address, timeout=LIMIT_S, source_address=None if source is None else (source, 0)
    ) as sock:
        return ask(sock, f"{method} {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
