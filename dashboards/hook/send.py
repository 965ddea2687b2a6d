"""Shell. Sends one message to one address that was looked at before: no redirect, no proxy, no second look-up.

The name is resolved once, every address it has is checked, and the connection goes to one of these, so that a name that
changes its mind between the two reaches nothing else. Knows nothing of findings.
"""

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from dashboards.hook.hook import Hook, is_public
from dashboards.hook.message import Message, signature

_PART_S = 10.0  # for a connection, and for each piece of an answer
_WHOLE_S = 20.0  # for all of it
_MOST_READ = 4096
_GONE = 410
_LATER = {408, 425, 429}  # it may well take it another time


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of it: `status` of the answer, None where there was none; `said`: why it was not taken."""

    status: int | None
    said: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver said yes."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_refused(self) -> bool:
        """Whether this message is what the receiver does not take, rather than any message now."""
        return self.status is not None and 400 <= self.status < 500 and self.status not in _LATER

    @property
    def is_gone(self) -> bool:
        """Whether it wants nothing more."""
        return self.status == _GONE


def send(hook: Hook, secret: bytes, message: Message, *, timestamp_s: int, software: str) -> Answered:
    """One attempt. Raises nothing of the network: what fails is said."""
    fields = {
        "content-type": "application/json",
        "user-agent": software,
        "webhook-id": message.id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": signature(secret, message.id, timestamp_s, message.body),
    }
    parts = urlsplit(hook.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _connected(hook, parts) as connection:
            connection.request("POST", target, message.body, fields)
            answer = connection.getresponse()
            answer.read(_MOST_READ)
    except _RefusedError as error:
        return Answered(None, str(error))
    except ssl.SSLError as error:
        return Answered(None, f"TLS failed: {error.reason or error}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answered(None, f"no answer: {error or type(error).__name__}")
    taken = 200 <= answer.status < 300
    return Answered(answer.status, "" if taken else f"it answered {answer.status}")


class _RefusedError(Exception):
    """Not sent, and why."""


@contextmanager
def _connected(hook: Hook, parts: SplitResult) -> Iterator[http.client.HTTPConnection]:
    """A connection to one of the name's checked addresses, which ends after a while whatever the other side does."""
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    sock = socket.create_connection((_address(hook, host, port), port), timeout=_PART_S)
    held = [sock]  # what is to be cut: TLS takes the socket over
    end = Timer(_WHOLE_S, lambda: _cut(held[-1]))
    end.start()
    try:
        if secure:
            context = ssl.create_default_context(cafile=None if hook.ca_file is None else str(hook.ca_file))
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            held.append(context.wrap_socket(sock, server_hostname=host))
        connection = http.client.HTTPConnection(host, port, timeout=_PART_S)
        connection.sock = held[-1]
        yield connection
    finally:
        end.cancel()
        end.join()
        for one in held:
            one.close()


def _address(hook: Hook, host: str, port: int) -> str:
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    closed = [one for one in found if not is_public(one)]
    if closed and not hook.allow_private:
        raise _RefusedError(
            f"{host} leads to {closed[0]}, which is no public address; set allow_private = true if that is meant"
        )
    return found[0]


def _cut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:  # it ended by itself
        return
