"""Vocabulary. Whom the reachability sensor asks.

Knows nothing of how it asks.
"""

from dataclasses import dataclass

from probe.body.reachability import Role


@dataclass(frozen=True, slots=True)
class Target:
    """A host to watch, by name or address. `port` is where TCP knocks if ICMP is not permitted; None for a default.

    `network`: a label of the network it stands in, None where nobody gave one. `zone`: of a name server, the zone that
    it is asked for.
    """

    host: str
    role: Role
    port: int | None = None
    network: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A target's address, as numbers. `family` is the kernel's (AF_INET or AF_INET6).

    `scope` is the index of the interface that a link-local IPv6 address belongs to, 0 for any other.
    `loopback` is true where the address is this very machine's.
    """

    family: int
    address: str
    scope: int = 0
    loopback: bool = False

    @property
    def version(self) -> int:
        """4 or 6."""
        return 6 if ":" in self.address else 4
