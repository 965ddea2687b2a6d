"""Vocabulary. What both ends of a test counted, connection by connection.

Knows nothing of which counter stands for what.
"""

from dataclasses import dataclass

from probe.body.course import EndedBy
from probe.body.speed_test import Direction, Failure, Server
from probe.throughput.plan import Prescription
from probe.throughput.said import Said
from probe.throughput.tcp_info import TcpInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One connection. Microseconds count from the start of the load, on this end's clock.

    `readings`: this end's counters under load, the first before it; never empty. `said`: the server's messages, may be
    empty. `last`: this end's counters at the very end.
    """

    readings: tuple[tuple[int, TcpInfo], ...]
    said: tuple[tuple[int, Said], ...]
    last: TcpInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A test whose connections were opened. `seen` is never empty; `failure` is None where none was noticed.

    `version` names the protocol with its version. `congestion_control` is this end's; `whole`: whether the load went on
    for as long as was planned.
    """

    direction: Direction
    method: str
    version: str
    server: Server
    seen: tuple[Seen, ...]
    congestion_control: str
    whole: bool
    failure: Failure | None
    ended_by: EndedBy | None = None
    looks: int = 0
    prescription: Prescription | None = None

    @property
    def is_download(self) -> bool:
        return self.direction is Direction.DOWNLOAD

    @property
    def is_ipv6(self) -> bool:
        return self.server.address_family == 6
