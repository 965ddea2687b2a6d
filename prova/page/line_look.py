"""Shell. This machine's way to the router, its clock and its router, looked at for the set-up.

Knows nothing of words: what was found is told by its name.
"""

from collections.abc import Iterator

from dashboards.web.page.setup.deed import Look, Seen
from probe import clock
from probe.body.conditions import LinkType
from probe.condition.beside import Beside
from probe.condition.link import Link
from probe.conditions import default_link
from probe.router.reading import NoRouter

_KINDS = {
    LinkType.ETHERNET: Seen(Look.CABLE, ok=True),
    LinkType.WIFI: Seen(Look.WIFI, ok=False),
    LinkType.TUNNEL: Seen(Look.TUNNEL, ok=False),
}


def look(maximum_bps: int | None) -> tuple[Seen, ...]:
    """Everything. `maximum_bps`: what the contract promises at most, None where that is not known."""
    return (*_link(maximum_bps), _clock(), _router())


def _link(maximum_bps: int | None) -> Iterator[Seen]:
    link = default_link()
    if link is None:
        yield Seen(Look.NO_WAY, ok=False)
        return
    yield _KINDS.get(link.link_type or LinkType.OTHER, Seen(Look.OTHER_LINK, ok=None))
    yield port(link, maximum_bps)


def port(link: Link, maximum_bps: int | None) -> Seen:
    """Whether the link could carry what the contract promises."""
    if link.link_bps is None or maximum_bps is None:
        return Seen(Look.PORT_UNKNOWN, ok=None, link_bps=link.link_bps)
    enough = link.link_bps >= maximum_bps
    return Seen(Look.PORT_FAST if enough else Look.PORT_SLOW, ok=enough, link_bps=link.link_bps)


def _clock() -> Seen:
    synchronised, _ = clock.synchronisation()
    look = {True: Look.CLOCK_SET, False: Look.CLOCK_OFF, None: Look.CLOCK_UNKNOWN}[synchronised]
    return Seen(look, ok=synchronised)


def _router() -> Seen:
    """Only the own gateway is asked."""
    silent = isinstance(Beside().ask(), NoRouter)
    return Seen(Look.ROUTER_SILENT, ok=None) if silent else Seen(Look.ROUTER_TELLS, ok=True)
