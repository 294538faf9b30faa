-- Full-text search over notes, actions, goals, key results and sessions.
--
-- The index is keyed by the row of a record's ref and holds live records only: none that was
-- removed, and none of a removed goal or engagement. The write door keeps it, in the same
-- transaction. `search_words` and `local_day` are functions of the program (`store/search.rs`), so
-- another tool can read every table but not these views.

-- What can be found of a record; its texts are parted by the unit separator.
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
