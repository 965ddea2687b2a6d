"""Shell. Waits for an event, but no longer than so many seconds.

Knows nothing of what is waited for.
"""

import asyncio
from contextlib import suppress


async def pause(event: asyncio.Event, seconds: float) -> None:
    """Returns at once where the event is set already."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
