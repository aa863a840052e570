-- One endpoint that hears of events by webhook: what was decided about it, what is on its way, and what came of it.

-- migration 1
CREATE TABLE endpoint (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,
  project_id TEXT,                -- NULL: of the workspace
  url TEXT NOT NULL,
  event_types TEXT NOT NULL,      -- JSON array
  task_order INTEGER NOT NULL,    -- 1: events of one task one after the other
  per_minute INTEGER NOT NULL,    -- deliveries
  responsible TEXT NOT NULL,
  version INTEGER NOT NULL,       -- of the last order
  closing INTEGER NOT NULL,       -- 1: goes once nothing is queued
  status TEXT NOT NULL,           -- active, paused, disabled, gone
  failures INTEGER NOT NULL DEFAULT 0,      -- attempts in a row
  failing_since_ms INTEGER,
  throttled_until_ms INTEGER NOT NULL DEFAULT 0,
  probe_at_ms INTEGER NOT NULL DEFAULT 0,
  tokens REAL,                    -- of its bucket; NULL: full
  tokens_at_ms INTEGER,
  delivered INTEGER NOT NULL DEFAULT 0,     -- since it was made
  failed_attempts INTEGER NOT NULL DEFAULT 0,
  delivered_at_ms INTEGER
) STRICT;

CREATE TABLE secret (
  id TEXT PRIMARY KEY,
  box BLOB NOT NULL,              -- sealed: the shared secret and the private key
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER           -- NULL: the present one
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,        -- webhook-id; follows from the event, so that it is the same whenever it comes again
  event_type TEXT NOT NULL,
  task_id TEXT,
  body TEXT NOT NULL,             -- JSON, what is signed and sent
  status TEXT NOT NULL,           -- pending, waiting (for an earlier one of its task), delivered, dead
  reason TEXT,                    -- why it is dead
  created_at_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,      -- ever
  tries INTEGER NOT NULL DEFAULT 0,         -- since it was queued, or queued again
  next_attempt_at_ms INTEGER NOT NULL,
  settled_at_ms INTEGER,          -- delivered or dead since then
  last_status_code INTEGER,
  last_error TEXT,
  last_duration_ms INTEGER
) STRICT;
CREATE INDEX delivery_due ON delivery (next_attempt_at_ms, sequence) WHERE status = 'pending';
CREATE INDEX delivery_queued_of_task ON delivery (task_id, sequence) WHERE status IN ('pending', 'waiting');
CREATE INDEX delivery_by_status ON delivery (status, sequence);
CREATE INDEX delivery_by_time ON delivery (created_at_ms, sequence);
CREATE INDEX delivery_settled ON delivery (settled_at_ms) WHERE settled_at_ms IS NOT NULL;

CREATE TABLE attempt (
  place INTEGER PRIMARY KEY,      -- rises with time
  sequence INTEGER NOT NULL,      -- of its delivery
  number INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  status_code INTEGER,
  error TEXT,
  answer BLOB                     -- sealed: its beginning
) STRICT;
CREATE UNIQUE INDEX attempt_by_delivery ON attempt (sequence, number);

-- How many there are follows the rows.
CREATE TABLE tally (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  queued INTEGER NOT NULL,        -- pending or waiting
  dead INTEGER NOT NULL,
  settled INTEGER NOT NULL        -- delivered or dead, and still kept
) STRICT;
INSERT INTO tally VALUES (1, 0, 0, 0);
CREATE TRIGGER delivery_came AFTER INSERT ON delivery
BEGIN
  UPDATE tally SET queued = queued + (NEW.settled_at_ms IS NULL), dead = dead + (NEW.status = 'dead'),
    settled = settled + (NEW.settled_at_ms IS NOT NULL);
END;
CREATE TRIGGER delivery_changed AFTER UPDATE OF status ON delivery
BEGIN
  UPDATE tally SET queued = queued + (NEW.settled_at_ms IS NULL) - (OLD.settled_at_ms IS NULL),
    dead = dead + (NEW.status = 'dead') - (OLD.status = 'dead'),
    settled = settled + (NEW.settled_at_ms IS NOT NULL) - (OLD.settled_at_ms IS NOT NULL);
END;
CREATE TRIGGER delivery_went AFTER DELETE ON delivery
BEGIN
  UPDATE tally SET queued = queued - (OLD.settled_at_ms IS NULL), dead = dead - (OLD.status = 'dead'),
    settled = settled - (OLD.settled_at_ms IS NOT NULL);
  DELETE FROM attempt WHERE sequence = OLD.sequence;
END;

-- migration 2: one that closes does so in the end, though nobody takes what is queued
ALTER TABLE endpoint ADD COLUMN closes_by_ms INTEGER; -- NULL: it goes on
UPDATE endpoint SET closes_by_ms = coalesce((SELECT max(created_at_ms) FROM delivery), 0) + 345600000 WHERE closing = 1;

-- migration 3: those of one type are found without looking at all others
CREATE INDEX delivery_by_type ON delivery (event_type, status, sequence);
