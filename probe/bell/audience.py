"""Shell. Who hears how a running test goes: told from the test's thread, heard in the loop.

Knows nothing of tests.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from probe.throughput.plan import Live

Heard = Callable[[Live], None]


class Audience:
    """Nobody, or one listener; a moment that nobody hears is gone."""

    def __init__(self) -> None:
        self._listener: tuple[asyncio.AbstractEventLoop, Heard] | None = None

    def tell(self, live: Live) -> None:
        """From any thread."""
        listener = self._listener
        if listener is not None:
            loop, heard = listener
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(heard, live)

    @contextmanager
    def listening(self, heard: Heard) -> Iterator[None]:
        """`heard` is called in this loop until the end of the block."""
        self._listener = (asyncio.get_running_loop(), heard)
        try:
            yield
        finally:
            self._listener = None
