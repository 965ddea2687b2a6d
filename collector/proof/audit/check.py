"""Shell. The check of a whole store, from the first batch to the last row. Changes nothing; no seal runs meanwhile.

A defect is a value with its place, and the check goes on past it. Knows nothing of how it is told.
"""

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path

from cryptography.x509 import Certificate

from collector import schema
from collector.append import BATCH_OF
from collector.home import CollectorHome
from collector.lake.holding import Marked
from collector.lake.place import LakeError, Place, opened
from collector.lake.seal import alone
from collector.proof import tip
from collector.proof.audit import erased, keys, marks
from collector.proof.audit.account import Account, account, data, readable
from collector.proof.audit.batches import BatchWalk
from collector.proof.audit.defect import Audit, DefectKind
from collector.proof.audit.rows import journal_rows, segment_rows
from collector.proof.audit.source import Source
from collector.proof.audit.tally import Counted, Tally
from collector.proof.audit.write_ahead import given_up
from collector.store import StoreError
from probe.key import Ed25519Key, from_jwk
from probe.wire import MAX_BATCH_BYTES, sha256

_NOTHING = Account((), (), ())
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to check beyond the store itself: against files that others kept, and with the authority's certificates."""

    against: tuple[Path, ...] = ()
    trusted: tuple[Certificate, ...] = ()


@dataclass(slots=True)
class _Check:
    """One check on its way."""

    home: CollectorHome
    source: Source
    tally: Tally
    say: Callable[[str], None]
    key: Ed25519Key | None
    newest: int = 0
    counted: dict[str, Counted] | None = None
    place: Place | None = None
    bucket_count: int = 1
    account: Account = _NOTHING
    marks: tuple[Marked, ...] = ()
    held_tokens: int = 0


def check(home: CollectorHome, question: Question, *, say: Callable[[str], None]) -> Audit:
    """Checks all of it. Raises StoreError where there is no store, SealError where a seal runs, LakeUnreachableError.

    Also OSError where a file of `question.against` cannot be read.
    """
    if not home.journal.exists():
        raise StoreError(f"There is no store at {home.journal} yet. Start Prova once: a collector makes it.")
    with alone(home), closing(Source(home.journal)) as source:
        tally = Tally()
        one = _Check(home, source, tally, say, _own_key(home))
        readable(one.source, tally, partial(_begin, one, home))
        kept = marks.read_kept(question.against, one.key, tally) if one.key else []
        tally.wanted_sizes = marks.sizes_of(one.marks, one.account.seals, kept)
        tally.wanted_heads = marks.heads_of(kept)
        readable(one.source, tally, partial(_walk, one))
        readable(one.source, tally, partial(_weigh, one, kept, question.trusted))
    return Audit(
        batch_count=tally.tree.size,
        record_count=tally.record_count,
        file_count=tally.file_count,
        checkpoint_count=len(one.marks),
        stamped_count=one.held_tokens,
        defects=tuple(tally.defects),
        notes=tuple(tally.notes),
    )


def _own_key(home: CollectorHome) -> Ed25519Key | None:
    return from_jwk(home.key.read_text(encoding="utf-8", errors="replace")) if home.key.exists() else None


def _begin(one: _Check, home: CollectorHome) -> None:
    """What SQLite says, what is counted, and what the lake is said to hold."""
    one.say("The journal's own structure.")
    for complaint in one.source.complaints():
        one.tally.find(DefectKind.JOURNAL, str(home.journal), complaint)
    _log(home.journal, one.tally)
    for table, why in one.source.unreadable():
        one.tally.find(DefectKind.JOURNAL, str(home.journal), f"the table {table} cannot be read: {why}")
    ((version,),) = one.source.ask("PRAGMA user_version")
    if version != schema.VERSION:
        told = f"it is of version {version}, and this Prova knows {schema.VERSION}"
        one.tally.find(DefectKind.JOURNAL, str(home.journal), told)
    for name in one.source.strange():
        one.tally.find(DefectKind.JOURNAL, str(home.journal), f"{name} is not as this version makes it")
    one.newest, counted = one.source.counted()
    one.counted = dict(counted)
    _tip(one)
    one.marks = tuple(
        Marked(*row) for row in one.source.ask("SELECT size, day, note, token FROM checkpoint ORDER BY size")
    )
    lake = one.source.ask("SELECT url, bucket_count FROM lake")
    if lake:
        url, one.bucket_count = lake[0]
        try:
            one.place = opened(url, beside=home.journal.parent)
        except LakeError as error:
            one.tally.find(DefectKind.MANIFEST, str(home.journal), str(error))
            return
        one.account = account(one.place, one.source, one.tally, bucket_count=one.bucket_count, key=one.key)


def _tip(one: _Check) -> None:
    """Batches that were confirmed and are not there: the journal's end was lost, or is not what it was."""
    for path, newest in tip.every(one.home.tip):
        found = one.source.ask(BATCH_OF, (newest.batch,))
        if [row[0] for row in found] == [newest.sha256]:
            continue
        first = min(one.newest + 1, newest.batch)
        told = f"batches up to {newest.batch} were confirmed, as {path.name} tells, and from {first} on they are lost"
        if one.newest >= newest.batch:
            told = f"batch {newest.batch} was {newest.sha256}, as {path.name} tells, and is another"
        one.tally.find(DefectKind.MISSING, str(one.home.journal), told, batch=first)


def _log(journal: Path, tally: Tally) -> None:
    """Commits that SQLite passes over in silence. A collector at work may have written half a frame: read again."""
    path = Path(f"{journal}-wal")
    with suppress(FileNotFoundError):  # folded in meanwhile
        if given_up(path.read_bytes()) is None or (found := given_up(path.read_bytes())) is None:
            return
        if found.commit_count == 1:
            told = f"The last commit in {path} is not read: the machine stopped in the middle of it, or it is damaged."
            tally.notes.append(told)
            return
        told = f"it is damaged from byte {found.offset} on: {found.commit_count} commits are not read, and so lost"
        tally.find(DefectKind.JOURNAL, str(path), told)


def _walk(one: _Check) -> None:
    """Every batch in order, and then every row."""
    probes = one.source.ask("SELECT probe, line FROM probe")
    walk = BatchWalk(one.source, one.tally, dict(probes), one.source.keys())
    walk.every_key()
    removed = set(one.account.removed)
    files = sorted((*one.account.batch_files, *removed), key=attrgetter("first_batch"))
    for number, file in enumerate(files, start=1):
        one.say(f"Signed batches, file {number} of {len(files)}.")
        assert one.place is not None
        if file in removed:
            walk.removed(file)
        else:
            found = data(one.place, file.path, file.sha256, one.tally)
            walk.file(file, found, in_part=file.path in one.account.in_part)
    one.say("The journal's batches and rows.")
    walk.journal(one.newest)
    keys.look(str(one.source.path), walk.keys, walk.following, one.tally)
    readable(one.source, one.tally, partial(journal_rows, one.source, walk, one.tally, newest=one.newest))
    for number, segment in enumerate(one.account.segments, start=1):
        one.say(f"Records, file {number} of {len(one.account.segments)}.")
        assert one.place is not None
        rows = data(one.place, segment.path, segment.sha256, one.tally)
        if rows is not None:
            segment_rows(segment, rows, one.source, one.tally, bucket_count=one.bucket_count)


def _weigh(one: _Check, kept: Sequence[marks.Kept], trusted: Sequence[Certificate]) -> None:
    """What only shows when all was seen."""
    place = str(one.source.path)
    one.tally.complete(place, one.counted or {})
    erased.weigh(place, one.tally)
    _chains(one, place)
    marks.seals(one.account.seals, place, one.tally)
    if one.place is not None:
        marks.checkpoints(one.marks, one.place, one.source, one.key, one.tally)
        one.held_tokens = marks.tokens(one.marks, one.place, one.source, trusted, one.tally)
    marks.witnesses(kept, one.source, one.tally)
    for number, digest, payload, came_us in one.source.ask(
        "SELECT id, sha256, payload, last_received_us FROM quarantine"
    ):
        removed = not payload and came_us // _DAY_US < one.tally.refused_before_day
        if not removed and len(payload) < MAX_BATCH_BYTES and sha256(payload) != digest:
            one.tally.find(DefectKind.QUARANTINE, place, f"message {number} in quarantine is not what came")


def _chains(one: _Check, place: str) -> None:
    for probe, own in sorted(one.tally.probes.items()):
        if own.chain.out_of_order:
            one.tally.notes.append(f"{own.chain.out_of_order} batches of {probe} came before the one that they follow.")
        for link in own.chain.gaps():
            where = one.source.holds(str(link.previous))
            if where == "quarantine":
                one.tally.notes.append(f"Batch {link.batch} of {probe} follows one that was refused.")
                continue
            told = "follows one that another follows too" if where else "follows one that is not there"
            detail = f"it {told}: {link.previous}"
            one.tally.find(DefectKind.CHAIN, place, detail, batch=link.batch, probe=probe, sequence=link.first_sequence)
        for link in own.chain.beginnings()[1:]:
            detail = "it says that it is the probe's first, and another does too"
            one.tally.find(DefectKind.CHAIN, place, detail, batch=link.batch, probe=probe, sequence=link.first_sequence)
