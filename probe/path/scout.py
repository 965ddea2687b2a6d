"""Shell. Finds the way to a target and the provider's nearest router on it; looks who is there on the own network.

By a short-lived process where the rights and the library are there, else by plain sockets, which see less. Knows
nothing of when to look.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from probe import clock
from probe.body.rung import CaptureKept, Hop, Occasion, PathSeen
from probe.path import right, spawn, trial
from probe.path.hops import Network, is_own_site, provider_hops
from probe.path.job import HopSeen, Job, Said, Task
from probe.path.shelf import Shelf
from probe.path.trace import trace
from probe.reach.gateway import default_gateways, endpoint, source_of
from probe.reach.target import Endpoint
from probe.worker import in_thread

_TRACE_S = 25.0
_HOME_S = 10.0
_MOST_PACKETS = 2000
_MOST_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class Found:
    """A path, and the provider's hops on it that answered, the nearest first."""

    seen: PathSeen
    candidates: tuple[str, ...]


class Scout:
    """One probe's. `halted` ends what goes on in a thread."""

    def __init__(self, own_networks: Sequence[Network], *, halted: Callable[[], bool]) -> None:
        self._own_networks = tuple(own_networks)
        self._halted = halted
        self._crafts = right.has_scapy() and right.may_craft()

    async def path(self, target: str, to: Endpoint, interface: str | None, occasion: Occasion) -> Found | None:
        """The way to `to`; None where it could not be asked at all."""
        said = await self._trace(to, interface)
        if said.cannot is not None or not said.hops:
            return None
        gateways = {one.version: one.address for one in default_gateways()}
        source = source_of(to)
        hops = tuple(_hop(one, gateways.get(to.version), source) for one in said.hops)
        candidates = provider_hops(hops, target=to.address, gateways=gateways.values(), own=self._own_networks)
        seen = PathSeen(
            target=target,
            address=to.address,
            address_family=to.version,
            method=said.method,
            reached=said.reached,
            hops=hops,
            first_provider_hop=next(iter(candidates), None),
            path_mtu_bytes=said.path_mtu_bytes,
            occasion=occasion,
        )
        return Found(seen, candidates)

    async def witness(self, candidates: Sequence[str]) -> str | None:
        """The first of them that answers questions of its own reliably; None where none does."""
        for address in candidates:
            if await trial.answers(endpoint(address)) >= trial.ENOUGH:
                return address
        return None

    async def home(self, interface: str) -> Said | None:
        """Who answers on the own network; None where this user may not ask."""
        if not self._crafts:
            return None
        gateways = tuple(one.address for one in default_gateways())
        said = await spawn.ask(Job(task=Task.HOME, within_s=_HOME_S, interface=interface, gateways=gateways))
        return None if said.cannot else said

    async def capture(self, interface: str, seconds: float, shelf: Shelf) -> CaptureKept | None:
        """The heads of the packets of the next seconds, in a new file; None where nothing came of it."""
        if not right.may_craft():
            return None
        path = shelf.new(clock.now())
        if path is None:
            return None
        job = Job(
            task=Task.CAPTURE,
            within_s=seconds,
            interface=interface,
            file=str(path),
            most_packets=_MOST_PACKETS,
            most_bytes=_MOST_BYTES,
        )
        said = await spawn.ask(job)
        if said.cannot is not None:
            return None
        return shelf.kept(path, said)

    async def _trace(self, to: Endpoint, interface: str | None) -> Said:
        if self._crafts and interface is not None and not to.scope:
            job = Job(task=Task.TRACE, within_s=_TRACE_S, address=to.address, interface=interface)
            said = await spawn.ask(job)
            if said.cannot is None:
                return said
        halt = asyncio.Event()
        try:
            return await in_thread(lambda: trace(to, _TRACE_S, lambda: halt.is_set() or self._halted()))
        finally:
            halt.set()


def _hop(seen: HopSeen, gateway: str | None, source: str | None) -> Hop:
    """The first hop goes by the address that this machine uses, and so does what else is of the line's own network:
    its public addresses are kept nowhere.
    """
    if seen.address is None:
        return Hop(seen.ttl, None, seen.rtt_ms)
    if is_own_site(seen.address, source):
        return Hop(seen.ttl, None if gateway is None or is_own_site(gateway, source) else gateway, seen.rtt_ms)
    return Hop(seen.ttl, gateway if seen.ttl == 1 and gateway is not None else seen.address, seen.rtt_ms)
