"""Shell. Where EMQX asks who may connect and what for: a small HTTP server over the registers of some collectors.

Every question is answered from the register as it is then: who was revoked is refused from that moment. Knows nothing
of what is asked or answered.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from collector.home import CollectorHome
from collector.identity.emqx import Standing, authenticated, authorised
from collector.identity.files import IdentityHome
from collector.identity.register import Register
from collector.journal import JournalError, translated

_MOST_BYTES = 16 * 1024
_WITHIN_S = 5.0
_STOP_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Registers:
    """Some collectors' journals and registers: a probe is enrolled with one of them."""

    desks: tuple[tuple[Path, Register], ...]

    def standing(self, user: str) -> Standing | None:
        """None where no collector knows that probe. Raises JournalError."""
        for journal, register in self.desks:
            line = _line(journal, user)
            if line is not None:
                return Standing(line, register.is_revoked(user))
        return None


def registers_of(homes: Iterable[CollectorHome]) -> Registers:
    """Of the collectors below these homes. Raises RegisterError."""
    return Registers(tuple((home.journal, Register(IdentityHome(home).register)) for home in homes))


def answer(registers: Registers, path: str, asked: bytes, *, at: datetime) -> bytes | None:
    """The answer to one question as JSON; None where it is none, or the register cannot be read: nobody is let in."""
    try:
        told = json.loads(asked)
        if not isinstance(told, dict) or path not in {"/authenticate", "/authorise"}:
            return None
        standing = registers.standing(str(told.get("username", "")))
    except (ValueError, RecursionError, JournalError):
        return None
    found = authenticated(told, standing, at=at) if path == "/authenticate" else authorised(told, standing)
    return json.dumps(found).encode()


@contextmanager
def open_gate(reply: Callable[[str, bytes], bytes | None], *, host: str, port: int) -> Iterator[int]:
    """Answers until the end of the context, each question within seconds; gives the port. Raises OSError."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _WITHIN_S
        wbufsize = -1  # head and body in one packet: else each answer waits 40 ms (Nagle against delayed ACKs)

        def do_POST(self) -> None:
            length = _length(self.headers.get("content-length"))
            self.close_connection = length > _MOST_BYTES  # the rest of it is not read
            found = reply(self.path, self.rfile.read(min(length, _MOST_BYTES)))
            self.send_response(HTTPStatus.OK if found is not None else HTTPStatus.BAD_REQUEST)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(found or b"")))
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_: object) -> None:
            """Nothing of a client stands in a log."""

    with _Server((host, port), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="gate")
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join(_STOP_WITHIN_S)


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a client that keeps its connection does not keep us
    request_queue_size = 128


def _length(told: str | None) -> int:
    return int(told) if told is not None and told.isdecimal() else 0


def _line(journal: Path, probe: str) -> str | None:
    if not journal.exists():
        return None
    address = f"{journal.absolute().as_uri()}?mode=ro"
    with translated(journal), closing(sqlite3.connect(address, uri=True, timeout=_WITHIN_S)) as db:
        found = db.execute("SELECT line FROM probe WHERE probe = ?", (probe,)).fetchone()
    return None if found is None else str(found[0])
