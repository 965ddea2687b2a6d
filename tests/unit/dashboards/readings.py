"""Readings made by hand: one line at 18:40 in Lisbon on an ordinary day, and what can happen to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

from analysis.finding import Figure, Finding, Reason, Sentence, Verdict
from analysis.period import Period, local_day
from analysis.report import JudgedTest, Ledger, Report, Span, State
from collector.envelope import ProbeState
from dashboards.web.reading import Reading
from probe.body.reachability import Reachability, Role
from probe.body.speed_test import Direction, Failure
from tests.build import LISBON, a_contract, a_record, a_speed_test, a_target, stored

NOW = datetime(2026, 11, 21, 18, 40, 20, tzinfo=UTC)
DAY = date(2026, 11, 21)
LAST_DAY = Period(NOW - timedelta(days=1), NOW)
BOTH = (Verdict.MET, Verdict.BREACHED)
NAMES = {"maximum": 1000, "normal": 1000, "minimum": 400}


def a_judged_test(
    *,
    at: datetime,
    direction: Direction = Direction.DOWNLOAD,
    ip_mbps: float = 1010,
    valid_for: tuple[Verdict, ...] = BOTH,
    reasons: tuple[Reason, ...] = (),
    failure: Failure | None = None,
    sequence: int = 1,
    **fields: Any,
) -> JudgedTest:
    body = a_speed_test(direction=direction, ip_mbps=ip_mbps, failure=failure, **fields)
    record = a_record(body=body, at=at, sequence=sequence)
    return JudgedTest(stored=stored(record), valid_for=valid_for, reasons=reasons)


def some_tests(
    *, every: timedelta = timedelta(hours=1), window: Period = LAST_DAY, mbps: tuple[float, float] = (1010, 205)
) -> tuple[JudgedTest, ...]:
    """Download and upload in turn over the window, a little apart from test to test."""
    made: list[JudgedTest] = []
    at, number = window.start_at + timedelta(minutes=7), 0
    while at < window.end_at:
        for direction, rate in zip(Direction, mbps, strict=True):
            spread = rate * 0.004 * (number * 7 % 11 - 5)
            made.append(
                a_judged_test(
                    at=at + timedelta(seconds=20 * (direction is Direction.UPLOAD)),
                    direction=direction,
                    ip_mbps=rate + spread,
                    loaded_rtt_ms=23.4,
                    sequence=len(made) + 1,
                )
            )
        at, number = at + every, number + 1
    return tuple(made)


def a_ledger(*changes: tuple[timedelta, State], window: Period = LAST_DAY) -> Ledger:
    """Each change at its time after the window's start; up from the start unless a change says otherwise."""
    at = [(timedelta(), State.UP), *changes] if not changes or changes[0][0] else list(changes)
    starts = [window.start_at + after for after, _ in at]
    ends = [*starts[1:], window.end_at]
    spans = (Span(Period(*pair), state) for pair, (_, state) in zip(zip(starts, ends, strict=True), at, strict=True))
    return Ledger(period=window, spans=tuple(spans))


def a_probe(**fields: Any) -> ProbeState:
    given: dict[str, Any] = {
        "probe": "p1",
        "line": "casa",
        "enrolled_at": NOW - timedelta(days=30),
        "record_count": 43_210,
        "last_sequence": 43_210,
        "last_record_at": NOW - timedelta(seconds=80),
        "last_received_at": NOW - timedelta(seconds=18),
    }
    return ProbeState(**{**given, **fields})


def a_minute(
    *,
    router: str = "############",
    internet: str = "############",
    loopback: bool = False,
    ended: timedelta = timedelta(seconds=20),
    synchronised: bool | None = True,
) -> tuple[Any, ...]:
    targets = (
        a_target(target="192.168.1.1", role=Role.GATEWAY, answers=router),
        a_target(target="measure.example", role=Role.SERVER, answers=internet, loopback=loopback),
    )
    body = Reachability(interval_s=5.0, targets=targets)
    at = NOW - ended - timedelta(minutes=1)
    return (stored(a_record(body=body, at=at, sequence=43_210, synchronised=synchronised)),)


def a_finding(
    *,
    level: str = "minimum",
    direction: Direction = Direction.DOWNLOAD,
    verdict: Verdict = Verdict.MET,
    day: date = DAY,
    n_used: int = 22,
    n_excluded: Mapping[str, int] | None = None,
    sentence: str | None = None,
    measured: Mapping[str, Figure] | None = None,
) -> Finding:
    words = sentence or f"{level} {direction} {verdict}"
    return Finding(
        line="casa",
        rule=f"speed.{level}",
        rule_version="1",
        profile="pt-nos",
        clause="NOS 3.10.1",
        direction=direction,
        period=local_day(day, LISBON),
        local_day=day,
        verdict=verdict,
        measured=measured or {},
        threshold={},
        n_used=n_used,
        n_excluded=n_excluded or {},
        sentence=Sentence(pt=f"PT {words}", en=f"EN {words}"),
    )


def a_report(*findings: Finding, day: date = DAY) -> Report:
    period = local_day(day, LISBON)
    return Report(contract=a_contract(), period=period, findings=findings, ledger=a_ledger(window=period))


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  our own drawing


def findings(verdict: Verdict = Verdict.MET, **fields: Any) -> tuple[Finding, ...]:
    return tuple(
        a_finding(level=level, direction=way, verdict=verdict, **fields) for way in Direction for level in NAMES
    )


def an_empty_reading(**fields: Any) -> Reading:
    """Before anything was measured, without a contract."""
    given: dict[str, Any] = {
        "line": "casa",
        "now": NOW,
        "zone": LISBON,
        "window": LAST_DAY,
        "day": DAY,
        "asked_on": None,
        "demonstration": False,
    }
    return Reading(**{**given, **fields})


def a_reading(**fields: Any) -> Reading:
    """An ordinary good day with a contract."""
    tests = some_tests()
    given: dict[str, Any] = {
        "contract": a_contract(),
        "report": a_report(*findings()),
        "tests": tests,
        "latest_tests": tests,
        "minutes": a_minute(),
        "probes": (a_probe(),),
        "line_ledger": a_ledger(),
        "router_ledger": a_ledger(),
        "recent_ledger": a_ledger(),
    }
    return replace(an_empty_reading(), **{**given, **fields})
