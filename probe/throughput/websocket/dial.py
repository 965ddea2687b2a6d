"""Shell. A client's way into one connection of a test over WebSocket: connected, and the upgrade agreed.

Every way in which this can fail is a `Failure`. Knows nothing of what is measured.
"""

import base64
import os
import socket
from collections.abc import Mapping
from functools import partial

from probe.body.speed_test import Failure
from probe.throughput.connect import Call, Connected, connect, failure_of
from probe.throughput.patience import StoppedError, insist
from probe.throughput.websocket import dialect, upgrade
from probe.throughput.websocket.dialect import Dialect


def dial(one: Call, spoken: Dialect, options: Mapping[str, str]) -> Connected | Failure:
    """`options`: what is asked of the server in the query, beside what the address itself says."""
    connected = connect(one)
    if isinstance(connected, Failure):
        return connected
    sock = connected.sock
    try:
        early = _agree(one, sock, spoken, options)
    except OSError as error:
        early = failure_of(error)
    except StoppedError:
        early = Failure.ABORTED
    if isinstance(early, Failure):
        sock.close()
        return early
    return Connected(sock, connected.address, early)


def _agree(one: Call, sock: socket.socket, spoken: Dialect, options: Mapping[str, str]) -> bytes | Failure:
    """What came behind the server's yes. Raises OSError, StoppedError."""
    key = base64.b64encode(os.urandom(16)).decode("ascii")
    parts = one.plan.parts
    metadata = {"client_name": one.plan.software, "client_library_name": "prova", "client_os": "linux"}
    request = upgrade.client_request(
        host=parts.netloc.rpartition("@")[2],
        target=dialect.target(spoken.paths[one.direction], parts.query, {**options, **metadata}),
        key=key,
        protocol=spoken.subprotocol,
        user_agent=one.plan.software,
    )
    insist(sock, partial(sock.send, request), one.until, one.stop)
    return _judge(_read_head(one, sock), key, spoken.subprotocol)


def _read_head(one: Call, sock: socket.socket) -> bytes:
    """Up to the empty line and what came with it; less where the server ended or went on for too long."""
    head = b""
    while upgrade.END not in head and len(head) <= upgrade.MAX_HEAD_BYTES:
        piece = insist(sock, partial(sock.recv, 4096), one.until, one.stop)
        if not piece:
            break
        head += piece
    return head


def _judge(head: bytes, key: str, subprotocol: str) -> bytes | Failure:
    answer, end, early = head.partition(upgrade.END)
    if not end:
        return Failure.PROTOCOL if head else Failure.CUT_SHORT
    read = upgrade.read_answer(answer + end, key=key, protocol=subprotocol)
    if isinstance(read, upgrade.Refusal):
        return Failure.SERVER_REFUSED
    return Failure.PROTOCOL if isinstance(read, upgrade.Malformed) else early
