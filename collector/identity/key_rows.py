"""Shell. A probe's signing keys as rows of the journal: the present one beside the probe, the former ones after it.

Within the caller's transactions. Knows nothing of signatures.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from collector.envelope import Enrolled, ProbeKey
from collector.identity.keyring import keys_of
from probe import key
from probe.units import at_epoch_us, epoch_us

_NEWEST = "SELECT max(ifnull((SELECT max(id) FROM batch), 0), ifnull((SELECT max(id) FROM sealed_batch), 0))"
_PRESENT = (
    "SELECT probe, public_jwk, ifnull(key_from_us, enrolled_us) AS from_us, key_from_batch, key_allowed_by, NULL, NULL,"
    " key_revoked_us, key_revoked_batch, key_number AS number, line, enrolled_us FROM probe"
)
_FORMER = (
    "SELECT probe, public_jwk, from_us, from_batch, allowed_by, until_us, last_sequence, revoked_us, revoked_batch,"
    " number FROM former_key"
)
_END = (
    "INSERT INTO former_key SELECT probe, key_number, public_jwk, ifnull(key_from_us, enrolled_us), key_from_batch,"
    " key_allowed_by, ?, ?, key_revoked_us, key_revoked_batch FROM probe WHERE probe = ?"
)
_BEGIN = (
    "UPDATE probe SET public_jwk = ?, key_number = key_number + 1, key_from_us = ?, key_allowed_by = ?,"
    " key_from_batch = ?, key_revoked_us = NULL, key_revoked_batch = NULL WHERE probe = ?"
)
_REVOKE = (
    (
        "UPDATE probe SET key_revoked_us = ?, key_revoked_batch = ?"
        " WHERE probe = ? AND public_jwk = ? AND key_revoked_us IS NULL"
    ),
    "UPDATE former_key SET revoked_us = ?, revoked_batch = ? WHERE probe = ? AND public_jwk = ? AND revoked_us IS NULL",
)


def of_probe(db: sqlite3.Connection, probe: str) -> Enrolled | None:
    """The probe with its keys; None where it is not enrolled."""
    row = db.execute(f"{_PRESENT} WHERE probe = ?", (probe,)).fetchone()
    return None if row is None else _enrolled(db, row)


def of_line(db: sqlite3.Connection, line: str) -> tuple[Enrolled, ...]:
    """The line's probes with their keys, sorted by name."""
    rows = db.execute(f"{_PRESENT} WHERE line = ? ORDER BY probe", (line,)).fetchall()
    return tuple(_enrolled(db, row) for row in rows)


def of_all(db: sqlite3.Connection) -> Mapping[str, tuple[ProbeKey, ...]]:
    """Every probe's keys, newest first."""
    rows = sorted(
        [*db.execute(_PRESENT).fetchall(), *db.execute(_FORMER).fetchall()], key=lambda row: (row[0], -int(row[9]))
    )
    return {probe: tuple(map(_key, own)) for probe, own in groupby(rows, itemgetter(0))}


def follow(db: sqlite3.Connection, probe: str, public_jwk: str, *, last_sequence: int, at: datetime, by: str) -> None:
    """`public_jwk` takes the place of the probe's present key, which signs no number above `last_sequence` any more.

    `by`: who allows it (`ProbeKey.allowed_by`). Nothing happens where it is the present one.
    """
    (present,) = db.execute("SELECT public_jwk FROM probe WHERE probe = ?", (probe,)).fetchone()
    if public_jwk != present:
        (newest,) = db.execute(_NEWEST).fetchone()
        db.execute(_END, (epoch_us(at), last_sequence, probe))
        db.execute(_BEGIN, (public_jwk, epoch_us(at), by, newest, probe))


def revoke(db: sqlite3.Connection, probe: str, thumbprint: str | None, *, at: datetime) -> int:
    """Takes nothing any more that this key of the probe signed, None: any of its keys. How many those are."""
    known = of_probe(db, probe)
    meant = [
        one
        for one in ([] if known is None else keys_of(known))
        if thumbprint in {None, key.from_jwk(one.public_jwk).thumbprint()}
    ]
    (newest,) = db.execute(_NEWEST).fetchone()
    for one in meant:
        for statement in _REVOKE:
            db.execute(statement, (epoch_us(at), newest, probe, one.public_jwk))
    return len(meant)


def _enrolled(db: sqlite3.Connection, row: tuple[Any, ...]) -> Enrolled:
    """Most probes have one key that nobody revoked: nothing more is asked for them."""
    probe, public_jwk, *_, number, line, enrolled_us = row
    keys: tuple[ProbeKey, ...] = ()
    if number > 1 or row[7] is not None:
        former: Iterable[tuple[Any, ...]] = db.execute(f"{_FORMER} WHERE probe = ? ORDER BY number DESC", (probe,))
        keys = (_key(row), *map(_key, former))
    return Enrolled(probe=probe, line=line, public_jwk=public_jwk, enrolled_at=at_epoch_us(enrolled_us), keys=keys)


def _key(row: tuple[Any, ...]) -> ProbeKey:
    _, public_jwk, from_us, from_batch, allowed_by, until_us, last_sequence, revoked_us, revoked_batch, *_ = row
    return ProbeKey(
        public_jwk=public_jwk,
        from_at=at_epoch_us(from_us),
        from_batch=from_batch,
        allowed_by=allowed_by,
        until_at=None if until_us is None else at_epoch_us(until_us),
        last_sequence=last_sequence,
        revoked_at=None if revoked_us is None else at_epoch_us(revoked_us),
        revoked_batch=revoked_batch,
    )
