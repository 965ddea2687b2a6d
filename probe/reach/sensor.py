"""Shell. Watches every target, one small question each every few seconds, and hands on one record a minute.

Knows nothing of contracts, outages or spools: it says what it asked and what came back.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

from probe import clock
from probe.body.reachability import NoAnswer, ProbeMethod, Role
from probe.reach.book import Book, Watched
from probe.reach.gateway import default_gateway
from probe.reach.knock import Knock
from probe.reach.minute import Outcome, Whom
from probe.reach.names import Names
from probe.reach.ping import Ping, open_socket
from probe.reach.target import Endpoint, Target

_LOOK_EVERY_S = 1.0  # at the clocks, so that a break in the watching is known to the second
_NS_PER_S = 1_000_000_000


class Sensor:
    """One run of watching; `emit` hears each stretch that is over, in order."""

    def __init__(
        self, targets: Sequence[Target], *, gateway: bool, interval_s: float, emit: Callable[[Watched], None]
    ) -> None:
        """Opens its sockets. `gateway`: whether the default gateway is watched too, whichever it is at the time."""
        self._targets = {target.host: target for target in targets}
        self._gateway = gateway
        self._router: Endpoint | None = None
        self._interval_s = interval_s
        self._emit = emit
        self._book = Book(clock.stamp(), interval_s=interval_s)
        self._names = Names(self._name_failed)
        self._pings = {
            int(family): Ping(sock, self._settle)
            for family in (socket.AF_INET, socket.AF_INET6)
            if (sock := open_socket(family)) is not None
        }
        self._knocks = {method: Knock(method, self._settle) for method in (ProbeMethod.TCP, ProbeMethod.UDP)}

    @property
    def icmp(self) -> bool:
        """Whether this user may send ICMP echo; if not, TCP and UDP stand in for it."""
        return bool(self._pings)

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

    async def _watch(self, stop: asyncio.Event, phase_s: float) -> None:
        interval_ns = int(self._interval_s * _NS_PER_S)
        next_ns = clock.monotonic_ns() + int(phase_s * _NS_PER_S)
        while not stop.is_set():
            now = clock.stamp()
            self._hand_on(self._book.look(now))
            if now.monotonic_ns >= next_ns:
                self._ask_everyone()
                # Questions that were slept through are not made up for.
                next_ns += ((now.monotonic_ns - next_ns) // interval_ns + 1) * interval_ns
            wait_s = min(_LOOK_EVERY_S, (next_ns - now.monotonic_ns) / _NS_PER_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait_s)
        self._hand_on(self._book.finish(clock.stamp()))

    def _hand_on(self, watched: Sequence[Watched]) -> None:
        for one in watched:
            self._emit(one)

    def _ask_everyone(self) -> None:
        if self._gateway:
            # A lost default route leaves the last router watched: it is then unreachable, which is what is known.
            self._router = default_gateway() or self._router
            if self._router is not None:
                self._ask(Target(self._router.address, Role.GATEWAY), self._router)
        for target in self._targets.values():
            to = self._names.endpoint(target.host)
            if to is not None:
                self._ask(target, to)

    def _ask(self, target: Target, to: Endpoint) -> None:
        ping = self._pings.get(to.family)
        # A router is spared connections that it would have to answer for.
        asker = ping or self._knocks[ProbeMethod.UDP if target.role is Role.GATEWAY else ProbeMethod.TCP]
        whom = Whom(target.host, target.role, asker.method, to.loopback)
        asker.ask(self._book.ask(whom, asked_ns=clock.monotonic_ns()), to, port=target.port)

    def _settle(self, question: int, outcome: Outcome) -> None:
        self._book.settle(question, outcome)

    def _name_failed(self, host: str, asked_ns: int) -> None:
        known = self._names.known(host)
        method = ProbeMethod.ICMP if self.icmp else ProbeMethod.TCP
        whom = Whom(host, self._targets[host].role, method, known is not None and known.loopback)
        self._book.ask(whom, asked_ns=asked_ns, outcome=NoAnswer.NAME_NOT_RESOLVED)
