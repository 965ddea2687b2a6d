"""A router on loopback is asked around a test, and held up the test for less than a second whatever it does."""

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping

from probe.body.speed_test import SpeedTest
from probe.condition.beside import ASK_WITHIN_S, Beside
from probe.worker import in_thread
from tests.build import a_speed_test
from tests.integration.router_rig import COMMON, UPNP, Peer, a_plain_router, running

OWN = 50_000_000
RECEIVED = f"{UPNP}:service:{COMMON}:1#GetTotalBytesReceived"


class Counter(Mapping[str, str]):
    """What the router answers: as many bytes as passed until now."""

    def __init__(self, passed: list[int]) -> None:
        self.passed = passed

    def __getitem__(self, name: str) -> str:
        return str(1_000_000 + sum(self.passed))

    def __iter__(self) -> Iterator[str]:
        return iter(("NewTotalBytesReceived",))

    def __len__(self) -> int:
        return 1


async def observed(peer: Peer, passes: list[int], *, beside: Beside | None = None, halt: bool = False) -> SpeedTest:
    """One test of OWN bytes while `passes` go through the router."""
    passed: list[int] = []
    peer.actions[RECEIVED] = Counter(passed)
    stop = threading.Event()

    def work() -> SpeedTest:
        passed.extend(passes)
        if halt:
            stop.set()
        return a_speed_test(bytes=OWN)

    beside = beside or Beside(lambda: peer.address)
    return await in_thread(lambda: beside.during(work, stop))


async def test_what_the_router_counted_beyond_the_test_is_the_households() -> None:
    own_ip = OWN * 1500 // 1448
    async with running(a_plain_router()) as peer:
        beside = Beside(lambda: peer.address)
        quiet = await observed(peer, [own_ip], beside=beside)
        busy = await observed(peer, [own_ip, 20_000_000], beside=beside)
    assert quiet.conditions.household_bytes is not None
    assert quiet.conditions.household_bytes < 100
    assert busy.conditions.household_bytes is not None
    assert abs(busy.conditions.household_bytes - 20_000_000) < 100
    source = busy.conditions.sources[-1]
    assert (source.of, source.origin) == ("household_bytes", "router, upnp_igd: counted")
    assert source.at[0] < source.at[1]


async def test_a_stopped_test_is_not_held_up_by_another_question() -> None:
    async with running(a_plain_router()) as peer:
        test = await observed(peer, [OWN], halt=True)
        assert len([one for one in peer.asked if one == RECEIVED]) == 1
    assert test.conditions.household_bytes is None


async def test_a_router_that_hangs_or_is_not_there_delays_a_test_by_less_than_a_second() -> None:
    over = asyncio.Event()

    async def hang(_body: bytes, _writer: asyncio.StreamWriter) -> None:
        await asyncio.wait_for(over.wait(), 30)

    async with running(a_plain_router()) as peer:
        peer.pages["/root.xml"] = hang
        for beside, origin in (
            (Beside(lambda: peer.address), "router: timed_out"),
            (Beside(lambda: None), "router: no_route"),
            (Beside(lambda: "203.0.113.1"), "router: not_a_home_address"),
        ):
            began = time.monotonic()
            test = await observed(peer, [OWN], beside=beside)
            assert time.monotonic() - began < ASK_WITHIN_S + 3, "with a slow machine's own time"
            assert test.conditions.household_bytes is None
            assert test.conditions.sources[-1].origin == origin
        over.set()
