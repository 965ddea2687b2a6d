"""Pure. How probes are, as plain dictionaries for JSON: `prova.health/1`.

Knows nothing of judgement.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from analysis.fleet.health import Health, Sign
from analysis.fleet.health_judge import count_by_level
from analysis.speed_test_json import at


def health_json(found: Sequence[Health], now: datetime, *, collector: Sequence[Sign] = ()) -> dict[str, Any]:
    """In the order given; `collector`: what is to be said of the collector itself."""
    return {
        "schema": "prova.health/1",
        "at": at(now),
        "probes_by_level": {level.value: count for level, count in count_by_level(found).items()},
        "collector": [sign_json(sign) for sign in collector],
        "probes": [one_json(one) for one in found],
    }


def one_json(one: Health) -> dict[str, Any]:
    """One probe."""
    return {
        "probe": one.probe,
        "line": one.line,
        "level": one.level.value,
        "last_received_at": _or_none(one.last_received_at),
        "software": one.software,
        "signs": [sign_json(sign) for sign in one.signs],
    }


def sign_json(sign: Sign) -> dict[str, Any]:
    """One thing amiss, with the limit that it is beyond, and why that is the limit."""
    return {
        "sign": sign.name.value,
        "level": sign.level.value,
        "since_at": _or_none(sign.since_at),
        "value": sign.value,
        "limit": {"value": sign.limit.value, "unit": sign.limit.unit, "source": sign.limit.source},
        "sentence": {"pt": sign.sentence.pt, "en": sign.sentence.en},
    }


def _or_none(moment: datetime | None) -> str | None:
    return None if moment is None else at(moment)
