"""Vocabulary. The JSON Schema (2020-12) of each item that is answered; fields are only ever added.

Knows nothing of how items are made: a test holds answers of a real store against it.
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
TEXT: Schema = {"type": "string"}
TIME: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
ANY: Schema = {"type": "object"}
TEXTS: Schema = {"type": "array", "items": TEXT}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _object(**fields: Schema) -> Schema:
    """With all of these, and perhaps more in later versions."""
    return {"type": "object", "required": list(fields), "properties": fields}


_SENTENCE = _object(pt=_or_null(TEXT), en=_or_null(TEXT))  # null where an address stands in it
_PERIOD = _object(start_at=TIME, end_at=TIME)
_PLACE = {
    "line": TEXT,
    **dict.fromkeys(("operator", "region", "node", "segment", "technology", "tier"), _or_null(TEXT)),
    "from_on": _or_null(DAY),
    "to_on": _or_null(DAY),
}
_SIGN = _object(
    sign=TEXT,
    level=TEXT,
    since_at=_or_null(TIME),
    value=_or_null(NUMBER),
    limit=_object(value=NUMBER, unit=TEXT, source=TEXT),
    sentence=_SENTENCE,
)
ITEMS: Mapping[str, Schema] = {
    "Place": _object(**_PLACE),
    "Group": _object(kind=TEXT, name=TEXT, lines=TEXTS),
    "Record": _object(
        id=TEXT,
        line=TEXT,
        probe=TEXT,
        sequence=WHOLE,
        kind=TEXT,
        started_at=TIME,
        ended_at=TIME,
        received_at=TIME,
        batch_sha256=_or_null(TEXT),
        imported=FLAG,
        record=_or_null(ANY),
    ),
    "Test": _object(
        id=TEXT,
        line=TEXT,
        started_at=TIME,
        ended_at=TIME,
        direction=TEXT,
        method=TEXT,
        server=_or_null(TEXT),
        rate_bps=_or_null(WHOLE),
        ip_rate_bps=_or_null(WHOLE),
        idle_rtt_ms=_or_null(NUMBER),
        loaded_rtt_ms=_or_null(NUMBER),
        valid_for=TEXTS,
        reasons=TEXTS,
        grade=TEXT,
        failure=_or_null(TEXT),
    ),
    "Outage": _object(
        id=TEXT,
        line=TEXT,
        start=ANY,
        end=_or_null(ANY),
        cause=TEXT,
        confidence=TEXT,
        imputable_to=TEXT,
        concern=TEXT,
        rungs={"type": "array", "items": ANY},
        down_s=_object(lower=NUMBER, upper=NUMBER),
        sentence=_SENTENCE,
    ),
    "Coverage": _object(line=TEXT, period=_PERIOD, up_s=NUMBER, down_s=NUMBER, unobserved_s=NUMBER),
    "Finding": _object(
        id=TEXT,
        line=TEXT,
        rule=TEXT,
        rule_version=TEXT,
        profile=TEXT,
        clause=TEXT,
        direction=_or_null(TEXT),
        period=_PERIOD,
        verdict=TEXT,
        measured=ANY,
        threshold=ANY,
        n_used=WHOLE,
        n_excluded=ANY,
        interval=_or_null(ANY),
        witnesses=TEXTS,
        sentence=_SENTENCE,
    ),
    "Event": _object(
        at=TIME,
        end_at=_or_null(TIME),
        kind=TEXT,
        source=TEXT,
        line=_or_null(TEXT),
        probe=_or_null(TEXT),
        subject=TEXT,
        first=FLAG,
        before=ANY,
        after=ANY,
        sentence=_SENTENCE,
        time=WHOLE,
        timeEnd=WHOLE,
        text=TEXT,
        tags=TEXTS,
    ),
    "Burst": _object(
        operator=_or_null(TEXT),
        start_at=TIME,
        end_at=TIME,
        lines=TEXTS,
        shared=_or_null(ANY),
        outages=TEXTS,
        causes=ANY,
    ),
    "Congestion": _object(
        line=TEXT,
        period=_PERIOD,
        kind=TEXT,
        sentence=_SENTENCE,
        windows={"type": "array", "items": ANY},
        episodes={"type": "array", "items": ANY},
        changes={"type": "array", "items": ANY},
        missing=ANY,
        used=ANY,
    ),
    "Probe": _object(probe=TEXT, line=TEXT),
    "Health": _object(
        probe=TEXT,
        line=TEXT,
        level=TEXT,
        last_received_at=_or_null(TIME),
        software=_or_null(TEXT),
        signs={"type": "array", "items": _SIGN},
    ),
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": WHOLE,
        "detail": TEXT,
        "errors": {"type": "array", "items": _object(parameter=TEXT, detail=TEXT)},
    },
}


def page_of(item: str) -> Schema:
    """A page of items: `next_cursor` is null on the last one."""
    items = {"type": "array", "items": {"$ref": f"#/components/schemas/{item}"}}
    return _object(schema=TEXT, items=items, next_cursor=_or_null(TEXT))
