"""Pure. What the analysis says, as plain dictionaries for JSON: the public schemas of `prova check` and `prova show`.

Times are ISO 8601 in UTC, ending in Z; sums of money are strings. Knows nothing of judgement.
"""

from collections.abc import Iterable
from typing import Any

from analysis import speed_test_json
from analysis.contract import Contract, Speeds, Terms
from analysis.finding import Finding, Interval
from analysis.period import Period
from analysis.report import JudgedTest, Ledger, Report, State
from analysis.speed_test_json import at
from collector.envelope import ProbeState
from probe.body.speed_test import Direction


def report_json(report: Report) -> dict[str, Any]:
    """`prova.findings/1`. Findings in the report's order."""
    return {
        "schema": "prova.findings/1",
        "line": report.contract.line.id,
        "period": {**_period(report.period), "timezone": report.contract.line.zone.key},
        "contract": _contract(report.contract),
        "findings": [finding_json(finding) for finding in report.findings],
        "coverage": _coverage(report.ledger),
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding, as it stands in `prova.findings/1`."""
    return {
        "id": finding.id,
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "profile": finding.profile,
        "clause": finding.clause,
        "direction": None if finding.direction is None else finding.direction.value,
        "period": {
            **_period(finding.period),
            "local_day": None if finding.local_day is None else finding.local_day.isoformat(),
        },
        "verdict": finding.verdict.value,
        "measured": dict(finding.measured),
        "threshold": dict(finding.threshold),
        "n_used": finding.n_used,
        "n_excluded": dict(finding.n_excluded),
        "interval": _interval(finding.interval),
        "witnesses": list(finding.witnesses),
        "sentence": {"pt": finding.sentence.pt, "en": finding.sentence.en},
    }


def tests_json(tests: Iterable[JudgedTest], *, series: bool) -> dict[str, Any]:
    """`prova.tests/1`: one entry per test and direction, in the order given; `series` as `speed_test_json.entry`'s."""
    return {"schema": "prova.tests/1", "tests": [speed_test_json.entry(test, series=series) for test in tests]}


def probes_json(probes: Iterable[ProbeState]) -> dict[str, Any]:
    """`prova.probes/1`: what the collector knows of each probe, in the order given."""
    return {"schema": "prova.probes/1", "probes": [_probe(probe) for probe in probes]}


def _contract(contract: Contract) -> dict[str, Any]:
    return {
        "operator": contract.operator,
        "technology": contract.technology.value,
        "profile": contract.profile,
        "line": contract.line.id,
        "municipality": contract.line.municipality,
        "region": contract.line.region.value,
        "terms": [_terms(terms) for terms in contract.terms],
        "notes": [{"where": note.where, "pt": note.pt, "en": note.en} for note in contract.notes],
    }


def _terms(terms: Terms) -> dict[str, Any]:
    price = terms.price
    return {
        "from_on": terms.from_on.isoformat(),
        "service": terms.service,
        **{direction.value: _speeds(terms.speeds(direction)) for direction in Direction},
        "price": None
        if price is None
        else {
            "monthly_eur": str(price.monthly_eur),
            "internet_share_eur": None if price.internet_share_eur is None else str(price.internet_share_eur),
            "billing_day": price.billing_day,
        },
    }


def _speeds(speeds: Speeds) -> dict[str, int | None]:
    return {
        "maximum_bps": speeds.maximum_bps,
        "normal_bps": speeds.normal_bps,
        "minimum_bps": speeds.minimum_bps,
    }


def _probe(probe: ProbeState) -> dict[str, Any]:
    return {
        "probe": probe.probe,
        "line": probe.line,
        "enrolled_at": at(probe.enrolled_at),
        "record_count": probe.record_count,
        "last_sequence": probe.last_sequence,
        "last_record_at": None if probe.last_record_at is None else at(probe.last_record_at),
        "last_received_at": None if probe.last_received_at is None else at(probe.last_received_at),
    }


def _coverage(ledger: Ledger) -> dict[str, float]:
    return {f"{state.value}_s": ledger.seconds(state) for state in State}


def _period(period: Period) -> dict[str, str]:
    return {"start_at": at(period.start_at), "end_at": at(period.end_at)}


def _interval(interval: Interval | None) -> dict[str, float] | None:
    if interval is None:
        return None
    return {"low": interval.low, "high": interval.high, "confidence": interval.confidence}
