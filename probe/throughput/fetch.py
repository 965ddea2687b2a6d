"""Shell. One HTTP question beside a test: the same trust, address family and time limit as the test's own connections.

Knows nothing of what is asked.
"""

import http.client
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from probe.body.speed_test import Direction, Failure
from probe.throughput import connect
from probe.throughput.plan import Method, Plan


@dataclass(frozen=True, slots=True)
class Answer:
    """`address`: the server's, as connected to."""

    status: int
    body: bytes
    address: str


def get(
    plan: Plan, url: str, direction: Direction, stop: threading.Event, *, target: str, most_bytes: int
) -> Answer | Failure:
    """The answer of the host in `url` (http, https) to a GET of `target`, at most `most_bytes` of its body.

    A redirection is an answer like any other.
    """
    parts = urlsplit(url)
    # The plan of a request, not of a test: the same name, family, trust and time to connect.
    asking = replace(plan, url=f"{parts.scheme}://{parts.netloc}", method=Method.LIBRESPEED, streams=None)
    connected = connect.connect(connect.call(asking, direction, stop))
    if isinstance(connected, Failure):
        return connected
    exchange = http.client.HTTPConnection(parts.hostname or "", parts.port)
    exchange.sock = connected.sock
    connected.sock.settimeout(plan.connect_timeout_s)
    # The socket's own limit is for each reading, and an answer may come byte by byte.
    ending = threading.Timer(plan.connect_timeout_s, _break_off, (connected.sock,))
    ending.start()
    try:
        exchange.request("GET", target, headers={"User-Agent": plan.software})
        answer = exchange.getresponse()
        return Answer(answer.status, answer.read(most_bytes), connected.address)
    except http.client.HTTPException:
        return Failure.PROTOCOL
    except OSError as error:
        return connect.failure_of(error)
    finally:
        ending.cancel()
        ending.join()
        exchange.close()


def _break_off(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
