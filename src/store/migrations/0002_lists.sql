-- Indexes in the order in which lists are shown, so that no list is sorted or read whole where a
-- part was asked for. One that only began like a longer one goes.

DROP INDEX organisation_name;
CREATE INDEX organisation_name ON organisation (name, id);
DROP INDEX person_name;
CREATE INDEX person_name ON person (name, id);

CREATE INDEX engagement_order ON engagement ((status IN ('completed', 'cancelled')), start_on, id);
CREATE INDEX engagement_status ON engagement (status, start_on, id);

DROP INDEX criterion_goal;
CREATE INDEX criterion_goal ON criterion (goal_id, id);
DROP INDEX rating_goal;
CREATE INDEX rating_goal ON rating (goal_id, rated_on, id);
DROP INDEX key_result_goal;
CREATE INDEX key_result_goal ON key_result (goal_id, id);
DROP INDEX measurement_key_result;
CREATE INDEX measurement_key_result ON measurement (key_result_id, measured_on, id);

DROP INDEX session_engagement;
CREATE INDEX session_engagement ON session (engagement_id, start_at, id);
DROP INDEX session_status;
CREATE INDEX session_status ON session (status, start_at, id);
CREATE INDEX session_start ON session (start_at, id);

DROP INDEX note_engagement;
CREATE INDEX note_engagement ON note (engagement_id, written_at, id);
DROP INDEX note_session;
CREATE INDEX note_session ON note (session_id, written_at, id);
DROP INDEX note_goal;
CREATE INDEX note_goal ON note (goal_id, written_at, id);
DROP INDEX note_written;
CREATE INDEX note_written ON note (written_at, id);

-- What has no due day comes after every day.
DROP INDEX action_status;
CREATE INDEX action_status ON action (status, coalesce(due_on, '~'), made_at, id);
CREATE INDEX action_order ON action ((status <> 'open'), coalesce(due_on, '~'), made_at, id);

DROP INDEX outcome_action;
CREATE INDEX outcome_action ON outcome (action_id, told_on, id);

-- What was removed is little: found at once, then sorted.
CREATE INDEX engagement_removed ON engagement (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX goal_removed ON goal (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX key_result_removed ON key_result (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX session_removed ON session (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX note_removed ON note (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX action_removed ON action (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX person_removed ON person (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX organisation_removed ON organisation (removed_at) WHERE removed_at IS NOT NULL;
