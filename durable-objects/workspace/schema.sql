-- One tenant: who is here, who may come, which projects there are.

-- migration 1
CREATE TABLE member (
  id TEXT PRIMARY KEY,
  username TEXT NOT NULL,
  status TEXT NOT NULL,           -- unconfirmed, active, suspended
  roles TEXT NOT NULL,            -- JSON array
  mfa_enabled INTEGER NOT NULL,
  version INTEGER NOT NULL,       -- of the principal's own entry
  order_version INTEGER NOT NULL, -- of the last order sent to the principal
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The one registration by bootstrap token that may become the first ADMIN.
CREATE TABLE bootstrap (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  principal_id TEXT NOT NULL,
  confirmed INTEGER NOT NULL
) STRICT;

CREATE TABLE invitation (
  id TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL UNIQUE,
  roles TEXT NOT NULL,            -- JSON array
  invited_by TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  used_by TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE project (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  owner TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Workspaces that the ADMIN of main has opened.
CREATE TABLE opened (
  name TEXT PRIMARY KEY,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- migration 2
CREATE TABLE worker (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL,           -- active, paused, revoked
  skills TEXT NOT NULL,           -- JSON array of {name, level}
  capacity INTEGER NOT NULL,
  working_hours TEXT,             -- JSON; NULL: at any time
  registered_by TEXT NOT NULL,
  version INTEGER NOT NULL,       -- raised by each decision; orders to the worker's own object carry it
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  last_seen_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE worker_skill (
  skill TEXT NOT NULL,
  worker_id TEXT NOT NULL,
  PRIMARY KEY (skill, worker_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX worker_skill_by_worker ON worker_skill (worker_id);

-- migration 3: deleted projects can be restored for a while
ALTER TABLE project ADD COLUMN erase_at_ms INTEGER;

-- migration 4: what planning costs
CREATE TABLE ai_call (
  id TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  reserved_microdollars INTEGER NOT NULL, -- the most that it can cost; 0 once that is settled
  settled_by_ms INTEGER NOT NULL          -- what is reserved then still counts as spent
) STRICT, WITHOUT ROWID;
CREATE INDEX ai_call_by_time ON ai_call (at_ms);
CREATE INDEX ai_call_reserved ON ai_call (settled_by_ms) WHERE reserved_microdollars > 0;

CREATE TABLE ai_day (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  day INTEGER NOT NULL,           -- days since 1970, UTC
  calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  spent_microdollars INTEGER NOT NULL
) STRICT;

-- migration 5: people who were erased; their names stay taken, so that nobody inherits their ids
CREATE TABLE erased_user (
  id TEXT PRIMARY KEY,
  event_id TEXT NOT NULL          -- of the decision: a repeat is answered with it
) STRICT, WITHOUT ROWID;

-- migration 6: certificates of workers, and the authorities that issue them
CREATE TABLE authority (
  id TEXT PRIMARY KEY,            -- identifier of its key, hex
  certificate BLOB NOT NULL,      -- X.509, DER
  box BLOB NOT NULL,              -- its private key (PKCS #8), sealed
  created_at_ms INTEGER NOT NULL,
  not_after_ms INTEGER NOT NULL,
  retired_at_ms INTEGER,          -- when a newer one took over: from then on it signs lists alone
  list_number INTEGER NOT NULL,   -- of its last revocation list
  list BLOB,                      -- DER; NULL: there is more to say than in the last one
  list_at_ms INTEGER
) STRICT, WITHOUT ROWID;

-- Every certificate that may not have expired yet.
CREATE TABLE certificate (
  serial_number TEXT PRIMARY KEY, -- hex
  authority_id TEXT NOT NULL,
  worker_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  not_after_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_by_worker ON certificate (worker_id, key_id);
CREATE INDEX certificate_by_end ON certificate (not_after_ms);
CREATE INDEX certificate_by_revocation ON certificate (authority_id) WHERE revoked_at_ms IS NOT NULL;

-- migration 7: what the workspace has decided for all
CREATE TABLE settings (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,
  settings TEXT NOT NULL          -- JSON
) STRICT;

-- migration 8: addresses that are blocked, in main alone
CREATE TABLE block (
  id TEXT PRIMARY KEY,            -- blk_ and the keyed hash of the address
  address TEXT NOT NULL,
  times INTEGER NOT NULL,         -- how often, lately
  blocked_at_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX block_by_time ON block (blocked_at_ms);

-- migration 9: what is looked for among very many
CREATE INDEX member_admin ON member (id)
  WHERE status = 'active' AND mfa_enabled = 1 AND instr(roles, '"ADMIN"') > 0;
CREATE INDEX invitation_open ON invitation (expires_at_ms) WHERE used_by IS NULL;
CREATE INDEX project_by_status ON project (status, id);
CREATE INDEX worker_by_status ON worker (status, id);

-- How many workers there are follows the rows.
CREATE TABLE worker_tally (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  workers INTEGER NOT NULL
) STRICT;
INSERT INTO worker_tally SELECT 1, count(*) FROM worker;
CREATE TRIGGER worker_came AFTER INSERT ON worker
BEGIN
  UPDATE worker_tally SET workers = workers + 1;
END;
CREATE TRIGGER worker_went AFTER DELETE ON worker
BEGIN
  UPDATE worker_tally SET workers = workers - 1;
END;
