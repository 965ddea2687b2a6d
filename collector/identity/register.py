"""Shell. The register of identities: codes that may be used once, certificates given, and probes let in no longer.

A code itself is not in it, only its digest. Knows nothing of networks, and of evidence nothing at all.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from collector.journal import JournalError
from probe.units import at_epoch_us, epoch_us

_BUSY_S = 5.0
_TABLES = """
CREATE TABLE IF NOT EXISTS code (
  sha256 TEXT PRIMARY KEY, line TEXT NOT NULL, probe TEXT NOT NULL, until_us INTEGER NOT NULL, used_us INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS certificate (
  serial TEXT PRIMARY KEY, probe TEXT NOT NULL, issued_us INTEGER NOT NULL, until_us INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS new_key (sha256 TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS revoked (probe TEXT PRIMARY KEY, at_us INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS erased_certificate (serial TEXT PRIMARY KEY, until_us INTEGER NOT NULL) STRICT;
"""


class RegisterError(JournalError):
    """The register cannot be used, or refuses. The text says why and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One probe in the register. `certificate_until_at` and `revoked_at` are None where there is none."""

    probe: str
    line: str
    code_until_at: datetime
    code_used_at: datetime | None
    certificate_until_at: datetime | None
    revoked_at: datetime | None


class Register:
    """The register in `path`, made if there is none, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        except OSError as error:
            raise RegisterError(
                f"The register {path} cannot be made: {error.strerror}. Choose another home."
            ) from error
        with self._open() as db:
            for statement in _TABLES.split(";"):
                db.execute(statement)

    def add_code(self, code: str, *, line: str, probe: str, until: datetime, new_key: bool = False) -> None:
        """A code for a probe; older ones of it count no longer. Raises RegisterError where the probe is revoked.

        `new_key`: for one that is enrolled, whose signing key is to be replaced.
        """
        with self._open() as db:
            if db.execute("SELECT 1 FROM revoked WHERE probe = ?", (probe,)).fetchone():
                raise RegisterError(f"The probe {probe} was revoked. Give its successor a new name on the same line.")
            db.execute("DELETE FROM code WHERE probe = ?", (probe,))
            db.execute(
                "INSERT INTO code (sha256, line, probe, until_us) VALUES (?, ?, ?, ?)",
                (_digest(code), line, probe, epoch_us(until)),
            )
            if new_key:
                db.execute("INSERT OR IGNORE INTO new_key VALUES (?)", (_digest(code),))

    def is_for_new_key(self, code: str) -> bool:
        """Whether the code is for a probe whose signing key is to be replaced."""
        with self._open() as db:
            return db.execute("SELECT 1 FROM new_key WHERE sha256 = ?", (_digest(code),)).fetchone() is not None

    def use_code(self, code: str, *, at: datetime) -> tuple[str, str] | None:
        """(line, probe) that the code was made for, which is used with that; None where it is not good."""
        with self._open() as db:
            row: tuple[str, str] | None = db.execute(
                "UPDATE code SET used_us = ?1 WHERE sha256 = ?2 AND used_us IS NULL AND until_us > ?1"
                " AND probe NOT IN (SELECT probe FROM revoked) RETURNING line, probe",
                (epoch_us(at), _digest(code)),
            ).fetchone()
        return row

    def note_certificate(self, probe: str, *, serial: int, at: datetime, until: datetime) -> None:
        """That the probe was given a certificate."""
        with self._open() as db:
            db.execute(
                "INSERT INTO certificate VALUES (?, ?, ?, ?)", (f"{serial:x}", probe, epoch_us(at), epoch_us(until))
            )

    def revoke(self, probe: str, *, at: datetime) -> None:
        """Lets the probe in no longer, for good."""
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO revoked VALUES (?, ?)", (probe, epoch_us(at)))

    def is_revoked(self, probe: str) -> bool:
        """Whether the probe is let in no longer."""
        with self._open() as db:
            return db.execute("SELECT 1 FROM revoked WHERE probe = ?", (probe,)).fetchone() is not None

    def revoked(self) -> frozenset[str]:
        """All probes that are let in no longer."""
        with self._open() as db:
            return frozenset(probe for (probe,) in db.execute("SELECT probe FROM revoked"))

    def revoked_serials(self) -> tuple[int, ...]:
        """The certificates of all probes that are let in no longer, those of erased ones too."""
        with self._open() as db:
            rows = db.execute(
                "SELECT serial FROM certificate JOIN revoked USING (probe) UNION SELECT serial FROM erased_certificate"
                " ORDER BY serial"
            ).fetchall()
        return tuple(int(serial, 16) for (serial,) in rows)

    def forget(self, line: str, probes: Sequence[str], *, at: datetime) -> int:
        """Takes every name of the line and of these probes out; how many rows that were.

        Of certificates that still hold the number stays, without a name, on the list of those that are let in no more.
        """
        gone = 0
        with self._open() as db:
            db.execute("PRAGMA secure_delete = ON")
            named = db.execute("SELECT probe FROM code WHERE line = ?", (line,)).fetchall()
            for probe in {*probes, *(one for (one,) in named)}:
                db.execute(
                    "INSERT OR IGNORE INTO erased_certificate SELECT serial, until_us FROM certificate"
                    " WHERE probe = ? AND until_us > ?",
                    (probe, epoch_us(at)),
                )
                for table in ("certificate", "revoked", "code"):
                    gone += db.execute(f"DELETE FROM {table} WHERE probe = ?", (probe,)).rowcount  # noqa: S608  our own
            db.execute("DELETE FROM erased_certificate WHERE until_us <= ?", (epoch_us(at),))
        return gone

    def names_of(self, line: str) -> tuple[str, ...]:
        """The probes that a code was made for on that line, sorted."""
        with self._open() as db:
            rows = db.execute("SELECT DISTINCT probe FROM code WHERE line = ? ORDER BY probe", (line,)).fetchall()
        return tuple(probe for (probe,) in rows)

    def standings(self) -> tuple[Standing, ...]:
        """Every probe that a code was made for, by name."""
        with self._open() as db:
            rows = db.execute(
                "SELECT code.probe, line, code.until_us, used_us, max(certificate.until_us), at_us FROM code"
                " LEFT JOIN certificate USING (probe) LEFT JOIN revoked USING (probe) GROUP BY code.probe"
            ).fetchall()
        return tuple(
            Standing(
                probe=probe,
                line=line,
                code_until_at=at_epoch_us(code_us),
                code_used_at=_at(used_us),
                certificate_until_at=_at(certificate_us),
                revoked_at=_at(revoked_us),
            )
            for probe, line, code_us, used_us, certificate_us, revoked_us in rows
        )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY_S)) as db, db:
                db.execute("PRAGMA synchronous = FULL")  # a code that was used stays used in a power cut
                yield db
        except sqlite3.Error as error:
            raise RegisterError(
                f"The register {self._path} cannot be used ({error}). Look after its rights and its disk."
            ) from error


def _digest(code: str) -> str:
    """A code has 160 random bits: no slow hash is needed."""
    return hashlib.sha256(code.encode()).hexdigest()


def _at(us: int | None) -> datetime | None:
    return None if us is None else at_epoch_us(us)
