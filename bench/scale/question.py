"""What every engine is asked, and the form of its answer.

Of each line, direction and civil day: how many slots were tested, below and not reached, of the length that leaves
least unseen, and the longest run below (`speed.normal`); and the same, without the run, of each of the four windows of
24 hours that end in the day (`speed.normal.rolling`). An answer is these numbers, dense and in one order, and the
verdicts that follow; engines agree if their digests do.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # ships no types
from numpy.typing import NDArray

from analysis.contract import Contract, Line, Speeds, Technology, Terms
from analysis.kernel.calendar import MINUTE_US
from analysis.kernel.lengths import lengths_minutes, unseen
from analysis.kernel.plan import DIRECTIONS, NO_PROMISE, SLIDING, Plan, plans
from analysis.kernel.slots import Counts
from analysis.kernel.verdict import Decisions
from bench.scale.lake import BUCKETS, DAYS, FIRST_ON, PROMISED_BPS, names
from collector.lake.manifest import bucket_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LISBON = ZoneInfo("Europe/Lisbon")
LAST_ON = FIRST_ON + timedelta(days=DAYS - 1)
CLOCK_SET_AT = datetime(2026, 3, 29, 1, tzinfo=UTC)
WINDOWS = 4
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bucket:
    """Lines of one bucket, and their plan: of one zone and profile, and none changes its contract."""

    lines: tuple[str, ...]
    plan: Plan

    @property
    def days(self) -> int:
        """That are judged."""
        return len(self.plan.calendar.days) - 1

    def promises(self) -> pa.Table:
        """What `speed.normal` holds each line and direction to; those that are promised nothing are not in it."""
        bps = self.plan.promised_bps["speed.normal"][:, 1, :]
        line, way = np.nonzero(bps != NO_PROMISE)
        return pa.table(
            {
                "line": [self.lines[number] for number in line.tolist()],
                "direction": [DIRECTIONS[number].value for number in way.tolist()],
                "bps": bps[line, way],
            }
        )


def contract() -> Contract:
    """500 Mbit/s both ways."""
    speeds = Speeds(maximum_bps=PROMISED_BPS, normal_bps=PROMISED_BPS, minimum_bps=200_000_000)
    terms = Terms(from_on=FIRST_ON - timedelta(days=60), service="Fibra 500", download=speeds, upload=speeds)
    return Contract(
        operator="NOS",
        technology=Technology.FTTH,
        profile="pt-nos",
        line=Line(id="casa", zone=LISBON),
        terms=(terms,),
    )


def buckets(lines: int) -> list[Bucket]:
    """Of the first so many lines."""
    of: list[list[str]] = [[] for _ in range(BUCKETS)]
    for name in names(lines):
        of[bucket_of(name, BUCKETS)].append(name)
    alike = contract()
    found = []
    for some in of:
        made, left = plans([replace(alike, line=replace(alike.line, id=name)) for name in some], FIRST_ON, LAST_ON, NOW)
        assert len(made) == 1
        assert not left
        found.append(Bucket(tuple(some), made[0]))
    return found


def lengths(plan: Plan) -> tuple[int, ...]:
    """Of slots, in minutes."""
    return lengths_minutes(plan.rules[SLIDING])


def table(plan: Plan, minutes: int, length: int) -> list[float]:
    """What a stretch of so many minutes in slots of one length leaves unseen, by how many were tested."""
    return [float(one) for one in unseen(minutes // length, plan.rules[SLIDING].number("confidence"))]


def files(home: Path, bucket: int) -> list[str]:
    """Of one bucket."""
    return sorted(map(str, (home / "collector" / "lake").glob(f"day=*/bucket={bucket:02d}/*.parquet")))


def edges_us(plan: Plan) -> list[int]:
    """Of the days, the one before the first among them."""
    return [plan.calendar.minute_us(hour) for hour in plan.calendar.edges]


@dataclass(frozen=True, slots=True)
class Answer:
    """Over lines times directions and days: `day` has tested, below, unreached, run, minutes of a slot; `window` over
    windows too, without the run.
    """

    day: Numbers
    window: Numbers


def blank(bucket: Bucket) -> Answer:
    """Nothing was tested: cut into the longest slots."""
    lanes, days = len(bucket.lines) * 2, bucket.days
    day, window = np.zeros((lanes, days, 5), np.int64), np.zeros((lanes, days, WINDOWS, 4), np.int64)
    day[..., 4], window[..., 3] = 60, 60
    return Answer(day, window)


def digest(answers: list[Answer], found: list[Bucket]) -> str:
    """Of all numbers and of the verdicts that the rules give them."""
    told = sha256()
    decisions = Decisions(found[0].plan.rules)
    for answer, bucket in zip(answers, found, strict=True):
        told.update(np.ascontiguousarray(answer.day).tobytes())
        told.update(np.ascontiguousarray(answer.window).tobytes())
        hours = np.diff(bucket.plan.calendar.edges)[1:]
        normal = decisions.normal(_counts(answer.day, hours[None, :] * 60))
        told.update(normal.tobytes())
        window = np.insert(answer.window, 3, 0, axis=-1)
        told.update(decisions.rolling(_counts(window, np.array(24 * 60)), WINDOWS).tobytes())
    return told.hexdigest()[:16]


def _counts(numbers: Numbers, span: Numbers) -> Counts:
    tested, below, unreached, run, minutes = (numbers[..., place] for place in range(5))
    slots = span // minutes
    return Counts(
        slots=slots,
        minutes=minutes,
        tested=tested,
        ended=slots,
        ended_tested=tested,
        below=below,
        unreached=unreached,
        run=run,
    )


def minute_of(us: int) -> int:
    """Whole minutes since 1970."""
    return us // MINUTE_US
