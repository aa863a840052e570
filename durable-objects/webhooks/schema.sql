-- The webhook endpoints of a project or a workspace: what was decided about them, and who is to hear what.

-- migration 1
CREATE TABLE webhook (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  event_types TEXT NOT NULL,      -- JSON array
  task_order TEXT NOT NULL,       -- none, task
  per_minute INTEGER NOT NULL,    -- deliveries
  status TEXT NOT NULL,           -- active, paused; disabled, gone as the endpoint reports it
  responsible TEXT NOT NULL,
  secrets TEXT NOT NULL,          -- JSON array, newest first: ids, public keys and times, no secret
  version INTEGER NOT NULL,       -- raised by each decision; orders to the endpoint's own object carry it
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Of a project: who is served from its feed, and how far each has got.
CREATE TABLE subscription (
  webhook_id TEXT PRIMARY KEY,
  event_types TEXT NOT NULL,      -- JSON array
  version INTEGER NOT NULL,
  next_number INTEGER NOT NULL    -- every change below has been taken, or is not wanted
) STRICT, WITHOUT ROWID;

-- Of a workspace: which endpoint is being made known to its projects, and which is the last that was told.
CREATE TABLE announcement (
  webhook_id TEXT PRIMARY KEY,
  after_project TEXT NOT NULL
) STRICT, WITHOUT ROWID;
