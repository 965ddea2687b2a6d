"""Shell. A home router as UPnP shows it, with its own kernel's counters: ADDRESS INTERFACE, until its input ends."""

import asyncio
import sys
from collections.abc import Iterator, Mapping

from probe.body.speed_test import Direction
from probe.condition.traffic import read_counted
from tests.integration.router_rig import COMMON, UPNP, a_plain_router, running


class Counter(Mapping[str, str]):
    """One action's answer, read when it is asked for."""

    def __init__(self, name: str, interface: str, direction: Direction) -> None:
        self._name, self._interface, self._direction = name, interface, direction

    def __getitem__(self, name: str) -> str:
        return str((read_counted(self._interface).towards(self._direction) or 0) % 2**32)

    def __iter__(self) -> Iterator[str]:
        return iter((self._name,))

    def __len__(self) -> int:
        return 1


async def main(address: str, interface: str) -> None:
    peer = a_plain_router()
    peer.address = address
    for word, direction in (("Received", Direction.DOWNLOAD), ("Sent", Direction.UPLOAD)):
        counter = Counter(f"NewTotalBytes{word}", interface, direction)
        peer.actions[f"{UPNP}:service:{COMMON}:1#GetTotalBytes{word}"] = counter
    async with running(peer):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
