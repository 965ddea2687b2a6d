"""Shell. Reads back what was imported, as records that name themselves so.

Each read is one short transaction on one state of the file. Where nothing was imported there is no file, and nothing
is found. Knows nothing of what a record means.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path as File
from typing import Any

from collector.envelope import IMPORTED, Imported, ImportedRoundTrips, ImportSource, StoredRecord, TimeFrom
from collector.imported import tables
from probe.body.conditions import Conditions, LinkType, Path
from probe.body.speed_test import Direction, Failure, Server, SpeedTest
from probe.record import Record, Stamp
from probe.units import at_epoch_us

_PAGE = 2_000
_BUSY_S = 5.0
_TESTS = """
SELECT test.id AS id, started_us, ended_us, direction, place, time_from, method, software, rate_bps, failure, bytes,
  duration_s, idle_rtt_ms, loaded_rtt_ms, server, address, tunnel, path, source,
  name, sha256, format, importer, mapping_sha256, timezone, imported_us
FROM test JOIN source ON source.id = test.source
WHERE test.line = ?1 AND (started_us, test.id) > (?2, ?3) AND started_us < ?4
ORDER BY started_us, test.id LIMIT ?5
"""
_TRIPS = """
SELECT at_us, target, place, time_from, sent_count, lost_count, median_ms FROM round_trips
WHERE line = ?1 AND (at_us, target) > (?2, ?3) AND at_us < ?4 ORDER BY at_us, target LIMIT ?5
"""
_SOURCES = """
SELECT line, name, sha256, format, importer, mapping_sha256, timezone, imported_us,
  (SELECT count(*) FROM test WHERE source = source.id)
    + (SELECT count(*) FROM round_trips WHERE source = source.id) AS own
FROM source ORDER BY line, imported_us, sha256
"""


class UnreadableError(Exception):
    """The file is of another version. The text says how to mend it."""


def records(path: File, line: str, start_us: int, end_us: int) -> Iterator[StoredRecord]:
    """The tests that started in [start_us, end_us), by start and id. Raises UnreadableError and sqlite3.Error."""
    after = (start_us, 0)  # ids begin at 1
    while True:
        rows = _ask(path, _TESTS, (line, *after, end_us, _PAGE))
        for row in rows:
            yield _stored(line, row)
        if len(rows) < _PAGE:
            return
        after = (rows[-1]["started_us"], rows[-1]["id"])


def round_trips(path: File, line: str, start_us: int, end_us: int) -> Iterator[ImportedRoundTrips]:
    """Those of [start_us, end_us), by time and target. Raises UnreadableError and sqlite3.Error."""
    after = (start_us, "")  # no target is empty
    while True:
        rows = _ask(path, _TRIPS, (line, *after, end_us, _PAGE))
        for row in rows:
            yield ImportedRoundTrips(
                at=at_epoch_us(row["at_us"]),
                target=row["target"],
                sent_count=row["sent_count"],
                lost_count=row["lost_count"],
                median_ms=row["median_ms"],
                place=row["place"],
                time_from=TimeFrom(row["time_from"]),
            )
        if len(rows) < _PAGE:
            return
        after = (rows[-1]["at_us"], rows[-1]["target"])


def lines(path: File) -> tuple[str, ...]:
    """The lines that anything was imported for, sorted."""
    return tuple(row["line"] for row in _ask(path, "SELECT DISTINCT line FROM source ORDER BY line"))


def sources(path: File) -> tuple[tuple[str, ImportSource, int], ...]:
    """(line, file, how many tests and round trips are its own), by line and time of import."""
    return tuple((row["line"], _source(row), row["own"]) for row in _ask(path, _SOURCES))


def _ask(path: File, query: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)) as db:
        db.row_factory = sqlite3.Row
        db.execute("BEGIN")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > tables.VERSION:
            raise UnreadableError(f"{path} was made by a newer Prova. Upgrade this Prova.")
        return [] if version < 1 else db.execute(query, values).fetchall()


def _stored(line: str, row: sqlite3.Row) -> StoredRecord:
    source = _source(row)
    record = Record(
        line=line,
        probe=IMPORTED,
        sequence=row["id"],
        started=_stamp(row["started_us"], row),
        ended=_stamp(row["ended_us"], row),
        software=row["software"],
        body=_test(row),
    )
    imported = Imported(source=source, place=row["place"], time_from=TimeFrom(row["time_from"]))
    return StoredRecord(record=record, received_at=source.imported_at, batch_sha256="", imported=imported)


def _stamp(at_us: int, row: sqlite3.Row) -> Stamp:
    """No boot but its file's own, and a clock of which nothing is known."""
    return Stamp(at=at_epoch_us(at_us), monotonic_ns=0, boot_id=f"{IMPORTED}-{row['source']}")


def _test(row: sqlite3.Row) -> SpeedTest:
    address = row["address"]
    return SpeedTest(
        direction=Direction(row["direction"]),
        method=row["method"],
        method_version=row["method"],
        server=Server(
            url=row["server"], address=address, address_family=None if address is None else ip_address(address).version
        ),
        rate_bps=row["rate_bps"],
        mean_bps=row["rate_bps"],
        bytes=row["bytes"],
        duration_s=row["duration_s"],
        idle_rtt_ms=row["idle_rtt_ms"],
        loaded_rtt_ms=row["loaded_rtt_ms"],
        conditions=Conditions(
            link_type=LinkType.TUNNEL if row["tunnel"] else None,
            path=None if row["path"] is None else Path(row["path"]),
        ),
        failure=None if row["failure"] is None else Failure(row["failure"]),
    )


def _source(row: sqlite3.Row) -> ImportSource:
    return ImportSource(
        sha256=row["sha256"],
        name=row["name"],
        format=row["format"],
        importer=row["importer"],
        mapping_sha256=row["mapping_sha256"],
        timezone=row["timezone"],
        imported_at=at_epoch_us(row["imported_us"]),
    )
