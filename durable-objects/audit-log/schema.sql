-- The sequencer of one workspace's audit log.

-- migration 1
CREATE TABLE event (
  idx INTEGER PRIMARY KEY,        -- place in the order, from 0, without gaps
  id TEXT NOT NULL UNIQUE,
  event_type TEXT NOT NULL,
  category TEXT NOT NULL,
  severity TEXT NOT NULL,
  user_id TEXT,
  decision TEXT NOT NULL,
  json TEXT NOT NULL              -- the event without its index
) STRICT;
CREATE INDEX event_by_user ON event (user_id, idx);
CREATE INDEX event_by_type ON event (event_type, idx);
CREATE INDEX event_by_category ON event (category, idx);

CREATE TABLE sink (
  name TEXT PRIMARY KEY,
  next_idx INTEGER NOT NULL,      -- every event below has been delivered
  chunk_end_idx INTEGER           -- end of the chunk being written: a repeat writes the same object again
) STRICT, WITHOUT ROWID;

-- migration 2: events become entries of a verifiable log
ALTER TABLE event RENAME COLUMN json TO entry; -- what is hashed and published: JSON with the index
UPDATE event SET entry = json_set(entry, '$.index', idx, '$.sealed', NULL);
ALTER TABLE event ADD COLUMN timestamp TEXT NOT NULL DEFAULT ''; -- ISO 8601, sorts by time
UPDATE event SET timestamp = json_extract(entry, '$.timestamp');

CREATE TABLE tree (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  origin TEXT NOT NULL,           -- who the log is, in every checkpoint of its life
  size INTEGER NOT NULL,          -- leaves below the last checkpoint that was published
  planned_size INTEGER,           -- the checkpoint being published: a repeat publishes the same one
  checkpoint TEXT                 -- the last signed note that was published; null before the first
) STRICT;

CREATE TABLE tree_edge (
  level INTEGER PRIMARY KEY,
  hashes BLOB NOT NULL            -- of the level's last tile, as far as it is not full, at tree.size
) STRICT;

CREATE TABLE partial_tile (
  key TEXT PRIMARY KEY,           -- a partial tile or bundle in R2
  full_path TEXT NOT NULL,        -- the full one that will stand for it
  superseded INTEGER NOT NULL     -- 1 once the full one is published: to be deleted
) STRICT, WITHOUT ROWID;
CREATE INDEX partial_tile_by_full_path ON partial_tile (full_path);

CREATE TABLE verifier_key (
  text TEXT PRIMARY KEY,          -- C2SP verifier key
  since_size INTEGER NOT NULL     -- it signs the checkpoints from this size on
) STRICT, WITHOUT ROWID;

CREATE TABLE subject (
  name TEXT PRIMARY KEY,          -- principal, or the strangers of one month
  key_id TEXT,                    -- master key that seals the box
  box BLOB                        -- the subject's secret, sealed; null once it is destroyed
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_by_key_id ON subject (key_id);

-- migration 3: events are found by severity, time and target; old ones are kept by R2 alone
CREATE INDEX event_by_severity ON event (severity, idx);
CREATE INDEX event_by_timestamp ON event (timestamp);
CREATE TABLE event_target (
  target TEXT NOT NULL,
  idx INTEGER NOT NULL,
  PRIMARY KEY (target, idx)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO event_target (target, idx)
  SELECT target.value, event.idx FROM event, json_each(event.entry, '$.targets') AS target;
-- Entries below kept_from are empty here: bundles in R2 have them.
ALTER TABLE tree ADD COLUMN kept_from INTEGER NOT NULL DEFAULT 0;

-- migration 4: every sink has a lane of its own
ALTER TABLE sink ADD COLUMN failures INTEGER NOT NULL DEFAULT 0; -- deliveries that failed since the last that did not
ALTER TABLE sink ADD COLUMN next_attempt_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sink ADD COLUMN delivered_at_ms INTEGER;
ALTER TABLE sink ADD COLUMN last_error TEXT;

-- migration 5: what its workspace has decided, what witnesses have seen, and under which configuration it last ran
CREATE TABLE settings (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,
  settings TEXT NOT NULL          -- JSON
) STRICT;

CREATE TABLE cosigned (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  size INTEGER NOT NULL,
  note TEXT NOT NULL,             -- the checkpoint as the log signed it
  lines TEXT NOT NULL             -- JSON: signature lines of witnesses
) STRICT;

CREATE TABLE configuration (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  salt BLOB NOT NULL,             -- random, of this log alone
  marks TEXT NOT NULL             -- JSON: variable -> MAC of its value under the salt
) STRICT;

-- Entries below trimmed are past their retention, and gone from here and from R2; those up to trim_to go once the event
-- that says so is published.
ALTER TABLE tree ADD COLUMN trimmed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tree ADD COLUMN trim_to INTEGER;
ALTER TABLE tree ADD COLUMN trim_event TEXT;

-- migration 6: events are found by the blocks of 64 that speak of something, not by a row for each event and field
CREATE TABLE event_term (
  term TEXT NOT NULL,             -- field=value, or what else is said of an event
  block INTEGER NOT NULL,         -- idx / 64; events are looked at, too: the block may have lost the one that was meant
  PRIMARY KEY (term, block)
) STRICT, WITHOUT ROWID;
CREATE TABLE event_block (
  block INTEGER PRIMARY KEY,
  latest TEXT NOT NULL            -- the latest time of all events before the block, ISO 8601; '' before the first
) STRICT;
CREATE INDEX event_block_by_latest ON event_block (latest);
ALTER TABLE event ADD COLUMN targets TEXT NOT NULL DEFAULT ''; -- a line each
UPDATE event SET targets = named.targets
  FROM (SELECT idx, group_concat(target, char(10)) AS targets FROM event_target GROUP BY idx) AS named
  WHERE named.idx = event.idx;
INSERT INTO event_block
  SELECT block, coalesce(max(latest) OVER (ORDER BY block ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), '')
  FROM (SELECT idx / 64 AS block, max(timestamp) AS latest FROM event GROUP BY idx / 64);
INSERT OR IGNORE INTO event_term SELECT 'event_type=' || event_type, idx / 64 FROM event;
INSERT OR IGNORE INTO event_term SELECT 'category=' || category, idx / 64 FROM event;
INSERT OR IGNORE INTO event_term SELECT 'severity=' || severity, idx / 64 FROM event;
INSERT OR IGNORE INTO event_term SELECT 'decision=' || decision, idx / 64 FROM event;
INSERT OR IGNORE INTO event_term SELECT 'user_id=' || user_id, idx / 64 FROM event WHERE user_id IS NOT NULL;
INSERT OR IGNORE INTO event_term SELECT 'target=' || target, idx / 64 FROM event_target;
INSERT OR IGNORE INTO event_term SELECT 'late', block FROM event JOIN event_block ON block = idx / 64
  WHERE timestamp < strftime('%Y-%m-%dT%H:%M:%fZ', latest, '-120 seconds');
DROP TABLE event_target;
DROP INDEX event_by_user;
DROP INDEX event_by_type;
DROP INDEX event_by_category;
DROP INDEX event_by_severity;
DROP INDEX event_by_timestamp;
