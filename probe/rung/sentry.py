"""Shell. Looks at every rung when it is its time: link, router, path, clock; more often while answers are missing.

Knows nothing of contracts, outages or spools: it says what it saw.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from probe import clock
from probe.body.rung import LinkSeen, Neighbour, Occasion
from probe.path.hops import Network
from probe.path.job import Said
from probe.path.scout import Scout
from probe.path.shelf import Shelf
from probe.pause import pause
from probe.reach import names_look
from probe.reach.lookups import NamesAsked
from probe.reach.sensor import Sensor
from probe.reach.target import Endpoint
from probe.rung import router, turn
from probe.rung.clock_watch import ClockWatch, Keep
from probe.rung.link import LinkWatch
from probe.rung.turn import Last, Pattern

_LOOK_EVERY_S = 1.0
_FOLLOW_EVERY = 5  # looks
_NS_PER_S = 1_000_000_000
_CAPTURE_S = 60.0
_HOUR_S = 3600.0
LINK = Pattern(routine_s=900, after_s=3, trouble_s=60, eager_for_s=_HOUR_S, patient_s=900)
ROUTER = Pattern(routine_s=900, after_s=3, trouble_s=30, eager_for_s=600, patient_s=300)
NAMES = Pattern(routine_s=_HOUR_S, after_s=10, trouble_s=300, eager_for_s=600, patient_s=_HOUR_S)
PATH = Pattern(routine_s=6 * _HOUR_S, after_s=10, trouble_s=600, eager_for_s=600, patient_s=_HOUR_S)
_CAPTURES_APART_S = 600.0
_PATH_AGAIN_S = 900.0  # where no way was found

_Errand = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rungs:
    """What is looked at beside link and clock. `path_to`: the hosts whose path is found, the first that is known."""

    router: bool = True
    path: bool = True
    path_to: tuple[str, ...] = ()
    time_servers: tuple[str, ...] = ()
    own_networks: tuple[Network, ...] = ()
    capture: bool = False


class Sentry:
    """One run of looking, beside a sensor, whose trouble it heeds and whom it tells of first hops."""

    def __init__(self, sensor: Sensor, rungs: Rungs, *, keep: Keep, home: Path) -> None:
        self._sensor = sensor
        self._rungs = rungs
        self._keep = keep
        self._shelf = Shelf(home)
        self._link = LinkWatch()
        self._clocks = ClockWatch(rungs.time_servers, keep)
        self._last: dict[str, Last] = {}
        self._errands: dict[str, asyncio.Task[None]] = {}
        self._gateway: str | None = None
        self._looks = 0
        self._halted = False
        self._scout = Scout(rungs.own_networks, halted=lambda: self._halted)

    async def run(self, stop: asyncio.Event) -> None:
        """Looks until `stop`; what is under way then is dropped."""
        try:
            async with asyncio.TaskGroup() as tasks:
                while not stop.is_set():
                    self._look(tasks.create_task)
                    await pause(stop, _LOOK_EVERY_S)
                self._halted = True
                for errand in self._errands.values():
                    errand.cancel()
        finally:
            self._halted = True
            self._link.close()

    def _look(self, start: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]) -> None:
        self._look_at_link(watched=not self._clocks.look())
        for name, errand in self._due():
            if not self._is_out(name):
                self._errands[name] = start(errand())

    def _look_at_link(self, *, watched: bool) -> None:
        now, trouble = self._clocks.now, self._sensor.trouble.is_on
        if not watched:
            self._link.break_off(now)
        changed = self._link.look(now)
        if self._looks % _FOLLOW_EVERY == 0 or trouble:
            self._link.follow(now)
        if trouble:
            self._link.ask_neighbours(now)
        self._looks += 1
        if self._link.interface is not None:
            why = self._occasion("link", LINK)
            if why is None and changed:
                why = Occasion.RECOVERY if self._link.carrier else Occasion.TROUBLE
            if why is not None:
                self._keep_link(why)

    def _is_out(self, name: str) -> bool:
        return name in self._errands and not self._errands[name].done()

    def _due(self) -> list[tuple[str, _Errand]]:
        """What takes longer than a moment, and is to be begun now."""
        found: list[tuple[str, _Errand]] = []
        if self._clocks.is_due():
            found.append(("clock", self._clocks.ask))
        if self._rungs.router and (why := self._occasion("router", ROUTER)):
            found.append(("router", partial(self._ask_router, why)))
        if self._rungs.path and self._link.interface and (why := self._occasion("path", PATH)):
            found.append(("path", partial(self._find_path, why)))
        asked = self._sensor.names_asked()
        if asked is not None and (why := self._occasion("names", NAMES)):
            found.append(("names", partial(self._ask_names, asked, why)))
        if self._rungs.capture and self._capture_is_due():
            found.append(("capture", self._capture))
        return found

    def _occasion(self, name: str, pattern: Pattern) -> Occasion | None:
        """Why it is this rung's time, None where it is not; asked anew only once its last look is over."""
        if self._is_out(name):
            return None
        now_s = self._clocks.now.monotonic_ns / _NS_PER_S
        trouble = self._sensor.trouble
        began_s = None if not trouble.is_on or trouble.began_ns is None else trouble.began_ns / _NS_PER_S
        why = turn.occasion(pattern, now_s, self._last.get(name), began_s=began_s)
        if why is not None:
            self._last[name] = Last(now_s, why)
        return why

    def _keep_link(self, occasion: Occasion, said: Said | None = None) -> None:
        seen = self._link.seen(occasion, self._clocks.now)
        if seen is not None:
            began, body = seen
            self._keep(began, self._clocks.now, _with(body, said))

    async def _ask_router(self, occasion: Occasion) -> None:
        started = clock.stamp()
        self._gateway, seen = await router.look(occasion, self._gateway)
        self._keep(started, clock.stamp(), seen)

    async def _ask_names(self, asked: NamesAsked, occasion: Occasion) -> None:
        started = clock.stamp()
        seen = await names_look.look(asked, occasion)
        self._keep(started, clock.stamp(), seen)

    async def _find_path(self, occasion: Occasion) -> None:
        """Who is there at home, then the way out, of each IP version."""
        interface = self._link.interface
        said = None if interface is None else await self._scout.home(interface)
        if said is not None:
            self._keep_link(occasion, said)
        witnesses = []
        for host, to in await self._destinations():
            started = clock.stamp()
            found = await self._scout.path(host, to, interface, occasion)
            if found is None:
                continue
            self._keep(started, clock.stamp(), found.seen)
            if occasion is not Occasion.TROUBLE and (one := await self._scout.witness(found.candidates)):
                witnesses.append(one)
        if witnesses:
            self._sensor.watch_first_hops(witnesses)
        elif occasion is not Occasion.TROUBLE:
            last = self._last["path"]
            self._last["path"] = replace(last, at_s=last.at_s - PATH.routine_s + _PATH_AGAIN_S)

    async def _destinations(self) -> list[tuple[str, Endpoint]]:
        """The first host of each IP version that is not this machine; names are waited for a little."""
        for _ in range(_FOLLOW_EVERY):
            found: dict[int, tuple[str, Endpoint]] = {}
            for host in self._rungs.path_to:
                for to in self._sensor.endpoints(host):
                    if not to.loopback:
                        found.setdefault(to.version, (host, to))
            if found or not self._rungs.path_to:
                return list(found.values())
            await asyncio.sleep(_LOOK_EVERY_S)
        return []

    def _capture_is_due(self) -> bool:
        last = self._last.get("capture")
        now_s = self._clocks.now.monotonic_ns / _NS_PER_S
        began_ns = self._sensor.trouble.began_ns
        if not self._sensor.trouble.is_on or began_ns is None or self._link.interface is None:
            return False
        if last is not None and (now_s - last.at_s < _CAPTURES_APART_S or last.at_s >= began_ns / _NS_PER_S):
            return False
        self._last["capture"] = Last(now_s, Occasion.TROUBLE)
        return True

    async def _capture(self) -> None:
        started = clock.stamp()
        if self._link.interface is not None:
            kept = await self._scout.capture(self._link.interface, _CAPTURE_S, self._shelf)
            if kept is not None:
                self._keep(started, clock.stamp(), kept)


def _with(body: LinkSeen, said: Said | None) -> LinkSeen:
    """What the kernel did not know, as those on the own network answered it."""
    if said is None:
        return body
    told = {":" in gateway: answered for gateway, answered in said.neighbours}
    return LinkSeen(
        interface=body.interface,
        carrier=body.carrier,
        changes=body.changes,
        carrier_up_count=body.carrier_up_count,
        carrier_down_count=body.carrier_down_count,
        neighbour_ipv4=_known(body.neighbour_ipv4, answered=told.get(False)),
        neighbour_ipv6=_known(body.neighbour_ipv6, answered=told.get(True)),
        dhcp_answered=said.dhcp_answered,
        occasion=body.occasion,
    )


def _known(kernel: Neighbour | None, *, answered: bool | None) -> Neighbour | None:
    if answered is None:
        return kernel
    return Neighbour.REACHABLE if answered else Neighbour.FAILED
