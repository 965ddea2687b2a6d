"""Against a peer on loopback that answers as routers do; of no device (`router_rig`)."""

import pytest

from probe.body.rung import LinkStatus, WanStatus
from probe.router.ask import read_router
from probe.router.reading import Login, LoginOutcome, NoRouter, Reason, RouterReading, Source
from probe.router.ssdp import IGD
from tests.integration.router_rig import (
    COMMON,
    CONNECTED,
    IP,
    LINK,
    OWNER,
    UPNP,
    a_fritzbox_shape,
    a_plain_router,
    description,
    envelope,
    ok,
    own_address,
    read,
    running,
)


async def test_a_router_with_the_mandatory_services_tells_all_but_its_own_uptime() -> None:
    async with running(a_plain_router()) as peer:
        reading = await read(peer)
    assert reading == RouterReading(
        stamp=reading.stamp,
        source=Source.IGD,
        model="Maker Box",
        wan_status=WanStatus.CONNECTED,
        link_status=LinkStatus.UP,
        last_error="ERROR_NONE",
        wan_uptime_s=86_400,
        received_bytes=3_792_338_136,
        sent_bytes=214_248_160,
        counter_bits=32,
        link_down_bps=292_032_000,
        link_up_bps=46_720_000,
    )


async def test_only_questions_are_asked_and_never_the_public_address() -> None:
    async with running(a_fritzbox_shape()) as peer:
        await read(peer, login=OWNER)
    actions = {asked.partition("#")[2] for asked in peer.asked if "#" in asked}
    assert actions == {"GetStatusInfo", "GetCommonLinkProperties", "GetAddonInfos", "GetInfo"}


async def test_a_fritzbox_shaped_reply_gives_both_uptimes_and_64_bits() -> None:
    async with running(a_fritzbox_shape()) as peer:
        reading = await read(peer, login=OWNER)
    assert (reading.wan_uptime_s, reading.device_uptime_s) == (86_400, 427_686)
    assert (reading.received_bytes, reading.counter_bits) == (8_087_305_432, 64)
    assert (reading.source, reading.model) == (Source.IGD_AND_TR064, "AVM Berlin FRITZ!Box 7590")
    assert reading.login is LoginOutcome.ACCEPTED


async def test_a_fritzbox_shaped_reply_gives_the_connection_in_use_of_its_two() -> None:
    async with running(a_fritzbox_shape()) as peer:
        assert (await read(peer)).wan_status is WanStatus.CONNECTED


async def test_a_fritzbox_shape_without_a_login_says_that_it_wants_one() -> None:
    async with running(a_fritzbox_shape()) as peer:
        reading = await read(peer)
    assert reading.device_uptime_s is None
    assert reading.login is LoginOutcome.WANTED
    assert reading.wan_uptime_s == 86_400


async def test_a_wrong_login_is_tried_once_and_no_more() -> None:
    peer = a_fritzbox_shape()
    del peer.places[IGD]  # so that several questions meet the wish for a login
    async with running(peer):
        reading = await read_router(peer.address, login=Login("prova", "wrong"))
    assert isinstance(reading, NoRouter)
    assert (reading.reason, reading.login) == (Reason.SAYS_NOTHING, LoginOutcome.REFUSED)
    assert peer.logins_tried == 1


async def test_a_router_that_speaks_tr_064_alone_is_read_with_a_login() -> None:
    peer = a_fritzbox_shape()
    del peer.places[IGD]
    async with running(peer):
        reading = await read(peer, login=OWNER)
    assert reading.source is Source.TR064
    assert (reading.wan_uptime_s, reading.device_uptime_s) == (86_400, 427_686)


async def test_a_cable_shape_without_a_ppp_service_is_read() -> None:
    peer = a_fritzbox_shape(login=None)
    peer.pages["/igddesc.xml"] = ok(description(UPNP, COMMON, IP, maker="AVM Berlin", product="FRITZ!Box 6590 Cable"))
    peer.actions[f"{UPNP}:service:{IP}:1#GetStatusInfo"] = CONNECTED
    async with running(peer):
        assert (await read(peer)).wan_status is WanStatus.CONNECTED


async def test_a_fritzbox_shape_without_its_own_action_falls_back_to_32_bits() -> None:
    peer = a_fritzbox_shape()
    del peer.actions[f"{UPNP}:service:{COMMON}:1#GetAddonInfos"]
    peer.actions[f"{UPNP}:service:{COMMON}:1#GetTotalBytesReceived"] = {"NewTotalBytesReceived": "5"}
    async with running(peer):
        reading = await read(peer)
    assert (reading.received_bytes, reading.sent_bytes, reading.counter_bits) == (5, None, 32)


async def test_nothing_personal_is_in_a_reading() -> None:
    async with running(a_fritzbox_shape()) as peer:
        said = repr(await read(peer, login=OWNER))
    for personal in ("AABBCCDDEEFF", "192.0.2.53", "logged on", OWNER.password, OWNER.user):
        assert personal not in said


async def test_a_connection_that_is_down_is_told() -> None:
    peer = a_plain_router()
    down = {"NewConnectionStatus": "Disconnected", "NewLastConnectionError": "ERROR_NO_CARRIER", "NewUptime": "0"}
    peer.actions[f"{UPNP}:service:{IP}:1#GetStatusInfo"] = down
    peer.actions[f"{UPNP}:service:{COMMON}:1#GetCommonLinkProperties"] = LINK | {"NewPhysicalLinkStatus": "Down"}
    async with running(peer):
        reading = await read(peer)
    assert (reading.wan_status, reading.link_status) == (WanStatus.DISCONNECTED, LinkStatus.DOWN)
    assert (reading.last_error, reading.wan_uptime_s) == ("ERROR_NO_CARRIER", 0)


async def test_an_answer_in_chunks_and_one_that_ends_with_the_connection_are_read() -> None:
    peer = a_plain_router()
    xml = description(UPNP, COMMON, IP)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (xml[:100], xml[100:])) + b"0\r\n\r\n"
    peer.pages["/root.xml"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
    said = envelope(
        "<u:GetTotalBytesSentResponse><NewTotalBytesSent>9</NewTotalBytesSent></u:GetTotalBytesSentResponse>"
    )
    peer.actions[f"{UPNP}:service:{COMMON}:1#GetTotalBytesSent"] = b"HTTP/1.0 200 OK\r\n\r\n" + said
    async with running(peer):
        assert (await read(peer)).sent_bytes == 9


async def test_where_nothing_answers_there_is_no_router() -> None:
    assert await read_router(own_address(), 1.0) == NoRouter(Reason.NOT_FOUND)


@pytest.mark.parametrize("gateway", ["192.0.2.1", "router.example", "fe80::1"])
async def test_no_address_but_a_homes_is_asked(gateway: str) -> None:
    assert await read_router(gateway, 1.0) == NoRouter(Reason.NOT_A_HOME_ADDRESS)


async def test_a_router_that_knows_no_service_says_nothing() -> None:
    peer = a_plain_router()
    peer.actions.clear()
    async with running(peer):
        assert await read_router(peer.address) == NoRouter(Reason.SAYS_NOTHING)
