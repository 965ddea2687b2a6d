"""A day of speed tests, judged: its three findings, by rule."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta

from analysis.assess import assess
from analysis.contract import Contract
from analysis.finding import Finding, Verdict
from analysis.period import local_day
from collector.envelope import StoredRecord
from probe.body.speed_test import Direction, SpeedTest
from tests.build import (
    DAY,
    LISBON,
    a_contract,
)

BREACHED, MET, INSUFFICIENT = Verdict.BREACHED, Verdict.MET, Verdict.INSUFFICIENT
NOON = local_day(DAY, LISBON).start_at + timedelta(hours=12)
RULES = ("speed.maximum", "speed.minimum", "speed.normal")


def slow_in(numbers: Collection[int]) -> Callable[[int], float]:
    """300 Mbit/s in these parts of the day, 1010 in the others."""
    return lambda number: 300 if number in numbers else 1010


def constantly(test: SpeedTest) -> Callable[[int], SpeedTest]:
    return lambda _: test


def only_in(numbers: Collection[int], rate: float) -> Callable[[int], float | None]:
    """Tests in these parts of the day alone."""
    return lambda number: rate if number in numbers else None


def judged(
    records: Sequence[StoredRecord],
    *,
    contract: Contract | None = None,
    on: date = DAY,
    now: datetime | None = None,
    direction: Direction = Direction.DOWNLOAD,
) -> dict[str, Finding]:
    """The findings of one day and direction, by rule."""
    contract = contract or a_contract()
    day = local_day(on, contract.line.zone)
    report = assess(records, contract, day, now or day.end_at)
    ours = [finding for finding in report.findings if finding.direction is direction]
    found = {finding.rule: finding for finding in ours if finding.rule in RULES}
    assert tuple(found) == RULES
    assert {finding.rule for finding in ours} - set(RULES) == {"speed.normal.rolling", "speed.discrepancy"}
    return found


def verdicts(found: dict[str, Finding]) -> tuple[Verdict, ...]:
    """Maximum, normal, minimum."""
    return tuple(found[f"speed.{name}"].verdict for name in ("maximum", "normal", "minimum"))
