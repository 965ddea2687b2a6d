"""One household, one probe, one fault after another at random moments; then the judgement of what was recorded."""

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec

from analysis.outage.judge import Account, account_of
from analysis.period import Period
from collector.envelope import StoredRecord
from probe.wire import decode_record
from tests.lab import machine as machines
from tests.lab.fault import OF_THE_PROBE, Broken, Fault
from tests.lab.household import (
    ANCHORS,
    ANCHORS_IPV6,
    NAME_SERVER,
    RESOLVER,
    SECOND_RESOLVER,
    ZONE,
    Household,
    household,
)
from tests.lab.machine import Machine
from tests.lab.namespace import inside

_WARM_UP_S = 45.0
_QUIET_S = (14.0, 24.0)
_LINE_S = (22.0, 34.0)  # a router is asked in this time
_PART_S = (42.0, 52.0)  # an outage of a part of the line is one from 30 s on
_PARTS = {Fault.PREFIX_GONE, Fault.ANCHOR_DEAD, Fault.DNS_DROPPED, Fault.DNS_REFUSED, Fault.IPV6_DEAD}
_SETTINGS = {
    "interval_s": 2,
    "targets": [
        {"host": host, "network": network}
        for hosts in (ANCHORS, ANCHORS_IPV6)
        for host, network in zip(hosts, ("first", "second", "third"), strict=True)
    ],
    "resolvers": [RESOLVER, SECOND_RESOLVER],
    "names": [f"www.{ZONE}"],
    "name_servers": [{"host": NAME_SERVER, "zone": ZONE}],
    "own_networks": ["10.90.1.0/24", "fd90:1::/64"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was done to one household and what was made of it. `watched`: while it was watched."""

    broken: tuple[Broken, ...]
    account: Account
    watched: Period


def run(faults: Sequence[Fault], random: Random) -> Trial:
    """Takes about a minute a fault."""
    with tempfile.TemporaryDirectory() as folder, household() as home, home.served():
        _awaken(home)
        command = (sys.executable, "-m", "tests.lab.watch", json.dumps(_SETTINGS), folder)
        shows = machines.build(Path(folder))
        machine = Machine(name=home.probe, command=command, folder=Path(folder), shows=shows)
        broken: list[Broken] = []
        with home.probing(machine):
            watched_at = datetime.now(UTC)  # noqa: TID251  the truth
            time.sleep(_WARM_UP_S)
            for fault in faults:
                time.sleep(random.uniform(*_QUIET_S))
                with home.broken(fault) as one:
                    time.sleep(random.uniform(*(_PART_S if fault in _PARTS else _LINE_S)))
                broken.append(one)
                if fault in OF_THE_PROBE:
                    time.sleep(random.uniform(*_QUIET_S))
            time.sleep(_WARM_UP_S)
        records = _records(Path(folder) / "out")
    # A stepped clock dates some records an hour off; the account must put them where they belong.
    period = Period(broken[0].began[0].at - timedelta(hours=3), datetime.now(UTC) + timedelta(hours=3))  # noqa: TID251  the truth
    account = account_of("casa", records, period)
    return Trial(broken=tuple(broken), account=account, watched=Period(watched_at, datetime.now(UTC)))  # noqa: TID251  as above


def _awaken(home: Household) -> None:
    """Neighbours know each other before anything is watched."""
    for address in (*ANCHORS, *ANCHORS_IPV6):
        inside(home.probe, "ping", "-q", "-c", "1", "-W", "5", address)


def _records(out: Path) -> list[StoredRecord]:
    """The sensors' lines as the store would give them; a line that a power cut tore is none."""
    records: list[StoredRecord] = []
    for line in out.read_text().splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        raw = msgspec.json.encode({"sequence": len(records) + 1, "software": "prova", **told})
        record = decode_record(raw, line="casa", probe="p1")
        records.append(StoredRecord(record=record, received_at=record.ended.at, batch_sha256="0" * 64))
    return records
