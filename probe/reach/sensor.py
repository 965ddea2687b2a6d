"""Shell. Watches every target, one small question each every few seconds, and hands on one record a minute.

Once an answer is missing it asks every second for a while. Knows nothing of contracts, outages or spools: it says what
it asked and what came back.
"""

import asyncio
import secrets
import socket
from collections.abc import Callable, Sequence

from probe import clock
from probe.body.reachability import NoAnswer, ProbeMethod, Role
from probe.pause import pause
from probe.reach import lookups
from probe.reach.book import Book, Watched
from probe.reach.gateway import default_gateways, endpoint, has_way
from probe.reach.knock import Knock
from probe.reach.lookups import Lookups, NamesAsked
from probe.reach.minute import Outcome, Whom
from probe.reach.missing import Missing
from probe.reach.names import Names
from probe.reach.ping import Ping, open_socket
from probe.reach.query import Query
from probe.reach.resolvers import Resolvers
from probe.reach.target import Endpoint, Target
from probe.reach.trouble import Span, Trouble
from probe.record import Stamp

_LOOK_EVERY_S = 1.0  # at the clocks, so that a break in the watching is known to the second
_NS_PER_S = 1_000_000_000
_NOBODY = Lookups()


class Sensor:
    """One run of watching; `emit` hears each stretch that is over, in order."""

    def __init__(
        self,
        targets: Sequence[Target],
        *,
        gateway: bool,
        interval_s: float,
        emit: Callable[[Watched], None],
        asked: Lookups = _NOBODY,
    ) -> None:
        """Opens its sockets. `gateway`: whether the default gateways are watched, whichever they are at the time."""
        self._targets = {target.host: target for target in targets}
        self._gateway = gateway
        self._routers: dict[int, Endpoint] = {}
        self._first_hops: tuple[Endpoint, ...] = ()
        self._asked = asked
        self._resolvers = Resolvers()
        self._rounds = 0
        self._versions_with_way: set[int] = set()
        self._interval_s = interval_s
        self._emit = emit
        self._trouble = Trouble(calm_s=interval_s)
        self._missing = Missing(self._trouble)
        self._book = Book(clock.stamp(), interval_s=interval_s)
        self._names = Names(self._name_failed)
        self._pings = {
            int(family): Ping(sock, self._settle)
            for family in (socket.AF_INET, socket.AF_INET6)
            if (sock := open_socket(family)) is not None
        }
        self._knocks = {method: Knock(method, self._settle) for method in (ProbeMethod.TCP, ProbeMethod.UDP)}
        self._query = Query(self._settle)

    @property
    def icmp(self) -> bool:
        """Whether this user may send ICMP echo; if not, TCP and UDP stand in for it."""
        return bool(self._pings)

    @property
    def trouble(self) -> Span:
        """The last time in which targets that had answered did not."""
        return self._trouble.span

    def watch_first_hops(self, addresses: Sequence[str]) -> None:
        """From now on these are watched as the provider's nearest, in place of those before."""
        self._first_hops = tuple(endpoint(address) for address in addresses)

    def endpoints(self, host: str) -> tuple[Endpoint, ...]:
        """The addresses of a host, as they are asked now; none as long as they are not known."""
        return self._reached(self._names.endpoints(host))

    def names_asked(self) -> NamesAsked | None:
        """Who is to be asked with DNSSEC now; None where the settings name nobody to ask, or nothing to ask for."""
        asked = self._asked
        wanted = asked.signed_name is not None or asked.broken_name is not None
        if not wanted and not asked.name_servers:
            return None
        return NamesAsked(
            resolvers=tuple(to for target in self._asked_resolvers() for to in self._names.endpoints(target.host))
            if wanted
            else (),
            zone_servers=tuple((target, to) for target in asked.name_servers for to in self.endpoints(target.host)),
            signed_name=asked.signed_name,
            broken_name=asked.broken_name,
        )

    async def run(self, stop: asyncio.Event, *, phase_s: float) -> None:
        """Watches until `stop`; what was begun then is handed on too.

        `phase_s`: when the first questions are asked. Random, so that many probes do not ask in step.
        """
        try:
            await self._watch(stop, phase_s)
        finally:
            await self._names.close()
            for ping in self._pings.values():
                ping.close()
            for knock in self._knocks.values():
                knock.close()
            self._query.close()

    async def _watch(self, stop: asyncio.Event, phase_s: float) -> None:
        next_ns = clock.monotonic_ns() + int(phase_s * _NS_PER_S)
        while not stop.is_set():
            now = clock.stamp()
            self._hand_on(self._book.look(now))
            self._missing.look(now.monotonic_ns)
            next_ns = min(next_ns, self._paced(now))
            if now.monotonic_ns >= next_ns:
                self._ask_everyone()
                # Questions that were slept through are not made up for.
                interval_ns = int(self._interval_s * _NS_PER_S)
                next_ns += ((now.monotonic_ns - next_ns) // interval_ns + 1) * interval_ns
            wait_s = min(_LOOK_EVERY_S, (next_ns - now.monotonic_ns) / _NS_PER_S)
            await pause(stop, wait_s)
        self._hand_on(self._book.finish(clock.stamp()))

    def _paced(self, now: Stamp) -> int:
        """The latest time for the next questions, where they are asked at another interval from now on."""
        interval_s = self._trouble.interval_s(now.monotonic_ns)
        if interval_s != self._interval_s or self._trouble.to_be_kept(self._book.began_ns, now.monotonic_ns):
            self._hand_on(self._book.pace(now, interval_s))
            self._interval_s = interval_s
        return now.monotonic_ns + int(interval_s * _NS_PER_S)

    def _hand_on(self, watched: Sequence[Watched]) -> None:
        for one in watched:
            self._emit(one)

    def _ask_everyone(self) -> None:
        self._rounds += 1
        if self._gateway:
            # A lost default route leaves the last router watched: it is then unreachable, which is what is known.
            self._routers |= {one.version: one for one in default_gateways()}
            for router in self._routers.values():
                self._ask(Target(router.address, Role.GATEWAY), router)
        for hop in self._first_hops:
            self._ask(Target(hop.address, Role.FIRST_HOP), hop)
        for target in self._targets.values():
            for to in self.endpoints(target.host):
                self._ask(target, to)
        self._ask_for_names()

    def _ask_for_names(self) -> None:
        names = self._asked.names
        if names:
            name = names[self._rounds % len(names)]
            for target in self._asked_resolvers():
                for to in self._names.endpoints(target.host):
                    self._ask_name(target, to, name)
        for target in self._asked.name_servers:
            for to in self.endpoints(target.host):
                self._ask_name(target, to, target.zone or "")

    def _asked_resolvers(self) -> tuple[Target, ...]:
        own = self._resolvers.addresses() if self._asked.own_resolvers else ()
        others = (one for one in self._asked.resolvers if one.host not in own)
        return (*(Target(address, Role.RESOLVER) for address in own), *others)

    def _ask(self, target: Target, to: Endpoint) -> None:
        ping = self._pings.get(to.family)
        # Who stands on the way is spared connections that it would have to answer for.
        spared = target.role in {Role.GATEWAY, Role.FIRST_HOP}
        asker = ping or self._knocks[ProbeMethod.UDP if spared else ProbeMethod.TCP]
        asker.ask(self._note(target, to, asker.method), to, port=target.port)

    def _ask_name(self, target: Target, to: Endpoint, name: str) -> None:
        make = lookups.of_resolver if target.role is Role.RESOLVER else lookups.of_authority
        self._query.ask(self._note(target, to, ProbeMethod.DNS), to, make(name, below=secrets.randbelow))

    def _note(self, target: Target, to: Endpoint, method: ProbeMethod) -> int:
        """The number of a question that is about to be asked."""
        whom = Whom(target.host, target.role, method, to.loopback, to.address, target.network)
        asked_ns = clock.monotonic_ns()
        question = self._book.ask(whom, asked_ns=asked_ns)
        self._missing.ask(question, whom, asked_ns)
        return question

    def _reached(self, found: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
        """Without an IP version that this machine never had a way by, as long as the other one serves."""
        if len(found) < 2:
            return found
        self._versions_with_way |= {one.version for one in found if has_way(one)}
        return tuple(one for one in found if one.version in self._versions_with_way) or found

    def _settle(self, question: int, outcome: Outcome) -> None:
        self._book.settle(question, outcome)
        self._missing.settle(question, outcome)

    def _name_failed(self, host: str, asked_ns: int) -> None:
        target = self._targets.get(host)
        if target is None:  # a name server's own name: what it stands for is asked of it
            return
        known = next(iter(self._names.known(host)), None)
        method = ProbeMethod.ICMP if self.icmp else ProbeMethod.TCP
        loopback, address = (False, None) if known is None else (known.loopback, known.address)
        whom = Whom(host, target.role, method, loopback, address, target.network)
        self._book.ask(whom, asked_ns=asked_ns, outcome=NoAnswer.NAME_NOT_RESOLVED)
