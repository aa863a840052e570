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

-- migration 4: leases, and how many of a task's dependencies are unsettled (neither done nor cancelled)
UPDATE task SET status = 'open' WHERE status = 'claimed';
ALTER TABLE task ADD COLUMN lease_expires_at_ms INTEGER -- NULL: nobody holds it; otherwise its assignee does
  CHECK (lease_expires_at_ms IS NULL
    OR (assigned_to IS NOT NULL AND status IN ('claimed', 'in_progress', 'blocked')));
ALTER TABLE task ADD COLUMN fencing_token INTEGER NOT NULL DEFAULT 0; -- of the last claim; never falls
ALTER TABLE task ADD COLUMN blocked_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN result TEXT;
UPDATE task SET blocked_by = (
  SELECT count(*) FROM dependency JOIN task AS other ON other.id = waits_for
  WHERE task_id = task.id AND other.status NOT IN ('done', 'cancelled'));
CREATE INDEX task_by_lease ON task (lease_expires_at_ms) WHERE lease_expires_at_ms IS NOT NULL;
CREATE INDEX task_by_holder ON task (assigned_to) WHERE lease_expires_at_ms IS NOT NULL;

-- Whoever changes a status or a dependency, the counts follow in the same statement. A plan's dependencies may come
-- before the task that they name.
CREATE TRIGGER dependency_added AFTER INSERT ON dependency
  WHEN coalesce((SELECT status FROM task WHERE id = NEW.waits_for), 'open') NOT IN ('done', 'cancelled')
BEGIN
  UPDATE task SET blocked_by = blocked_by + 1 WHERE id = NEW.task_id;
END;
CREATE TRIGGER dependency_removed AFTER DELETE ON dependency
  WHEN coalesce((SELECT status FROM task WHERE id = OLD.waits_for), 'open') NOT IN ('done', 'cancelled')
BEGIN
  UPDATE task SET blocked_by = blocked_by - 1 WHERE id = OLD.task_id;
END;
CREATE TRIGGER task_settled AFTER UPDATE OF status ON task
  WHEN OLD.status NOT IN ('done', 'cancelled') AND NEW.status IN ('done', 'cancelled')
BEGIN
  UPDATE task SET blocked_by = blocked_by - 1
  WHERE id IN (SELECT task_id FROM dependency WHERE waits_for = NEW.id);
END;
CREATE TRIGGER task_reopened AFTER UPDATE OF status ON task
  WHEN OLD.status IN ('done', 'cancelled') AND NEW.status NOT IN ('done', 'cancelled')
BEGIN
  UPDATE task SET blocked_by = blocked_by + 1
  WHERE id IN (SELECT task_id FROM dependency WHERE waits_for = NEW.id);
END;
CREATE TRIGGER task_came_settled AFTER INSERT ON task
  WHEN NEW.status IN ('done', 'cancelled')
BEGIN
  UPDATE task SET blocked_by = blocked_by - 1
  WHERE id IN (SELECT task_id FROM dependency WHERE waits_for = NEW.id);
END;

-- migration 5: what is on offer, in the order in which it is wanted
ALTER TABLE task ADD COLUMN wanted_by_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN skill_key TEXT NOT NULL DEFAULT ''; -- its skills, sorted, a space between them
UPDATE task SET
  wanted_by_ms = min(coalesce(unixepoch(due_at) * 1000, 9e15), created_at_ms + 2592000000),
  skill_key = coalesce((SELECT group_concat(value, ' ') FROM (SELECT DISTINCT value FROM json_each(skills) ORDER BY value)), '');
CREATE INDEX task_on_offer ON task (assigned_to, priority, wanted_by_ms, number)
  WHERE status = 'open' AND blocked_by = 0;
CREATE INDEX task_on_offer_by_skill ON task (skill_key, priority, wanted_by_ms, number)
  WHERE status = 'open' AND blocked_by = 0 AND assigned_to IS NULL;
