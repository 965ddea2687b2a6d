"""Shell. A home router as UPnP and TR-064 show it: ADDRESS INTERFACE, until its input ends.

What it tells is what its own kernel shows of INTERFACE: bytes, carrier, whether there is a way to the internet, and
since when. As a router that has been up for long it counts its own time from `_UP_S`, and its connection's anew at each
loss; after a line `reboot` both begin at nought.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from probe.body.speed_test import Direction
from probe.condition.traffic import read_counted
from probe.router.ssdp import TR064
from tests.integration.router_rig import (
    COMMON,
    CONNECTED,
    DEVICE_INFO,
    DSLFORUM,
    IP,
    LINK,
    UPNP,
    a_plain_router,
    description,
    ok,
    running,
)

_UP_S = 427_686.0
_LOOK_EVERY_S = 0.1
_ROUTE_UP, _NO_MASK = 0x1, "00000000"


class Said(Mapping[str, str]):
    """One action's answer, each value read when it is asked for."""

    def __init__(self, values: Mapping[str, str | Callable[[], object]]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        value = self._values[name]
        return value if isinstance(value, str) else str(value())

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Connection:
    """The way to the internet over one interface."""

    def __init__(self, interface: str) -> None:
        self._interface = interface
        self._since_s = time.monotonic() - _UP_S
        self._began_s = self._since_s
        self._was_up = self.up

    @property
    def carrier(self) -> bool:
        return (Path("/sys/class/net") / self._interface / "carrier").read_text().strip() == "1"

    @property
    def up(self) -> bool:
        routes = [line.split() for line in Path("/proc/net/route").read_text().splitlines()[1:]]
        ways = (one for one in routes if one[0] == self._interface and one[1] == one[7] == _NO_MASK)
        return self.carrier and any(int(one[3], 16) & _ROUTE_UP for one in ways)

    @property
    def uptime_s(self) -> int:
        return int(time.monotonic() - self._since_s) if self.up else 0

    @property
    def device_uptime_s(self) -> int:
        return int(time.monotonic() - self._began_s)

    def reboot(self) -> None:
        self._since_s = self._began_s = time.monotonic()

    def counted(self, direction: Direction) -> int:
        return (read_counted(self._interface).towards(direction) or 0) % 2**32

    async def watch(self) -> None:
        """Looks at it, for ever, so that a loss that nobody asked about counts too."""
        while True:
            if self.up and not self._was_up:
                self._since_s = time.monotonic()
            self._was_up = self.up
            await asyncio.sleep(_LOOK_EVERY_S)


def actions(connection: Connection) -> dict[str, Mapping[str, str]]:
    common = f"{UPNP}:service:{COMMON}:1"
    state = {
        "NewConnectionStatus": lambda: "Connected" if connection.up else "Disconnected",
        "NewUptime": lambda: connection.uptime_s,
    }
    return {
        f"{common}#GetCommonLinkProperties": Said(
            {**LINK, "NewPhysicalLinkStatus": lambda: "Up" if connection.carrier else "Down"}
        ),
        f"{common}#GetTotalBytesReceived": Said(
            {"NewTotalBytesReceived": lambda: connection.counted(Direction.DOWNLOAD)}
        ),
        f"{common}#GetTotalBytesSent": Said({"NewTotalBytesSent": lambda: connection.counted(Direction.UPLOAD)}),
        f"{UPNP}:service:{IP}:1#GetStatusInfo": Said({**CONNECTED, **state}),
        f"{DSLFORUM}:service:DeviceInfo:1#GetInfo": Said(
            {**DEVICE_INFO, "NewUpTime": lambda: connection.device_uptime_s}
        ),
    }


async def main(address: str, interface: str) -> None:
    connection = Connection(interface)
    peer = a_plain_router()
    peer.address = address
    peer.places[TR064] = "/tr64desc.xml"
    peer.pages["/tr64desc.xml"] = ok(description(DSLFORUM, "DeviceInfo"))
    peer.actions |= actions(connection)
    async with running(peer):
        watching = asyncio.create_task(connection.watch())
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while await asyncio.to_thread(sys.stdin.readline):
            connection.reboot()
        watching.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
