"""Vocabulary. The tables of the journal, and how each version became the next.

Times are whole microseconds since 1970-01-01 UTC. Knows nothing of who reads or writes them.
"""

# `record` and `batch` are logs: rows are only added, and a greater id came later. Arrival order is nearly time order,
# so neighbours in time are neighbours on the disk, and a greatest id names a state of the store for good. (The same
# rows clustered by time in the primary key cost twice the CPU and three times the room.) A record's `raw` is its own
# bytes out of the signed batch, for reading without opening the batch.
_FIRST = """
CREATE TABLE probe (
  probe TEXT PRIMARY KEY,
  line TEXT NOT NULL,
  public_jwk TEXT NOT NULL,
  enrolled_us INTEGER NOT NULL,
  record_count INTEGER NOT NULL DEFAULT 0,
  last_sequence INTEGER NOT NULL DEFAULT 0,
  last_record_us INTEGER,
  last_received_us INTEGER,
  status TEXT,
  status_us INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  probe TEXT NOT NULL,
  first_sequence INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  received_us INTEGER NOT NULL,
  signed BLOB NOT NULL
) STRICT;

CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  line TEXT NOT NULL,
  probe TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  started_us INTEGER NOT NULL,
  batch INTEGER NOT NULL REFERENCES batch (id),
  raw BLOB NOT NULL,
  UNIQUE (probe, sequence)
) STRICT;
CREATE INDEX record_by_time ON record (line, started_us, sequence, probe);

CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  first_received_us INTEGER NOT NULL,
  last_received_us INTEGER NOT NULL,
  seen INTEGER NOT NULL DEFAULT 1,
  payload BLOB NOT NULL,
  UNIQUE (sha256, topic, reason)
) STRICT;

CREATE TABLE tally (
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (outcome, reason)
) STRICT, WITHOUT ROWID;
"""

# What each probe's status became, and when the collector heard of it; and what an outside witness saw of a line's
# address, minute by minute. Neither is signed, and the oldest of both go (collector.history).
_HISTORY = """
CREATE TABLE status_change (
  id INTEGER PRIMARY KEY,
  probe TEXT NOT NULL,
  line TEXT NOT NULL,
  status TEXT NOT NULL,
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX status_change_by_probe ON status_change (probe, id);

CREATE TABLE witnessed (
  line TEXT NOT NULL,
  started_us INTEGER NOT NULL,
  ended_us INTEGER NOT NULL,
  method TEXT NOT NULL,
  asked_count INTEGER NOT NULL,
  answered_count INTEGER NOT NULL,
  PRIMARY KEY (line, started_us, method)
) STRICT, WITHOUT ROWID
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _HISTORY)  # MIGRATIONS[n] turns version n into n + 1; only ever added to
VERSION = len(MIGRATIONS)  # of a journal, in SQLite's `user_version`
