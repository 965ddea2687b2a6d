"""Shell. An exercise of restoring: a copy is put back into a folder that goes again, checked, held beside the store.

What a disaster asks is done, with a watch: nothing of the store is changed, and nothing of the exercise stays but its
report. Knows nothing of contracts; who does may compare more (`Compare`).
"""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from collector.home import CollectorHome
from collector.lake.place import opened
from collector.operation.backup import backup
from collector.operation.copies import Copy, CopyError, chosen, copy_path, decoded, moments
from collector.operation.exercise import Exercise, Loss, Stage
from collector.operation.restore import Restored, restore
from collector.store import Store

_EVER = (datetime(1971, 1, 1, tzinfo=UTC), datetime(2290, 1, 1, tzinfo=UTC))
_SPARE = 1.1  # of the room that a copy asks for
_SCRATCH = "prova-drill-"
_BUSY_S = 30.0
# Judges lines of the store, without these batches (digests), and of what came back. How many; raises CopyError where
# they differ.
Compare = Callable[[Store, Store, frozenset[str], tuple[str, ...]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do. `place`: where copies lie, None: one is made for this exercise alone. `fresh`: one is made there.

    `scratch`: where it is put back, None: beside the home. `lines` of them are compared, drawn by `chance`.
    """

    place: str | None
    fresh: bool
    scratch: Path | None
    lines: int
    chance: Random


@dataclass(slots=True)
class _Run:
    """One exercise on its way."""

    home: CollectorHome
    say: Callable[[str], None]
    stages: list[Stage] = field(default_factory=list)
    copy: Copy | None = None
    restored: Restored | None = None
    compared: int = 0
    judged: int = 0
    loss: Loss | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.say(f"{name.replace('_', ' ').capitalize()}.")
        began = time.monotonic()
        try:
            yield
        finally:
            self.stages.append(Stage(name, time.monotonic() - began))


def drill(
    home: CollectorHome, plan: Plan, *, now: Callable[[], datetime], say: Callable[[str], None], compare: Compare
) -> Exercise:
    """Does it all. Raises CopyError where it cannot begin: no store, no copy, no room; also LakeError, SealError.

    A copy that does not come back, or is not what the store is, is no exception: the report's `failure` says why.
    """
    began_at = now()
    if not home.journal.exists():
        raise CopyError(f"There is no store at {home.journal} to exercise with. Name its home folder.")
    beside = plan.scratch or home.root.resolve().parent
    _sweep(beside)
    with TemporaryDirectory(prefix=_SCRATCH, dir=beside, ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        place = plan.place or str(scratch / "copies")
        run = _Run(home, say)
        if plan.place is None or plan.fresh:
            _enough_room(home, plan, scratch)
            with run.stage("copy"):
                backup(home, place, now_at=now(), say=say)
        run.copy = _newest(place)
        _room_for(sum(one.byte_count for one in run.copy.files), scratch)
        failure = _put_back(run, place, scratch / "home", plan, compare)
    return _report(run, began_at, plan.place or "made for this exercise", failure)


def _put_back(run: _Run, place: str, target: Path, plan: Plan, compare: Compare) -> str:
    """Restores, compares and measures; why it does not hold, empty where it does."""
    assert run.copy is not None
    back = CollectorHome(target)
    try:
        run.restored = restore(back, place, at=run.copy.made_at, say=run.say, stage=run.stage)
        with run.stage("compare"):
            _compare(run, Store(back.journal), plan, compare)
    except CopyError as error:
        return str(error)
    run.loss = _loss(run.home.journal, back.journal, run.copy.newest_batch)
    return ""


def _compare(run: _Run, back: Store, plan: Plan, compare: Compare) -> None:
    """Sampled lines, record by record: what is in the copy is in the store, as it is there."""
    store, lines = Store(run.home.journal), list(back.lines())
    sample = tuple(sorted(plan.chance.sample(lines, min(plan.lines, len(lines)))))
    assert run.copy is not None
    late = _late(run.home.journal, run.copy.newest_batch)
    for line in sample:
        run.say(f"Line {line}.")
        if not _alike(store, back, line, late):
            raise CopyError(f"The records of line {line} are not in the copy as they are in the store.")
    run.compared, run.judged = len(sample), compare(store, back, late, sample)


def _alike(store: Store, back: Store, line: str, late: frozenset[str]) -> bool:
    """Whether all that was there when the copy was made came back, and nothing else; a record at a time."""
    own = (one for one in store.records([line], *_EVER) if one.batch_sha256 not in late)
    return all(one == other for one, other in zip_longest(own, back.records([line], *_EVER)))


def _late(journal: Path, newest: int) -> frozenset[str]:
    """The batches that came after the copy, by digest."""
    with _reading(journal) as db:
        rows = db.execute(
            "SELECT sha256 FROM batch WHERE id > ?1"
            " UNION ALL SELECT lower(hex(sha256)) FROM sealed_batch WHERE id > ?1",
            (newest,),
        )
        return frozenset(row[0] for row in rows)


def _loss(journal: Path, back: Path, newest: int) -> Loss:
    """What the store has beyond the copy, now."""
    with _reading(journal) as db:
        batches, records, newest_us = db.execute(
            "SELECT count(*), ifnull(sum(last_sequence - first_sequence + 1), 0), max(received_us) FROM"
            " (SELECT id, first_sequence, last_sequence, received_us FROM batch WHERE id > ?1 UNION ALL"
            " SELECT id, first_sequence, last_sequence, received_us FROM sealed_batch WHERE id > ?1)",
            (newest,),
        ).fetchone()
    with _reading(back) as db:
        (copied_us,) = db.execute("SELECT max(last_received_us) FROM probe").fetchone()
    if newest_us is None:
        return Loss(batch_count=batches, record_count=records, at_risk_s=None if copied_us is None else 0.0)
    at_risk_s = None if copied_us is None else max(0.0, (newest_us - copied_us) / 1e6)
    return Loss(batch_count=batches, record_count=records, at_risk_s=at_risk_s)


@contextmanager
def _reading(journal: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{journal.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)) as db:
        yield db


def _newest(url: str) -> Copy:
    place = opened(url, beside=Path.cwd())
    made = chosen(moments(place.names()), None)
    if made is None:
        raise CopyError(f"{url} has no copy. Make one with `prova collector backup --to {url}`, or add --fresh.")
    try:
        return decoded(place.get(copy_path(made)))
    except ValueError as error:
        raise CopyError(f"The copy {copy_path(made)} cannot be read ({error}). Make another one.") from error


def _enough_room(home: CollectorHome, plan: Plan, scratch: Path) -> None:
    """Before a copy is made of a store: the journal twice at most, and the lake where it lies on this machine."""
    own = sum(one.stat().st_size for one in home.journal.parent.rglob("*") if one.is_file())
    _room_for(2 * own if plan.place is None else own, scratch)


def _room_for(byte_count: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < byte_count * _SPARE:
        raise CopyError(
            f"The exercise asks for {byte_count * _SPARE / 1e9:.1f} GB at {folder.parent}, and {free / 1e9:.1f} GB are"
            " free. Name a folder on another disk with --scratch."
        )


def _sweep(folder: Path) -> None:
    """What an exercise that was killed left behind: it may be as large as the store."""
    for left in folder.glob(f"{_SCRATCH}*"):
        with suppress(OSError):
            shutil.rmtree(left)


def _report(run: _Run, began_at: datetime, place: str, failure: str) -> Exercise:
    recovery_s = sum(one.seconds for one in run.stages if one.name in {"write", "verify"})
    files = () if run.copy is None else run.copy.files
    return Exercise(
        began_at=began_at,
        copy_made_at=None if run.copy is None else run.copy.made_at,
        place=place,
        stages=tuple(run.stages),
        recovery_s=None if failure else recovery_s,
        file_count=len(files),
        byte_count=sum(one.byte_count for one in files),
        batch_count=0 if run.restored is None else run.restored.batch_count,
        record_count=0 if run.restored is None else run.restored.record_count,
        compared_lines=run.compared,
        judged_lines=run.judged,
        loss=run.loss,
        failure=failure,
    )
