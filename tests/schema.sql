-- The schema of a journal, version 4, as a fresh one has it: each table by name, its
-- indexes after it. Written by `SCHEMA=overwrite cargo test --test migrations`.

CREATE TABLE action (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  session_id    TEXT REFERENCES session (id) DEFERRABLE INITIALLY DEFERRED,
  goal_id       TEXT REFERENCES goal (id) DEFERRABLE INITIALLY DEFERRED,
  person_id     TEXT REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  what          TEXT NOT NULL,
  owner         TEXT NOT NULL CHECK (owner IN ('coachee', 'coach')),
  due_on        TEXT,
  kind          TEXT NOT NULL CHECK (kind IN ('behaviour', 'skill', 'relationship', 'conversation', 'training', 'other')),
  visibility    TEXT NOT NULL CHECK (visibility IN ('private', 'shared')),
  status        TEXT NOT NULL CHECK (status IN ('open', 'done', 'dropped')),
  made_at       TEXT NOT NULL,
  zone          TEXT NOT NULL,
  made_on       TEXT NOT NULL,
  closed_at     TEXT,
  closed_on     TEXT,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX action_engagement ON action (engagement_id);
CREATE INDEX action_goal ON action (goal_id);
CREATE INDEX action_order ON action ((status <> 'open'), coalesce(due_on, '~'), made_at, id);
CREATE INDEX action_person ON action (person_id);
CREATE INDEX action_removed ON action (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX action_session ON action (session_id);
CREATE INDEX action_status ON action (status, coalesce(due_on, '~'), made_at, id);

CREATE TABLE attendee (
  id         TEXT NOT NULL PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES session (id) DEFERRABLE INITIALLY DEFERRED,
  person_id  TEXT NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX attendee_person ON attendee (person_id);
CREATE INDEX attendee_session ON attendee (session_id);

CREATE TABLE change (
  step   INTEGER NOT NULL REFERENCES step (seq) DEFERRABLE INITIALLY DEFERRED,
  n      INTEGER NOT NULL,
  tbl    INTEGER NOT NULL,
  record TEXT NOT NULL,
  op     TEXT NOT NULL CHECK (op IN ('create', 'update', 'delete')),
  field  TEXT NOT NULL,
  old    ANY,
  new    ANY,
  PRIMARY KEY (step, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_record ON change (record);

CREATE TABLE criterion (
  id         TEXT NOT NULL PRIMARY KEY,
  goal_id    TEXT NOT NULL REFERENCES goal (id) DEFERRABLE INITIALLY DEFERRED,
  text       TEXT NOT NULL,
  evidence   TEXT,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX criterion_goal ON criterion (goal_id, id);

CREATE TABLE engagement (
  id                    TEXT NOT NULL PRIMARY KEY,
  slug                  TEXT NOT NULL,
  reference             TEXT NOT NULL,
  organisation_id       TEXT REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED,
  payer_organisation_id TEXT REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED,
  payer_person_id       TEXT REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  method                TEXT NOT NULL,
  method_text           TEXT NOT NULL,
  status                TEXT NOT NULL CHECK (status IN ('proposed', 'active', 'phase-down', 'completed', 'cancelled')),
  start_on              TEXT NOT NULL,
  end_on                TEXT,
  sessions_planned      INTEGER,
  cadence_low_days      INTEGER,
  cadence_high_days     INTEGER,
  low_minutes           INTEGER,
  high_minutes          INTEGER,
  format                TEXT NOT NULL CHECK (format IN ('virtual', 'in-person', 'phone')),
  rate_minor            INTEGER,
  rate_currency         TEXT,
  rate_per              TEXT CHECK (rate_per IN ('session', 'hour')),
  zone                  TEXT NOT NULL,
  mandated              INTEGER NOT NULL CHECK (mandated IN (0, 1)),
  created_at            TEXT NOT NULL,
  removed_at            TEXT
, own INTEGER NOT NULL DEFAULT 0 CHECK (own IN (0, 1))) STRICT;
CREATE INDEX engagement_order ON engagement ((status IN ('completed', 'cancelled')), start_on, id);
CREATE INDEX engagement_organisation ON engagement (organisation_id);
CREATE INDEX engagement_own ON engagement (own, id) WHERE own = 1;
CREATE INDEX engagement_payer_organisation ON engagement (payer_organisation_id);
CREATE INDEX engagement_payer_person ON engagement (payer_person_id);
CREATE INDEX engagement_reference ON engagement (reference);
CREATE INDEX engagement_removed ON engagement (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX engagement_slug ON engagement (slug);
CREATE INDEX engagement_status ON engagement (status, start_on, id);

CREATE TABLE goal (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  title         TEXT NOT NULL,
  owner         TEXT NOT NULL CHECK (owner IN ('coachee', 'sponsor', 'joint')),
  focus         TEXT,
  visibility    TEXT NOT NULL CHECK (visibility IN ('private', 'shared')),
  status        TEXT NOT NULL CHECK (status IN ('active', 'achieved', 'dropped')),
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX goal_engagement ON goal (engagement_id);
CREATE INDEX goal_removed ON goal (removed_at) WHERE removed_at IS NOT NULL;

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

CREATE TABLE key_result (
  id         TEXT NOT NULL PRIMARY KEY,
  goal_id    TEXT NOT NULL REFERENCES goal (id) DEFERRABLE INITIALLY DEFERRED,
  title      TEXT NOT NULL,
  unit       TEXT NOT NULL,
  baseline   REAL NOT NULL,
  target     REAL NOT NULL,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX key_result_goal ON key_result (goal_id, id);
CREATE INDEX key_result_removed ON key_result (removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE measurement (
  id            TEXT NOT NULL PRIMARY KEY,
  key_result_id TEXT NOT NULL REFERENCES key_result (id) DEFERRABLE INITIALLY DEFERRED,
  value         REAL NOT NULL,
  measured_on   TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX measurement_key_result ON measurement (key_result_id, measured_on, id);

CREATE TABLE note (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  session_id    TEXT REFERENCES session (id) DEFERRABLE INITIALLY DEFERRED,
  stage         TEXT,
  kind          TEXT NOT NULL CHECK (kind IN ('thought', 'question', 'perspective', 'insight', 'assumption', 'blind-spot', 'reframe', 'support', 'reflection')),
  visibility    TEXT NOT NULL CHECK (visibility IN ('private', 'shared')),
  goal_id       TEXT REFERENCES goal (id) DEFERRABLE INITIALLY DEFERRED,
  revision_id   TEXT NOT NULL REFERENCES note_revision (id) DEFERRABLE INITIALLY DEFERRED,
  written_at    TEXT NOT NULL,
  zone          TEXT NOT NULL,
  written_on    TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX note_engagement ON note (engagement_id, written_at, id);
CREATE INDEX note_goal ON note (goal_id, written_at, id);
CREATE INDEX note_removed ON note (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX note_session ON note (session_id, written_at, id);
CREATE INDEX note_standing ON note (revision_id);
CREATE INDEX note_written ON note (written_at, id);

CREATE TABLE note_revision (
  id         TEXT NOT NULL PRIMARY KEY,
  note_id    TEXT NOT NULL REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED,
  text       TEXT NOT NULL,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX note_revision_note ON note_revision (note_id);

CREATE TABLE organisation (
  id         TEXT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX organisation_name ON organisation (name, id);
CREATE INDEX organisation_removed ON organisation (removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE outcome (
  id         TEXT NOT NULL PRIMARY KEY,
  action_id  TEXT NOT NULL REFERENCES action (id) DEFERRABLE INITIALLY DEFERRED,
  session_id TEXT REFERENCES session (id) DEFERRABLE INITIALLY DEFERRED,
  outcome    TEXT NOT NULL CHECK (outcome IN ('done', 'partly', 'missed', 'dropped')),
  reflection TEXT,
  told_on    TEXT NOT NULL,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX outcome_action ON outcome (action_id, told_on, id);
CREATE INDEX outcome_session ON outcome (session_id);

CREATE TABLE participant (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  person_id     TEXT NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  part          TEXT NOT NULL CHECK (part IN ('coachee', 'sponsor')),
  buy_in        INTEGER CHECK (buy_in BETWEEN 0 AND 10),
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX participant_engagement ON participant (engagement_id);
CREATE INDEX participant_person ON participant (person_id);

CREATE TABLE person (
  id              TEXT NOT NULL PRIMARY KEY,
  name            TEXT NOT NULL,
  email           TEXT,
  phone           TEXT,
  organisation_id TEXT REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED,
  role            TEXT,
  created_at      TEXT NOT NULL,
  removed_at      TEXT
) STRICT;
CREATE INDEX person_name ON person (name, id);
CREATE INDEX person_organisation ON person (organisation_id);
CREATE INDEX person_removed ON person (removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE rating (
  id         TEXT NOT NULL PRIMARY KEY,
  goal_id    TEXT NOT NULL REFERENCES goal (id) DEFERRABLE INITIALLY DEFERRED,
  value      INTEGER NOT NULL CHECK (value BETWEEN 0 AND 10),
  rated_on   TEXT NOT NULL,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX rating_goal ON rating (goal_id, rated_on, id);

CREATE TABLE ref (
  row    INTEGER NOT NULL PRIMARY KEY,
  prefix TEXT NOT NULL,
  number INTEGER NOT NULL,
  record TEXT NOT NULL UNIQUE,
  UNIQUE (prefix, number)
) STRICT;

CREATE VIRTUAL TABLE search USING fts5 (
  words,
  content = 'search_content',
  content_rowid = 'row',
  tokenize = "ascii tokenchars '+#$%&'"
);

CREATE TABLE 'search_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE VIEW search_content AS
SELECT row, words
FROM (SELECT row, search_words(text) AS words FROM searchable)
WHERE words <> '';

CREATE TABLE 'search_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'search_docsize'(id INTEGER PRIMARY KEY, sz BLOB);

CREATE TABLE 'search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE VIEW searchable AS
SELECT
  r.row AS row,
  r.record AS record,
  r.prefix || r.number AS ref,
  e.id AS engagement_id,
  e.slug AS engagement,
  n.stage AS stage,
  CASE r.prefix
    WHEN 'N' THEN n.kind WHEN 'A' THEN 'action' WHEN 'G' THEN 'goal'
    WHEN 'K' THEN 'key-result' ELSE 'session'
  END AS kind,
  CASE r.prefix
    WHEN 'N' THEN n.written_on WHEN 'A' THEN a.made_on WHEN 'S' THEN s.start_on
    ELSE local_day(coalesce(g.created_at, k.created_at), e.zone)
  END AS day,
  CASE r.prefix
    WHEN 'N' THEN (SELECT text FROM note_revision WHERE id = n.revision_id)
    WHEN 'A' THEN concat_ws(char(31), a.what, (
      SELECT group_concat(o.reflection, char(31) ORDER BY o.id) FROM outcome o
      WHERE o.action_id = a.id AND o.removed_at IS NULL))
    WHEN 'G' THEN concat_ws(char(31), g.title, g.focus, (
      SELECT group_concat(concat_ws(char(31), c.text, c.evidence), char(31) ORDER BY c.id)
      FROM criterion c WHERE c.goal_id = g.id AND c.removed_at IS NULL))
    WHEN 'K' THEN k.title
    ELSE concat_ws(char(31), s.summary, s.private_summary)
  END AS text
FROM ref r
  LEFT JOIN note n ON r.prefix = 'N' AND n.id = r.record
  LEFT JOIN action a ON r.prefix = 'A' AND a.id = r.record
  LEFT JOIN goal g ON r.prefix = 'G' AND g.id = r.record
  LEFT JOIN key_result k ON r.prefix = 'K' AND k.id = r.record
  LEFT JOIN goal kg ON kg.id = k.goal_id
  LEFT JOIN session s ON r.prefix = 'S' AND s.id = r.record
  JOIN engagement e ON e.id = coalesce(
    n.engagement_id, a.engagement_id, g.engagement_id, kg.engagement_id, s.engagement_id)
WHERE e.removed_at IS NULL
  AND coalesce(n.removed_at, a.removed_at, g.removed_at, k.removed_at, kg.removed_at, s.removed_at)
    IS NULL;

CREATE TABLE session (
  id              TEXT NOT NULL PRIMARY KEY,
  engagement_id   TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  number          INTEGER,
  kind            TEXT NOT NULL CHECK (kind IN ('intake', 'kickoff', 'coaching', 'debrief', 'mid-review', 'closing', 'follow-up', 'three-way')),
  status          TEXT NOT NULL CHECK (status IN ('planned', 'open', 'held', 'cancelled', 'late-cancelled', 'no-show')),
  start_at        TEXT NOT NULL,
  zone            TEXT NOT NULL,
  start_on        TEXT NOT NULL,
  timed           INTEGER NOT NULL CHECK (timed IN (0, 1)),
  minutes         INTEGER,
  format          TEXT NOT NULL CHECK (format IN ('virtual', 'in-person', 'phone')),
  pay             TEXT NOT NULL CHECK (pay IN ('paid', 'pro-bono')),
  summary         TEXT,
  private_summary TEXT,
  created_at      TEXT NOT NULL,
  removed_at      TEXT
) STRICT;
CREATE INDEX session_engagement ON session (engagement_id, start_at, id);
CREATE INDEX session_removed ON session (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX session_start ON session (start_at, id);
CREATE INDEX session_status ON session (status, start_at, id);

CREATE TABLE slug_alias (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  slug          TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX slug_alias_engagement ON slug_alias (engagement_id);
CREATE INDEX slug_alias_slug ON slug_alias (slug);

CREATE TABLE step (
  seq     INTEGER NOT NULL PRIMARY KEY,
  id      TEXT NOT NULL,
  at      TEXT NOT NULL,
  zone    TEXT NOT NULL,
  command TEXT NOT NULL,
  summary TEXT NOT NULL,
  reason  TEXT,
  kind    TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo')),
  state   TEXT NOT NULL CHECK (state IN ('done', 'undone', 'gone')),
  target  INTEGER REFERENCES step (seq) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX step_state ON step (kind, state, seq);
CREATE INDEX step_target ON step (target);

CREATE TABLE tick (
  id         TEXT NOT NULL PRIMARY KEY,
  habit_id   TEXT NOT NULL REFERENCES habit (id) DEFERRABLE INITIALLY DEFERRED,
  ticked_on  TEXT NOT NULL,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX tick_habit ON tick (habit_id, ticked_on, id);

CREATE TABLE walk (
  session_id TEXT NOT NULL PRIMARY KEY,
  stage      TEXT NOT NULL,
  asking     TEXT NOT NULL,
  passed     TEXT NOT NULL
) STRICT;
