"""Pure. When the line demonstrably carried data, whoever did not answer: during a speed test that gave a rate.

Knows nothing of how fast it was.
"""

from collections.abc import Iterable, Iterator

from analysis.outage.boot import Boot
from analysis.outage.stretch import Stretch
from probe.body.conditions import Path
from probe.body.speed_test import SpeedTest


def proofs(boots: Iterable[Boot]) -> Iterator[Stretch]:
    """The time of each test that went through the router; not of one against a server on this machine or network."""
    for boot in boots:
        for record, start_us in zip(boot.records, boot.starts_us, strict=True):
            test = record.body
            if isinstance(test, SpeedTest) and _carried(test):
                yield start_us, start_us + max(round((test.duration_s or 0) * 1_000_000), 1)


def _carried(test: SpeedTest) -> bool:
    through = test.conditions.path is Path.ROUTED and not test.server.demonstration
    return through and test.failure is None and bool(test.rate_bps)
