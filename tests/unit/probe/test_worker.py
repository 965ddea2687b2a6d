import asyncio
import threading
import time

import pytest

from probe.worker import in_thread


async def test_what_the_call_returns_comes_back() -> None:
    assert await in_thread(lambda: threading.current_thread().daemon) is True


async def test_what_the_call_raises_comes_back() -> None:
    def work() -> None:
        raise LookupError("x")

    with pytest.raises(LookupError, match="x"):
        await in_thread(work)


async def test_a_call_that_is_given_up_holds_nobody_up_and_hurts_nobody_later() -> None:
    go_on = threading.Event()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await in_thread(lambda: go_on.wait(10))
    assert time.monotonic() - began < 5
    go_on.set()


def test_a_call_that_outlives_its_loop_ends_quietly() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def work() -> None:
        go_on.wait(10)
        ended.set()

    async def give_up() -> None:
        asyncio.create_task(in_thread(work))  # noqa: RUF006  dropped on purpose
        await asyncio.sleep(0)

    asyncio.run(give_up())
    go_on.set()
    assert ended.wait(10)
