-- One project: its members, its tasks and what they wait for.

-- migration 1
CREATE TABLE project (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL,           -- active, archived, deleted
  owner TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE member (
  user_id TEXT PRIMARY KEY,
  username TEXT NOT NULL,
  role TEXT NOT NULL              -- owner, editor, viewer
) STRICT, WITHOUT ROWID;

CREATE TABLE task (
  number INTEGER PRIMARY KEY AUTOINCREMENT, -- order of creation; never used again, so that cursors hold
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL,
  priority TEXT NOT NULL,
  estimate TEXT,                  -- JSON, hours
  skills TEXT NOT NULL,           -- JSON array
  due_at TEXT,                    -- ISO 8601
  created_by TEXT NOT NULL,
  assigned_to TEXT,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX task_by_status ON task (status, number);
CREATE INDEX task_by_assignee ON task (assigned_to, number);

CREATE TABLE dependency (
  task_id TEXT NOT NULL,
  waits_for TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (task_id, waits_for)
) STRICT, WITHOUT ROWID;
CREATE INDEX dependency_by_waits_for ON dependency (waits_for);

-- migration 2
CREATE TABLE change (
  number INTEGER PRIMARY KEY,     -- 1, 2, 3 … without gaps; the newest row is never deleted
  at_ms INTEGER NOT NULL,
  type TEXT NOT NULL,             -- of its audit event
  actor TEXT,                     -- NULL: the service itself
  task_id TEXT,
  event_id TEXT NOT NULL,
  data TEXT NOT NULL              -- JSON
) STRICT;
CREATE INDEX change_by_task ON change (task_id, number) WHERE task_id IS NOT NULL;

-- migration 3: what is deleted can be restored until it is erased
ALTER TABLE project ADD COLUMN erase_at_ms INTEGER;
ALTER TABLE project ADD COLUMN erased INTEGER NOT NULL DEFAULT 0; -- 1: announced; the object goes once that is shipped
UPDATE project SET erase_at_ms = updated_at_ms + 2592000000 WHERE status = 'deleted';
