"""Disasters that no other test has, at the probe and at the collector: docs/continuity.md lists all of them."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collector.home import CollectorHome
from collector.operation.backup import backup
from collector.operation.restore import restore
from collector.proof.audit.check import Question, check
from collector.proof.audit.defect import DefectKind
from collector.proof.own_key import own_key
from collector.store import StoreError
from probe import clock, key, wire
from probe.body.notice import Notice
from probe.key import KeyFileError
from probe.spool import Draft, NoRoomError, Spool
from probe.wire import Kind
from tests.build import a_reachability_minute, a_stamp
from tests.integration.collector_rig import (
    AT,
    Collector,
    a_broker,
    a_key,
    a_notice,
    a_probe,
    enrol_probe,
    needs_mosquitto,
    sealed,
)
from tests.integration.lake_rig import DAY_ON, House

# A spool on a disk of its own: what is said to be on it must be, whatever was done to it.
READ_ONLY = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from bench.faults.disk import Disk
from probe import key
from probe.body.notice import Notice, NoticeKind
from probe.record import Stamp
from probe.spool import Draft, Spool, SpoolError

disk = Disk(Path(sys.argv[1]) / "disk.img", Path(sys.argv[1]) / "disk")
disk.make(megabytes=16)
stamp = Stamp(at=datetime(2026, 11, 21, tzinfo=UTC), monotonic_ns=1, boot_id="b")
draft = Draft(started=stamp, ended=stamp, software="t", body=Notice(kind=NoticeKind.STARTED))
own, told = key.generate(), {"errors": []}
with Spool(disk.at / "spool.sqlite3", line="casa", probe="p1", key=own) as spool:
    numbers = [spool.append(draft).sequence for _ in range(5)]
    disk.fail()  # the kernel lets nobody write any more, as where an SD card wore out
    for _ in range(3):
        try:
            numbers.append(spool.append(draft).sequence)
        except SpoolError as error:
            told["errors"].append(str(error))
disk.repair()
with Spool(disk.at / "spool.sqlite3", line="casa", probe="p1", key=own) as spool:
    numbers.append(spool.append(draft).sequence)
    told["waiting"] = spool.state().unsealed_records
told["numbers"] = numbers
disk.unmount()
print(json.dumps(told))
"""
POWER = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from bench.faults.disk import Disk
from probe import key
from probe.body.notice import Notice, NoticeKind
from probe.record import Stamp
from probe.spool import Draft, Spool

disk = Disk(Path(sys.argv[1]) / "disk.img", Path(sys.argv[1]) / "disk")
disk.make(megabytes=16)
stamp = Stamp(at=datetime(2026, 11, 21, tzinfo=UTC), monotonic_ns=1, boot_id="b")
own, numbers, waiting = key.generate(), [], []
for cut in range(int(sys.argv[2])):
    with Spool(disk.at / "spool.sqlite3", line="casa", probe="p1", key=own) as spool:
        for number in range(7):
            detail = f"{cut}-{number}"
            draft = Draft(started=stamp, ended=stamp, software="t", body=Notice(kind=NoticeKind.STARTED, detail=detail))
            numbers.append(spool.append(draft).sequence)
        if cut % 3 == 1:
            spool.next_batch()
        disk.cut()
    disk.come_back()
with Spool(disk.at / "spool.sqlite3", line="casa", probe="p1", key=own) as spool:
    state = spool.state()
disk.unmount()
gone = disk.canaries_gone
print(json.dumps({"numbers": numbers, "last": state.last_sequence, "unsealed": state.unsealed_records, "gone": gone}))
"""


def _on_a_disk(script: str, folder: Path, *words: str) -> dict[str, Any]:
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, "-c", script, str(folder), *words]
    root = Path(__file__).parents[2]
    ran = subprocess.run(command, capture_output=True, timeout=100, text=True, check=False, cwd=root)
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


@pytest.mark.component("loop")
def test_a_card_that_turns_read_only_loses_no_record_and_gives_no_number_twice(tmp_path: Path) -> None:
    told = _on_a_disk(READ_ONLY, tmp_path)
    assert len(told["errors"]) == 3, "each is refused with a sentence"
    assert all("spool.sqlite3" in str(error) for error in told["errors"])
    assert told["numbers"] == [1, 2, 3, 4, 5, 6]
    assert told["waiting"] == 6


@pytest.mark.component("loop")
def test_power_that_fails_again_and_again_leaves_every_appended_record(tmp_path: Path) -> None:
    told = _on_a_disk(POWER, tmp_path, "6")
    assert told["numbers"] == list(range(1, 43))
    assert told["last"] == 42
    assert told["gone"], "no cut lost anything at all: the instrument is blind"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_forty_days_without_a_collector_stay_within_the_bound_and_say_what_was_given_up(tmp_path: Path) -> None:
    bound, own, given_up = 12_000_000, key.generate(), 0
    start = a_stamp()
    with Spool(tmp_path / "spool.sqlite3", line="casa", probe="p1", key=own, most_bytes=bound) as spool:
        for minute in range(40 * 1440):
            at = a_stamp(at=start.at + timedelta(minutes=minute))
            draft = Draft(started=at, ended=at, software="t", body=a_reachability_minute(targets=2))
            try:
                spool.append(draft)
            except NoRoomError:
                given_up += 1
        assert (tmp_path / "spool.sqlite3").stat().st_size <= bound
        stands_for = dropped = 0
        after = 0
        while (batch := spool.next_batch(after=after)) is not None:
            after = batch.last
            for record in wire.open_batch(batch.signed, key=own).records:
                condensed = getattr(record.body, "condensed", None)
                stands_for += condensed.minutes if condensed else not isinstance(record.body, Notice)
    dropped = 40 * 1440 - stands_for
    assert dropped == given_up, "every minute is kept, stood for by another, or was refused with a sentence and counted"


@needs_mosquitto
async def test_a_probes_clock_that_is_years_off_costs_no_record(tmp_path: Path) -> None:
    own = a_key()
    years = (timedelta(days=-40 * 365), timedelta(0), timedelta(days=60 * 365))
    async with a_broker(tmp_path) as broker, Collector(tmp_path, broker.settings) as collector:
        enrol_probe(tmp_path, own)
        async with a_probe(broker) as probe:
            previous = None
            for number, off in enumerate(years, start=1):
                one = a_notice(number)
                stamp = replace(one.started, at=one.started.at + off, synchronised=False)
                batch = sealed([replace(one, started=stamp, ended=stamp)], by=own, previous=previous)
                previous = wire.sha256(batch)
                await probe.publish(wire.topic(Kind.RECORDS, "casa", "p1"), batch, qos=1)
                assert (await collector.next_receipt(probe)).outcome.value == "accepted"
        kept = collector.store.records(["casa"], AT - timedelta(days=50 * 365), AT + timedelta(days=70 * 365))
        assert sorted(one.record.sequence for one in kept) == [1, 2, 3]
        assert sum(collector.store.counts().remarked.values()) == 2


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "home")
    house.sender()
    house.fill(days=2, per_day=4)
    house.seal(before_on=DAY_ON + timedelta(days=1))
    return house


def test_a_collectors_lost_key_is_told_and_never_replaced(house: House, tmp_path: Path) -> None:
    own_key(house.layout)
    backup(house.layout, str(tmp_path / "copies"), now_at=clock.now(), say=lambda _: None)
    before = house.layout.key.read_bytes()
    house.layout.key.unlink()
    with pytest.raises(KeyFileError, match="Put the file back from a copy"):
        own_key(house.layout)
    assert not house.layout.key.exists()
    restore(CollectorHome(tmp_path / "new"), str(tmp_path / "copies"), at=None, say=lambda _: None)
    assert CollectorHome(tmp_path / "new").key.read_bytes() == before


def test_a_new_home_makes_its_key_once(tmp_path: Path) -> None:
    home = CollectorHome(tmp_path)
    assert own_key(home).thumbprint() == own_key(home).thumbprint()


def test_a_lost_manifest_is_named_and_no_record_is_lost_by_it(house: House) -> None:
    before = house.everything()
    manifest = next((house.lake / "manifests").iterdir())
    manifest.unlink()
    defects = check(house.layout, Question(), say=lambda _: None).defects
    assert any(one.kind is DefectKind.MISSING and manifest.name in one.place for one in defects)
    assert house.everything() == before, "the journal's own account says which files count"


def test_a_corrupt_page_of_the_journal_is_told_and_the_copy_brings_it_back(house: House, tmp_path: Path) -> None:
    before = house.everything()
    backup(house.layout, str(tmp_path / "copies"), now_at=clock.now(), say=lambda _: None)
    journal = house.layout.journal
    journal.with_name(f"{journal.name}-wal").unlink(missing_ok=True)
    damaged = bytearray(journal.read_bytes())
    for page in range(2, len(damaged) // 4096):
        damaged[page * 4096 : page * 4096 + 2000] = bytes(2000)
    journal.write_bytes(bytes(damaged))
    with pytest.raises(StoreError, match="restore a backup"):
        house.everything()
    assert check(house.layout, Question(), say=lambda _: None).defects
    restore(CollectorHome(tmp_path / "new"), str(tmp_path / "copies"), at=None, say=lambda _: None)
    assert House(tmp_path / "new").everything() == before
