"""Shell. Asks resolvers and name servers once, with DNSSEC: who checks signatures, and what a zone's own servers say.

Asks for nothing that the settings do not name. Knows nothing of minutes, nor of what an answer means for a line.
"""

import asyncio
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass

from probe import clock
from probe.body.names import NamesSeen, ResolverSeen, ZoneServerSeen
from probe.body.rung import Occasion
from probe.reach import dns
from probe.reach.dns_answer import zone_told
from probe.reach.gateway import sockaddr
from probe.reach.lookups import NamesAsked
from probe.reach.target import Endpoint, Target

_WITHIN_S = 3.0
_BUFFER_BYTES = 4096
_MOST_STRAY = 16  # packets that are no answer
_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Reply:
    answer: dns.Answer
    message: bytes
    rtt_ms: float


async def look(asked: NamesAsked, occasion: Occasion) -> NamesSeen:
    """Everybody at once; whoever does not answer is told as silent."""
    resolvers = asyncio.gather(*(_resolver(one, asked) for one in asked.resolvers))
    servers = asyncio.gather(*(_zone_server(target, to, asked.port) for target, to in asked.zone_servers))
    return NamesSeen(
        resolvers=tuple(await resolvers),
        zone_servers=tuple(await servers),
        signed_name=asked.signed_name,
        broken_name=asked.broken_name,
        occasion=occasion,
    )


async def _resolver(to: Endpoint, asked: NamesAsked) -> ResolverSeen:
    def question(name: str, **how: bool) -> dns.Question:
        ident = secrets.randbelow(1 << 16)
        return dns.Question(ident=ident, name=name, kind=dns.SOA, recursive=True, dnssec=True, **how)

    signed = None if asked.signed_name is None else await _ask(to, question(asked.signed_name), asked.port)
    checked = None if signed is None or signed.answer.code != dns.Code.NO_ERROR else signed.answer.authenticated
    refused = None
    if asked.broken_name is not None:
        plain = await _ask(to, question(asked.broken_name), asked.port)
        if plain is not None and plain.answer.code == dns.Code.NO_ERROR:
            refused = False
        elif plain is not None and plain.answer.code == dns.Code.SERVER_FAILURE:
            unchecked = await _ask(to, question(asked.broken_name, unchecked=True), asked.port)
            # Where it fails unchecked too, something else is wrong, and nothing is known.
            refused = True if unchecked is not None and unchecked.answer.code == dns.Code.NO_ERROR else None
    return ResolverSeen(
        resolver=to.address,
        address_family=to.version,
        rtt_ms=None if signed is None else signed.rtt_ms,
        authenticated=checked,
        refused_broken=refused,
    )


async def _zone_server(target: Target, to: Endpoint, port: int) -> ZoneServerSeen:
    zone = target.zone or "."
    question = dns.Question(ident=secrets.randbelow(1 << 16), name=zone, kind=dns.SOA, recursive=False, dnssec=True)
    reply = await _ask(to, question, port)
    told = None if reply is None else zone_told(reply.message)
    return ZoneServerSeen(
        name_server=target.host,
        zone=zone,
        address=to.address,
        address_family=to.version,
        rtt_ms=None if reply is None else reply.rtt_ms,
        authoritative=None if reply is None else reply.answer.authoritative,
        serial=None if told is None else told.serial,
        signed=None if told is None else told.signed,
    )


async def _ask(to: Endpoint, question: dns.Question, port: int) -> _Reply | None:
    """None where no answer came in time, or the question could not be sent."""
    try:
        with socket.socket(to.family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sock:
            sock.connect(sockaddr(to, port))
            sent_ns = clock.monotonic_ns()
            sock.send(dns.encode(question))
            async with asyncio.timeout(_WITHIN_S):
                return await _answer(sock, question, lambda: (clock.monotonic_ns() - sent_ns) / _NS_PER_MS)
    except (OSError, TimeoutError):
        return None


async def _answer(sock: socket.socket, question: dns.Question, waited_ms: Callable[[], float]) -> _Reply | None:
    loop = asyncio.get_running_loop()
    for _ in range(_MOST_STRAY):
        message = await loop.sock_recv(sock, _BUFFER_BYTES)
        answer = dns.decode(message, question)
        if answer is not None:
            return _Reply(answer, message, waited_ms())
    return None
