"""Shell. The probe's own durable memory: records wait here, numbered and signed, until the collector's receipt.

A record is appended with the next number of a sequence that never restarts; a batch is sealed once, stored before it
is first sent, and sent again byte for byte. SQLite in WAL mode with synchronous=FULL: what `append` returned survives
a power cut. Near its bound the oldest whole minutes are condensed, and then minutes alone are not kept. Knows nothing
of MQTT.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from probe import wire
from probe.backlog import rekey
from probe.backlog.drop import drop, is_dropping, resume
from probe.backlog.portion import TARGET_RECORD_BYTES, portion
from probe.backlog.tables import FORMS, MOST_BYTES
from probe.backlog.thin import heartbeat, newest_condensed, packed, thin
from probe.backlog.trouble import sentence
from probe.body.reachability import Reachability
from probe.key import Ed25519Key, Key
from probe.record import Body, Record, Stamp

MOST_RECORD_BYTES = 180_000  # of one record: signed, base64 and all, it stays below the wire's MAX_BATCH_BYTES
_THIN_FROM, _STOP_AT = 7 / 8, 15 / 16  # of the bound: minutes are condensed; minutes are no longer kept
_PARKED_AT_MOST = 1 / 8  # of the bound, in rejected batches
_GOES_AT_ONCE = 2


class SpoolError(Exception):
    """The spool cannot do its work. The text says what, where and how to mend it. Nothing stored is lost by it."""


class RecordTooLargeError(SpoolError):
    """The record was not kept: no batch could carry it. Trying again does not help."""


class NoRoomError(SpoolError):
    """The minute was not kept, and the spool has noted so: it is at its bound. Trying again does not help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record before it has its number."""

    started: Stamp
    ended: Stamp
    software: str
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A signed batch as it is sent, however often."""

    first: int
    last: int
    sha256: str
    signed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolState:
    """What waits. `rejected_batches` are kept here and never sent again.

    `last_receipt_at` is by the collector's clock.
    """

    line: str
    probe: str
    last_sequence: int
    unsealed_records: int
    sealed_batches: int
    rejected_batches: int
    last_receipt_at: datetime | None = None


class Spool:
    """Open for as long as it is entered; only one process may have it open. Every method may raise SpoolError."""

    def __init__(
        self,
        path: Path,
        *,
        line: str,
        probe: str,
        key: Key,
        most_bytes: int = MOST_BYTES,
        record_bytes: int = TARGET_RECORD_BYTES,
    ) -> None:
        """Opens the spool at `path`, made there if there is none. `key` is the probe's private key.

        `most_bytes` of the file: beyond 15/16 of it minutes are not kept; everything else always is. `record_bytes` of
        records go into one batch, more of a backlog.
        """
        self._path = path
        self._most_bytes, self._record_bytes = most_bytes, record_bytes
        self._line = line
        self._probe = probe
        self._key = key
        self._thinned_to = 0
        with ExitStack() as undo:
            undo.callback(os.close, _lock(path))
            with _explained(path):
                self._db = sqlite3.connect(path, isolation_level=None, timeout=5)
                undo.callback(self._db.close)
                self._prepare()
            self._open = undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def append(self, draft: Draft) -> Record:
        """The record that `draft` became, on disk when this returns. Raises RecordTooLargeError, NoRoomError."""
        if not isinstance(draft.body, Reachability):
            with self._transaction():
                return self._insert(draft)
        if self._used_bytes() > self._most_bytes * _THIN_FROM:
            self._make_room(draft)
        with self._transaction():
            full = self._used_bytes() > self._most_bytes * (_THIN_FROM if is_dropping(self._db) else _STOP_AT)
            note = drop(self._db, at=draft.ended.at) if full else resume(self._db, at=draft.ended.at)
            if note is not None:
                self._insert(replace(draft, ended=draft.started, body=note))
            if not full:
                return self._insert(draft)
        raise NoRoomError(
            f"{self._path} has reached its bound of {self._most_bytes} bytes: the line is watched, but minutes are not"
            " kept until the collector has taken what waits. See that it can be reached, or raise spool_most_bytes."
        )

    def next_batch(self, *, after: int = 0, seal: bool = True) -> Sealed | None:
        """The oldest batch to send whose first record comes after number `after`; None where there is none.

        Seals waiting records where no sealed batch is left, unless told not to; the batch is on disk when this returns.
        """
        with _explained(self._path):
            row = self._db.execute(
                "SELECT first, last, sha256, signed FROM batch WHERE first > ? AND rejected IS NULL ORDER BY first",
                (after,),
            ).fetchone()
        if row is not None:
            return Sealed(first=row[0], last=row[1], sha256=row[2], signed=row[3])
        return self._seal() if seal else None

    def receipted(self, sha256: str, *, received_at: datetime | None = None) -> bool:
        """Removes the batch of that digest, with its records. False where there is no such batch (any more).

        `received_at`, the receipt's own time, is kept as the last one's.
        """
        with self._transaction():
            if received_at is not None:
                self._db.execute("INSERT OR REPLACE INTO receipt VALUES (1, ?)", (received_at.isoformat(),))
            return self._db.execute("DELETE FROM batch WHERE sha256 = ?", (sha256,)).rowcount > 0

    def reject(self, sha256: str, reason: str) -> bool:
        """Parks the batch of that digest: kept, counted, not sent again. False where there is no such batch."""
        with self._transaction():
            changed = self._db.execute("UPDATE batch SET rejected = ? WHERE sha256 = ?", (reason, sha256))
            return changed.rowcount > 0

    def announce(self, next_key: Ed25519Key, *, at: Stamp, software: str) -> bool:
        """Takes the record that names `next_key`, private, as the one to sign with from then on. False: one is there.

        What comes after it waits unsealed until `settle_change` or `reseal`.
        """
        with self._transaction():
            if rekey.pending(self._db) is not None:
                return False
            body = rekey.announced(self._db, line=self._line, probe=self._probe, key=self._key, next_key=next_key)
            self._insert(Draft(started=at, ended=at, software=software, body=body))
            return True

    def change(self) -> rekey.Change | None:
        """The change of key that is announced and not settled, if there is one."""
        with _explained(self._path):
            return rekey.pending(self._db)

    def begin_after(self, sequence: int, sha256: str | None) -> None:
        """Where nothing was ever taken: goes on after another spool of this probe, which is lost."""
        with self._transaction():
            self._db.execute(
                "UPDATE chain SET next_sequence = ?, last_sha256 = ? WHERE next_sequence = 1", (sequence + 1, sha256)
            )

    def settle_change(self, key: Ed25519Key | None) -> None:
        """From here on batches are signed with this private key; None: as before, for the change came to nothing."""
        with self._transaction():
            rekey.settle(self._db)
        self._key = key or self._key

    def reseal(self, key: Ed25519Key, *, head_sha256: str | None) -> None:
        """Has every batch that waits, parked ones too, signed anew with `key`, for the old one is taken no longer.

        `head_sha256`: where the chain ends at the collector; None where it did not say.
        """
        with self._transaction():
            rekey.unseal(self._db, head_sha256=head_sha256)
            rekey.settle(self._db)
        self._key = key

    def signed(self, sha256: str) -> bytes | None:
        """The batch of that digest; None where it does not wait here."""
        with _explained(self._path):
            row = self._db.execute("SELECT signed FROM batch WHERE sha256 = ?", (sha256,)).fetchone()
        return None if row is None else bytes(row[0])

    def release(self) -> int:
        """Lets every parked batch be sent again, once what they were rejected for is mended. How many there were."""
        with self._transaction():
            return self._db.execute("UPDATE batch SET rejected = NULL WHERE rejected IS NOT NULL").rowcount

    def state(self) -> SpoolState:
        """What waits now."""
        with _explained(self._path):
            return _state(self._db)

    def _insert(self, draft: Draft) -> Record:
        """Within a transaction."""
        (sequence,) = self._db.execute("SELECT next_sequence FROM chain").fetchone()
        record = Record(
            line=self._line,
            probe=self._probe,
            sequence=sequence,
            started=draft.started,
            ended=draft.ended,
            software=draft.software,
            body=draft.body,
        )
        encoded = wire.encode_record(record)
        if len(encoded) > MOST_RECORD_BYTES:
            raise RecordTooLargeError(
                f"A record of {len(encoded)} bytes is more than the {MOST_RECORD_BYTES} that can be sent; it was"
                " not kept. Make the speed test shorter (measure.duration_s)."
            )
        self._db.execute("INSERT INTO record VALUES (?, ?, ?)", (sequence, packed(encoded), heartbeat(draft.body)))
        self._db.execute("UPDATE chain SET next_sequence = ?", (sequence + 1,))
        return record

    def _used_bytes(self) -> int:
        with _explained(self._path):
            asked = ("page_count", "freelist_count", "page_size")
            pages, free, page_bytes = (self._db.execute(f"PRAGMA {one}").fetchone()[0] for one in asked)
        return int((pages - free) * page_bytes)

    def _make_room(self, at: Draft) -> None:
        """Condenses the oldest whole minutes, some at a time, and notes that beside `at`."""
        for _ in range(_GOES_AT_ONCE):
            with self._transaction():
                done = thin(self._db, line=self._line, probe=self._probe, since=self._thinned_to)
                if done.minutes:
                    self._insert(replace(at, ended=at.started, body=done.notice))
            self._thinned_to = done.looked_to
            if done.minutes or not done.more:
                return

    def _seal(self) -> Sealed | None:
        with self._transaction():
            rows = portion(self._db, self._record_bytes)
            if not rows or self._is_parking():
                return None
            (previous,) = self._db.execute("SELECT last_sha256 FROM chain").fetchone()
            encoded = [row[1] for row in rows]
            signed = wire.seal_batch(self._line, self._probe, encoded, previous_sha256=previous, key=self._key)
            batch = Sealed(first=rows[0][0], last=rows[-1][0], sha256=wire.sha256(signed), signed=signed)
            self._db.execute(
                "INSERT INTO batch VALUES (?, ?, ?, ?, NULL)", (batch.first, batch.last, batch.sha256, batch.signed)
            )
            self._db.execute("DELETE FROM record WHERE sequence <= ?", (batch.last,))
            self._db.execute("UPDATE chain SET last_sha256 = ?", (batch.sha256,))
        return batch

    def _is_parking(self) -> bool:
        """Whether so much was rejected that what waits had better wait, packed, until a person has looked at it."""
        (parked,) = self._db.execute("SELECT total(length(signed)) FROM batch WHERE rejected IS NOT NULL").fetchone()
        return bool(parked > self._most_bytes * _PARKED_AT_MOST)

    def _prepare(self) -> None:
        self._db.execute("PRAGMA auto_vacuum = FULL")  # gives a backlog's space back; has to come before any table
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA journal_size_limit = 1000000")
        (form,) = self._db.execute("PRAGMA user_version").fetchone()
        if form > len(FORMS):
            raise SpoolError(
                f"{self._path} was written by a newer Prova (form {form}, this one knows {len(FORMS)})."
                " Install that version again; it sends what waits here."
            )
        if form < len(FORMS):
            self._bring_up(form)
        self._thinned_to = newest_condensed(self._db)
        line, probe = self._db.execute("SELECT line, probe FROM chain").fetchone()
        if (line, probe) != (self._line, self._probe):
            raise SpoolError(
                f"{self._path} belongs to probe {probe!r} on line {line!r}, but the settings name probe"
                f" {self._probe!r} on line {self._line!r}. Put those names back, or give the new probe another --home."
            )

    def _bring_up(self, form: int) -> None:
        with self._transaction():
            for statement in ";".join(FORMS[form:]).split(";"):
                self._db.execute(statement)
            self._db.execute("INSERT OR IGNORE INTO chain VALUES (1, ?, ?, 1, NULL)", (self._line, self._probe))
            self._db.execute(f"PRAGMA user_version = {len(FORMS)}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing."""
        with _explained(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")


def read_state(path: Path) -> SpoolState | None:
    """What waits in the spool at `path`, beside a running probe; None where there is no spool. Raises SpoolError."""
    if not path.exists():
        return None
    with _explained(path):
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            return _state(db)
        finally:
            db.close()


def _state(db: sqlite3.Connection) -> SpoolState:
    line, probe, next_sequence = db.execute("SELECT line, probe, next_sequence FROM chain").fetchone()
    (unsealed,) = db.execute("SELECT count(*) FROM record").fetchone()
    sealed, rejected = db.execute(
        "SELECT count(*) FILTER (WHERE rejected IS NULL), count(*) FILTER (WHERE rejected IS NOT NULL) FROM batch"
    ).fetchone()
    return SpoolState(
        line=line,
        probe=probe,
        last_sequence=next_sequence - 1,
        unsealed_records=unsealed,
        sealed_batches=sealed,
        rejected_batches=rejected,
        last_receipt_at=_last_receipt_at(db),
    )


def _last_receipt_at(db: sqlite3.Connection) -> datetime | None:
    """None before the first; a spool that no newer Prova has opened yet has no table for it."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'receipt'").fetchone():
        return None
    row = db.execute("SELECT received_at FROM receipt").fetchone()
    return None if row is None else datetime.fromisoformat(row[0])


def _lock(path: Path) -> int:
    """A lock that ends with this process, so that two probes never give out the same numbers."""
    with ExitStack() as undo:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            undo.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SpoolError(
                f"Another probe is running with {path}. Stop it, or give this one another --home."
            ) from error
        except OSError as error:
            raise SpoolError(
                f"The spool's folder {path.parent} cannot be written: {error.strerror}. Make room or name another"
                " --home."
            ) from error
        undo.pop_all()
        return descriptor


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into sentences."""
    try:
        yield
    except sqlite3.Error as error:
        raise SpoolError(sentence(path, getattr(error, "sqlite_errorname", "") or "", str(error))) from error
