"""Vocabulary. What the set-up decides, what it looks at, and who does it on this machine.

Knows nothing of how any of it is done, nor of how it is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from analysis.summary.page.paper import Refusal
from analysis.summary.reading import Content, Item, Reading


class Look(StrEnum):
    """What was found about this machine and its way to the router."""

    CABLE = "cable"
    WIFI = "wifi"
    TUNNEL = "tunnel"
    NO_WAY = "no_way"
    OTHER_LINK = "other_link"
    PORT_FAST = "port_fast"
    PORT_SLOW = "port_slow"
    PORT_UNKNOWN = "port_unknown"
    CLOCK_SET = "clock_set"
    CLOCK_OFF = "clock_off"
    CLOCK_UNKNOWN = "clock_unknown"
    ROUTER_TELLS = "router_tells"
    ROUTER_SILENT = "router_silent"


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was looked at. `ok` None: it cannot be told, or is no more than good to know.

    `link_bps` belongs to the looks at the port, None where it is not known.
    """

    look: Look
    ok: bool | None
    link_bps: int | None = None


class ServerKind(StrEnum):
    """What is at the other end of the speed tests."""

    OWN = "own"  # an ndt7 server whose address the person gives
    MLAB = "mlab"
    DEMONSTRATION = "demonstration"  # on this machine: no evidence


@dataclass(frozen=True, slots=True)
class Watched:
    """A host beyond the router, and any word for whose network it is in; empty for none."""

    host: str
    network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A contract's values by item, of fixed wireless the maximum too as `*_maximum_mbps`; where the line is.

    `reading` is the document that the values were read from, None where they were typed in.
    """

    values: Mapping[Item, Content]
    region: str
    timezone: str
    municipality: str = ""
    reading: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that was confirmed. `agreed` None leaves the contract as it is. `server` is empty but for ServerKind.OWN.

    `mlab_accepted`: the person agreed that M-Lab publishes each test.
    """

    agreed: Agreed | None
    kind: ServerKind
    server: str = ""
    mlab_accepted: bool = False
    watched: tuple[Watched, ...] = ()


class SetUpError(Exception):
    """It could not be set up, and all is as it was. The text is one sentence with the mend."""


class SetUp(Protocol):
    """Looks, reads and writes on this machine. All but `take_up` may be called from any thread."""

    def look(self, maximum_bps: int | None) -> tuple[Seen, ...]:
        """At the way to the router, the clock and the router; `maximum_bps`: what the contract promises at most."""

    def read(self, name: str, data: bytes) -> Reading | Refusal:
        """A contract summary's PDF, opened in a process with limits."""

    def month_bytes(self, download_bps: int, upload_bps: int) -> int:
        """What the speed tests of a month move on a line of these speeds."""

    async def take_up(self, plan: Plan) -> None:
        """Writes contract and settings, older ones kept beside; the probe goes on with them. Raises SetUpError."""
