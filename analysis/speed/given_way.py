"""Pure. How often a day's tests gave way to the household or to another probe: a household that is always busy shows.

Knows nothing of rates or verdicts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from collector.envelope import StoredRecord
from probe.body.draw import Course, Decision
from probe.body.notice import Notice, NoticeKind
from probe.body.speed_test import SpeedTest

_LEFT_OUT = tuple(f"{course}:" for course in (Course.HOUSEHOLD_BUSY, Course.ANOTHER_PROBE))


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenWay:
    """`put_off_count`: times that a due test was put off; `left_out_count`: tests left out for it in the end;
    `busy_count`: tests made all the same, beside others' traffic.
    """

    put_off_count: int = 0
    left_out_count: int = 0
    busy_count: int = 0

    def figures(self) -> dict[str, int]:
        """What is not zero, by name."""
        told = {
            "put_off_count": self.put_off_count,
            "left_out_count": self.left_out_count,
            "busy_count": self.busy_count,
        }
        return {name: count for name, count in told.items() if count}


def given_way(records: Iterable[StoredRecord]) -> GivenWay:
    """Of all kinds of records, those that tell."""
    put_off = left_out = busy = 0
    for stored in records:
        body = stored.record.body
        if isinstance(body, Decision):
            put_off += body.course is not Course.NOT_DRAWN
        elif isinstance(body, Notice):
            left_out += body.kind is NoticeKind.TEST_SKIPPED and body.detail.startswith(_LEFT_OUT)
        elif isinstance(body, SpeedTest) and body.draw is not None:
            busy += body.draw.household_busy is True
    return GivenWay(put_off_count=put_off, left_out_count=left_out, busy_count=busy)
