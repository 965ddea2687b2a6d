"""Pure. One speed test, judged, as a plain dictionary for JSON: an entry of `prova.tests/1` (docs/tests-json.md).

Every key is always there; what was not measured is null. Keys are added, never removed. Knows nothing of judgement.
"""

from datetime import datetime
from typing import Any

from analysis.report import JudgedTest
from analysis.validity import grade
from probe.body.conditions import Conditions
from probe.body.course import Burst, Prescribed
from probe.body.draw import Draw
from probe.body.speed_test import RoundTrips, Server, ServerSaid, SpeedTest
from probe.record import Record


def entry(judged: JudgedTest) -> dict[str, Any]:
    """The entry. Times are ISO 8601 in UTC, ending in Z."""
    record = judged.stored.record
    test = record.body
    assert isinstance(test, SpeedTest)
    return {
        "id": record.id,
        "line": record.line,
        "started_at": at(record.started.at),
        "direction": test.direction.value,
        "method": test.method,
        "server": test.server.url,
        **_rates(test),
        "limited_by": None if test.limited_by is None else test.limited_by.value,
        "valid_for": [verdict.value for verdict in judged.valid_for],
        "reasons": [reason.value for reason in judged.reasons],
        "grade": grade(judged.reasons).value,
        "failure": None if test.failure is None else test.failure.value,
        **_how(record, test),
        **_more_rates(test),
        **_round_trips(test),
        "lost_share": test.lost_share,
        "retransmitted_share": test.retransmitted_share,
        **_connected(test.server),
        "server_said": None if test.server_said is None else _server_said(test.server_said),
        "conditions": _conditions(test.conditions),
        "draw": None if test.draw is None else _draw(test.draw),
        "prescribed": None if test.prescribed is None else _prescribed(test.prescribed),
    }


def at(moment: datetime) -> str:
    """ISO 8601, ending in Z."""
    return moment.isoformat().replace("+00:00", "Z")


def _rates(test: SpeedTest) -> dict[str, Any]:
    return {
        "rate_bps": test.rate_bps,
        "mean_bps": test.mean_bps,
        "ip_rate_bps": test.ip_rate_bps,
        "bytes": test.bytes,
        "duration_s": test.duration_s,
        "idle_rtt_ms": test.idle_rtt_ms,
        "loaded_rtt_ms": test.loaded_rtt_ms,
    }


def _how(record: Record, test: SpeedTest) -> dict[str, Any]:
    return {
        "ended_at": at(record.ended.at),
        "software": record.software,
        "method_version": test.method_version,
        "streams": test.streams,
        "congestion_control": test.congestion_control,
        "ended_by": None if test.ended_by is None else test.ended_by.value,
    }


def _more_rates(test: SpeedTest) -> dict[str, Any]:
    return {
        "uncertainty_bps": test.uncertainty_bps,
        "ethernet_rate_bps": test.ethernet_rate_bps,
        "steady": test.steady,
        "burst": None if test.burst is None else _burst(test.burst),
    }


def _round_trips(test: SpeedTest) -> dict[str, Any]:
    idle, loaded = test.idle_round_trips, test.loaded_round_trips
    return {
        "loaded_rtt_p95_ms": test.loaded_rtt_p95_ms,
        "loaded_rtt_p99_ms": test.loaded_rtt_p99_ms,
        "responsiveness_rpm": test.responsiveness_rpm,
        "idle_round_trips": None if idle is None else _stream(idle),
        "loaded_round_trips": None if loaded is None else _stream(loaded),
    }


def _stream(found: RoundTrips) -> dict[str, Any]:
    return {
        "method": found.method,
        "sent_count": found.sent_count,
        "lost_count": found.lost_count,
        "median_ms": found.median_ms,
        "p95_ms": found.p95_ms,
        "p99_ms": found.p99_ms,
        "rpm": found.rpm,
    }


def _burst(burst: Burst) -> dict[str, Any]:
    return {"bps": burst.bps, "bytes": burst.bytes, "duration_s": burst.duration_s}


def _connected(server: Server) -> dict[str, Any]:
    return {
        "server_address": server.address,
        "address_family": server.address_family,
        "tls": server.tls,
        "tls_version": server.tls_version,
        "tls_cipher": server.tls_cipher,
        "demonstration": server.demonstration,
    }


def _server_said(said: ServerSaid) -> dict[str, Any]:
    return {
        "name": said.name,
        "instance": said.instance,
        "software": said.software,
        "connection": said.connection,
        "own_address": said.own_address,
        "tests_count": said.tests_count,
        "cpu_share": said.cpu_share,
        "process_cpu_share": said.process_cpu_share,
        "cpu_pressure_share": said.cpu_pressure_share,
        "other_bytes": said.other_bytes,
        "link_bps": said.link_bps,
    }


def _conditions(found: Conditions) -> dict[str, Any]:
    return {
        "path": None if found.path is None else found.path.value,
        "interface": found.interface,
        "link_type": None if found.link_type is None else found.link_type.value,
        "link_bps": found.link_bps,
        "full_duplex": found.full_duplex,
        "mtu_bytes": found.mtu_bytes,
        "signal_dbm": found.signal_dbm,
        "other_bytes": found.other_bytes,
        "reverse_bytes": found.reverse_bytes,
        "household_bytes": found.household_bytes,
        "neighbours_count": found.neighbours_count,
        "cpu_share": found.cpu_share,
        "process_cpu_share": found.process_cpu_share,
        "cpu_pressure_share": found.cpu_pressure_share,
        "memory_pressure_share": found.memory_pressure_share,
        "ceiling_bps": found.ceiling_bps,
        "sources": [
            {"of": source.of, "origin": source.origin, "at": [at(moment) for moment in source.at]}
            for source in found.sources
        ],
    }


def _draw(draw: Draw) -> dict[str, Any]:
    return {
        "origin": draw.origin.value,
        "due_at": at(draw.due_at),
        "slot_at": None if draw.slot_at is None else at(draw.slot_at),
        "slot_s": draw.slot_s,
        "stratum": draw.stratum.value,
        "chance": draw.chance,
        "tests_per_hour": draw.tests_per_hour,
        "repeat_of": draw.repeat_of,
        "second_server": draw.second_server,
        "put_off_count": draw.put_off_count,
        "household_busy": draw.household_busy,
        "alone": draw.alone,
    }


def _prescribed(found: Prescribed) -> dict[str, Any]:
    return {
        "profile": found.profile,
        "edition": found.edition,
        "lead_in_s": found.lead_in_s,
        "measured_s": found.measured_s,
        "bps": found.bps,
    }
