"""Pure. A record as one row of the lake's columns. Its own bytes stand in the row too: nothing is lost by flattening.

Knows nothing of Arrow or of files.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from collector.lake.column import COLUMNS, CONDITIONS, DRAW, LAYOUT, RUNGS, SAID, SERVER, TEST
from probe.body.notice import Notice
from probe.body.reachability import Reachability
from probe.body.rung import ClockSeen, LinkSeen, RouterSeen
from probe.body.speed_test import SpeedTest
from probe.record import Record
from probe.units import epoch_us
from probe.wire import kind_of

_NAMES = tuple(column.name for column in COLUMNS)
_TEST = tuple(column.name for column in TEST)
_SERVER = tuple((column.name, column.name.removeprefix("server_")) for column in SERVER)
_SAID = tuple((column.name, column.name.removeprefix("server_")) for column in SAID)
_DRAW = tuple((column.name, column.name.removeprefix("draw_")) for column in DRAW)
_CONDITIONS = tuple(column.name for column in CONDITIONS)
_RUNGS = tuple(column.name for column in RUNGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A record, the bytes that it was, and the batch that brought it."""

    record: Record
    raw: bytes
    batch: int
    batch_sha256: str
    received_us: int


def row(arrived: Arrived) -> tuple[Any, ...]:
    """The values of `COLUMNS`, in that order; times as microseconds since 1970."""
    record = arrived.record
    own: dict[str, Any] = {
        "line": record.line,
        "probe": record.probe,
        "sequence": record.sequence,
        "started_at": epoch_us(record.started.at),
        "ended_at": epoch_us(record.ended.at),
        "kind": kind_of(record.body),
        "software": record.software,
        "boot_id": record.started.boot_id,
        "started_monotonic_ns": record.started.monotonic_ns,
        "ended_monotonic_ns": record.ended.monotonic_ns,
        "synchronised": record.started.synchronised,
        "ended_synchronised": record.ended.synchronised,
        "clock_error_ms": record.started.error_ms,
        "received_at": arrived.received_us,
        "batch": arrived.batch,
        "batch_sha256": arrived.batch_sha256,
        "layout": LAYOUT,
        "raw": arrived.raw,
    }
    of_body = _OF_BODY.get(type(record.body))
    if of_body is not None:
        own |= of_body(record.body)
    return tuple(map(own.get, _NAMES))


def _test(body: SpeedTest) -> Mapping[str, Any]:
    return (
        {name: getattr(body, name) for name in _TEST}
        | {name: getattr(body.server, field) for name, field in _SERVER}
        | {name: getattr(body.server_said, field, None) for name, field in _SAID}
        | {name: getattr(body.conditions, name) for name in _CONDITIONS}
        | {name: getattr(body.draw, field, None) for name, field in _DRAW}
    )


def _reachability(body: Reachability) -> Mapping[str, Any]:
    if body.condensed is not None:
        asked = answered = sum(one.count for one in body.condensed.answers)
        interval_s, minutes = body.condensed.interval_s, body.condensed.minutes
    else:
        asked = sum(len(target.samples) for target in body.targets)
        answered = sum(sample.rtt_ms is not None for target in body.targets for sample in target.samples)
        interval_s, minutes = body.interval_s, 1
    return {
        "interval_s": interval_s,
        "minutes": minutes,
        "target_count": len(body.targets),
        "asked_count": asked,
        "answered_count": answered,
    }


def _rung(body: LinkSeen | RouterSeen | ClockSeen) -> Mapping[str, Any]:
    return {name: getattr(body, name, None) for name in _RUNGS}


def _notice(body: Notice) -> Mapping[str, Any]:
    return {"notice_kind": body.kind, "notice_detail": body.detail, "notice_s": body.seconds}


_OF_BODY: dict[type, Callable[[Any], Mapping[str, Any]]] = {
    SpeedTest: _test,
    Reachability: _reachability,
    LinkSeen: _rung,
    RouterSeen: _rung,
    ClockSeen: _rung,
    Notice: _notice,
}
