"""Shell. What is done to the house at random moments, and undone again."""

import asyncio
import os
import random
import signal
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from bench.soak.house import House, midnight

Fault = Callable[[House, random.Random], Awaitable[None]]


async def collector(one: House, chance: random.Random) -> None:
    one.kill("collector")
    await asyncio.sleep(chance.uniform(0, 2))


async def broker(one: House, chance: random.Random) -> None:
    one.kill("broker")
    await asyncio.sleep(chance.uniform(0, 2))


async def worker(one: House, _chance: random.Random) -> None:
    for pid in one.workers()[:1]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(0)


async def probes(one: House, chance: random.Random) -> None:
    one.kill(f"probes-{chance.randrange(one.processes)}")
    await asyncio.sleep(chance.uniform(0, 2))


async def network(_one: House, chance: random.Random) -> None:
    """Everything on the way is lost, without a word."""
    _ip("down")
    await asyncio.sleep(chance.uniform(0.5, 8))
    _ip("up")


async def disk(one: House, chance: random.Random) -> None:
    """The collector's disk has no byte left, and then has again."""
    filler = one.disk.fill()
    await asyncio.sleep(chance.uniform(1, 6))
    filler.unlink(missing_ok=True)


async def clock(one: House, chance: random.Random) -> None:
    """The collector's clock is wrong for a while, by up to ten years."""
    wrong = chance.choice((-3650, -400, -1, -0.04, 0.04, 1, 400, 3650))
    one.set_clock(midnight(one.day) + timedelta(days=wrong, hours=23, minutes=50))
    await asyncio.sleep(chance.uniform(0.5, 3))
    one.set_clock(midnight(one.day) + timedelta(hours=23, minutes=50))


async def everything(one: House, chance: random.Random) -> None:
    """The whole house loses its power."""
    for name in one.names:
        one.kill(name)
    await asyncio.sleep(chance.uniform(0, 2))


FAULTS: dict[str, Fault] = {
    "collector killed": collector,
    "broker killed": broker,
    "judging process killed": worker,
    "probes killed": probes,
    "network cut": network,
    "disk filled": disk,
    "clock stepped": clock,
    "everything killed": everything,
}


def _ip(state: str) -> None:
    subprocess.run(["ip", "link", "set", "lo", state], check=True, timeout=10)
