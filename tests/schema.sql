-- The schema of a journal, version 5, as a fresh one has it: each table by name, its
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

CREATE TABLE agreement (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  version       INTEGER NOT NULL CHECK (version > 0),
  terms         TEXT NOT NULL,
  text          TEXT NOT NULL,
  made_on       TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX agreement_engagement ON agreement (engagement_id, version, id);
CREATE INDEX agreement_removed ON agreement (removed_at) WHERE removed_at IS NOT NULL;

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

CREATE TABLE disclosure (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  kind          TEXT NOT NULL CHECK (kind IN ('disclosure', 'referral')),
  recipient     TEXT NOT NULL,
  reason        TEXT NOT NULL,
  told_on       TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX disclosure_engagement ON disclosure (engagement_id, told_on, id);

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
, own INTEGER NOT NULL DEFAULT 0 CHECK (own IN (0, 1)), method_snapshot_id TEXT REFERENCES method_snapshot (id) DEFERRABLE INITIALLY DEFERRED, lang TEXT NOT NULL DEFAULT 'en', follow_up_on TEXT) STRICT;
CREATE INDEX engagement_follow_up ON engagement (follow_up_on, id) WHERE follow_up_on IS NOT NULL;
CREATE INDEX engagement_method_snapshot ON engagement (method_snapshot_id);
CREATE INDEX engagement_order ON engagement ((status IN ('completed', 'cancelled')), start_on, id);
CREATE INDEX engagement_organisation ON engagement (organisation_id);
CREATE INDEX engagement_own ON engagement (own, id) WHERE own = 1;
CREATE INDEX engagement_payer_organisation ON engagement (payer_organisation_id);
CREATE INDEX engagement_payer_person ON engagement (payer_person_id);
CREATE INDEX engagement_reference ON engagement (reference);
CREATE INDEX engagement_removed ON engagement (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX engagement_slug ON engagement (slug);
CREATE INDEX engagement_status ON engagement (status, start_on, id);

CREATE TABLE feedback (
  id             TEXT NOT NULL PRIMARY KEY,
  stakeholder_id TEXT NOT NULL REFERENCES stakeholder (id) DEFERRABLE INITIALLY DEFERRED,
  round          TEXT NOT NULL CHECK (round IN ('baseline', 'mid', 'final')),
  goal_id        TEXT REFERENCES goal (id) DEFERRABLE INITIALLY DEFERRED,
  score          INTEGER CHECK (score BETWEEN 0 AND 10),
  text           TEXT,
  behaviour      TEXT,
  situation      TEXT,
  effect         TEXT,
  given_on       TEXT NOT NULL,
  created_at     TEXT NOT NULL,
  removed_at     TEXT
) STRICT;
CREATE INDEX feedback_goal ON feedback (goal_id);
CREATE INDEX feedback_removed ON feedback (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX feedback_stakeholder ON feedback (stakeholder_id, round, id);

CREATE TABLE feedback_round (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  round         TEXT NOT NULL CHECK (round IN ('baseline', 'mid', 'final')),
  opened_on     TEXT NOT NULL,
  closed_on     TEXT,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX feedback_round_engagement ON feedback_round (engagement_id, round, id);

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

CREATE TABLE method_snapshot (
  id         TEXT NOT NULL PRIMARY KEY,
  hash       TEXT NOT NULL,
  text       TEXT NOT NULL,
  parsed     TEXT NOT NULL,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX method_snapshot_hash ON method_snapshot (hash, id);

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

CREATE TABLE paper (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  kind          TEXT NOT NULL,
  version       INTEGER NOT NULL CHECK (version > 0),
  text          TEXT NOT NULL,
  facts         TEXT NOT NULL,
  frozen_on     TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX paper_engagement ON paper (engagement_id, kind, version, id);

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

CREATE TABLE review (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  kind          TEXT NOT NULL CHECK (kind IN ('mid', 'closing', 'follow-up')),
  session_id    TEXT REFERENCES session (id) DEFERRABLE INITIALLY DEFERRED,
  held_on       TEXT NOT NULL,
  text          TEXT,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX review_engagement ON review (engagement_id, held_on, id);
CREATE INDEX review_removed ON review (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX review_session ON review (session_id);

CREATE TABLE review_answer (
  id         TEXT NOT NULL PRIMARY KEY,
  review_id  TEXT NOT NULL REFERENCES review (id) DEFERRABLE INITIALLY DEFERRED,
  prompt     TEXT NOT NULL,
  text       TEXT NOT NULL,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX review_answer_review ON review_answer (review_id, id);

CREATE TABLE review_score (
  id         TEXT NOT NULL PRIMARY KEY,
  review_id  TEXT NOT NULL REFERENCES review (id) DEFERRABLE INITIALLY DEFERRED,
  goal_id    TEXT NOT NULL REFERENCES goal (id) DEFERRABLE INITIALLY DEFERRED,
  score      INTEGER NOT NULL CHECK (score BETWEEN 0 AND 10),
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX review_score_goal ON review_score (goal_id);
CREATE INDEX review_score_review ON review_score (review_id, id);

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
    WHEN 'N' THEN n.kind WHEN 'A' THEN 'action' WHEN 'G' THEN 'goal' WHEN 'K' THEN 'key-result'
    WHEN 'S' THEN 'session' WHEN 'H' THEN 'stakeholder' WHEN 'F' THEN 'feedback'
    WHEN 'W' THEN 'worksheet' ELSE 'review'
  END AS kind,
  CASE r.prefix
    WHEN 'N' THEN n.written_on WHEN 'A' THEN a.made_on WHEN 'S' THEN s.start_on
    WHEN 'F' THEN (SELECT given_on FROM feedback WHERE id = r.record)
    WHEN 'R' THEN (SELECT held_on FROM review WHERE id = r.record)
    ELSE local_day(coalesce(g.created_at, k.created_at, CASE r.prefix
      WHEN 'H' THEN (SELECT created_at FROM stakeholder WHERE id = r.record)
      ELSE (SELECT created_at FROM worksheet WHERE id = r.record) END), e.zone)
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
    WHEN 'S' THEN concat_ws(char(31), s.summary, s.private_summary)
    WHEN 'H' THEN (SELECT concat_ws(char(31), dynamic, shift, strategy) FROM stakeholder WHERE id = r.record)
    WHEN 'F' THEN (SELECT concat_ws(char(31), text, behaviour, situation, effect) FROM feedback WHERE id = r.record)
    WHEN 'W' THEN (
      SELECT group_concat(c.text, char(31) ORDER BY c.id) FROM worksheet_cell c
        JOIN worksheet_row w ON w.id = c.row_id
      WHERE c.worksheet_id = r.record AND c.removed_at IS NULL AND w.removed_at IS NULL)
    ELSE concat_ws(char(31), (SELECT text FROM review WHERE id = r.record), (
      SELECT group_concat(w.text, char(31) ORDER BY w.id) FROM review_answer w
      WHERE w.review_id = r.record AND w.removed_at IS NULL))
  END AS text
FROM ref r
  LEFT JOIN note n ON r.prefix = 'N' AND n.id = r.record
  LEFT JOIN action a ON r.prefix = 'A' AND a.id = r.record
  LEFT JOIN goal g ON r.prefix = 'G' AND g.id = r.record
  LEFT JOIN key_result k ON r.prefix = 'K' AND k.id = r.record
  LEFT JOIN goal kg ON kg.id = k.goal_id
  LEFT JOIN session s ON r.prefix = 'S' AND s.id = r.record
  JOIN engagement e ON e.id = coalesce(
    n.engagement_id, a.engagement_id, g.engagement_id, kg.engagement_id, s.engagement_id,
    CASE r.prefix
      WHEN 'H' THEN (SELECT engagement_id FROM stakeholder WHERE id = r.record)
      WHEN 'F' THEN (SELECT h.engagement_id FROM feedback f JOIN stakeholder h ON h.id = f.stakeholder_id WHERE f.id = r.record)
      WHEN 'W' THEN (SELECT engagement_id FROM worksheet WHERE id = r.record)
      WHEN 'R' THEN (SELECT engagement_id FROM review WHERE id = r.record)
    END)
WHERE e.removed_at IS NULL
  AND coalesce(n.removed_at, a.removed_at, g.removed_at, k.removed_at, kg.removed_at, s.removed_at,
    CASE r.prefix
      WHEN 'H' THEN (SELECT removed_at FROM stakeholder WHERE id = r.record)
      WHEN 'F' THEN (SELECT coalesce(f.removed_at, h.removed_at) FROM feedback f JOIN stakeholder h ON h.id = f.stakeholder_id WHERE f.id = r.record)
      WHEN 'W' THEN (SELECT removed_at FROM worksheet WHERE id = r.record)
      WHEN 'R' THEN (SELECT removed_at FROM review WHERE id = r.record)
    END) IS NULL;

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

CREATE TABLE signature (
  id           TEXT NOT NULL PRIMARY KEY,
  agreement_id TEXT NOT NULL REFERENCES agreement (id) DEFERRABLE INITIALLY DEFERRED,
  party        TEXT NOT NULL CHECK (party IN ('coachee', 'coach', 'sponsor')),
  person_id    TEXT REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  name         TEXT NOT NULL,
  signed_on    TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  removed_at   TEXT
) STRICT;
CREATE INDEX signature_agreement ON signature (agreement_id, signed_on, id);
CREATE INDEX signature_person ON signature (person_id);

CREATE TABLE slug_alias (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  slug          TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX slug_alias_engagement ON slug_alias (engagement_id);
CREATE INDEX slug_alias_slug ON slug_alias (slug);

CREATE TABLE stakeholder (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  person_id     TEXT NOT NULL REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED,
  relation      TEXT NOT NULL CHECK (relation IN ('self', 'manager', 'senior', 'peer', 'direct-report', 'board', 'hr', 'customer', 'partner', 'other')),
  effect        TEXT CHECK (effect IN ('amplifies', 'constrains')),
  influence     INTEGER CHECK (influence BETWEEN 1 AND 5),
  dynamic       TEXT,
  shift         TEXT,
  strategy      TEXT,
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX stakeholder_engagement ON stakeholder (engagement_id, id);
CREATE INDEX stakeholder_person ON stakeholder (person_id);
CREATE INDEX stakeholder_removed ON stakeholder (removed_at) WHERE removed_at IS NOT NULL;

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

CREATE TABLE worksheet (
  id            TEXT NOT NULL PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id) DEFERRABLE INITIALLY DEFERRED,
  definition    TEXT NOT NULL,
  visibility    TEXT NOT NULL CHECK (visibility IN ('private', 'shared')),
  version       INTEGER NOT NULL CHECK (version > 0),
  created_at    TEXT NOT NULL,
  removed_at    TEXT
) STRICT;
CREATE INDEX worksheet_engagement ON worksheet (engagement_id, definition, id);
CREATE INDEX worksheet_removed ON worksheet (removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE worksheet_cell (
  id           TEXT NOT NULL PRIMARY KEY,
  worksheet_id TEXT NOT NULL REFERENCES worksheet (id) DEFERRABLE INITIALLY DEFERRED,
  row_id       TEXT NOT NULL REFERENCES worksheet_row (id) DEFERRABLE INITIALLY DEFERRED,
  field        TEXT NOT NULL,
  text         TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  removed_at   TEXT
) STRICT;
CREATE INDEX worksheet_cell_row ON worksheet_cell (row_id, field, id);
CREATE INDEX worksheet_cell_worksheet ON worksheet_cell (worksheet_id, id);

CREATE TABLE worksheet_row (
  id           TEXT NOT NULL PRIMARY KEY,
  worksheet_id TEXT NOT NULL REFERENCES worksheet (id) DEFERRABLE INITIALLY DEFERRED,
  number       INTEGER NOT NULL CHECK (number > 0),
  on_day       TEXT,
  created_at   TEXT NOT NULL,
  removed_at   TEXT
) STRICT;
CREATE INDEX worksheet_row_day ON worksheet_row (on_day, id) WHERE on_day IS NOT NULL;
CREATE INDEX worksheet_row_worksheet ON worksheet_row (worksheet_id, number, id);

CREATE TABLE worksheet_use (
  id           TEXT NOT NULL PRIMARY KEY,
  worksheet_id TEXT NOT NULL REFERENCES worksheet (id) DEFERRABLE INITIALLY DEFERRED,
  row_id       TEXT NOT NULL REFERENCES worksheet_row (id) DEFERRABLE INITIALLY DEFERRED,
  used_on      TEXT NOT NULL,
  text         TEXT,
  created_at   TEXT NOT NULL,
  removed_at   TEXT
) STRICT;
CREATE INDEX worksheet_use_row ON worksheet_use (row_id, used_on, id);
CREATE INDEX worksheet_use_worksheet ON worksheet_use (worksheet_id, id);

CREATE TABLE worksheet_version (
  id           TEXT NOT NULL PRIMARY KEY,
  worksheet_id TEXT NOT NULL REFERENCES worksheet (id) DEFERRABLE INITIALLY DEFERRED,
  version      INTEGER NOT NULL CHECK (version > 0),
  content      TEXT NOT NULL,
  frozen_on    TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  removed_at   TEXT
) STRICT;
CREATE INDEX worksheet_version_worksheet ON worksheet_version (worksheet_id, version, id);
