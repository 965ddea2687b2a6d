"""Vocabulary. The spool's tables, and how an older spool becomes one of this form.

Knows nothing of who reads or writes them.
"""

MOST_BYTES = 256_000_000  # of the spool's file, unless the settings say otherwise

# `heartbeat` of a record: NULL of everything that is never made smaller.
BAD, WHOLE, CONDENSED = 0, 1, 2  # a minute with an answer missing; one with every answer; several of these as one

_FIRST = """
CREATE TABLE chain (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    line TEXT NOT NULL,
    probe TEXT NOT NULL,
    next_sequence INTEGER NOT NULL,
    last_sha256 TEXT
) STRICT;
CREATE TABLE record (sequence INTEGER PRIMARY KEY, encoded BLOB NOT NULL) STRICT;
CREATE TABLE batch (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    signed BLOB NOT NULL,
    rejected TEXT
) STRICT
"""
# From here on `encoded` is deflated (RFC 1950); what waits from before is plain JSON, which begins with a brace.
_BOUNDED = """
CREATE TABLE IF NOT EXISTS receipt (only INTEGER PRIMARY KEY CHECK (only = 1), received_at TEXT NOT NULL) STRICT;
ALTER TABLE record ADD COLUMN heartbeat INTEGER;
CREATE INDEX heartbeats ON record (sequence, heartbeat) WHERE heartbeat IS NOT NULL;
CREATE TABLE dropped (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    since_at TEXT NOT NULL,
    minutes INTEGER NOT NULL
) STRICT
"""
# A change of the signing key that is announced: nothing after record `sequence` is sealed until it is settled.
_KEYS = """
CREATE TABLE key_change (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    sequence INTEGER NOT NULL,
    thumbprint TEXT NOT NULL
) STRICT
"""
FORMS: tuple[str, ...] = (_FIRST, _BOUNDED, _KEYS)  # FORMS[n] turns form n into n + 1; only ever added to
