"""Pure. The record of processing for machines, `prova.processing/1`. Knows nothing of documents."""

from typing import Any

import msgspec

from prova.privacy.processing.place import places, places_of
from prova.privacy.processing.record import Record

SCHEMA = "prova.processing/1"


def record_json(record: Record, *, role: str | None = None) -> dict[str, Any]:
    """The whole record, with each activity's places and fields by name; of one role its grounds alone."""
    told = msgspec.to_builtins(record, str_keys=True)
    every = places(record)
    for one, own in zip(told["activity"], record.activity, strict=True):
        one["places"] = [place.id for place in places_of(own, every)]
        if role is not None:
            one["basis"] = {role: one["basis"][role]}
    if role is not None:
        told["role"] = {role: told["role"][role]}
    del told["store"]
    return {
        "schema": SCHEMA,
        **told,
        "place": {place.id: msgspec.to_builtins(place) for place in every},
    }
