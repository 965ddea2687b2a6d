"""Pure. A line as Home Assistant finds it by MQTT discovery: one device, what it shows, and what it shows now.

Signs for a household's eyes, never the evidence and no judgement: whether somebody beyond the router answered is no
finding on an outage. Knows nothing of brokers.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from probe.body.reachability import NoAnswer, Reachability, Role
from probe.body.speed_test import Direction, SpeedTest
from probe.record import Record
from probe.wire import Status

PREFIX = "homeassistant"  # what Home Assistant listens to unless told otherwise
PRESENCE = "prova/home/presence"  # whether we are there at all
_FRESH = timedelta(minutes=5)  # an older minute says nothing of now
_EXPIRES_S = 300
_BEYOND = {Role.SERVER, Role.INTERNET, Role.FIRST_HOP, Role.NAME_SERVER}
_MEGA = 1e6
_SPEED = {
    "platform": "sensor",
    "device_class": "data_rate",
    "state_class": "measurement",
    "unit_of_measurement": "Mbit/s",
}
_TIME = {"platform": "sensor", "device_class": "timestamp"}
_COMPONENTS: Mapping[str, Mapping[str, Any]] = {
    "download": {**_SPEED, "name": "Last download", "value_template": "{{ value_json.download_mbps }}"},
    "download_at": {**_TIME, "name": "Last download tested", "value_template": "{{ value_json.download_at }}"},
    "upload": {**_SPEED, "name": "Last upload", "value_template": "{{ value_json.upload_mbps }}"},
    "upload_at": {**_TIME, "name": "Last upload tested", "value_template": "{{ value_json.upload_at }}"},
    "silent": {
        "platform": "binary_sensor",
        "name": "Nobody beyond the router answers",
        "device_class": "problem",
        "expire_after": _EXPIRES_S,
        "value_template": "{{ {true: 'ON', false: 'OFF'}.get(value_json.silent, 'None') }}",
    },
    "probe": {
        "platform": "sensor",
        "name": "Probe",
        "device_class": "enum",
        "options": [one.value for one in Status],
        "value_template": "{{ value_json.probe }}",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The newest of each kind of a line's records; None where there is none. `status`: of its liveliest probe."""

    status: Status | None = None
    download: Record | None = None
    upload: Record | None = None
    minute: Record | None = None


def seen_in(records: Iterable[Record], before: Seen, *, status: Status | None) -> Seen:
    """`before`, brought up to these records. Demonstrations and failed tests are no speed of the line."""
    newest: dict[str, Record | None] = {
        "download": before.download,
        "upload": before.upload,
        "minute": before.minute,
    }
    for one in records:
        name = _kind(one)
        held = None if name is None else newest[name]
        if name is not None and (held is None or one.started.at >= held.started.at):
            newest[name] = one
    return Seen(status=status, **newest)


def liveliest(statuses: Iterable[Status | None]) -> Status | None:
    """Of a line's probes: one that is there makes the line watched."""
    told = set(statuses)
    return next((one for one in (Status.ONLINE, Status.SLEEPING, Status.LOST) if one in told), None)


def discovery_topic(line: str, *, prefix: str) -> str:
    """Where Home Assistant looks for the line's device."""
    return f"{prefix}/device/prova_{line}/config"


def state_topic(line: str) -> str:
    """Where the line's state is."""
    return f"prova/home/{line}/state"


def discovery(line: str, *, version: str) -> bytes:
    """The device and what it shows (https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload)."""
    own = f"prova_{line}"
    told = {
        "device": {
            "identifiers": [own],
            "name": f"Internet line {line}",
            "manufacturer": "Prova",
            "sw_version": version,
        },
        "origin": {"name": "Prova", "sw_version": version},
        "availability_topic": PRESENCE,
        "state_topic": state_topic(line),
        "qos": 1,
        "components": {f"{own}_{name}": {**one, "unique_id": f"{own}_{name}"} for name, one in _COMPONENTS.items()},
    }
    return json.dumps(told, sort_keys=True).encode()


def state(seen: Seen, *, now: datetime) -> bytes:
    """What it shows now; null is not known."""
    minute = seen.minute if seen.minute is not None and now - seen.minute.ended.at <= _FRESH else None
    told = {
        "probe": None if seen.status is None else seen.status.value,
        "download_mbps": _mbps(seen.download),
        "download_at": _at(seen.download),
        "upload_mbps": _mbps(seen.upload),
        "upload_at": _at(seen.upload),
        "silent": None if minute is None else _silent(minute),
    }
    return json.dumps(told, sort_keys=True).encode()


def _kind(record: Record) -> str | None:
    body = record.body
    if isinstance(body, SpeedTest) and body.rate_bps is not None and not body.server.demonstration:
        return "download" if body.direction is Direction.DOWNLOAD else "upload"
    return "minute" if isinstance(body, Reachability) and _silent(record) is not None else None


def _silent(record: Record) -> bool | None:
    """Whether of those beyond the router nobody answered; None where nobody there was asked."""
    body = record.body
    assert isinstance(body, Reachability)
    beyond = [one for one in body.targets if one.role in _BEYOND and not one.loopback]
    if not beyond:
        return None
    if body.condensed is not None:
        return False  # minutes are condensed only where all answered
    samples = [sample for one in beyond for sample in one.samples if sample.no_answer is not NoAnswer.NOT_SENT]
    return all(one.rtt_ms is None for one in samples) if samples else None


def _mbps(record: Record | None) -> float | None:
    if record is None:
        return None
    assert isinstance(record.body, SpeedTest)
    return None if record.body.rate_bps is None else round(record.body.rate_bps / _MEGA, 1)


def _at(record: Record | None) -> str | None:
    return None if record is None else record.started.at.isoformat()
