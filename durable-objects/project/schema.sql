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

-- migration 6: labels, sub-tasks, times of work, order, search and counts
ALTER TABLE task ADD COLUMN labels TEXT NOT NULL DEFAULT '[]'; -- JSON array
ALTER TABLE task ADD COLUMN parent_id TEXT;       -- NULL: no sub-task
ALTER TABLE task ADD COLUMN started_at_ms INTEGER;
ALTER TABLE task ADD COLUMN completed_at_ms INTEGER;
ALTER TABLE task ADD COLUMN is_blocked INTEGER NOT NULL
  AS (status = 'blocked' OR (blocked_by > 0 AND status NOT IN ('done', 'cancelled'))) VIRTUAL;
UPDATE task SET completed_at_ms = updated_at_ms WHERE status = 'done';

-- What lists are sorted by; unsettled tasks apart from settled ones, of which there are more in the end.
ALTER TABLE task ADD COLUMN is_settled INTEGER NOT NULL AS (status IN ('done', 'cancelled')) VIRTUAL;
ALTER TABLE task ADD COLUMN priority_order INTEGER NOT NULL
  AS (CASE priority WHEN 'low' THEN 0 WHEN 'normal' THEN 1 WHEN 'high' THEN 2 ELSE 3 END) VIRTUAL;
ALTER TABLE task ADD COLUMN due_order INTEGER NOT NULL -- ms; without a due time after the year 9999
  AS (coalesce(CAST(round(unixepoch(due_at, 'subsec') * 1000) AS INTEGER), 253402300800000)) VIRTUAL;
ALTER TABLE task ADD COLUMN title_order TEXT NOT NULL AS (lower(substr(title, 1, 40))) VIRTUAL;
CREATE INDEX task_by_priority ON task (is_settled, priority_order, number);
CREATE INDEX task_by_due ON task (is_settled, due_order, number);
CREATE INDEX task_by_update ON task (is_settled, updated_at_ms, number);
CREATE INDEX task_by_title ON task (is_settled, title_order, number);
CREATE INDEX task_by_blocked ON task (number) WHERE is_blocked = 1;
CREATE INDEX task_by_parent ON task (parent_id, number) WHERE parent_id IS NOT NULL;

-- What is in the project: tasks by status, those blocked by whatever, and how much people wrote. Whoever changes a
-- task, the counts follow in the same statement.
CREATE TABLE tally (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  open INTEGER NOT NULL,
  claimed INTEGER NOT NULL,
  in_progress INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  done INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  is_blocked INTEGER NOT NULL,
  text_bytes INTEGER NOT NULL     -- UTF-8, of titles, descriptions and results
) STRICT;
INSERT INTO tally SELECT 1, count(*) FILTER (WHERE status = 'open'),
  count(*) FILTER (WHERE status = 'claimed'),
  count(*) FILTER (WHERE status = 'in_progress'),
  count(*) FILTER (WHERE status = 'blocked'),
  count(*) FILTER (WHERE status = 'done'),
  count(*) FILTER (WHERE status = 'cancelled'),
  count(*) FILTER (WHERE is_blocked),
  coalesce(sum(octet_length(title) + octet_length(description) + coalesce(octet_length(result), 0)), 0) FROM task;
CREATE TRIGGER task_counted AFTER INSERT ON task
BEGIN
  UPDATE tally SET
    open = open + (NEW.status = 'open'),
    claimed = claimed + (NEW.status = 'claimed'),
    in_progress = in_progress + (NEW.status = 'in_progress'),
    blocked = blocked + (NEW.status = 'blocked'),
    done = done + (NEW.status = 'done'),
    cancelled = cancelled + (NEW.status = 'cancelled'),
    is_blocked = is_blocked + NEW.is_blocked,
    text_bytes = text_bytes
      + octet_length(NEW.title) + octet_length(NEW.description) + coalesce(octet_length(NEW.result), 0);
END;
CREATE TRIGGER task_uncounted AFTER DELETE ON task
BEGIN
  UPDATE tally SET
    open = open - (OLD.status = 'open'),
    claimed = claimed - (OLD.status = 'claimed'),
    in_progress = in_progress - (OLD.status = 'in_progress'),
    blocked = blocked - (OLD.status = 'blocked'),
    done = done - (OLD.status = 'done'),
    cancelled = cancelled - (OLD.status = 'cancelled'),
    is_blocked = is_blocked - OLD.is_blocked,
    text_bytes = text_bytes
      - octet_length(OLD.title) - octet_length(OLD.description) - coalesce(octet_length(OLD.result), 0);
END;
CREATE TRIGGER task_recounted AFTER UPDATE ON task
  WHEN OLD.status != NEW.status OR OLD.is_blocked != NEW.is_blocked OR OLD.title != NEW.title
    OR OLD.description != NEW.description OR OLD.result IS NOT NEW.result
BEGIN
  UPDATE tally SET
    open = open + (NEW.status = 'open') - (OLD.status = 'open'),
    claimed = claimed + (NEW.status = 'claimed') - (OLD.status = 'claimed'),
    in_progress = in_progress + (NEW.status = 'in_progress') - (OLD.status = 'in_progress'),
    blocked = blocked + (NEW.status = 'blocked') - (OLD.status = 'blocked'),
    done = done + (NEW.status = 'done') - (OLD.status = 'done'),
    cancelled = cancelled + (NEW.status = 'cancelled') - (OLD.status = 'cancelled'),
    is_blocked = is_blocked + NEW.is_blocked - OLD.is_blocked,
    text_bytes = text_bytes
      + octet_length(NEW.title) + octet_length(NEW.description) + coalesce(octet_length(NEW.result), 0)
      - octet_length(OLD.title) - octet_length(OLD.description) - coalesce(octet_length(OLD.result), 0);
END;

-- Labels and skills by word, and the words of titles and descriptions; they follow the task likewise.
CREATE TABLE tag (
  kind TEXT NOT NULL,             -- label, skill
  word TEXT NOT NULL,
  number INTEGER NOT NULL,        -- of the task
  PRIMARY KEY (kind, word, number)
) STRICT, WITHOUT ROWID;
INSERT INTO tag SELECT 'label', value, number FROM task, json_each(task.labels)
  UNION SELECT 'skill', value, number FROM task, json_each(task.skills);
CREATE TRIGGER task_tagged AFTER INSERT ON task WHEN NEW.labels != '[]' OR NEW.skills != '[]'
BEGIN
  INSERT INTO tag SELECT 'label', value, NEW.number FROM json_each(NEW.labels)
    UNION SELECT 'skill', value, NEW.number FROM json_each(NEW.skills);
END;
CREATE TRIGGER task_untagged AFTER DELETE ON task WHEN OLD.labels != '[]' OR OLD.skills != '[]'
BEGIN
  DELETE FROM tag WHERE number = OLD.number AND (kind, word) IN (
    SELECT 'label', value FROM json_each(OLD.labels) UNION SELECT 'skill', value FROM json_each(OLD.skills));
END;
CREATE TRIGGER task_retagged AFTER UPDATE ON task WHEN OLD.labels != NEW.labels OR OLD.skills != NEW.skills
BEGIN
  DELETE FROM tag WHERE number = OLD.number AND (kind, word) IN (
    SELECT 'label', value FROM json_each(OLD.labels) UNION SELECT 'skill', value FROM json_each(OLD.skills));
  INSERT INTO tag SELECT 'label', value, NEW.number FROM json_each(NEW.labels)
    UNION SELECT 'skill', value, NEW.number FROM json_each(NEW.skills);
END;

CREATE VIRTUAL TABLE task_text USING fts5 (title, description, content = 'task', content_rowid = 'number',
  columnsize = 0, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO task_text (task_text) VALUES ('rebuild');
CREATE TRIGGER task_worded AFTER INSERT ON task
BEGIN
  INSERT INTO task_text (rowid, title, description) VALUES (NEW.number, NEW.title, NEW.description);
END;
CREATE TRIGGER task_unworded AFTER DELETE ON task
BEGIN
  INSERT INTO task_text (task_text, rowid, title, description)
    VALUES ('delete', OLD.number, OLD.title, OLD.description);
END;
CREATE TRIGGER task_reworded AFTER UPDATE ON task
  WHEN OLD.title != NEW.title OR OLD.description != NEW.description
BEGIN
  INSERT INTO task_text (task_text, rowid, title, description)
    VALUES ('delete', OLD.number, OLD.title, OLD.description);
  INSERT INTO task_text (rowid, title, description) VALUES (NEW.number, NEW.title, NEW.description);
END;

-- migration 7: whose list of work a change of a task concerns; told and emptied before the transaction ends
CREATE TABLE work_change (
  principal_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  PRIMARY KEY (principal_id, task_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER work_came AFTER INSERT ON task WHEN NEW.assigned_to IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO work_change VALUES (NEW.assigned_to, NEW.id);
END;
CREATE TRIGGER work_changed AFTER UPDATE OF version, assigned_to ON task
  WHEN OLD.assigned_to IS NOT NULL OR NEW.assigned_to IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO work_change SELECT OLD.assigned_to, NEW.id WHERE OLD.assigned_to IS NOT NULL;
  INSERT OR IGNORE INTO work_change SELECT NEW.assigned_to, NEW.id WHERE NEW.assigned_to IS NOT NULL;
END;
CREATE TRIGGER work_went AFTER DELETE ON task WHEN OLD.assigned_to IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO work_change VALUES (OLD.assigned_to, OLD.id);
END;
INSERT INTO work_change SELECT assigned_to, id FROM task WHERE assigned_to IS NOT NULL;

-- migration 8: comments; they count as text, and go with their task
CREATE TABLE comment (
  number INTEGER PRIMARY KEY AUTOINCREMENT, -- order of creation; never used again, so that cursors hold
  id TEXT NOT NULL UNIQUE,
  task_id TEXT NOT NULL,
  author TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX comment_by_task ON comment (task_id, number);
CREATE TRIGGER comment_counted AFTER INSERT ON comment
BEGIN
  UPDATE tally SET text_bytes = text_bytes + octet_length(NEW.body);
END;
CREATE TRIGGER comment_uncounted AFTER DELETE ON comment
BEGIN
  UPDATE tally SET text_bytes = text_bytes - octet_length(OLD.body);
END;
CREATE TRIGGER task_comments_gone AFTER DELETE ON task
BEGIN
  DELETE FROM comment WHERE task_id = OLD.id;
END;

-- migration 9: through how many inbound webhooks a change came
ALTER TABLE change ADD COLUMN hops INTEGER NOT NULL DEFAULT 0;

-- migration 10: integrations, and what their senders call tasks and comments
CREATE TABLE integration (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,             -- standard_webhooks, github, hmac
  role TEXT NOT NULL,             -- editor, viewer
  status TEXT NOT NULL,           -- active, suspended
  mapping TEXT NOT NULL,          -- JSON
  hmac TEXT,                      -- JSON; NULL but for the kind hmac
  secrets TEXT NOT NULL,          -- JSON array: when each was made and until when it holds, newest first
  created_by TEXT NOT NULL,
  version INTEGER NOT NULL,       -- orders to the integration's own object carry it
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE external_task (
  integration_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  task_id TEXT NOT NULL,          -- also of one that was deleted since: it does not come back
  state_at_ms INTEGER NOT NULL,   -- when its present state came about: nothing older moves it
  PRIMARY KEY (integration_id, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX external_task_by_task ON external_task (task_id);

CREATE TABLE external_comment (
  integration_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  PRIMARY KEY (integration_id, external_id)
) STRICT, WITHOUT ROWID;

-- Whoever settles or reopens a task here: what happened elsewhere before that does not undo it.
CREATE TRIGGER external_task_settled AFTER UPDATE OF status ON task
  WHEN (OLD.status IN ('done', 'cancelled')) != (NEW.status IN ('done', 'cancelled'))
BEGIN
  UPDATE external_task SET state_at_ms = max(state_at_ms, NEW.updated_at_ms) WHERE task_id = NEW.id;
END;

-- migration 11: plans that are no tasks yet, by version, and what became of them
CREATE TABLE breakdown (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,       -- the newest
  provider TEXT NOT NULL,
  notes TEXT NOT NULL,            -- JSON array
  created_by TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  applied_at_ms INTEGER,          -- NULL: not yet
  applied TEXT                    -- JSON array of {ref, id}
) STRICT, WITHOUT ROWID;
CREATE INDEX breakdown_by_end ON breakdown (expires_at_ms);
CREATE TABLE breakdown_version (
  plan_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  tasks INTEGER NOT NULL,
  proposal TEXT NOT NULL,         -- JSON
  PRIMARY KEY (plan_id, version)
) STRICT;

-- migration 12: a change of a task writes no index that it does not concern. What is settled is a column that changes when
-- it does, and not with every status; what nobody is assigned, and what asks for no skill, is in no index of those.
ALTER TABLE task ADD COLUMN settled INTEGER NOT NULL DEFAULT 0; -- 1: done or cancelled
UPDATE task SET settled = 1 WHERE status IN ('done', 'cancelled');
DROP INDEX task_by_priority;
DROP INDEX task_by_due;
DROP INDEX task_by_update;
DROP INDEX task_by_title;
ALTER TABLE task DROP COLUMN is_settled;
CREATE INDEX task_by_priority ON task (settled, priority_order, number);
CREATE INDEX task_by_due ON task (settled, due_order, number);
CREATE INDEX task_by_update ON task (settled, updated_at_ms, number);
CREATE INDEX task_by_title ON task (settled, title_order, number);

DROP INDEX task_by_assignee;
DROP INDEX task_by_holder;
CREATE INDEX task_by_assignee ON task (assigned_to, lease_expires_at_ms) WHERE assigned_to IS NOT NULL;

ALTER TABLE task ADD COLUMN asks_skills INTEGER NOT NULL AS (skill_key != '') VIRTUAL;
DROP INDEX task_on_offer;
DROP INDEX task_on_offer_by_skill;
CREATE INDEX task_on_offer ON task (assigned_to, asks_skills, priority, wanted_by_ms, number)
  WHERE status = 'open' AND blocked_by = 0;
CREATE INDEX task_on_offer_by_skill ON task (skill_key, priority, wanted_by_ms, number)
  WHERE status = 'open' AND blocked_by = 0 AND assigned_to IS NULL AND skill_key != '';

-- migration 13: what tasks are found by is written for many new ones at once (filing-store.ts). All but those filed lie beyond
-- the number up to which they are.
ALTER TABLE task ADD COLUMN filed INTEGER NOT NULL DEFAULT 1; -- 0: new, and in no index of these
ALTER TABLE tally ADD COLUMN filed_through INTEGER NOT NULL DEFAULT 0;
UPDATE tally SET filed_through = coalesce((SELECT max(number) FROM task), 0);
DROP INDEX task_by_status;
DROP INDEX task_by_priority;
DROP INDEX task_by_due;
DROP INDEX task_by_update;
DROP INDEX task_by_title;
DROP INDEX task_on_offer;
DROP INDEX task_on_offer_by_skill;
CREATE INDEX task_by_status ON task (status, number) WHERE filed = 1;
CREATE INDEX task_by_priority ON task (settled, priority_order, number) WHERE filed = 1;
CREATE INDEX task_by_due ON task (settled, due_order, number) WHERE filed = 1;
CREATE INDEX task_by_update ON task (settled, updated_at_ms, number) WHERE filed = 1;
CREATE INDEX task_by_title ON task (settled, title_order, number) WHERE filed = 1;
CREATE INDEX task_on_offer ON task (assigned_to, asks_skills, priority, wanted_by_ms, number)
  WHERE status = 'open' AND blocked_by = 0 AND filed = 1;
CREATE INDEX task_on_offer_by_skill ON task (skill_key, priority, wanted_by_ms, number)
  WHERE status = 'open' AND blocked_by = 0 AND assigned_to IS NULL AND skill_key != '' AND filed = 1;

DROP TRIGGER task_worded;
DROP TRIGGER task_unworded;
DROP TRIGGER task_reworded;
CREATE TRIGGER task_worded AFTER INSERT ON task WHEN NEW.filed = 1
BEGIN
  INSERT INTO task_text (rowid, title, description) VALUES (NEW.number, NEW.title, NEW.description);
END;
CREATE TRIGGER task_filed AFTER UPDATE OF filed ON task WHEN OLD.filed = 0 AND NEW.filed = 1
BEGIN
  INSERT INTO task_text (rowid, title, description) VALUES (NEW.number, NEW.title, NEW.description);
END;
CREATE TRIGGER task_unworded AFTER DELETE ON task WHEN OLD.filed = 1
BEGIN
  INSERT INTO task_text (task_text, rowid, title, description)
    VALUES ('delete', OLD.number, OLD.title, OLD.description);
END;
CREATE TRIGGER task_reworded AFTER UPDATE OF title, description ON task
  WHEN OLD.filed = 1 AND (OLD.title != NEW.title OR OLD.description != NEW.description)
BEGIN
  INSERT INTO task_text (task_text, rowid, title, description)
    VALUES ('delete', OLD.number, OLD.title, OLD.description);
  INSERT INTO task_text (rowid, title, description) VALUES (NEW.number, NEW.title, NEW.description);
END;

-- migration 14: how many of a task's sub-tasks are unsettled; it is on offer after them. Whoever changes a task, the counts
-- follow in the same statement. A plan's sub-tasks may come before the task that they are a part of.
ALTER TABLE task ADD COLUMN open_parts INTEGER NOT NULL DEFAULT 0;
UPDATE task SET open_parts = (SELECT count(*) FROM task AS part WHERE part.parent_id = task.id AND part.settled = 0)
  WHERE id IN (SELECT parent_id FROM task WHERE parent_id IS NOT NULL);
CREATE TRIGGER part_came AFTER INSERT ON task WHEN NEW.parent_id IS NOT NULL AND NEW.settled = 0
BEGIN
  UPDATE task SET open_parts = open_parts + 1 WHERE id = NEW.parent_id;
END;
CREATE TRIGGER part_went AFTER DELETE ON task WHEN OLD.parent_id IS NOT NULL AND OLD.settled = 0
BEGIN
  UPDATE task SET open_parts = open_parts - 1 WHERE id = OLD.parent_id;
END;
CREATE TRIGGER part_changed AFTER UPDATE OF settled, parent_id ON task
  WHEN OLD.parent_id IS NOT NEW.parent_id OR OLD.settled != NEW.settled
BEGIN
  UPDATE task SET open_parts = open_parts - 1 WHERE id = OLD.parent_id AND OLD.settled = 0;
  UPDATE task SET open_parts = open_parts + 1 WHERE id = NEW.parent_id AND NEW.settled = 0;
END;
CREATE TRIGGER whole_came AFTER INSERT ON task
  WHEN EXISTS (SELECT 1 FROM task WHERE parent_id = NEW.id)
BEGIN
  UPDATE task SET open_parts = (SELECT count(*) FROM task WHERE parent_id = NEW.id AND settled = 0)
  WHERE id = NEW.id;
END;
DROP INDEX task_on_offer;
DROP INDEX task_on_offer_by_skill;
CREATE INDEX task_on_offer ON task (assigned_to, asks_skills, priority, wanted_by_ms, number)
  WHERE status = 'open' AND blocked_by = 0 AND open_parts = 0 AND filed = 1;
CREATE INDEX task_on_offer_by_skill ON task (skill_key, priority, wanted_by_ms, number)
  WHERE status = 'open' AND blocked_by = 0 AND open_parts = 0 AND assigned_to IS NULL AND skill_key != '' AND filed = 1;

-- migration 15: what a sender calls a comment is known as long as the comment's task: nothing is said of one that is deleted.
-- Of those of before it is not known whose they are.
ALTER TABLE external_comment ADD COLUMN task_id TEXT;
CREATE INDEX external_comment_by_task ON external_comment (task_id) WHERE task_id IS NOT NULL;
CREATE TRIGGER task_external_comments_gone AFTER DELETE ON task
BEGIN
  DELETE FROM external_comment WHERE task_id = OLD.id;
END;
