"""Shell. Bits flipped at random places of every file of a store and its copies, one at a time.

Evidence: the journal, the lake's segments, batch files, manifests, checkpoints and time-stamps, the pieces and
descriptions of copies. Each flip that changes what is kept must be found, with the file that it is in. Of the journal,
what changes nothing (unused room, an index's own order) and what is unsigned by design counts as harmless. The tail in
the write-ahead log is made of commits that SQLite gives up from the first bad frame on: what is lost so shows against a
receipt that its probe kept, not by itself. The rest (locks, the place of a view) is made anew; keys are told apart.
"""

import asyncio
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bench.faults.row import Row
from collector.home import CollectorHome
from collector.lake.place import LakeError
from collector.operation.backup import backup
from collector.operation.copies import CopyError
from collector.operation.restore import restore
from collector.proof.audit.check import Question, check
from collector.proof.audit.defect import Defect
from collector.proof.stamping import stamp
from probe import keyfile, wire
from probe.key import KeyFileError
from probe.wire import Outcome, Receipt
from tests.integration.authority_rig import an_authority
from tests.integration.lake_rig import DAY_ON, NOW_AT, START_AT, House
from tests.integration.test_verify import _dump

_DAY = timedelta(days=1)
_MENDABLE = (CopyError, LakeError, KeyFileError)


@dataclass
class Tried:
    """Of one kind of file: flips; those that changed what is kept; those found; those that named batch or record."""

    flips: int = 0
    changed: int = 0
    found: int = 0
    located: int = 0
    with_receipt: int = 0


@dataclass
class Bench:
    """A store that holds, its copy, and what was tried on both."""

    house: House
    place: Path
    chance: random.Random
    tried: dict[str, Tried] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def told(self) -> str:
        return "; ".join(
            f"{kind}: {one.changed} of {one.flips} changed what is kept, {one.found} found"
            + (f" ({one.located} with batch, probe or record)" if one.located else "")
            + (f", {one.with_receipt} more against a receipt" if one.with_receipt else "")
            for kind, one in self.tried.items()
        )


def flip(path: Path, chance: random.Random) -> Callable[[], int]:
    """One bit of the file, and how to put it back."""
    data = path.read_bytes()
    at = chance.randrange(len(data))
    path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
    return lambda: path.write_bytes(data)


async def flipped(home: Path, chance: random.Random, times: int) -> Row:
    return await asyncio.to_thread(_flipped, home, chance, times)


def _flipped(home: Path, chance: random.Random, times: int) -> Row:
    one = _made(home, chance)
    kinds = _kinds(one.house)
    for _ in range(times):
        for kind, paths in kinds.items():
            _evidence(one, kind, chance.choice(paths))
        _copy(one)
        _tail(one)
    for path in sorted(path for path in one.house.layout.journal.parent.glob("*") if path.is_file()):
        if path != one.house.layout.journal:
            _other(one, path, times)
    found = check(one.house.layout, Question(), say=lambda _: None)
    return Row(
        fault="a bit flipped",
        times=sum(each.flips for each in one.tried.values()),
        acknowledged=len(one.house.ids()),
        lost=0,
        doubled=0,
        defects=len(found.defects),
        seen=one.told(),
        failures=tuple(one.failures[:5]),
    )


def _made(home: Path, chance: random.Random) -> Bench:
    """Two days of two probes, one of them sealed and time-stamped, and a copy of all that."""
    house = House(home / "home")
    for line, name in (("casa", "p1"), ("praia", "p2")):
        house.sender(line, name)
    house.fill(days=2, per_day=6)
    house.seal(before_on=DAY_ON + _DAY)
    with an_authority(home / "authority") as one:
        stamp(house.layout, url=one.url, certificate_file=one.certificate)
    backup(house.layout, str(home / "copies"), now_at=NOW_AT, say=lambda _: None)
    with closing(sqlite3.connect(house.layout.journal)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Bench(house, home / "copies", chance)


def _kinds(house: House) -> dict[str, list[Path]]:
    lake = house.lake
    return {
        "journal": [house.layout.journal],
        "segments": list(lake.glob("day=*/**/*.parquet")),
        "batch files": list(lake.glob("batches/**/*.parquet")),
        "manifests": [*lake.glob("manifests/*"), lake / "lake.json"],
        "checkpoints": list(lake.glob("checkpoints/*.txt")),
        "time-stamps": list(lake.glob("checkpoints/*.tsr")),
    }


def _evidence(one: Bench, kind: str, path: Path) -> None:
    """The check names the file, and what it can of batch, probe and record."""
    tried = one.tried.setdefault(kind, Tried())
    journal = one.house.layout.journal
    whole = _dump(one.house.layout) if path == journal else None
    back = flip(path, one.chance)
    changed = path != journal or _dump(one.house.layout) != whole
    defects = _checked(one, kind)
    name = str(path) if path == journal else str(path.relative_to(one.house.lake))
    found = name in {defect.place for defect in defects}
    tried.flips += 1
    tried.changed += changed
    tried.found += found
    tried.located += any(defect.batch or defect.sequence or defect.probe for defect in defects)
    if changed and not found:
        one.failures.append(f"a flip in {name} was not found")
    back()
    _forget_log(journal)


def _checked(one: Bench, kind: str, question: Question | None = None) -> Sequence[Defect]:
    try:
        return check(one.house.layout, question or Question(), say=lambda _: None).defects
    except Exception as error:  # noqa: BLE001  whatever it is, it is a failure of the check
        one.failures.append(f"the check of a flip in {kind} ended with {error!r}")
        return ()


def _copy(one: Bench) -> None:
    """A damaged copy is not put back, and the sentence names the piece or the description."""
    tried = one.tried.setdefault("copies", Tried())
    path = one.chance.choice([path for path in one.place.rglob("*") if path.is_file()])
    back = flip(path, one.chance)
    tried.flips += 1
    tried.changed += 1
    target = one.place.with_name("target")
    try:
        restore(CollectorHome(target), str(one.place), at=None, say=lambda _: None)
        same = House(target).everything() == one.house.everything()
        tried.changed -= same
        if not same:
            one.failures.append(f"a copy with a flip in {path.name} was put back")
    except CopyError as error:
        tried.found += 1
        if path.name not in str(error) and "does not hold" not in str(error):
            one.failures.append(f"a flip in {path.name} was told as: {error}")
    except Exception as error:  # noqa: BLE001  whatever it is, it is a failure of the restore
        one.failures.append(f"restoring with a flip in {path.name} ended with {error!r}")
    back()
    shutil.rmtree(target, ignore_errors=True)


def _tail(one: Bench) -> None:
    """Commits that are in the write-ahead log alone; a receipt of the last of them is at its probe."""
    tried = one.tried.setdefault("write-ahead log", Tried())
    folder = one.house.layout.journal.parent
    kept = one.place.with_name("kept")
    shutil.copytree(folder, kept)
    sender = one.house.senders[0]
    sequence, head = sender.sequence, sender.head
    with closing(sqlite3.connect(one.house.layout.journal)) as holder:
        holder.execute("SELECT count(*) FROM batch").fetchone()  # so that nobody folds the log in
        for number in range(3):
            at = START_AT + timedelta(days=3, hours=number)
            batch = sender.batch([at], at)
            one.house.keep(batch)
        receipt = _receipt(one, batch.batch_sha256)
        tail = one.place.with_name("tail")
        shutil.copytree(folder, tail)
    shutil.rmtree(folder)
    tail.rename(folder)
    (folder / "journal.sqlite3-shm").unlink(missing_ok=True)
    _tail_flip(one, tried, receipt)
    shutil.rmtree(folder)
    kept.rename(folder)
    sender.sequence, sender.head = sequence, head


def _tail_flip(one: Bench, tried: Tried, receipt: Path) -> None:
    sent = one.house.senders[0].sequence
    flip(Path(f"{one.house.layout.journal}-wal"), one.chance)
    alone = _checked(one, "write-ahead log")
    against = _checked(one, "write-ahead log", Question(against=(receipt,)))
    there = 0
    with suppress(Exception):
        there = sum(1 for name in one.house.ids() if name.startswith("p1/"))
    tried.flips += 1
    tried.changed += there < sent
    tried.found += bool(alone)
    tried.with_receipt += bool(against) and not alone
    if there < sent and not against:
        one.failures.append(f"{sent - there} records gone with a flip in the log, and a receipt did not tell")


def _receipt(one: Bench, digest: str) -> Path:
    path = one.place.with_name("receipt.jws")
    with closing(sqlite3.connect(one.house.layout.journal)) as db:
        ((count, at_us),) = db.execute("SELECT batch_count, last_received_us FROM probe WHERE probe = 'p1'").fetchall()
    receipt = Receipt(
        line="casa",
        probe="p1",
        batch_sha256=digest,
        outcome=Outcome.ACCEPTED,
        received_at=START_AT + timedelta(microseconds=at_us % 1),
        head_sha256=digest,
        batch_count=count,
    )
    path.write_bytes(wire.seal_receipt(receipt, key=keyfile.load_or_make(one.house.layout.key)))
    return path


def _other(one: Bench, path: Path, times: int) -> None:
    """Keys, locks, places: no evidence. The check goes on, or says in a sentence what is damaged."""
    if not path.stat().st_size:
        return
    for _ in range(max(1, times // 10)):
        back = flip(path, one.chance)
        told: Counter[str] = Counter()
        try:
            told["found" if check(one.house.layout, Question(), say=lambda _: None).defects else "harmless"] += 1
        except _MENDABLE:
            told["found"] += 1
        except Exception as error:  # noqa: BLE001  whatever it is, it is a failure of the check
            one.failures.append(f"the check with a flip in {path.name} ended with {error!r}")
        tried = one.tried.setdefault(path.name, Tried())
        tried.flips += 1
        tried.found += told["found"]
        tried.changed += told["found"]
        back()


def _forget_log(journal: Path) -> None:
    for more in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            journal.with_name(journal.name + more).unlink()
