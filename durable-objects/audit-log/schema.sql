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
