"""Shell. One HTTP question to the gateway over a connection of its own, with a bound on bytes and on time.

Redirections are answers like any other: nothing is followed. Knows nothing of what is asked.
"""

import asyncio
import contextlib
from dataclasses import dataclass

from probe.router.location import Location
from probe.router.markup import MAX_BYTES
from probe.router.message import MAX_HEAD_BYTES, Head, MessageError, chunk_bytes, parse_head
from probe.router.reading import Reason


@dataclass(frozen=True, slots=True)
class Reply:
    """The head and the whole body of one answer."""

    head: Head
    body: bytes


async def exchange(gateway: str, location: Location, request: bytes, *, until: float) -> Reply | Reason:
    """The answer to `request`, or why there is none by the event loop's time `until`."""
    try:
        async with asyncio.timeout_at(until):
            return await _ask(gateway, location.port, request)
    except TimeoutError:
        return Reason.TIMED_OUT
    except ConnectionRefusedError:
        return Reason.REFUSED
    except (MessageError, EOFError, asyncio.LimitOverrunError, ConnectionError):
        return Reason.NOT_UNDERSTOOD
    except OSError:
        return Reason.NO_ROUTE


async def _ask(gateway: str, port: int, request: bytes) -> Reply:
    reader, writer = await asyncio.open_connection(gateway, port, limit=MAX_HEAD_BYTES)
    try:
        writer.write(request)
        head = parse_head(await reader.readuntil(b"\r\n\r\n"))
        return Reply(head, await _body(reader, head))
    finally:
        writer.transport.abort()  # not a polite end: nobody waits for a peer that is slow to hang up
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _body(reader: asyncio.StreamReader, head: Head) -> bytes:
    if head.chunked:
        return await _chunks(reader)
    length = head.length
    if length is None:
        return await _rest(reader)
    if length > MAX_BYTES:
        raise MessageError(f"{length} bytes are more than the {MAX_BYTES} allowed")
    return await reader.readexactly(length)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := chunk_bytes(await reader.readuntil(b"\r\n")):
        if len(body) + size > MAX_BYTES:
            raise MessageError(f"more than the {MAX_BYTES} bytes allowed")
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    return bytes(body)


async def _rest(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while piece := await reader.read(MAX_HEAD_BYTES):
        body += piece
        if len(body) > MAX_BYTES:
            raise MessageError(f"more than the {MAX_BYTES} bytes allowed")
    return bytes(body)
