"""The spool under kill -9 and on a disk that is really full."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from probe import keyfile, wire
from probe.body.notice import Notice, NoticeKind
from probe.spool import Spool
from probe.wire import Batch

KILLS = 40
# Forks a child again and again, lets it work for a moment and kills it wherever it stands. The child says what it knows
# to be on disk, one JSON line each, and says that it gives a receipt before it does.
KILLED = """
import json, os, random, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from probe import key, keyfile
from probe.body.notice import Notice, NoticeKind
from probe.record import Stamp
from probe.spool import Draft, Spool

folder, kills = Path(sys.argv[1]), int(sys.argv[2])
own = keyfile.load_or_make(folder / "key.json")
stamp = Stamp(at=datetime(2026, 11, 21, tzinfo=UTC), monotonic_ns=1, boot_id="b")
said = os.open(folder / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def say(**words):
    os.write(said, (json.dumps(words) + "\\n").encode())

def work(run):
    with Spool(folder / "spool.sqlite3", line="casa", probe="p1", key=own) as spool:
        for n in range(10**9):
            detail = f"{run}-{n}-" + "x" * random.randrange(2000)
            notice = Notice(kind=NoticeKind.STARTED, detail=detail)
            record = spool.append(Draft(started=stamp, ended=stamp, software="t", body=notice))
            say(appended=record.sequence, detail=detail)
            if random.random() < 0.3:
                batch = spool.next_batch()
                say(sealed=batch.signed.decode())
                if random.random() < 0.5:
                    say(receipted=batch.sha256)
                    spool.receipted(batch.sha256)

for run in range(kills):
    child = os.fork()
    if child == 0:
        work(run)
    time.sleep(random.uniform(0.001, 0.08))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""
# As above, with minutes in a spool that is too small for them, so that it condenses the oldest all the time.
THINNED = """
import os, random, signal, sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from probe import keyfile
from probe.body.reachability import ProbeMethod, Reachability, Role, Sample, TargetMinute
from probe.record import Stamp
from probe.spool import Draft, Spool

folder, kills = Path(sys.argv[1]), int(sys.argv[2])
own = keyfile.load_or_make(folder / "key.json")
said = os.open(folder / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def stamp(number):
    at = datetime(2026, 11, 21, tzinfo=UTC) + timedelta(minutes=number)
    return Stamp(at=at, monotonic_ns=number * 60 * 10**9 + 1, boot_id="b")

def work():
    with Spool(folder / "spool.sqlite3", line="casa", probe="p1", key=own, most_bytes=70_000) as spool:
        first = spool.state().last_sequence
        for n in range(first, 10**9):
            samples = tuple(Sample(5000 * k, random.random()) for k in range(12))
            target = TargetMinute(target="t", role=Role.INTERNET, method=ProbeMethod.ICMP, loopback=False,
                                  samples=samples)
            body = Reachability(interval_s=5.0, targets=(target,))
            record = spool.append(Draft(started=stamp(n), ended=stamp(n + 1), software="t", body=body))
            os.write(said, f"{record.sequence}\\n".encode())

for run in range(kills):
    child = os.fork()
    if child == 0:
        work()
    time.sleep(random.uniform(0.02, 0.15))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""
FILLED = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from probe import key, keyfile
from probe.body.notice import Notice, NoticeKind
from probe.record import Stamp
from probe.spool import Draft, Spool, SpoolError

folder = Path(sys.argv[1])
own = keyfile.load_or_make(folder / "key.json")
stamp = Stamp(at=datetime(2026, 11, 21, tzinfo=UTC), monotonic_ns=1, boot_id="b")
draft = Draft(started=stamp, ended=stamp, software="t", body=Notice(kind=NoticeKind.STARTED, detail="x" * 1000))
filler = folder / "filler"
filler.write_bytes(bytes(300_000))
numbers, errors = [], []
with Spool(folder / "spool.sqlite3", line="casa", probe="p1", key=own) as spool:
    while len(errors) < 3:
        try:
            numbers.append(spool.append(draft).sequence)
        except SpoolError as error:
            errors.append(str(error))
    filler.unlink()
    numbers.append(spool.append(draft).sequence)
with Spool(folder / "spool.sqlite3", line="casa", probe="p1", key=own) as spool:
    kept, after = [], 0
    while (batch := spool.next_batch(after=after)) is not None:
        kept += range(batch.first, batch.last + 1)
        after = batch.last
print(json.dumps({"numbers": numbers, "errors": errors, "kept": kept}))
"""


@dataclass(frozen=True)
class Survived:
    """What the killed children said was on disk, and every batch that there ever was, in order."""

    appended: dict[int, str]
    twice: list[int]
    batches: list[Batch]
    digests: list[str]
    runs: int


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> Survived:
    folder = tmp_path_factory.mktemp("killed")
    subprocess.run([sys.executable, "-c", KILLED, str(folder), str(KILLS)], check=True, timeout=60)
    own = keyfile.load_or_make(folder / "key.json")
    appended: dict[int, str] = {}
    twice: list[int] = []
    signed: set[bytes] = set()
    receipted: set[str] = set()
    for line in (folder / "said").read_text().splitlines():
        words = json.loads(line)
        if "appended" in words:
            twice += [words["appended"]] if words["appended"] in appended else []
            appended[words["appended"]] = words["detail"]
        elif "sealed" in words:
            signed.add(words["sealed"].encode())
        else:
            receipted.add(words["receipted"])
    with Spool(folder / "spool.sqlite3", line="casa", probe="p1", key=own) as spool:
        after = 0
        while (batch := spool.next_batch(after=after)) is not None:
            signed.add(batch.signed)
            after = batch.last
    ordered = sorted(signed, key=lambda one: wire.open_batch(one, key=own).first)
    return Survived(
        appended=appended,
        twice=twice,
        batches=[wire.open_batch(one, key=own) for one in ordered],
        digests=[wire.sha256(one) for one in ordered],
        runs=len({detail.split("-")[0] for detail in appended.values()}),
    )


def test_the_children_were_killed_while_they_worked(survived: Survived) -> None:
    assert survived.runs > KILLS / 4
    assert len(survived.appended) > KILLS


def test_no_number_is_given_out_twice(survived: Survived) -> None:
    assert survived.twice == []


def test_no_record_that_was_appended_is_lost_or_changed(survived: Survived) -> None:
    kept = {record.sequence: record.body for batch in survived.batches for record in batch.records}
    assert sorted(kept) == list(range(1, len(kept) + 1))
    assert set(survived.appended) <= set(kept)  # beyond these, what was on disk before its child could say so
    for sequence, detail in survived.appended.items():
        body = kept[sequence]
        assert isinstance(body, Notice)
        assert body.detail == detail


def test_the_chain_of_batches_is_whole(survived: Survived) -> None:
    assert [batch.previous_sha256 for batch in survived.batches] == [None, *survived.digests[:-1]]


def test_a_spool_that_is_killed_while_it_condenses_loses_no_number(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", THINNED, str(tmp_path), str(KILLS)], check=True, timeout=60)
    appended = {int(line) for line in (tmp_path / "said").read_text().splitlines()}
    own = keyfile.load_or_make(tmp_path / "key.json")
    claimed: list[int] = []
    told = condensed = 0
    with Spool(tmp_path / "spool.sqlite3", line="casa", probe="p1", key=own) as spool:
        after, last = 0, spool.state().last_sequence
        while (sealed := spool.next_batch(after=after)) is not None:
            after = sealed.last
            for record in wire.open_batch(sealed.signed, key=own).records:
                stands_for = getattr(record.body, "condensed", None)
                ranges = stands_for.sequences if stands_for else ((record.sequence, record.sequence),)
                claimed += [number for first, last_one in ranges for number in range(first, last_one + 1)]
                condensed += stands_for.minutes if stands_for else 0
                if isinstance(record.body, Notice) and record.body.kind is NoticeKind.THINNED:
                    told += int(record.body.detail.split()[0].removeprefix("minutes="))
    assert sorted(claimed) == list(range(1, last + 1))
    assert appended <= set(claimed)
    assert told == condensed > KILLS, "what was condensed is what was told, to the minute"


@pytest.mark.component("mounts")
def test_a_full_disk_stops_nothing_for_good(tmp_path: Path) -> None:
    script = f'mount -t tmpfs -o size=800k none "{tmp_path}" && exec "{sys.executable}" -c "$0" "{tmp_path}"'
    ran = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, FILLED], check=True, timeout=30, capture_output=True, text=True
    )
    told = json.loads(ran.stdout)
    assert told["numbers"] == list(range(1, len(told["numbers"]) + 1))
    assert told["kept"] == told["numbers"]
    assert len(told["numbers"]) > 10
    assert all("Make room; the probe goes on by itself" in error for error in told["errors"])
