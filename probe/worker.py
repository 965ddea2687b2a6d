"""Shell. One blocking call in a thread of its own, which cannot hold up the end of the process.

The event loop's own threads can: a name that nobody answers for keeps them, and the process with them, for half a
minute. Knows nothing of what is called.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

_Result = TypeVar("_Result")


async def in_thread(work: Callable[[], _Result]) -> _Result:
    """What `work` returns or raises. If this is cancelled, the thread goes on alone and its result is dropped."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_Result] = loop.create_future()

    def deliver(outcome: Callable[[], None]) -> None:
        def unless_dropped() -> None:
            if not done.done():
                outcome()

        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(unless_dropped)

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  whatever it is, it belongs to the one who waits
            raised = error
            deliver(lambda: done.set_exception(raised))
        else:
            deliver(lambda: done.set_result(result))

    threading.Thread(target=run, name="prova-worker", daemon=True).start()
    return await done
