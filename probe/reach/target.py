"""Vocabulary. Whom the reachability sensor asks.

Knows nothing of how it asks.
"""

from dataclasses import dataclass

from probe.body.reachability import Role


@dataclass(frozen=True, slots=True)
class Target:
    """A host to watch, by name or address. `port` is where TCP knocks if ICMP is not permitted; None for a default."""

    host: str
    role: Role
    port: int | None = None


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
