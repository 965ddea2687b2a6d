"""Vocabulary. The tables of what was imported, and how each version became the next.

A file of its own beside the journal: nothing here is signed, nothing of it enters the log or the lake, and no mistake
in it can touch what is. Times are whole microseconds since 1970-01-01 UTC. Knows nothing of who reads or writes them.
"""

FILE = "imported.sqlite3"  # beside the journal

# A test's `identity` is of its line, direction, time and result: one that comes again, in the same file or in another
# export, is known by it. Ids are given once, so that a finding's witness never names another test than it did.
_FIRST = """
CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  line TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  importer TEXT NOT NULL,
  mapping_sha256 TEXT NOT NULL,
  timezone TEXT,
  imported_us INTEGER NOT NULL,
  UNIQUE (line, sha256)
) STRICT;

CREATE TABLE test (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  line TEXT NOT NULL,
  started_us INTEGER NOT NULL,
  ended_us INTEGER NOT NULL,
  direction TEXT NOT NULL,
  identity BLOB NOT NULL,
  source INTEGER NOT NULL REFERENCES source (id),
  place INTEGER NOT NULL,
  time_from TEXT NOT NULL,
  method TEXT NOT NULL,
  software TEXT NOT NULL,
  rate_bps INTEGER,
  failure TEXT,
  bytes INTEGER,
  duration_s REAL,
  idle_rtt_ms REAL,
  loaded_rtt_ms REAL,
  server TEXT NOT NULL,
  address TEXT,
  tunnel INTEGER,
  path TEXT,
  UNIQUE (line, identity)
) STRICT;
CREATE INDEX test_by_time ON test (line, started_us, id);
CREATE INDEX test_by_source ON test (source);

CREATE TABLE round_trips (
  line TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  target TEXT NOT NULL,
  place INTEGER NOT NULL,
  source INTEGER NOT NULL REFERENCES source (id),
  time_from TEXT NOT NULL,
  sent_count INTEGER NOT NULL,
  lost_count INTEGER NOT NULL,
  median_ms REAL,
  PRIMARY KEY (line, at_us, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX round_trips_by_source ON round_trips (source)
"""

MIGRATIONS: tuple[str, ...] = (_FIRST,)  # MIGRATIONS[n] turns version n into n + 1; only ever added to
VERSION = len(MIGRATIONS)  # in SQLite's `user_version`
