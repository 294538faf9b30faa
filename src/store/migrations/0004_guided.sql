-- The guided session, and the side of an executive who keeps a journal alone.

-- 1 where the one who keeps the journal is the coachee.
ALTER TABLE engagement ADD COLUMN own INTEGER NOT NULL DEFAULT 0 CHECK (own IN (0, 1));
CREATE INDEX engagement_own ON engagement (own, id) WHERE own = 1;

-- Something to do in a rhythm. Its periods of `every_days` are counted from the Monday of the week
-- in which it began.
CREATE TABLE habit (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  text          TEXT NOT NULL,
  every_days    INTEGER NOT NULL CHECK (every_days BETWEEN 1 AND 366),
  began_on      TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX habit_engagement ON habit (engagement_id, id);
CREATE INDEX habit_removed ON habit (removed_at) WHERE removed_at IS NOT NULL;

-- A day on which a habit was kept.
CREATE TABLE tick (
  id         TEXT NOT NULL PRIMARY KEY,
  habit_id   TEXT NOT NULL REFERENCES habit (id) DEFERRABLE INITIALLY DEFERRED,
  ticked_on  TEXT NOT NULL,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX tick_habit ON tick (habit_id, ticked_on, id);

-- Where the walk through a session stands on this device: local as `ref` is, and in no log.
CREATE TABLE walk (
  session_id TEXT NOT NULL PRIMARY KEY,
  stage      TEXT NOT NULL,
  asking     TEXT NOT NULL,
  passed     TEXT NOT NULL
) STRICT;
