"""Shell. What a measuring server has to say where no test is asked for: its health, and the sessions of latency1.

Answers are whole and short. Knows nothing of sockets.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec

from probe.throughput.host.told import Host
from probe.throughput.host.work import Work
from probe.throughput.latency1 import packet
from probe.throughput.latency1.server import LatencyServer
from probe.throughput.librespeed import endpoints
from probe.throughput.web.request import Request

HEALTH = "/health"


@dataclass(frozen=True, slots=True)
class Reply:
    """JSON, or nothing at all where `body` is empty."""

    status: HTTPStatus
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`latency` None: no such sessions are served. `connections`: how many clients are connected now."""

    host: Host
    work: Work
    latency: LatencyServer | None
    connections: Callable[[], int]
    most_connections: int

    def knows(self, path: str) -> bool:
        """Whether something is answered there."""
        return path == HEALTH or path in endpoints.PATHS or (self.latency is not None and path in _LATENCY)

    def reply(self, request: Request, address: str) -> Reply:
        """To the client at `address`, which is told to nobody else and kept no longer than a session lasts."""
        if request.path == HEALTH:
            return Reply(HTTPStatus.OK, _json(self._health()))
        if request.path in endpoints.PATHS:
            return Reply(HTTPStatus.OK, _json(endpoints.own_address(address)))
        return self._latency(self.latency, request, address) if self.latency else Reply(HTTPStatus.NOT_FOUND)

    def _health(self) -> Mapping[str, Any]:
        return {
            "software": self.host.software,
            "name": self.host.name,
            "instance": self.host.instance,
            "tests": self.work.tests_count,
            "connections": self.connections(),
            "most_connections": self.most_connections,
            "latency_port": None if self.latency is None else self.latency.port,
        }

    @staticmethod
    def _latency(latency: LatencyServer, request: Request, address: str) -> Reply:
        mid = request.query.get("mid", "")
        if not packet.is_mid(mid):
            return Reply(HTTPStatus.BAD_REQUEST)
        if request.path == packet.AUTHORIZE:
            answer = latency.authorise(mid, address, _send_s(request.query.get("duration")))
            return Reply(HTTPStatus.TOO_MANY_REQUESTS) if answer is None else Reply(HTTPStatus.OK, answer)
        answer = latency.result(mid, address)
        return Reply(HTTPStatus.NOT_FOUND) if answer is None else Reply(HTTPStatus.OK, answer)


_LATENCY = (packet.AUTHORIZE, packet.RESULT)


def _send_s(asked_ms: str | None) -> float:
    if asked_ms is None or not (asked_ms.isascii() and asked_ms.isdigit() and len(asked_ms) < 9):
        return packet.SEND_S
    return min(int(asked_ms) / 1000, packet.KEPT_S)


def _json(told: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(told)
