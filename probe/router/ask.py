"""Shell. One reading of the home router: find its descriptions, ask what they offer, put the answers together.

Only the gateway's own address is connected to, nothing is changed on it, and nothing is kept between readings.
"""

import asyncio
from collections.abc import Iterable

from probe import clock
from probe.router import answers
from probe.router.answers import Connection, Counts
from probe.router.conversation import Conversation
from probe.router.description import Description, Duty, Service, describe
from probe.router.discover import announcements
from probe.router.location import Location, is_home_address, on_gateway
from probe.router.markup import MarkupError
from probe.router.reading import Login, NoRouter, Reason, RouterReading, Source
from probe.router.ssdp import IGD, Announcement

_PATIENCE_SHARE = 0.4  # of the whole time for one question: one that hangs leaves room for others


async def read_router(gateway: str, timeout_s: float = 5.0, *, login: Login | None = None) -> RouterReading | NoRouter:
    """What the router at `gateway` (its IPv4 address on the home network) says now, within `timeout_s`.

    `login` is used only where the router refuses an answer without one: a FRITZ!Box does for its device uptime. After
    a reading whose `login` is REFUSED it must not be given again.
    """
    if not is_home_address(gateway):
        return NoRouter(Reason.NOT_A_HOME_ADDRESS)
    until = asyncio.get_running_loop().time() + timeout_s
    try:
        found = await announcements(gateway, until=until)
    except OSError:
        return NoRouter(Reason.NO_ROUTE)
    if not found:
        return NoRouter(Reason.NOT_FOUND)
    conversation = Conversation(gateway, until=until, patience_s=timeout_s * _PATIENCE_SHARE, login=login)
    descriptions = await _descriptions(conversation, gateway, found)
    reading = await _reading(conversation, descriptions) if descriptions else None
    return reading or NoRouter(conversation.failure or Reason.SAYS_NOTHING, conversation.login_outcome)


async def _descriptions(
    conversation: Conversation, gateway: str, found: Iterable[Announcement]
) -> tuple[Description, ...]:
    """Of each kind of interface the first that can be read, UPnP's before TR-064's."""
    described: dict[str, Description] = {}
    for announced in sorted(found, key=lambda one: one.target != IGD):
        location = on_gateway(announced.url, gateway=gateway)
        if location is None:
            conversation.note(Reason.ELSEWHERE)
        elif announced.target not in described:
            description = await _description(conversation, gateway, location)
            if description is not None:
                described[announced.target] = description
    return tuple(described.values())


async def _description(conversation: Conversation, gateway: str, location: Location) -> Description | None:
    document = await conversation.page(location)
    if document is None:
        return None
    try:
        return describe(document, gateway=gateway, at=location)
    except MarkupError:
        conversation.note(Reason.NOT_UNDERSTOOD)
        return None


async def _reading(conversation: Conversation, descriptions: tuple[Description, ...]) -> RouterReading | None:
    """The counters are asked last, and the stamp taken then. None where nothing was said."""
    services = [service for description in descriptions for service in description.services]
    connection, wan = await _connection(conversation, services)
    commons = answers.of_duty(services, Duty.COMMON)
    common = next((one for one in commons if wan == 0 or one.wan in (0, wan)), None)
    device = next(iter(answers.of_duty(services, Duty.DEVICE)), None)
    uptime_s = answers.device_uptime_s(await conversation.ask(device, answers.DEVICE)) if device else None
    link = answers.link(await conversation.ask(common, answers.LINK) if common else {})
    avm = any(description.avm for description in descriptions)
    counts = await _counts(conversation, common, avm=avm) if common else Counts(None, None, None)
    said = (connection.status, connection.uptime_s, uptime_s, link.status, link.down_bps, link.up_bps, counts.bits)
    if all(value is None for value in said):
        return None
    return RouterReading(
        stamp=clock.stamp(),
        source=_source(services),
        model=next((one.model for one in descriptions if one.model), None),
        wan_status=connection.status,
        link_status=link.status,
        last_error=connection.last_error,
        wan_uptime_s=connection.uptime_s,
        device_uptime_s=uptime_s,
        received_bytes=counts.received_bytes,
        sent_bytes=counts.sent_bytes,
        counter_bits=counts.bits,
        link_down_bps=link.down_bps,
        link_up_bps=link.up_bps,
        login=conversation.login_outcome,
    )


async def _connection(conversation: Conversation, services: list[Service]) -> tuple[Connection, int]:
    """The connection in use, and the number of its WAN device (0: not known)."""
    asked = answers.of_duty(services, Duty.IP, Duty.PPP)[: answers.MAX_CONNECTIONS]
    found = [(answers.connection(await conversation.ask(one, answers.STATUS)), one.wan) for one in asked]
    return max([*found, (Connection(None, None, None), 0)], key=lambda one: answers.liveliness(one[0]))


async def _counts(conversation: Conversation, common: Service, *, avm: bool) -> Counts:
    if avm:
        counts = answers.counts(await conversation.ask(common, answers.AVM_COUNTERS))
        if counts.bits is not None:
            return counts
    received = await conversation.ask(common, answers.RECEIVED)
    return answers.counts({**received, **await conversation.ask(common, answers.SENT)})


def _source(services: list[Service]) -> Source:
    kinds = {service.tr064 for service in services}
    return Source.IGD_AND_TR064 if len(kinds) == 2 else Source.TR064 if True in kinds else Source.IGD
