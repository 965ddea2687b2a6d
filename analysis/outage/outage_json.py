"""Pure. Outages and the ledger as plain dictionaries for JSON: the public schemas `prova.outages/1`, `prova.ledger/1`.

Times are ISO 8601 in UTC, ending in Z. Knows nothing of judgement.
"""

from datetime import datetime
from typing import Any

from analysis.outage.judge import Account
from analysis.outage.outage import Edge, Loss, Outage, Rung, RungState
from analysis.outage.words import rung_words, verdict_words
from analysis.period import Period
from analysis.report import Ledger, Span, State


def outages_json(account: Account) -> dict[str, Any]:
    """`prova.outages/1`, in order of time; `partial_loss` beside, which is no outage."""
    return {
        "schema": "prova.outages/1",
        "outages": [_outage(outage) for outage in account.outages],
        "partial_loss": [_loss(loss) for loss in account.losses],
    }


def ledger_json(line: str, ledger: Ledger) -> dict[str, Any]:
    """`prova.ledger/1`: the spans end to end, and their sums."""
    return {
        "schema": "prova.ledger/1",
        "line": line,
        "period": _period(ledger.period),
        "spans": [_span(span) for span in ledger.spans],
        "coverage": {f"{state.value}_s": ledger.seconds(state) for state in State},
    }


def _outage(outage: Outage) -> dict[str, Any]:
    sentence = verdict_words(outage)
    return {
        "id": outage.id,
        "line": outage.line,
        "start": _edge(outage.start, "last_good_at", "first_bad_at"),
        "end": None if outage.end.later_at is None else _edge(outage.end, "last_bad_at", "first_good_at"),
        "cause": outage.verdict.cause.value,
        "confidence": outage.verdict.confidence.value,
        "imputable_to": outage.verdict.imputable_to.value,
        "rungs": [_rung(rung) for rung in outage.rungs],
        "concern": outage.concern.value,
        "concerns_name": outage.concerns_name,
        "family": outage.family,
        "class": outage.severity.value,
        "flags": [flag.value for flag in outage.flags],
        "down_s": {"lower": outage.down_s_lower, "upper": outage.down_s_upper},
        "down": [_period(period) for period in outage.down],
        "sentence": {"pt": sentence.pt, "en": sentence.en},
    }


def _rung(rung: Rung) -> dict[str, Any]:
    said = rung_words(rung)
    return {
        "rung": rung.name.value,
        "observed": rung.state is not RungState.UNSEEN,
        "evidence": rung.evidence.en,
        "state": rung.state.value,
        "sentence": {"pt": said.pt, "en": said.en},
        "seen": {"pt": rung.evidence.pt, "en": rung.evidence.en},
    }


def _loss(loss: Loss) -> dict[str, Any]:
    return {
        "line": loss.line,
        **_period(loss.period),
        "asked": loss.asked_count,
        "answered": loss.answered_count,
        "icmp_alone": loss.icmp_alone,
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "state": span.state.value,
        **_period(span.period),
        "cause": None if span.cause is None else span.cause.value,
    }


def _edge(edge: Edge, earlier: str, later: str) -> dict[str, str | None]:
    return {name: None if at is None else _at(at) for name, at in ((earlier, edge.earlier_at), (later, edge.later_at))}


def _period(period: Period) -> dict[str, str]:
    return {"start_at": _at(period.start_at), "end_at": _at(period.end_at)}


def _at(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
