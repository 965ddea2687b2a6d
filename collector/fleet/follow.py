"""Shell. Listens to the lines that this collector has enrolled, and to new ones soon after they are.

So that several collectors on one broker are each sent their own lines' messages, and no other's. Knows nothing of what
is sent.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from collector.fleet.share import Share
from collector.store import Store, StoreError
from collector.subscribe import Link

_LOOK_EVERY_S = 5.0


async def follow(link: Link, share: Share, store: Store, *, stop: asyncio.Event, say: Callable[[str], None]) -> None:
    """Until `stop`. Raises LinkError. Of a store that cannot be read the lines known so far are listened to."""
    listened: set[str] = set()
    while not stop.is_set():
        with suppress(StoreError):  # whoever writes it says so
            lines = await asyncio.to_thread(store.lines)
            new = [line for line in lines if line not in listened and share.takes(line)]
            await link.listen(new)
            if new and not listened:
                say(f"Share {share}: {len(new)} lines.")
            listened.update(new)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_EVERY_S)
