"""Pure. A Reading as JSON (`prova.reading/1`): what was found, each with its words, and what was not.

Decimals are texts, as they were printed less their thousands' marks. Knows nothing of the file that is written from it.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from analysis.summary.reading import Candidate, Content, Item, Reading, Value

SCHEMA = "prova.reading/1"


def reading_json(reading: Reading) -> dict[str, Any]:
    """The reading as JSON's own types."""
    return {
        "schema": SCHEMA,
        "document": {"file": reading.name, "sha256": reading.sha256, "pages": reading.page_count},
        "language": reading.language,
        "has_template_headings": reading.is_summary,
        "values": {item.value: _value(value) for item, value in reading.values.items()},
        "not_found": [item.value for item in Item if item not in reading.values],
        "left": [{"page": page, "words": words} for page, words in reading.left],
    }


def _value(value: Value) -> dict[str, Any]:
    return {
        "value": plain(value.value),
        "confidence": value.confidence.value,
        "reason": value.reason,
        "read_from": [_candidate(one) for one in value.candidates],
    }


def _candidate(one: Candidate) -> dict[str, Any]:
    return {"value": plain(one.value), "page": one.page, "words": one.words, "reason": one.reason}


def plain(value: Content | None) -> str | int | None:
    """A value as JSON has it.

    >>> plain(Decimal("1E+3"))
    '1000'
    """
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
