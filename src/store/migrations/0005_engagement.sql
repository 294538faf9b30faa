-- The whole engagement: its method's snapshot, the agreement, those around the leader, worksheets,
-- reviews and papers.

-- A method as it was when engagements began by it: its TOML, the SHA-256 of that in hex, and the same
-- as JSON, which is read many times faster. Engagements with the same text share one.
CREATE TABLE method_snapshot (
  id         TEXT NOT NULL PRIMARY KEY,
  hash       TEXT NOT NULL,
  text       TEXT NOT NULL,
  parsed     TEXT NOT NULL,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX method_snapshot_hash ON method_snapshot (hash, id);

-- Absent where the engagement began before there were snapshots: then `method_text` holds the method.
ALTER TABLE engagement ADD COLUMN method_snapshot_id TEXT REFERENCES method_snapshot (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX engagement_method_snapshot ON engagement (method_snapshot_id);
-- The language of the texts made for its people: `en`, `de`.
ALTER TABLE engagement ADD COLUMN lang TEXT NOT NULL DEFAULT 'en';
-- From this day on the follow-up waits; absent where none is meant or it was held.
ALTER TABLE engagement ADD COLUMN follow_up_on TEXT;
CREATE INDEX engagement_follow_up ON engagement (follow_up_on, id) WHERE follow_up_on IS NOT NULL;

-- What the parties agree on. `terms` is JSON, `text` the paper they sign; a change is a new version.
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

-- The rare cases: what was said to an outsider, and to whom a coachee was sent.
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

-- Who surrounds the leader. The coachee stands here too, as `self`, to score themselves.
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

-- What a stakeholder said or scored in a round.
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
CREATE INDEX feedback_stakeholder ON feedback (stakeholder_id, round, id);
CREATE INDEX feedback_goal ON feedback (goal_id);
CREATE INDEX feedback_removed ON feedback (removed_at) WHERE removed_at IS NOT NULL;

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

-- A structured artefact that the method defines; `definition` is its id there. `version` is that of
-- the live content; a frozen version is kept whole, as JSON.
-- `visibility` is that of its definition on the day it was begun: a method that shares it later does
-- not open it.
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

-- One row; a form has one alone. `on_day` is the day it is about, where the method gives it one.
CREATE TABLE worksheet_row (
  id           TEXT NOT NULL PRIMARY KEY,
  worksheet_id TEXT NOT NULL REFERENCES worksheet (id) DEFERRABLE INITIALLY DEFERRED,
  number       INTEGER NOT NULL CHECK (number > 0),
  on_day       TEXT,
  created_at   TEXT NOT NULL,
  removed_at   TEXT
) STRICT;
CREATE INDEX worksheet_row_worksheet ON worksheet_row (worksheet_id, number, id);
CREATE INDEX worksheet_row_day ON worksheet_row (on_day, id) WHERE on_day IS NOT NULL;

CREATE TABLE worksheet_cell (
  id           TEXT NOT NULL PRIMARY KEY,
  worksheet_id TEXT NOT NULL REFERENCES worksheet (id) DEFERRABLE INITIALLY DEFERRED,
  row_id       TEXT NOT NULL REFERENCES worksheet_row (id) DEFERRABLE INITIALLY DEFERRED,
  field        TEXT NOT NULL,
  text         TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  removed_at   TEXT
) STRICT;
CREATE INDEX worksheet_cell_worksheet ON worksheet_cell (worksheet_id, id);
CREATE INDEX worksheet_cell_row ON worksheet_cell (row_id, field, id);

-- That a row was put to use, such as a decision rule that was applied.
CREATE TABLE worksheet_use (
  id           TEXT NOT NULL PRIMARY KEY,
  worksheet_id TEXT NOT NULL REFERENCES worksheet (id) DEFERRABLE INITIALLY DEFERRED,
  row_id       TEXT NOT NULL REFERENCES worksheet_row (id) DEFERRABLE INITIALLY DEFERRED,
  used_on      TEXT NOT NULL,
  text         TEXT,
  created_at   TEXT NOT NULL,
  removed_at   TEXT
) STRICT;
CREATE INDEX worksheet_use_worksheet ON worksheet_use (worksheet_id, id);
CREATE INDEX worksheet_use_row ON worksheet_use (row_id, used_on, id);

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

-- A look back at the goals as they were first set: answers to the method's questions, and scores.
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
CREATE INDEX review_session ON review (session_id);
CREATE INDEX review_removed ON review (removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE review_score (
  id         TEXT NOT NULL PRIMARY KEY,
  review_id  TEXT NOT NULL REFERENCES review (id) DEFERRABLE INITIALLY DEFERRED,
  goal_id    TEXT NOT NULL REFERENCES goal (id) DEFERRABLE INITIALLY DEFERRED,
  score      INTEGER NOT NULL CHECK (score BETWEEN 0 AND 10),
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX review_score_review ON review_score (review_id, id);
CREATE INDEX review_score_goal ON review_score (goal_id);

CREATE TABLE review_answer (
  id         TEXT NOT NULL PRIMARY KEY,
  review_id  TEXT NOT NULL REFERENCES review (id) DEFERRABLE INITIALLY DEFERRED,
  prompt     TEXT NOT NULL,
  text       TEXT NOT NULL,
  created_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX review_answer_review ON review_answer (review_id, id);

-- A frozen version of what was rendered from the records. `kind` is its id in the method, `facts`
-- the numbers it was made of, as JSON: a later look back compares with them.
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

-- What can be found of a record, as before, and of stakeholders, feedback, worksheets and reviews.
-- Those are looked up one by one: a join for each would slow every other find. The index goes and
-- comes with the views: no view of its names can be made beside it.
DROP TABLE search;
DROP VIEW search_content;
DROP VIEW searchable;
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

-- What the index holds of it: words parted by spaces, folded and split by the program.
CREATE VIEW search_content AS
SELECT row, words
FROM (SELECT row, search_words(text) AS words FROM searchable)
WHERE words <> '';

CREATE VIRTUAL TABLE search USING fts5 (
  words,
  content = 'search_content',
  content_rowid = 'row',
  tokenize = "ascii tokenchars '+#$%&'"
);

-- Words that were taken away leave the file.
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
INSERT INTO search (search) VALUES ('rebuild');
