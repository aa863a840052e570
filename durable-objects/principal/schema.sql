-- One principal: a person's credentials, sessions, buckets, nonces, and the index of their projects.

-- migration 1
CREATE TABLE account (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,
  username TEXT NOT NULL,
  status TEXT NOT NULL,           -- unconfirmed, active, suspended
  roles TEXT NOT NULL,            -- JSON array
  bootstrap INTEGER NOT NULL,     -- 1: ADMIN by bootstrap token, to be confirmed with the workspace
  phc TEXT NOT NULL,              -- Argon2id, PHC string format
  version INTEGER NOT NULL,       -- raised whenever the directory must hear of it
  order_version INTEGER NOT NULL, -- of the last order obeyed
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER           -- for unconfirmed accounts
) STRICT;

CREATE TABLE totp (
  state TEXT PRIMARY KEY,         -- active, pending
  box BLOB NOT NULL,              -- the secret, sealed
  last_step INTEGER               -- each step is accepted once
) STRICT, WITHOUT ROWID;

CREATE TABLE backup_code (
  mac BLOB PRIMARY KEY,           -- keyed, so that the table does not give the codes up
  state TEXT NOT NULL,            -- active, pending
  used_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  id TEXT PRIMARY KEY,
  family TEXT NOT NULL,           -- shared by a session and those it was renewed into
  secret_hash BLOB NOT NULL,      -- SHA-256
  created_at_ms INTEGER NOT NULL,
  authenticated_at_ms INTEGER NOT NULL,
  last_used_at_ms INTEGER NOT NULL,
  absolute_deadline_ms INTEGER NOT NULL,
  replaced_at_ms INTEGER,         -- when it was renewed
  state_version INTEGER NOT NULL,
  state BLOB NOT NULL,            -- bindings, sealed under the session's own secret
  description BLOB NOT NULL,      -- device and place, sealed under the principal's key
  risk_score INTEGER NOT NULL,    -- shown to the owner; what decides is in the sealed state
  risk_reasons TEXT NOT NULL      -- JSON array
) STRICT, WITHOUT ROWID;

CREATE TABLE nonce (
  nonce TEXT PRIMARY KEY,
  forget_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX nonce_by_time ON nonce (forget_at_ms);

CREATE TABLE bucket (
  rate_class TEXT PRIMARY KEY,
  tokens REAL NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE failure (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE known_network (
  network TEXT PRIMARY KEY,       -- SHA-256 of the /24 or /48 of a success
  last_success_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE project (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  owner TEXT NOT NULL,
  role TEXT,                      -- NULL: no longer a member
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE override (
  permission TEXT PRIMARY KEY,
  effect TEXT NOT NULL,           -- grant, deny
  until_ms INTEGER                -- NULL: for good
) STRICT, WITHOUT ROWID;

CREATE TABLE handoff (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  secret_hash BLOB NOT NULL,      -- SHA-256
  expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_token (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  secret_hash BLOB NOT NULL,      -- SHA-256
  permissions TEXT NOT NULL,      -- JSON array: never more than the owner's present ones count
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  last_used_at_ms INTEGER         -- a minute stale at most
) STRICT, WITHOUT ROWID;

CREATE TABLE email_address (
  state TEXT PRIMARY KEY,         -- confirmed: gets mail; pending: gets its confirmation alone
  box BLOB NOT NULL               -- the address, sealed under the principal's key
) STRICT, WITHOUT ROWID;

CREATE TABLE mailed_link (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,             -- recovery, email, unlock
  secret_hash BLOB NOT NULL,      -- SHA-256
  made_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL,         -- counted before each is judged
  spent_at_ms INTEGER,            -- used, or superseded
  forget_at_ms INTEGER NOT NULL   -- kept longer than it lives, to count what was made within the hour
) STRICT, WITHOUT ROWID;

CREATE TABLE admitted_network (
  network TEXT PRIMARY KEY,       -- as in known_network: let in by a mailed link, for a while
  until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,             -- of its audit event
  at_ms INTEGER NOT NULL,
  place TEXT NOT NULL,            -- city and country, or empty
  details TEXT NOT NULL,          -- JSON
  read_at_ms INTEGER,
  unmailed INTEGER NOT NULL       -- 1: waits for a summary
) STRICT;

CREATE TABLE notice_mail (
  at_ms INTEGER NOT NULL          -- when a notice was mailed, for the limit per hour
) STRICT;

-- migration 2
-- Of a worker alone: as its workspace decided it.
CREATE TABLE worker (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,       -- of the last order obeyed
  status TEXT NOT NULL,           -- active, paused, revoked
  profile TEXT NOT NULL           -- JSON: name, skills, capacity, working hours
) STRICT;

-- Public keys that its signatures are checked with.
CREATE TABLE signing_key (
  id TEXT PRIMARY KEY,
  algorithm TEXT NOT NULL,        -- a name of RFC 9421, section 3.3
  jwk TEXT NOT NULL,              -- JSON
  thumbprint TEXT NOT NULL UNIQUE, -- RFC 7638
  created_at_ms INTEGER NOT NULL,
  last_used_at_ms INTEGER         -- a minute stale at most
) STRICT, WITHOUT ROWID;

-- migration 3: deleted projects can be restored for a while
ALTER TABLE project ADD COLUMN erase_at_ms INTEGER;

-- migration 4
-- Nonces that were forgotten stay refused when the window is made wider: nothing up to this time is fresh.
CREATE TABLE forgotten_nonce (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  timestamp_ms INTEGER NOT NULL   -- the latest of all that were forgotten
) STRICT;
ALTER TABLE nonce ADD COLUMN timestamp_ms INTEGER NOT NULL DEFAULT 0;
-- Window and skew as they were by default.
UPDATE nonce SET timestamp_ms = forget_at_ms - 360000;

-- migration 5
-- Open streams of feeds, so that each can be closed where it is before a revocation is answered.
CREATE TABLE stream (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,          -- name of the object that holds the connection
  credential_id TEXT NOT NULL,    -- session, API token or key
  roles TEXT NOT NULL,            -- JSON array, when it was opened
  permissions INTEGER NOT NULL    -- bit set, when it was opened
) STRICT, WITHOUT ROWID;

-- migration 6: the index of its work
CREATE TABLE work (
  task_id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  priority TEXT NOT NULL,
  due_at TEXT,                    -- ISO 8601
  due_ms INTEGER NOT NULL,        -- behind all dates where there is none
  lease_expires_at_ms INTEGER     -- NULL: assigned, not held
) STRICT, WITHOUT ROWID;
CREATE INDEX work_by_due ON work (due_ms, task_id);
CREATE INDEX work_by_project ON work (project_id);
CREATE INDEX work_by_lease ON work (lease_expires_at_ms) WHERE lease_expires_at_ms IS NOT NULL;

-- migration 7
-- Since when which key of the ring is the newest: what was made under which key follows from when it was made.
CREATE TABLE key_era (
  key_id TEXT NOT NULL,
  since_ms INTEGER NOT NULL
) STRICT;
ALTER TABLE backup_code ADD COLUMN made_at_ms INTEGER;

-- migration 8: what it asked of the planner
CREATE TABLE ai_use (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  day INTEGER NOT NULL,           -- days since 1970, UTC
  calls INTEGER NOT NULL          -- of that day
) STRICT;

CREATE TABLE ai_cool_down (
  feature TEXT PRIMARY KEY,       -- breakdown, assignees, complexity, risks
  called_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- migration 9
-- When the person's data went; the row itself goes later.
ALTER TABLE account ADD COLUMN erased_at_ms INTEGER;

-- migration 10: certificates of a worker's keys
CREATE TABLE certificate (
  fingerprint TEXT PRIMARY KEY,   -- SHA-256 of the whole, hex
  serial_number TEXT NOT NULL,    -- hex
  key_id TEXT NOT NULL,
  not_after_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_by_key ON certificate (key_id);
-- A key expires with its newest certificate; NULL: it has none.
ALTER TABLE signing_key ADD COLUMN expires_at_ms INTEGER;

-- migration 11: what it told models, and what they answered
CREATE TABLE ai_record (
  id TEXT PRIMARY KEY,
  called_at_ms INTEGER NOT NULL,
  forget_at_ms INTEGER NOT NULL,
  box BLOB NOT NULL               -- all of it, sealed under the principal's key
) STRICT, WITHOUT ROWID;
CREATE INDEX ai_record_by_time ON ai_record (called_at_ms, id);
CREATE INDEX ai_record_by_end ON ai_record (forget_at_ms);

-- migration 12
-- A session that a worker's key has opened ends with it; NULL: a person's.
ALTER TABLE session ADD COLUMN key_id TEXT;

-- migration 13
-- Of an integration alone: as its project decided it.
CREATE TABLE integration (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,       -- of the last order obeyed
  project_id TEXT NOT NULL,
  status TEXT NOT NULL,           -- active, suspended, deleted
  settings TEXT NOT NULL          -- JSON: name, kind, mapping, hmac
) STRICT;

CREATE TABLE integration_secret (
  id TEXT PRIMARY KEY,
  box BLOB NOT NULL,              -- sealed
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER           -- NULL: until another takes its place
) STRICT, WITHOUT ROWID;

-- What it was sent: those of the last 24 hours, so that none counts twice, and failed ones for 30 days.
CREATE TABLE inbound_delivery (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  sender_id_hash TEXT,            -- SHA-256 of what the sender calls it; NULL where it calls it nothing
  body_hash TEXT NOT NULL,        -- SHA-256 of the body
  sent_at_seconds INTEGER,        -- the latest that was signed; NULL where no time is
  status TEXT NOT NULL,           -- pending, applied, ignored, failed, stopped
  attempts INTEGER NOT NULL,
  received_at_ms INTEGER NOT NULL,
  next_attempt_at_ms INTEGER,     -- while it is pending
  event_id TEXT NOT NULL,
  reason TEXT,                    -- why it failed, with detail and a pointer into the mapping
  detail TEXT,
  pointer TEXT,
  box BLOB                        -- body, headers and source, sealed; NULL once it has had its effect
) STRICT;
CREATE INDEX inbound_delivery_by_sender_id ON inbound_delivery (sender_id_hash) WHERE sender_id_hash IS NOT NULL;
CREATE INDEX inbound_delivery_by_body ON inbound_delivery (body_hash);
CREATE INDEX inbound_delivery_by_time ON inbound_delivery (received_at_ms);
CREATE INDEX inbound_delivery_pending ON inbound_delivery (next_attempt_at_ms) WHERE next_attempt_at_ms IS NOT NULL;
CREATE INDEX inbound_delivery_failed ON inbound_delivery (number) WHERE status = 'failed';
CREATE INDEX inbound_delivery_kept ON inbound_delivery (number) WHERE box IS NOT NULL;

-- migration 14
-- Of an integration: by addresses made under which key of the ring its deliveries come. Others hold them.
CREATE TABLE hook_address (
  key_id TEXT PRIMARY KEY,
  used_at_ms INTEGER NOT NULL     -- by the last delivery, to the day
) STRICT, WITHOUT ROWID;

-- migration 15: what a status leaves of very many
CREATE INDEX project_by_status ON project (status, id);
CREATE INDEX work_by_status ON work (status, due_ms, task_id);

-- migration 16: it cost each signed request a page of its commit, to spare cleaning a look at all nonces
DROP INDEX nonce_by_time;

-- migration 17: so that what is renewed under suspicion is known to be
ALTER TABLE session ADD COLUMN risk_raised_at_ms INTEGER NOT NULL DEFAULT 0;
