"""Shell. One look at the home router, as a record: what it said of its connection and its uptimes, or why nothing.

Its counters, its model's serial number and its public address are left where they are. Knows nothing of when to look.
"""

from probe.body.rung import Occasion, RouterSeen
from probe.reach.gateway import default_gateways
from probe.router.ask import read_router
from probe.router.reading import NoRouter, Reason

ASK_WITHIN_S = 3.0


async def look(occasion: Occasion, last_gateway: str | None) -> tuple[str | None, RouterSeen]:
    """The router asked, and what it said. `last_gateway` is asked where no default route is left."""
    gateway = next((one.address for one in default_gateways() if one.version == 4), last_gateway)
    if gateway is None:
        return None, RouterSeen(silence=Reason.NO_ROUTE, occasion=occasion)
    reading = await read_router(gateway, ASK_WITHIN_S)
    if isinstance(reading, NoRouter):
        return gateway, RouterSeen(silence=reading.reason, occasion=occasion)
    return gateway, RouterSeen(
        source=reading.source,
        model=reading.model,
        wan_status=reading.wan_status,
        link_status=reading.link_status,
        last_error=reading.last_error,
        wan_uptime_s=reading.wan_uptime_s,
        device_uptime_s=reading.device_uptime_s,
        occasion=occasion,
    )
