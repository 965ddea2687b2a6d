"""Pure. HTTP/1.1 as far as a router needs it: one request, and the head of one answer (RFC 9112).

Knows nothing of sockets, and nothing of what is asked.
"""

import re
from dataclasses import dataclass

from probe.router.location import Location

MAX_HEAD_BYTES = 16_384
_STATUS = re.compile(r"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


class MessageError(ValueError):
    """The peer does not speak HTTP as RFC 9112 has it, or says too much."""


@dataclass(frozen=True, slots=True)
class Head:
    """Status, and the fields in their order with names in lower case."""

    status: int
    fields: tuple[tuple[str, str], ...]

    def values(self, name: str) -> tuple[str, ...]:
        """Every field of that name (lower case), in order."""
        return tuple(value for key, value in self.fields if key == name)

    def value(self, name: str) -> str:
        """The first field of that name (lower case); empty where there is none."""
        return next(iter(self.values(name)), "")

    @property
    def chunked(self) -> bool:
        """Whether the body comes in chunks."""
        return self.value("transfer-encoding").lower() == "chunked"

    @property
    def length(self) -> int | None:
        """Bytes of the body; None where it ends with the connection. Raises MessageError where it is no number."""
        said = self.value("content-length")
        if not said:
            return None
        if not re.fullmatch(r"[0-9]{1,12}", said):
            raise MessageError("a Content-Length that is no number")
        return int(said)


def request(
    method: str, location: Location, *, gateway: str, fields: tuple[tuple[str, str], ...] = (), body: bytes = b""
) -> bytes:
    """A request that asks for the connection's end after the answer."""
    lines = [f"{method} {location.path} HTTP/1.1", f"Host: {gateway}:{location.port}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in fields]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode() + body


def parse_head(block: bytes) -> Head:
    """The head that `block` begins with, up to the first empty line or its end. Raises MessageError."""
    first, *rest = block.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")
    status = _STATUS.fullmatch(first)
    if not status:
        raise MessageError("no status line of HTTP/1.1")
    return Head(int(status[1]), tuple(_field(line) for line in rest if line))


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not _TOKEN.fullmatch(name) or _CONTROL.search(value):
        raise MessageError("a header field that is none")
    return name.lower(), value.strip(" \t")


def chunk_bytes(line: bytes) -> int:
    """The size that a chunk's first line, line end inside, announces; 0 ends the body. Raises MessageError."""
    size = _CHUNK.fullmatch(line)
    if not size:
        raise MessageError("a chunk without a size")
    return int(size[1], 16)
