"""Pure. A record as points of a time series: a view for dashboards, never the evidence.

Tags are the line, the probe, and words out of closed lists: no id, no address, no name that a server or a person
chose, so that the number of series is bounded by the number of probes. The same record always gives the same points,
and two records never one. Knows nothing of databases.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from statistics import median

from collector.projection.line_protocol import Value, line_of
from probe.body.notice import Notice
from probe.body.reachability import Answers, Reachability, Role, Sample
from probe.body.rung import ClockSeen, LinkSeen, RouterSeen
from probe.body.speed_test import SpeedTest
from probe.record import Record
from probe.units import epoch_us

_METHODS = {"ndt7", "msak", "librespeed", "udp"}
_Point = tuple[str, Mapping[str, str], Mapping[str, Value | None]]  # measurement, tags, fields
_WHOLE = ("rate_bps", "mean_bps", "ip_rate_bps", "ethernet_rate_bps", "uncertainty_bps", "bytes", "responsiveness_rpm")
_BROKEN = (
    *("duration_s", "idle_rtt_ms", "loaded_rtt_ms", "loaded_rtt_p95_ms", "loaded_rtt_p99_ms"),
    *("retransmitted_share", "lost_share"),
)


def lines_of(record: Record) -> tuple[str, ...]:
    """The record's points in line protocol, none where its kind is not shown.

    A point's time is the record's start, and in the nanoseconds below its microsecond the record's number modulo 1000:
    records of one probe that began at one instant stay apart.
    """
    at_ns = epoch_us(record.started.at) * 1000 + record.sequence % 1000
    own = {"line": record.line, "probe": record.probe}
    made = (
        line_of(measurement, {**own, **tags}, {"sequence": record.sequence, **fields}, at_ns)
        for measurement, tags, fields in _points(record)
    )
    return tuple(one for one in made if one is not None)


def _points(record: Record) -> Iterator[_Point]:
    body = record.body
    if isinstance(body, SpeedTest):
        yield _test(body)
    elif isinstance(body, Reachability):
        yield from _reachability(body)
    elif isinstance(body, LinkSeen):
        yield "link", {}, {name: getattr(body, name) for name in ("carrier", "carrier_up_count", "carrier_down_count")}
    elif isinstance(body, RouterSeen):
        names = ("wan_status", "link_status", "wan_uptime_s", "device_uptime_s")
        yield "router", {}, {name: getattr(body, name) for name in names} | {"answered": body.silence is None}
    elif isinstance(body, ClockSeen):
        yield "clock", {}, {"offset_ms": _number(body.offset_ms)}
    elif isinstance(body, Notice):
        yield "notice", {}, {"kind": body.kind, "detail": body.detail, "seconds": _number(body.seconds)}


def _test(body: SpeedTest) -> _Point:
    tags = {"direction": body.direction.value, "method": body.method if body.method in _METHODS else "other"}
    fields: dict[str, Value | None] = {name: getattr(body, name) for name in (*_WHOLE, "steady")}
    fields |= {name: _number(getattr(body, name)) for name in _BROKEN}
    fields |= {"cpu_share": _number(body.conditions.cpu_share), **_trips(body)}
    said = {"failure": body.failure, "limited_by": body.limited_by, "ended_by": body.ended_by}
    return "speed_test", tags, fields | said | {"demonstration": body.server.demonstration}


def _trips(body: SpeedTest) -> dict[str, Value | None]:
    """Small datagrams before and beside the load, where the server offers them."""
    idle, loaded = body.idle_round_trips, body.loaded_round_trips
    return {
        "idle_trip_median_ms": _number(None if idle is None else idle.median_ms),
        "loaded_trip_median_ms": _number(None if loaded is None else loaded.median_ms),
        "loaded_trip_p95_ms": _number(None if loaded is None else loaded.p95_ms),
    }


def _reachability(body: Reachability) -> Iterator[_Point]:
    """A point for each role; this very machine, which says nothing of the line, is left out."""
    minutes = 1 if body.condensed is None else body.condensed.minutes
    for role, fields in sorted((_condensed(body) if body.condensed else _sampled(body)).items()):
        yield "reachability", {"role": role.value}, fields | {"minutes": minutes}


def _sampled(body: Reachability) -> Mapping[Role, dict[str, Value | None]]:
    samples: defaultdict[Role, list[Sample]] = defaultdict(list)
    for target in body.targets:
        if not target.loopback:
            samples[target.role] += target.samples
    return {role: _of_samples(own) for role, own in samples.items()}


def _of_samples(samples: Iterable[Sample]) -> dict[str, Value | None]:
    asked = list(samples)
    rtts = [float(one.rtt_ms) for one in asked if one.rtt_ms is not None]
    return {
        "asked_count": len(asked),
        "answered_count": len(rtts),
        "rtt_least_ms": min(rtts, default=None),
        "rtt_median_ms": median(rtts) if rtts else None,
        "rtt_most_ms": max(rtts, default=None),
    }


def _condensed(body: Reachability) -> Mapping[Role, dict[str, Value | None]]:
    """Of minutes in which all answered. A median of several targets cannot be had from theirs: left out."""
    assert body.condensed is not None
    answers: defaultdict[Role, list[Answers]] = defaultdict(list)
    for target, own in zip(body.targets, body.condensed.answers, strict=True):
        if not target.loopback and own.count:
            answers[target.role].append(own)
    return {
        role: {
            "asked_count": sum(one.count for one in own),
            "answered_count": sum(one.count for one in own),
            "rtt_least_ms": float(min(one.least_ms for one in own)),
            "rtt_median_ms": float(own[0].median_ms) if len(own) == 1 else None,
            "rtt_most_ms": float(max(one.most_ms for one in own)),
        }
        for role, own in answers.items()
    }


def _number(value: float | None) -> float | None:
    """A field keeps one type for good: a number without a fraction is no integer."""
    return None if value is None else float(value)
