"""Pure. One speed test, judged, as a plain dictionary for JSON: an entry of `prova.tests/1` (docs/tests-json.md).

Every key but those of the series is always there; what was not measured is null. Keys are added, never removed. Knows
nothing of judgement.
"""

from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from analysis.report import JudgedTest
from analysis.validity import grade
from probe.body.speed_test import SpeedTest

_RATES = ("rate_bps", "mean_bps", "ip_rate_bps", "bytes", "duration_s", "idle_rtt_ms", "loaded_rtt_ms")
_HOW = ("method_version", "streams", "congestion_control", "ended_by")
_MORE = (
    "uncertainty_bps", "ethernet_rate_bps", "steady", "burst", "loaded_rtt_p95_ms", "loaded_rtt_p99_ms",
    "responsiveness_rpm", "idle_round_trips", "loaded_round_trips", "lost_share", "retransmitted_share",
)  # fmt: skip
_SERVER = ("tls", "tls_version", "tls_cipher", "demonstration")
_AROUND = ("server_said", "conditions", "draw", "prescribed")


def entry(judged: JudgedTest, *, series: bool = False) -> dict[str, Any]:
    """The entry. Times are ISO 8601 in UTC, ending in Z. `series`: the receiver's counts over the test too."""
    record = judged.stored.record
    test = record.body
    assert isinstance(test, SpeedTest)
    told = {
        "id": record.id,
        "line": record.line,
        "started_at": at(record.started.at),
        "direction": test.direction.value,
        "method": test.method,
        "server": test.server.url,
        **_of(test, _RATES),
        **_of(test, ("limited_by",)),
        "valid_for": [verdict.value for verdict in judged.valid_for],
        "reasons": [reason.value for reason in judged.reasons],
        "grade": grade(judged.reasons).value,
        **_of(test, ("failure",)),
        "ended_at": at(record.ended.at),
        "software": record.software,
        **_of(test, (*_HOW, *_MORE)),
        "server_address": test.server.address,
        "address_family": test.server.address_family,
        **_of(test.server, _SERVER),
        **_of(test, _AROUND),
    }
    return told | _of(test, ("series", "stream_series")) if series else told


def at(moment: datetime) -> str:
    """ISO 8601, ending in Z."""
    return moment.isoformat().replace("+00:00", "Z")


def _of(noun: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(getattr(noun, name)) for name in names}


def _plain(value: object) -> Any:
    """Of a noun all of its fields."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return at(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return _of(value, tuple(field.name for field in fields(value)))
    return value
