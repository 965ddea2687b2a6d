"""Vocabulary. One line of the grid, and one reading of it by one tool.

Knows nothing of how a line is emulated or how a tool is run.
"""

from dataclasses import dataclass
from itertools import product
from random import Random

from probe.body.speed_test import Direction

PAYLOAD_SHARE = 1448 / 1514  # TCP payload of what a line counts: IPv4, timestamps, 14 bytes of Ethernet
IP_SHARE = 1500 / 1514
# A line without delay has no bandwidth-delay product: its queue is sized as if it had this round trip.
NO_DELAY_MS = 20.0
SEED = 20
HOLDS = 0.003  # a line that is off by more proves nothing about a tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A line, alike in both directions. `delay_ms`: round trip when idle; `queue_bdp`: bandwidth-delay products."""

    rate_mbps: float
    delay_ms: float
    queue_bdp: float
    loss_share: float

    @property
    def one_way_ms(self) -> float:
        """Half of the round trip."""
        return self.delay_ms / 2

    @property
    def queue_s(self) -> float:
        """What a queue holds, in seconds of the line's rate."""
        return self.queue_bdp * (self.delay_ms or NO_DELAY_MS) / 1000

    @property
    def name(self) -> str:
        """As it is told to people."""
        return f"{self.rate_mbps:g} Mbit/s, {self.delay_ms:g} ms, {self.queue_bdp:g} BDP, {self.loss_share:.1%} loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one tool said of one direction of a line.

    `share` is the rate in its own layer over what the line carries of that layer; None where the tool gave no rate.
    `bytes`: payload that the tool counted, None where it does not say. `busy_cores`: of the whole machine meanwhile.
    `said`: what else the tool told, for whoever wants to know why.
    """

    cell: Cell
    direction: Direction
    tool: str
    share: float | None
    bytes: int | None
    seconds: float
    busy_cores: float
    said: dict[str, str | int | float | bool | None]
    commit: str


def grid(
    *, rates: tuple[float, ...], delays: tuple[float, ...], queues: tuple[float, ...], losses: tuple[float, ...]
) -> tuple[Cell, ...]:
    """Every combination, in an order in which any beginning is a fair sample of the whole."""
    cells = [
        Cell(rate_mbps=rate, delay_ms=delay, queue_bdp=queue, loss_share=loss)
        for rate, delay, queue, loss in product(rates, delays, queues, losses)
    ]
    Random(SEED).shuffle(cells)
    return tuple(cells)
