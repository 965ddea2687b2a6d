"""Shell. The evidence store's writer: SQLite, and nothing is said to be stored before it is on the disk.

One process writes batches; enrolment and sealing may write beside it. Many may read (`collector.store`). No batch and
no record is ever changed, and none leaves but for the lake (`collector.lake`); of the quarantine, the oldest go. Knows
nothing of MQTT or of what a record means.
"""

import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from collector import history, schema
from collector.append import BATCH_OF, NEWEST_BATCH, NEXT_BATCH, Append, chain_remarks
from collector.envelope import (
    BY_TICKET,
    OF_A_KEY,
    PASSED_OVER,
    REMARKED,
    Accepted,
    Arrival,
    Enrolled,
    Head,
    Outline,
    Rejected,
    Rejection,
    Settled,
    StatusSeen,
    Witnessed,
)
from collector.identity import key_rows, keyring
from collector.lake import known
from collector.lake.fingerprint import fingerprint
from collector.proof import tip
from collector.proof.log import batch_leaf
from collector.proof.tip import Newest, Tip
from collector.pulse import Pulse
from probe.units import epoch_us
from probe.wire import MAX_BATCH_BYTES, Kind, Outcome, parse_topic, sha256, topic

_BUSY_S = 5.0
_LOG_BYTES = 64 * 1024 * 1024  # what the write-ahead log is cut back to
_FOLD_BYTES = (
    32 * 1024 * 1024
)  # from which it is folded in: by default each large group would wait for the disk twice more
_FOLD_BYTES_BUSY = 192 * 1024 * 1024  # while many come: a page of an index changes with each group, and is written once
_BUSY = 300  # batches in a group
_PAGE_BYTES = 4096  # SQLite's own
_CACHE_KIB = 16 * 1024  # of the indexes' pages, which new rows fall among
_QUARANTINE_COUNT = 1000  # at most so many times MAX_BATCH_BYTES on the disk; the tally counts on
_DETAIL_CHARS = 500
_MENDS = {  # primary result codes, https://sqlite.org/rescode.html
    sqlite3.SQLITE_FULL: "has no room: free some space on its disk",
    sqlite3.SQLITE_READONLY: "may not be written: let this user write it and its folder",
    sqlite3.SQLITE_BUSY: "is held by another program: end that program",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: look after its folder's rights and its disk",
    sqlite3.SQLITE_IOERR: "cannot be read or written: look after its disk",
    sqlite3.SQLITE_CORRUPT: "is damaged: restore it from a backup",
    sqlite3.SQLITE_NOTADB: "is no journal: move that file away or restore it from a backup",
}


class JournalError(Exception):
    """The journal cannot be written, and nothing of what was asked is in it. The text says how to mend it."""


class Journal:
    """An open journal, for one thread at a time; made if there is none, and brought to this version.

    `enrolled` alone may be asked by other threads meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tip: Tip | None = None
        try:
            _make_private(path)
            self._pulse = Pulse(path.with_suffix(".pulse"))
        except OSError as error:
            raise JournalError(f"The journal {path} cannot be made: {error.strerror}. Choose another home.") from error
        self._db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        self._probes = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        self._asking = threading.Lock()
        self._folds_from = 0
        try:
            self._prepare()
            self._tip = self._tip_of(path.with_suffix(".tip"))
        except JournalError:
            self.close()
            raise

    def close(self) -> None:
        """Ends its use. Every commit is on the disk already."""
        self._probes.close()
        self._db.close()
        self._pulse.close()
        if self._tip is not None:
            self._tip.close()

    def enrolled(self, probe: str) -> Enrolled | None:
        """The probe of that name; None where it is not enrolled. Raises JournalError."""
        with translated(self._path), self._asking:
            return key_rows.of_probe(self._probes, probe)

    def enrol(self, probe: Enrolled) -> Enrolled:
        """Adds a probe unless one of its name is there, and gives back the one that is there. Raises JournalError."""
        with self._transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO probe (probe, line, public_jwk, enrolled_us) VALUES (?, ?, ?, ?)",
                (probe.probe, probe.line, probe.public_jwk, epoch_us(probe.enrolled_at)),
            )
        present = self.enrolled(probe.probe)
        assert present is not None
        return present

    def replace_key(self, probe: str, public_jwk: str, *, at: datetime) -> None:
        """The probe signs with this key from now on; what it signed before stays. Raises JournalError."""
        with self._transaction():
            (last_sequence,) = self._db.execute(
                "SELECT max(last_sequence, sealed_sequence) FROM probe WHERE probe = ?", (probe,)
            ).fetchone()
            key_rows.follow(self._db, probe, public_jwk, last_sequence=last_sequence, at=at, by=BY_TICKET)

    def revoke_key(self, probe: str, thumbprint: str | None, *, at: datetime) -> int:
        """Takes nothing any more that this key of the probe signed, None: any of its keys. How many those are.

        Raises JournalError.
        """
        with self._transaction():
            return key_rows.revoke(self._db, probe, thumbprint, at=at)

    def end_of(self, probe: str) -> tuple[int, str | None]:
        """The greatest number that is here of the probe, and the digest of its newest batch. Raises JournalError."""
        with translated(self._path):
            row = self._db.execute(
                "SELECT max(last_sequence, sealed_sequence), head_sha256 FROM probe WHERE probe = ?", (probe,)
            ).fetchone()
        return (0, None) if row is None else (row[0], row[1])

    def store(
        self, judged: Sequence[Accepted | Rejected], statuses: Sequence[StatusSeen] = (), *, passed_over: int = 0
    ) -> tuple[Settled, ...]:
        """All of it in one commit, on the disk when this returns: what became of each of `judged`, in order.

        `passed_over` messages are counted. Raises JournalError, and then nothing of it is stored, or the disk failed in
        that moment.
        """
        self._fold_from(_FOLD_BYTES_BUSY if len(judged) >= _BUSY else _FOLD_BYTES)
        with self._transaction():
            append = Append(self._db)
            settled = tuple(self._settle(one, append) for one in judged)
            append.flush()
            for seen in statuses:
                self._note(seen)
            self._count(settled, passed_over)
        self._confirm()
        if self._tip is not None and any(one.outcome is Outcome.ACCEPTED for one in settled):
            for row in self._db.execute(NEWEST_BATCH).fetchall():
                self._tip.write(Newest(*row))
        return settled

    def witness(self, seen: Sequence[Witnessed]) -> None:
        """Keeps what the outside witness saw, on the disk when this returns. Raises JournalError."""
        with self._transaction():
            history.add_witnessed(self._db, seen)

    def _fold_from(self, log_bytes: int) -> None:
        """The next commit after which the log is so long folds it in."""
        if log_bytes != self._folds_from:
            with translated(self._path):
                self._db.execute(f"PRAGMA wal_autocheckpoint = {log_bytes // _PAGE_BYTES}")
            self._folds_from = log_bytes

    def _confirm(self) -> None:
        """Raises JournalError where the disk may have dropped what it just said it had."""
        try:
            self._pulse.check()
        except OSError as error:
            raise JournalError(
                f"The journal {self._path} cannot be written any more: look after its disk ({error.strerror}). Until"
                " then batches stay with their probes."
            ) from error

    def _settle(self, one: Accepted | Rejected, append: Append) -> Settled:
        if isinstance(one, Rejected):
            if one.reason in OF_A_KEY:
                append.flush()  # its answer tells where the chain ends
            return self._quarantine(one)
        settled = append.take(one)
        if settled is not None:
            return settled
        append.flush()
        refused = self._key_refused(one)
        settled = self._quarantine(refused) if refused is not None else self._store_batch(one)
        if settled.outcome is Outcome.ACCEPTED and one.next_jwk is not None:
            batch, by = one.batch, f"{one.batch.probe}/{one.batch.last}"
            key_rows.follow(self._db, batch.probe, one.next_jwk, last_sequence=batch.last, at=one.received_at, by=by)
        return settled

    def _key_refused(self, one: Accepted) -> Rejected | None:
        """The key that signed it may have ended, or been revoked, since it was looked at."""
        present = key_rows.of_probe(self._db, one.batch.probe)
        if one.signer is None or present is None:
            return None
        now = next((two for two in keyring.keys_of(present) if two.public_jwk == one.signer.public_jwk), one.signer)
        refused = keyring.ended(one.batch.last, now, present.probe) or keyring.following(one.batch, now, present)[1]
        return None if refused is None else Rejected(arrival=_arrival(one), reason=refused[0], detail=refused[1])

    def _store_batch(self, one: Accepted) -> Settled:
        batch = one.batch
        if known.is_sealed(self._db, one.batch_sha256):
            return Settled(outcome=Outcome.DUPLICATE, head=self._head(batch.probe))
        have = self._have(batch)
        rows = list(enumerate(zip(batch.started_us, batch.raw, strict=True), batch.first))
        for sequence, (_, raw) in rows:
            if sequence in have and have[sequence] != fingerprint(raw):
                return self._conflict(one, sequence)
        ends = self._head(batch.probe)
        batch_id = self._store_signed(one)
        fresh = [(sequence, at_us, raw) for sequence, (at_us, raw) in rows if sequence not in have]
        if not fresh:
            return Settled(outcome=Outcome.DUPLICATE, head=self._head(batch.probe))
        self._db.executemany(
            "INSERT INTO record (line, probe, sequence, started_us, batch, raw) VALUES (?, ?, ?, ?, ?, ?)",
            [(batch.line, batch.probe, sequence, at_us, batch_id, raw) for sequence, at_us, raw in fresh],
        )
        last_us = max(at_us for _, at_us, _ in fresh)
        self._db.execute(
            "UPDATE probe SET record_count = record_count + ?, last_sequence = max(last_sequence, ?),"
            " last_record_us = max(ifnull(last_record_us, ?), ?), last_received_us = ? WHERE probe = ?",
            (len(fresh), fresh[-1][0], last_us, last_us, epoch_us(one.received_at), batch.probe),
        )
        remarks = one.remarks + chain_remarks(self._db, batch.previous_sha256, ends.sha256 if ends else "")
        return Settled(outcome=Outcome.ACCEPTED, head=self._head(batch.probe), remarks=remarks)

    def _have(self, batch: Outline) -> dict[int, bytes]:
        """What is there already of the batch's sequences, here or in the lake, and the fingerprint of each."""
        rows = self._db.execute(
            "SELECT sequence, raw FROM record WHERE probe = ? AND sequence BETWEEN ? AND ?",
            (batch.probe, batch.first, batch.last),
        )
        here = {sequence: fingerprint(raw) for sequence, raw in rows}
        return known.sealed(self._db, batch.probe, batch.first, batch.last) | here

    def _head(self, probe: str) -> Head | None:
        sha256, count = self._db.execute(
            "SELECT head_sha256, batch_count FROM probe WHERE probe = ?", (probe,)
        ).fetchone() or (None, 0)
        return None if sha256 is None else Head(sha256, count)

    def _store_signed(self, one: Accepted) -> int:
        """The id of these signed bytes. Kept even where they bring no new record: the next batch names them."""
        digest = one.batch_sha256
        row = self._db.execute("SELECT id FROM batch WHERE sha256 = ?", (digest,)).fetchone()
        if row is not None:
            there: int = row[0]
            return there
        (batch_id,) = self._db.execute(NEXT_BATCH).fetchone()
        came_us = epoch_us(one.received_at)
        batch = one.batch
        self._db.execute(
            "INSERT INTO batch (id, sha256, probe, first_sequence, last_sequence, received_us, signed, leaf)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (batch_id, digest, batch.probe, batch.first, batch.last, came_us, one.signed, batch_leaf(digest, came_us)),
        )
        self._db.execute(
            "UPDATE probe SET batch_count = batch_count + 1, head_sha256 = ? WHERE probe = ?", (digest, batch.probe)
        )
        return int(batch_id)

    def _conflict(self, one: Accepted, sequence: int) -> Settled:
        detail = f"record {one.batch.probe}/{sequence} is here already with other content"
        return self._quarantine(Rejected(arrival=_arrival(one), reason=Rejection.CONFLICT, detail=detail))

    def _quarantine(self, one: Rejected) -> Settled:
        """Keeps the bytes once, however often they come, and only the newest so many."""
        came_us = epoch_us(one.arrival.received_at)
        self._db.execute(
            "INSERT INTO quarantine (topic, sha256, reason, detail, first_received_us, last_received_us, payload)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET seen = seen + 1, last_received_us = excluded.last_received_us",
            (
                one.arrival.topic,
                sha256(one.arrival.payload),
                one.reason,
                one.detail[:_DETAIL_CHARS],
                came_us,
                came_us,
                one.arrival.payload[:MAX_BATCH_BYTES],
            ),
        )
        self._db.execute(
            "DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ?", (_QUARANTINE_COUNT,)
        )
        head = self._head(parse_topic(one.arrival.topic)[2]) if one.reason in OF_A_KEY else None
        return Settled(outcome=Outcome.REJECTED, reason=one.reason, detail=one.detail, head=head)

    def _note(self, seen: StatusSeen) -> None:
        """A status is written when it changes: brokers repeat the retained one at every subscription."""
        changed = self._db.execute(
            "UPDATE probe SET status = ?, status_us = ? WHERE probe = ? AND status IS NOT ?",
            (seen.status, epoch_us(seen.at), seen.probe, seen.status),
        )
        if changed.rowcount:
            history.add_change(self._db, seen)

    def _count(self, settled: Sequence[Settled], passed_over: int) -> None:
        told = Counter((str(one.outcome), one.reason or "") for one in settled)
        told.update((REMARKED, remark.value) for one in settled for remark in one.remarks)
        if passed_over:
            told[PASSED_OVER, ""] = passed_over
        self._db.executemany(
            "INSERT INTO tally (outcome, reason, count) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET count = count + excluded.count",
            [(outcome, reason, count) for (outcome, reason), count in told.items()],
        )

    def _tip_of(self, path: Path) -> Tip:
        """What it says is set aside where the journal no longer has that batch: a loss that would be written over."""
        known = tip.told(path)
        if known is not None:
            with translated(self._path):
                if self._db.execute(BATCH_OF, (known.batch,)).fetchone() != (known.sha256,):
                    tip.set_aside(path)
        try:
            return Tip(path)
        except OSError as error:
            raise JournalError(f"{path} cannot be written: {error.strerror}. Let this user write it.") from error

    def _prepare(self) -> None:
        with translated(self._path):
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")  # less would lose acknowledged commits in a power cut
            self._db.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
            self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            self._db.execute("PRAGMA foreign_keys = ON")
        self._fold_from(_FOLD_BYTES)
        with self._transaction():
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version > schema.VERSION:
                raise JournalError(
                    f"The journal {self._path} was made by a newer Prova (version {version}, known here:"
                    f" {schema.VERSION}). Upgrade this Prova."
                )
            if version < schema.VERSION:
                self._migrate(version)

    def _migrate(self, version: int) -> None:
        for script in schema.MIGRATIONS[version:]:
            for statement in script.split(";"):  # executescript would commit before it begins
                self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {schema.VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing, begun as a writer so that it cannot fail halfway for another one."""
        with translated(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")


def _arrival(one: Accepted) -> Arrival:
    """The message that a batch came as."""
    return Arrival(
        topic=topic(Kind.RECORDS, one.batch.line, one.batch.probe), payload=one.signed, received_at=one.received_at
    )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors that a person can mend, as JournalError; the others are mistakes of ours."""
    try:
        yield
    except sqlite3.Error as error:
        mend = _MENDS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if mend is None:
            raise
        raise JournalError(
            f"The journal {path} {mend} ({error}). Until then batches stay with their probes."
        ) from error


def _make_private(path: Path) -> None:
    """An empty file that only its owner reads; SQLite gives its log the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
