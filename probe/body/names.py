"""Vocabulary. What resolvers and a zone's own name servers said when they were asked with DNSSEC (RFC 4033 to 4035).

`None` is *not seen*. How often they answer, and how fast, stands in the minutes of reachability. Knows nothing of whose
fault anything is.
"""

from dataclasses import dataclass

from probe.body.amount import at_least_zero
from probe.body.rung import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverSeen:
    """One resolver. `rtt_ms` of the signed name's answer, None where none came.

    `authenticated`: whether it said that it had checked the signed name (the AD bit). `refused_broken`: whether it
    refused a name whose signature is wrong, which it gives where it is told not to check.
    """

    resolver: str
    address_family: int
    rtt_ms: float | None = None
    authenticated: bool | None = None
    refused_broken: bool | None = None

    def __post_init__(self) -> None:
        _check(self.address_family, self.rtt_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneServerSeen:
    """One name server, asked for its zone's SOA. `rtt_ms` None where no answer came.

    `authoritative`: whether it spoke as the zone's own. `serial`: of the zone as it has it. `signed`: whether the
    answer came with a signature.
    """

    name_server: str
    zone: str
    address: str
    address_family: int
    rtt_ms: float | None = None
    authoritative: bool | None = None
    serial: int | None = None
    signed: bool | None = None

    def __post_init__(self) -> None:
        _check(self.address_family, self.rtt_ms)
        at_least_zero(serial=self.serial)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesSeen:
    """One look at all of them. The names are those that the settings give; None: not asked for."""

    resolvers: tuple[ResolverSeen, ...] = ()
    zone_servers: tuple[ZoneServerSeen, ...] = ()
    signed_name: str | None = None
    broken_name: str | None = None
    occasion: Occasion = Occasion.ROUTINE


def _check(address_family: int, rtt_ms: float | None) -> None:
    if address_family not in {4, 6}:
        raise ValueError(f"address_family must be 4 or 6, but is {address_family}")
    at_least_zero(rtt_ms=rtt_ms)
