"""Shell. Where probes ask to be enrolled: one line over TLS, one line back, and the connection ends.

Knows nothing of what a request holds.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_MOST_BYTES = 16 * 1024
_WITHIN_S = 10.0
_MOST_AT_ONCE = 32


@asynccontextmanager
async def open_door(
    answer: Callable[[bytes], Awaitable[bytes]], *, host: str, port: int, certificate: Path, private_key: Path
) -> AsyncIterator[int]:
    """Answers until the end of the context; gives the port. Raises OSError where it cannot listen."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, private_key)
    places = asyncio.Semaphore(_MOST_AT_ONCE)

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
                async with places, asyncio.timeout(_WITHIN_S):
                    asked = await reader.readuntil(b"\n")
                    writer.write(await answer(asked.strip()) + b"\n")
                    await writer.drain()
        finally:
            writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(1.0):
                    await writer.wait_closed()

    server = await asyncio.start_server(
        met, host, port, ssl=context, limit=_MOST_BYTES, ssl_handshake_timeout=_WITHIN_S
    )
    async with server:
        yield server.sockets[0].getsockname()[1]
