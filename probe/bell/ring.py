"""Shell. Rings the bell of a probe on this machine, and hears how the test goes.

Knows nothing of who wants to know.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import msgspec

from probe.bell.place import reach
from probe.bell.said import MOST_LINE_BYTES, Told, Way, Wish, decode_told, encode

_SAYS_WITHIN_S = 240.0  # the longest wait of a test, for a full hour or another probe


class NobodyError(Exception):
    """No probe answers the bell, or it went while it answered. The text is one sentence with the mend."""


async def ring(path: Path) -> AsyncGenerator[Told, None]:
    """How the test goes, the last word last. Closing this generator calls the test off. Raises NobodyError."""
    try:
        reader, writer = await asyncio.open_unix_connection(sock=reach(path), limit=MOST_LINE_BYTES)
    except OSError as error:
        raise NobodyError(
            "The probe of this machine does not answer. Look at the words of prova up; it is started again by itself."
        ) from error
    try:
        writer.write(encode(Wish(ask=Way.TEST)))
        while True:
            told = await _next(reader)
            yield told
            if told.is_last:
                return
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _next(reader: asyncio.StreamReader) -> Told:
    try:
        async with asyncio.timeout(_SAYS_WITHIN_S):
            return decode_told(await reader.readuntil(b"\n"))
    except (
        OSError,
        TimeoutError,
        ValueError,
        asyncio.IncompleteReadError,
        asyncio.LimitOverrunError,
        msgspec.DecodeError,
    ) as error:
        raise NobodyError("The probe went while it tested. It is started again by itself; try again then.") from error
