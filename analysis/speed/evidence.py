"""Pure. Which tests of a day speak about one promised speed, and what each says: below, reached, or too close to tell.

Knows nothing of the day as a whole, nor of verdicts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from analysis.clause import Profile
from analysis.finding import Reason, Verdict
from analysis.period import Period
from analysis.speed.failed import by_class
from analysis.speed.rate import at_most_bps, ip_bps
from analysis.validity import judge_test
from collector.envelope import StoredRecord
from probe.body.draw import Draw, Origin
from probe.body.speed_test import SpeedTest
from probe.record import Record

_NOT_OF_SLOT = frozenset({Origin.EXTRA, Origin.REPEAT, Origin.ASKED})


class Standing(StrEnum):
    """One test, or one slot of tests, against a promised speed."""

    BELOW = "below"  # surely: also after the measurement error
    REACHED = "reached"  # at or above as measured
    UNSURE = "unsure"  # between the two


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A test that counts. `bps` is its rate at the profile's layer, `server` the other end's address as configured.

    `of_slot`: it may stand for its slot's time; false of an extra test and of a repeat. `extra_slot`: start and length
    in seconds of the slot that an extra test was drawn in, None of any other. `tests_per_hour`: how many an hour of
    such moments was to get, None where no moment was drawn.
    Where payload alone was measured, `bps` is the figure that claims least: the payload's rate if it reached the speed,
    else the most that it can be in IP packets.
    """

    record_id: str
    at: datetime
    bps: int
    standing: Standing
    server: str
    of_slot: bool = True
    extra_slot: tuple[datetime, float] | None = None
    tests_per_hour: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`witnesses` is sorted by time and may be empty; `excluded` counts every other test once, by its first reason.

    `failed` counts the failed ones among these by class, as `speed.failed` has it.
    """

    witnesses: tuple[Witness, ...]
    excluded: Mapping[str, int]
    failed: Mapping[str, int] = field(default_factory=dict)


def gather(
    tests: Iterable[StoredRecord],
    threshold_bps: int,
    profile: Profile,
    down: Sequence[Period],
    *,
    beside: Iterable[StoredRecord] = (),
) -> Evidence:
    """The evidence of `tests`, all speed tests of one direction, on `threshold_bps`; `beside` are those of the other.

    A test below counts only if nothing but the line can have lowered it: it must not touch `down`, the time in which
    the line was cut, nor run beside another test, of another probe perhaps. A test that reached, or may have, counts as
    long as it crossed the line.
    """
    records = [stored.record for stored in tests]
    spoilt = _spoilt(records, [stored.record for stored in beside], down)
    heard = [_hear(record, threshold_bps, profile, spoilt.get(record.id)) for record in records]
    witnesses = sorted(
        (witness for _, witness in heard if witness is not None), key=lambda one: (one.at, one.record_id)
    )
    excluded = Counter(str(reason) for reason, witness in heard if witness is None)
    in_outage = {name for name, reason in spoilt.items() if reason is Reason.DURING_OUTAGE}
    return Evidence(
        witnesses=tuple(witnesses),
        excluded=dict(sorted(excluded.items())),
        failed=by_class(records, in_outage),
    )


def left_out(
    tests: Iterable[StoredRecord],
    threshold_bps: int,
    profile: Profile,
    down: Sequence[Period],
    *,
    beside: Iterable[StoredRecord] = (),
) -> dict[str, str]:
    """The ids of the tests that `gather` counts as excluded, each with the reason it is counted under."""
    records = [stored.record for stored in tests]
    spoilt = _spoilt(records, [stored.record for stored in beside], down)
    heard = ((record.id, _hear(record, threshold_bps, profile, spoilt.get(record.id))) for record in records)
    return {name: str(reason) for name, (reason, witness) in heard if witness is None}


def _spoilt(records: Sequence[Record], beside: Sequence[Record], down: Sequence[Period]) -> dict[str, Reason]:
    spoilt = dict.fromkeys(_side_by_side([*records, *beside]), Reason.ANOTHER_TEST)
    return spoilt | {record.id: Reason.DURING_OUTAGE for record in records if _touches(record, down)}


def excluded_together(evidence: Iterable[Evidence]) -> dict[str, int]:
    """The tests left out of several gatherings, by reason."""
    together: Counter[str] = Counter()
    for one in evidence:
        together.update(one.excluded)
    return dict(sorted(together.items()))


def _hear(
    record: Record, threshold_bps: int, profile: Profile, spoilt: Reason | None
) -> tuple[Reason | None, Witness | None]:
    valid_for, reasons = judge_test(record, threshold_bps, profile)
    test = record.body
    assert isinstance(test, SpeedTest)
    if Verdict.MET not in valid_for or test.rate_bps is None:
        return reasons[0], None
    standing = stand(test, threshold_bps, profile)
    if standing is Standing.BELOW:
        if Verdict.BREACHED not in valid_for:
            return reasons[0], None
        if spoilt is not None:
            return spoilt, None
    bps = test.rate_bps if standing is Standing.REACHED and test.ip_rate_bps is None else ip_bps(test, profile)
    draw = test.draw
    witness = Witness(
        record_id=record.id,
        at=record.started.at,
        bps=round(bps),
        standing=standing,
        server=test.server.url,
        of_slot=draw is None or draw.origin not in _NOT_OF_SLOT,
        extra_slot=_extra_slot(draw),
        tests_per_hour=draw.tests_per_hour if draw is not None else None,
    )
    return None, witness


def _extra_slot(draw: Draw | None) -> tuple[datetime, float] | None:
    if draw is None or draw.origin is not Origin.EXTRA or draw.slot_at is None or not draw.slot_s:
        return None
    return draw.slot_at, draw.slot_s


def stand(test: SpeedTest, threshold_bps: int, profile: Profile) -> Standing:
    """What a test with a rate says of `threshold_bps`, at the IP layer.

    Reached is claimed on the rate as measured. Below is claimed only if the rate stays below with the guard band, or
    with the test's own uncertainty where that is larger. Where only the payload's rate is known, it stands for itself
    above, and is carried up by the largest packet overhead below.
    """
    assert test.rate_bps is not None
    at_least_bps = test.rate_bps if test.ip_rate_bps is None else test.ip_rate_bps
    if at_least_bps >= threshold_bps:
        return Standing.REACHED
    return Standing.BELOW if at_most_bps(test, profile) < threshold_bps else Standing.UNSURE


def _side_by_side(records: Sequence[Record]) -> set[str]:
    """The tests that ran at the same time as another."""
    together: set[str] = set()
    longest: Record | None = None
    for record in sorted(records, key=lambda one: (one.started.at, one.id)):
        if longest is not None and record.started.at < longest.ended.at:
            together |= {longest.id, record.id}
        if longest is None or record.ended.at > longest.ended.at:
            longest = record
    return together


def _touches(record: Record, down: Sequence[Period]) -> bool:
    start_at, end_at = record.started.at, max(record.ended.at, record.started.at + timedelta(microseconds=1))
    return any(period.start_at < end_at and start_at < period.end_at for period in down)
