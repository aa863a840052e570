-- What every object keeps beside its own tables.

-- migration 1
CREATE TABLE object (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  name TEXT NOT NULL,             -- <workspace>/<id>
  incarnation TEXT NOT NULL,      -- random, made anew whenever the object is created
  created_at_ms INTEGER NOT NULL,
  clock_ms INTEGER NOT NULL       -- highest time seen: the object's clock never runs backward
) STRICT;

CREATE TABLE outbox (
  destination TEXT NOT NULL,
  sequence INTEGER NOT NULL,      -- per destination, from 1, without gaps
  row TEXT NOT NULL,              -- JSON
  PRIMARY KEY (destination, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox_cursor (
  destination TEXT PRIMARY KEY,
  next_sequence INTEGER NOT NULL  -- every row below has been shipped and deleted
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
  source TEXT NOT NULL,
  incarnation TEXT NOT NULL,
  next_sequence INTEGER NOT NULL, -- every row below has been taken
  PRIMARY KEY (source, incarnation)
) STRICT, WITHOUT ROWID;

CREATE TABLE observation (
  key TEXT PRIMARY KEY,           -- equal refusals or reads of one source share it
  destination TEXT NOT NULL,
  event TEXT NOT NULL,            -- JSON, the latest of them
  count INTEGER NOT NULL,         -- those since the first, which was sent at once
  due_at_ms INTEGER NOT NULL      -- when the count is sent as one event
) STRICT, WITHOUT ROWID;

-- migration 2
CREATE TABLE idempotency_key (
  key TEXT PRIMARY KEY,           -- SHA-256 of principal, operation and key
  fingerprint TEXT NOT NULL,      -- SHA-256 of what was asked for
  answer TEXT,                    -- JSON; NULL where it bore a secret
  created_id TEXT NOT NULL,       -- what an answer with a secret created
  expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_key_by_expiry ON idempotency_key (expires_at_ms);

-- migration 3
CREATE TABLE sweeping (
  kind TEXT PRIMARY KEY,          -- of what housekeeping deletes
  count INTEGER NOT NULL,         -- since then, and not yet told
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
