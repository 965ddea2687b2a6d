"""Pure. Failed tests in three classes: no service, a fault of the probe or the server, aborted.

None is a speed of zero. No service is the ledger's to count, as time: there it is an outage, in which no speed was
available at all, and so it is counted once. A failure while the line was seen up, or when nobody saw it, tells of
the server, its name or the probe: left out and shown, so that a server that fails whenever the line is slow is seen.
Knows nothing of speeds.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from enum import StrEnum

from probe.body.speed_test import Failure, SpeedTest
from probe.record import Record


class FailedClass(StrEnum):
    """Why there is no rate."""

    NO_SERVICE = "no_service"  # while the ledger has the line down
    FAULT = "fault"  # of the probe or the server, as far as anybody saw
    ABORTED = "aborted"  # the person or the probe stopped it


def by_class(records: Iterable[Record], in_outage: Collection[str]) -> dict[str, int]:
    """How many of each class, none with zero; `in_outage` are the ids of tests while the line was down."""
    found: Counter[str] = Counter()
    for record in records:
        test = record.body
        if isinstance(test, SpeedTest) and test.failure is not None:
            found[_class_of(test.failure, in_outage=record.id in in_outage)] += 1
    return dict(sorted(found.items()))


def _class_of(failure: Failure, *, in_outage: bool) -> FailedClass:
    if failure is Failure.ABORTED:
        return FailedClass.ABORTED
    return FailedClass.NO_SERVICE if in_outage else FailedClass.FAULT
