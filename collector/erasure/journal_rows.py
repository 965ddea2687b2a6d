"""Shell. What the journal holds of a line: counted, and taken out of it within the caller's transaction.

Of its batches digest, place and time of arrival stay: the log's leaves are made of these and of nothing else. Knows
nothing of the lake's files.
"""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from collector.journal import translated
from probe.wire import WireError, parse_topic

_BUSY_S = 30.0
_OF_PROBE = (
    ("UPDATE sealed_batch SET probe = '', first_sequence = 0, last_sequence = 0, fingerprints = x'' WHERE probe = ?"),
    "UPDATE batch SET probe = '', first_sequence = 0, last_sequence = 0, signed = x'' WHERE probe = ?",
    "DELETE FROM record WHERE probe = ?",
    "DELETE FROM status_change WHERE probe = ?",
    "DELETE FROM former_key WHERE probe = ?",
    "DELETE FROM probe WHERE probe = ?",
)
_OF_LINE = (
    "DELETE FROM record WHERE line = ?",
    "DELETE FROM status_change WHERE line = ?",
    "DELETE FROM witnessed WHERE line = ?",
)
_COUNTS = {
    "sealed_batch_count": "SELECT count(*) FROM sealed_batch WHERE probe IN (SELECT probe FROM probe WHERE line = ?)",
    "batch_count": "SELECT count(*) FROM batch WHERE probe IN (SELECT probe FROM probe WHERE line = ?)",
    "record_count": "SELECT count(*) FROM record WHERE line = ?",
    "status_count": "SELECT count(*) FROM status_change WHERE line = ?",
    "witnessed_count": "SELECT count(*) FROM witnessed WHERE line = ?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalHolds:
    """What the journal holds of a line. `batch_count` and `record_count` are of what is not sealed."""

    probes: tuple[str, ...]
    keys: tuple[str, ...]
    sealed_batch_count: int
    batch_count: int
    record_count: int
    status_count: int
    witnessed_count: int
    refused_count: int


def count(db: sqlite3.Connection, line: str) -> JournalHolds:
    """What there is. `keys` are the probes' public ones, the former ones too, as JWK."""
    probes = tuple(name for (name,) in db.execute("SELECT probe FROM probe WHERE line = ? ORDER BY probe", (line,)))
    keys = db.execute(
        "SELECT public_jwk FROM probe WHERE line = ?1 UNION"
        " SELECT former_key.public_jwk FROM former_key JOIN probe USING (probe) WHERE line = ?1",
        (line,),
    )
    return JournalHolds(
        probes=probes,
        keys=tuple(one for (one,) in keys),
        refused_count=len(_refused(db, line, probes)),
        **{name: db.execute(query, (line,)).fetchone()[0] for name, query in _COUNTS.items()},
    )


def take_out(db: sqlite3.Connection, line: str) -> None:
    """Every row of the line and of its probes; of the rows of its batches, all but what the log needs."""
    db.execute("PRAGMA secure_delete = ON")
    probes = tuple(name for (name,) in db.execute("SELECT probe FROM probe WHERE line = ?", (line,)))
    db.executemany("DELETE FROM quarantine WHERE id = ?", [(one,) for one in _refused(db, line, probes)])
    for statement in _OF_PROBE:
        db.executemany(statement, [(one,) for one in probes])
    for statement in _OF_LINE:
        db.execute(statement, (line,))


def rewrite(path: Path) -> None:
    """Makes the file anew, without the pages that deleted rows left, and empties its log. Raises JournalError."""
    with translated(path), closing(sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = FULL")
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _refused(db: sqlite3.Connection, line: str, probes: tuple[str, ...]) -> list[int]:
    """Refused messages that came on the line's topics or its probes', or whose reason names one of these."""
    named = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, (line, *probes)))})(?![\w-])")
    found = []
    for number, topic, detail in db.execute("SELECT id, topic, detail FROM quarantine"):
        its_line, its_probe = _parts(topic)
        if its_line == line or its_probe in probes or named.search(f"{topic} {detail}"):
            found.append(number)
    return found


def _parts(topic: str) -> tuple[str, str]:
    """(line, probe) of a topic, empty where it is none of ours."""
    try:
        _, line, probe = parse_topic(topic)
    except WireError:
        return "", ""
    return line, probe
