"""A router that lies, or whoever answers in its place."""

import asyncio
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from probe.router.ask import read_router
from probe.router.markup import MAX_BYTES
from probe.router.reading import LoginOutcome, NoRouter, Reason, RouterReading
from probe.router.ssdp import IGD
from tests.integration.router_rig import (
    COMMON,
    IP,
    OWNER,
    UPNP,
    Handler,
    a_fritzbox_shape,
    a_plain_router,
    description,
    ok,
    own_address,
    read,
    running,
)

STATUS = f"{UPNP}:service:{IP}:1#GetStatusInfo"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE root [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 12))
    + b"]><root><device><modelName>&l;</modelName></device></root>"
)


@asynccontextmanager
async def elsewhere() -> AsyncIterator[tuple[str, list[bytes]]]:
    """Another host: its base URL, and the first bytes of every connection made to it."""
    visits: list[bytes] = []

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(await reader.read(100))
        writer.transport.abort()

    address = own_address()
    server = await asyncio.start_server(visited, address, 0)
    try:
        yield f"http://{address}:{server.sockets[0].getsockname()[1]}", visits
    finally:
        server.close()
        await server.wait_closed()


def dripping(head: bytes, drop: bytes) -> Handler:
    """Sends `head`, then `drop` again and again, a little at a time, for ever."""

    async def drip(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.02)

    return drip


class Torrent:
    """Sends `head`, then as much as is taken, and counts it."""

    def __init__(self, head: bytes, piece: bytes) -> None:
        self.sent_bytes = 0
        self._head, self._piece = head, piece

    async def __call__(self, _head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(self._head)
        while not writer.is_closing() and self.sent_bytes < 100_000_000:
            writer.write(self._piece)
            await writer.drain()
            self.sent_bytes += len(self._piece)
            await asyncio.sleep(0)


async def reason(page: bytes | Handler, *, timeout_s: float = 5.0) -> Reason:
    """Why there is no reading of a router whose description is `page`."""
    peer = a_plain_router()
    peer.pages["/root.xml"] = page
    async with running(peer):
        outcome = await read_router(peer.address, timeout_s)
    assert isinstance(outcome, NoRouter)
    return outcome.reason


async def test_a_billion_laughs_are_not_laughed() -> None:
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert await reason(ok(LAUGHS)) is Reason.NOT_UNDERSTOOD
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 10_000


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", b"<a>" * 10_000),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"<a>" * 10_000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3E8\r\n" + b"<a>" * 333 + b"x\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"F" * 10_000),
        (b"HTTP/1.1 200 OK\r\n", b"X-Field: value\r\n" * 1000),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x" * 10_000),
    ],
    ids=["announced", "to the end", "chunks", "one chunk's size", "fields", "one field"],
)
async def test_a_hundred_megabytes_are_not_taken(head: bytes, piece: bytes) -> None:
    torrent = Torrent(head, piece)
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert await reason(torrent) is Reason.NOT_UNDERSTOOD
    assert torrent.sent_bytes < 12_000_000, "what the kernel's buffers hold beside the bound"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 20_000


async def test_a_redirection_is_not_followed() -> None:
    async with elsewhere() as (url, visits):
        assert await reason(ok(b"", status="302 Found", fields=f"Location: {url}/x\r\n")) is Reason.NOT_UNDERSTOOD
        assert visits == []


async def test_a_description_elsewhere_is_not_fetched() -> None:
    async with elsewhere() as (url, visits):
        peer = a_plain_router()
        peer.places[IGD] = f"{url}/root.xml"
        async with running(peer):
            assert await read_router(peer.address) == NoRouter(Reason.ELSEWHERE)
        assert visits == []


@pytest.mark.parametrize("where", ["control", "base", "user"])
async def test_a_service_elsewhere_is_not_asked(where: str) -> None:
    async with elsewhere() as (url, visits):
        peer = a_plain_router()
        page = description(UPNP, COMMON, IP)
        if where == "base":
            page = page.replace(b"<device>", f"<URLBase>{url}</URLBase><device>".encode(), 1)
        elif where == "user":
            page = page.replace(b">/ctl/", f">http://{peer.address}@{url[7:]}/ctl/".encode())
        else:
            page = page.replace(b">/ctl/", f">{url}/ctl/".encode())
        peer.pages["/root.xml"] = ok(page)
        async with running(peer):
            assert await read_router(peer.address) == NoRouter(Reason.SAYS_NOTHING)
        assert visits == []


async def test_another_host_that_answers_the_search_is_not_heard() -> None:
    peer = a_plain_router()
    peer.announce_from = own_address()
    async with running(peer):
        assert await read_router(peer.address, 1.0) == NoRouter(Reason.NOT_FOUND)
    assert peer.asked == []


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"<"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"<"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n<\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"", b"H"),
        (b"", b""),
    ],
)
async def test_a_slow_drip_ends_with_the_time_given(head: bytes, drop: bytes) -> None:
    started = time.monotonic()
    assert await reason(dripping(head, drop), timeout_s=0.6) is Reason.TIMED_OUT
    assert time.monotonic() - started < 2


async def test_a_router_that_hangs_at_every_question_takes_no_longer_than_the_time_given() -> None:
    peer = a_fritzbox_shape(login=None)
    peer.actions = dict.fromkeys(peer.actions, dripping(b"", b"H"))
    started = time.monotonic()
    async with running(peer):
        assert await read_router(peer.address, 1.0) == NoRouter(Reason.TIMED_OUT)
    assert time.monotonic() - started < 2


async def test_one_action_that_hangs_costs_its_own_values_alone() -> None:
    peer = a_plain_router()
    peer.actions[STATUS] = dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"<")
    async with running(peer):
        reading = await read_router(peer.address, 2.5)
    assert isinstance(reading, RouterReading)
    assert reading.wan_status is None
    assert reading.received_bytes == 3_792_338_136


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x16\x03\x01\x00\x05hello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<root>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        ok(b"<html><body>Log in first</body></html>"),
        ok(b"<a>" * (MAX_BYTES // 4)),
    ],
)
async def test_what_is_no_description_is_not_understood(said: bytes) -> None:
    assert await reason(said) is Reason.NOT_UNDERSTOOD


async def test_an_action_answered_with_laughs_costs_its_own_values_alone() -> None:
    peer = a_plain_router()
    peer.actions[STATUS] = ok(LAUGHS)
    async with running(peer):
        assert (await read(peer)).wan_status is None


async def test_a_login_that_is_asked_for_in_plain_text_is_not_given() -> None:
    peer = a_plain_router()
    peer.actions[STATUS] = ok(b"", status="401 Unauthorized", fields='WWW-Authenticate: Basic realm="r"\r\n')
    async with running(peer):
        reading = await read(peer, login=OWNER)
    assert (reading.wan_status, reading.login) == (None, LoginOutcome.WANTED)
    assert peer.asked.count(STATUS) == 1, "it was not asked again as anybody"


async def test_no_port_open_is_a_refusal() -> None:
    peer = a_plain_router()
    peer.places[IGD] = f"http://{peer.address}:9/root.xml"
    async with running(peer):
        assert await read_router(peer.address) == NoRouter(Reason.REFUSED)
