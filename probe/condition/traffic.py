"""Shell. What passed an interface, in both directions, and how many neighbours are known there.

Of neighbours only the number is kept, never an address. Knows nothing of what is the test's own.
"""

from dataclasses import dataclass

from probe.body.speed_test import Direction
from probe.condition.tree import KERNEL, Tree

_COMPLETE = 0x2  # ATF_COM, linux/if_arp.h


@dataclass(frozen=True, slots=True)
class Counted:
    """Bytes since the interface came up."""

    received_bytes: int | None
    sent_bytes: int | None

    def towards(self, direction: Direction) -> int | None:
        """The counter of a test's direction."""
        return self.received_bytes if direction is Direction.DOWNLOAD else self.sent_bytes


def read_counted(interface: str, tree: Tree = KERNEL) -> Counted:
    """The counters of `interface` now."""
    folder = f"sys/class/net/{interface}/statistics"
    return Counted(tree.number(f"{folder}/rx_bytes"), tree.number(f"{folder}/tx_bytes"))


def grown(before: int | None, after: int | None) -> int | None:
    """How far a counter moved; None where one is not known, or the interface went away and came back."""
    return None if before is None or after is None or after < before else after - before


def count_neighbours(interface: str, *, gateway: str | None, tree: Tree = KERNEL) -> int | None:
    """IPv4 neighbours of `interface` that have answered, without `gateway`. Nobody is asked."""
    table = tree.text("proc/net/arp")
    if table is None:
        return None
    rows = (line.split() for line in table.splitlines()[1:])
    return sum(
        1 for row in rows if len(row) == 6 and row[5] == interface and row[0] != gateway and int(row[2], 16) & _COMPLETE
    )
