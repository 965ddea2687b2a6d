"""Vocabulary. The tables of the journal, and how each version became the next.

Times are whole microseconds since 1970-01-01 UTC. Knows nothing of who reads or writes them.
"""

# `record` and `batch` are logs: rows are added at one end, and leave for the lake at the other. A batch's id counts the
# batches of this collector from 1, without gaps, and is given once. Arrival order is nearly time order,
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

# What the lake holds (collector.lake). Batches leave `batch` for it in the order in which they came, and a row stays
# here for each: its digest, so that one that comes again is known, and 16 bytes of the digest of each of its records,
# so that a record that comes again in another batch is told from one of other content. `leaf` is what the log's tree
# is made of (collector.proof.log); null in batches of before, which were made without. The files' rows and the removal
# of what the files hold are one transaction: it alone decides what is read from where.
_LAKE = """
ALTER TABLE probe ADD COLUMN batch_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE probe ADD COLUMN head_sha256 TEXT;
ALTER TABLE probe ADD COLUMN sealed_sequence INTEGER NOT NULL DEFAULT 0;
UPDATE probe SET batch_count = known.batch_count, head_sha256 = known.sha256
  FROM (SELECT probe AS name, count(*) AS batch_count, sha256, max(id) FROM batch GROUP BY probe) AS known
  WHERE known.name = probe.probe;
ALTER TABLE batch ADD COLUMN leaf BLOB;

CREATE TABLE sealed_batch (
  id INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE,
  probe TEXT NOT NULL,
  first_sequence INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  received_us INTEGER NOT NULL,
  fingerprints BLOB NOT NULL
) STRICT;
CREATE INDEX sealed_batch_by_probe ON sealed_batch (probe, first_sequence, last_sequence);

CREATE TABLE lake (
  url TEXT NOT NULL,
  bucket_count INTEGER NOT NULL
) STRICT;

CREATE TABLE seal (
  number INTEGER PRIMARY KEY,
  made_us INTEGER NOT NULL,
  last_batch INTEGER NOT NULL,
  record_count INTEGER NOT NULL,
  peaks BLOB NOT NULL,
  manifest_sha256 TEXT NOT NULL
) STRICT;

CREATE TABLE segment (
  path TEXT PRIMARY KEY,
  day INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  byte_count INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  replaced_us INTEGER
) STRICT;
CREATE INDEX segment_by_day ON segment (day, bucket);

CREATE TABLE batch_file (
  path TEXT PRIMARY KEY,
  first_batch INTEGER NOT NULL,
  last_batch INTEGER NOT NULL,
  byte_count INTEGER NOT NULL,
  sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX batch_file_by_batch ON batch_file (last_batch);

CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY,
  day INTEGER NOT NULL,
  note BLOB NOT NULL,
  token BLOB
) STRICT
"""

# A probe's signing keys: `probe.public_jwk` is the present one, `former_key` has those before it, numbered from 1. A
# batch is counted from the log's first, so that an audit needs no clock: a key signed nothing up to `from_batch`, and
# once revoked nothing beyond `revoked_batch`. `key_from_us` is null of the key that it was enrolled with.
_KEYS = """
ALTER TABLE probe ADD COLUMN key_number INTEGER NOT NULL DEFAULT 1;
ALTER TABLE probe ADD COLUMN key_from_us INTEGER;
ALTER TABLE probe ADD COLUMN key_from_batch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE probe ADD COLUMN key_allowed_by TEXT NOT NULL DEFAULT 'enrolment';
ALTER TABLE probe ADD COLUMN key_revoked_us INTEGER;
ALTER TABLE probe ADD COLUMN key_revoked_batch INTEGER;

CREATE TABLE former_key (
  probe TEXT NOT NULL,
  number INTEGER NOT NULL,
  public_jwk TEXT NOT NULL,
  from_us INTEGER NOT NULL,
  from_batch INTEGER NOT NULL,
  allowed_by TEXT NOT NULL,
  until_us INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  revoked_us INTEGER,
  revoked_batch INTEGER,
  PRIMARY KEY (probe, number)
) STRICT, WITHOUT ROWID
"""

# MIGRATIONS[n] turns version n into n + 1; only ever added to
MIGRATIONS: tuple[str, ...] = (_FIRST, _HISTORY, _LAKE, _KEYS)
VERSION = len(MIGRATIONS)  # of a journal, in SQLite's `user_version`
