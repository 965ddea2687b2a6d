"""Pure. Events as plain dictionaries for JSON: `prova.events/1`.

Its `time`, `timeEnd`, `text` and `tags` are what Grafana takes as an annotation (milliseconds since 1970).
"""

from collections.abc import Iterable
from typing import Any

from analysis.event.event import Event
from analysis.speed_test_json import at
from probe.units import epoch_us

_US_PER_MS = 1000


def events_json(events: Iterable[Event]) -> dict[str, Any]:
    """In the order given."""
    return {"schema": "prova.events/1", "events": [event_json(one) for one in events]}


def event_json(one: Event) -> dict[str, Any]:
    """One event; every key is always there."""
    tags = ["prova", one.kind.value, *(f"line:{one.line}" for _ in range(one.line is not None))]
    return {
        "at": at(one.at),
        "end_at": None if one.end_at is None else at(one.end_at),
        "kind": one.kind.value,
        "source": one.source.value,
        "line": one.line,
        "probe": one.probe,
        "subject": one.subject,
        "first": one.is_first,
        "before": dict(one.before),
        "after": dict(one.after),
        "sentence": {"pt": one.sentence.pt, "en": one.sentence.en},
        "time": epoch_us(one.at) // _US_PER_MS,
        "timeEnd": epoch_us(one.end_at or one.at) // _US_PER_MS,
        "text": one.sentence.en,
        "tags": tags,
    }
