-- One shard of callers without a name. Addresses are kept as keyed hashes only.

-- migration 1
CREATE TABLE bucket (
  address_key TEXT NOT NULL,
  rate_class TEXT NOT NULL,
  tokens REAL NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  full_at_ms INTEGER NOT NULL,    -- from then on the row says nothing and may go
  PRIMARY KEY (address_key, rate_class)
) STRICT, WITHOUT ROWID;
CREATE INDEX bucket_by_full ON bucket (full_at_ms);

CREATE TABLE attempt (
  address_key TEXT NOT NULL,
  name TEXT NOT NULL,             -- <workspace>/<principal id>, known or not
  failures INTEGER NOT NULL,
  since_ms INTEGER NOT NULL,
  locked_until_ms INTEGER NOT NULL,
  forget_at_ms INTEGER NOT NULL,
  PRIMARY KEY (address_key, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_by_forget ON attempt (forget_at_ms);

-- migration 2: addresses that are turned away
CREATE TABLE refusal (
  address_key TEXT PRIMARY KEY,
  points REAL NOT NULL,
  since_ms INTEGER NOT NULL,
  times INTEGER NOT NULL,         -- blocks so far
  blocked_until_ms INTEGER NOT NULL,
  forget_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refusal_by_forget ON refusal (forget_at_ms);

-- migration 3: what Workers have handed over of reads, so that what comes twice counts once
CREATE TABLE read_batch (
  id TEXT PRIMARY KEY,
  forget_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
