"""Shell. One question to a time-stamping authority over HTTP (RFC 3161, section 3.4). Knows not what it is about."""

import http.client
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

_ANSWER_WITHIN_S = 15.0
_MOST_BYTES = 65_536
_READ_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The authority gave no answer, and why."""

    reason: str


def ask(url: str, query: bytes) -> bytes | Unanswered:
    """The authority's answer in DER. Follows no redirection, and waits no longer than 15 s in all."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return Unanswered(f"{url!r} is no address of an authority; write http://HOST/PATH or https://HOST/PATH")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    try:
        connection = kind(parts.hostname, parts.port, timeout=_ANSWER_WITHIN_S)
        try:
            return _exchange(connection, path, query)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError, ssl.SSLError) as error:
        return Unanswered(f"{parts.hostname} did not answer ({error or type(error).__name__})")


def _exchange(connection: http.client.HTTPConnection, path: str, query: bytes) -> bytes | Unanswered:
    deadline = time.monotonic() + _ANSWER_WITHIN_S
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    connection.request("POST", path, body=query, headers=headers)
    answer = connection.getresponse()
    if answer.status != http.client.OK:
        return Unanswered(f"{connection.host} answered with HTTP status {answer.status}")
    data = b""
    while block := answer.read1(_READ_BYTES):
        data += block
        if len(data) > _MOST_BYTES or time.monotonic() > deadline:
            return Unanswered(f"{connection.host} answered too much or too slowly")
    return data
