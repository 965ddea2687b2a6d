"""Pure. An explanation as plain dictionaries for JSON (`prova.explanation/1`). Knows nothing of judgement."""

from typing import Any

from analysis.clause import Parameter
from analysis.explain.explanation import Explanation, OutageTold
from analysis.finding_json import finding_json
from analysis.speed_test_json import at


def explanation_json(told: Explanation) -> dict[str, Any]:
    """`prova.explanation/1`: records in the order of time."""
    return {
        "schema": "prova.explanation/1",
        "finding": finding_json(told.finding),
        "rule": {
            "text": told.rule_text,
            "valid_from": told.valid_from.isoformat(),
            "open_readings": list(told.open_readings),
            "parameters": {name: _parameter(one) for name, one in sorted(told.parameters.items())},
        },
        "steps": [{"pt": one.says.pt, "en": one.says.en, "formula": one.formula} for one in told.steps],
        "used": [
            {
                "id": one.record_id,
                "at": at(one.at),
                "batch_sha256": one.batch_sha256,
                "rate_bps": one.rate_bps,
                "standing": one.standing,
            }
            for one in told.used
        ],
        "left_out": [
            {
                "id": one.record_id,
                "at": at(one.at),
                "batch_sha256": one.batch_sha256,
                "reasons": list(one.reasons),
            }
            for one in told.left_out
        ],
        "outages": [_outage(one) for one in told.outages],
        "case": [{"table": one.table, **dict(one.says)} for one in told.entries],
    }


def _outage(one: OutageTold) -> dict[str, Any]:
    edges = ("last_good_at", "first_bad_at", "last_bad_at", "first_good_at")
    return {
        "id": one.id,
        "used": not one.why_not,
        "why_not": one.why_not or None,
        **{name: None if (edge := getattr(one, name)) is None else at(edge) for name in edges},
        "down_s": one.down_s,
        "cause": one.cause,
        "imputable_to": one.imputable_to,
        "record_count": one.record_count,
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    value = list(one.value) if isinstance(one.value, tuple) else one.value
    plain = value if isinstance(value, bool | int | list) else str(value)
    return {
        "value": plain,
        "unit": one.unit,
        "since": one.since.isoformat(),
        "source": one.source,
        "reading": one.reading,
    }
