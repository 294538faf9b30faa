//! Commands drawn at random, with arguments that the journal can take in the state it is in.

use rusqlite::Connection;

/// How the arguments of each undoable command are drawn: words as they stand, `{kind}` drawn by
/// [`Draw::kind`], `{a|b}` one of them, and a part in brackets now and then. Further lines are
/// indented; a command may have several forms.
const WRITES: &str = "
engagement new | {new-slug} --coachee {person} [--coachee {person}] [--sponsor {person}] [--org
    {org}] [--payer {payer}] --method {plain|five-stage|identity-aligned|identity-aligned} [--start {day}] [--sessions {8|12}] [--cadence
    14..21] [--minutes 75..90] [--format phone] [--rate {rate}] [--zone
    {Asia/Tokyo|America/New_York}]
engagement edit | {engagement} [--slug {new-slug}] [--reference {reference}] [--status
    {active|proposed}] [--coachee {person}] [--sponsor {person}] [--org {org}] [--org none]
    [--payer {payer}] [--method {plain|five-stage}] [--start 2026-01-07] [--end {2027-12-01|none}]
    [--sessions {9|none}] [--cadence 7..14] [--minutes {60..90|none}] [--format in-person] [--rate
    {rate}] [--rate none] [--zone Europe/Paris] [--lang de] [--follow-up {2027-03-01|none}] [--reason {line}]
engagement edit | {sponsored} --remove-sponsor {sponsor-here}
engagement activate | {inactive}
engagement phase-down | {active} [--cadence 28..42]
engagement complete | {running-free} [--follow-up {2027-05-01|none}]
engagement cancel | {running-free}
engagement extend | {engagement} --sessions {number} [--end 2028-12-01]
engagement remove | {loose-engagement}
engagement restore | {gone-engagement}
session schedule | {running} {later} [--minutes 90] [--kind {intake|closing}] [--format phone]
    [--pay pro-bono] [--with {person}]
session start | {running-free} [--kind {kickoff|mid-review}]
session end | {busy} --minutes {80|95} [--summary {prose}] [--private-summary {prose}]
session add | {engagement} {earlier} [--minutes 80] [--status {no-show|late-cancelled|cancelled}]
    [--kind debrief] [--pay pro-bono] [--with {person}] [--summary {prose}]
session edit | {session} [--start {earlier}] [--number {number}] [--minutes {75|none}] [--kind
    closing] [--format phone] [--pay pro-bono] [--with {person}] [--summary {prose}] [--reason
    {line}]
session edit | {session} --status {held|planned|cancelled} --with none --summary none
session cancel | {planned} [--late]
session no-show | {planned}
session remove | {session}
session restore | {gone-session}
check-in | -e {busy} [--shared] -- {prose}
check-in | -e {busy} --{done|partly|missed|drop} {action-here} --reflection {prose}
check-in | -e {busy} --done {action-here} --missed {action-here} -- {prose}
deep-dive | --session {began} [--{question|perspective|insight}] [--shared] -- {prose}
deep-dive | -e {busy} --goal {goal-here} -- {prose}
challenge | --session {began} --{assumption|blind-spot|reframe|support} -- {prose}
action-planning | --session {began} [--due {day}] [--kind skill] [--owner coach] [--private] --
    {line}
action-planning | -e {busy} --goal {goal-here} --for {coachee-here} -- {line}
note | -e {engagement} [--kind {insight|reflection}] [--shared] -- {prose}
note | --session {began} --stage {challenge|check-in} -- {prose}
reflect | -e {engagement} -- {prose}
reflect | --week -e {engagement} -- {prose}
habit add | -e {engagement} [--every {daily|2w|3d}] -- {line}
habit tick | {habit} [--on {2026-11-19|2026-11-20|today}]
habit tick | {ticked-habit} --on 2026-11-20 --remove
habit edit | {habit} [--text {line}] [--every {weekly|5d}] [--reason {line}]
habit remove | {habit}
habit restore | {gone-habit}
worksheet new | {by-values} values
worksheet new | {engagement} {roadmap|expectations}
worksheet fill | {rules} --set value={line} [--set do={prose}]
worksheet fill | {roadmap} --set step={line} [--set by={day}] [--set support=none]
worksheet fill | {sheet-with-row} --row 1 --set {step|value|expectation|by|dont}={today|}
worksheet edit | {roadmap-with-row} --row 1 --set step={prose} [--set by=none] [--reason {line}]
worksheet edit | {rules-with-row} --row 1 --set value={prose} --set do=none
worksheet freeze | {sheet-with-row}
worksheet use | {rules-with-row} --row 1 [--on {day}] -- {line}
worksheet remove | {worksheet}
worksheet remove | {sheet-with-row} --row 1
worksheet restore | {gone-worksheet}
worksheet restore | {sheet-without-row} --row 1
notes edit | {note} [--text {prose}] [--kind support] [--goal {goal-here}] [--goal none] [--stage
    none] [--{private|shared}] [--reason {line}]
notes share | {note}
notes unshare | {note}
notes move | {note} --session {began} [--stage deep-dive] [--reason {line}]
notes move | {note} --session none
notes remove | {note}
notes restore | {gone-note}
action add | {engagement} [--due {day}] [--kind training] [--owner coach] [--private] -- {line}
action add | {engagement} --goal {goal-here} --for {coachee-here} -- {line}
action edit | {action} [--what {line}] [--due {day}] [--due none] [--goal {goal-here}] [--kind
    other] [--owner {coach|coachee}] [--{private|shared}] [--reason {line}]
action done | {open-action} [--reflection {prose}]
action partly | {open-action} [--reflection {prose}] [--due {day}]
action missed | {open-action} [--reflection {prose}] [--due {day}]
action drop | {open-action} [--reflection {prose}]
action reopen | {closed-action} [--due {day}] [--reason {line}]
action remove | {action}
action restore | {gone-action}
goal add | {engagement} {line} [--owner {sponsor|joint}] [--focus {line}] [--success {line}]
    [--success {line}] [--private]
goal edit | {goal} [--title {line}] [--owner joint] [--focus {line}] [--focus none] [--success
    {line}] [--status {active|dropped}] [--{private|shared}] [--reason {line}]
goal rate | {goal} {0|5|10} [--on {day}]
goal achieve | {goal}
goal drop | {goal}
goal remove | {goal}
goal restore | {gone-goal}
goal criterion add | {goal} {line} [--evidence {line}]
goal criterion edit | {goal-with-criterion} 1 [--text {line}] [--evidence {line}] [--evidence
    none]
goal criterion remove | {goal-with-criterion} 1
goal kr add | {goal} {line} --unit {days|%} --from {12|-3} --to {4|0.5}
goal kr set | {key-result} {9|7.25|-1} [--on {day}]
goal kr edit | {key-result} [--title {line}] [--unit points] [--from 3] [--to {8|-8}]
goal kr remove | {key-result}
goal kr restore | {gone-key-result}
agreement new | {engagement} [--cancellation-hours {number}] [--no-show-fee 50] [--exception {line}]
    [--jurisdiction {line}] [--hours-log yes] [--reason {line}]
agreement edit | {agreement} [--late-minutes 5] [--boundary {line}] [--sponsor-gets {line}]
    [--sponsor-gets none] [--reason {line}]
agreement disclose | {engagement} --to {line} --reason {prose} [--on 2026-11-20]
agreement refer | {engagement} --to {line} --reason {prose}
agreement remove | {agreement}
agreement restore | {gone-agreement}
paper freeze | {engagement} {brief|plan|mid|closing|follow-up|final}
review mid | {engagement} --score {score-here} [--on {day}]
review mid | {engagement} --answer 1={line} [--on {day}]
review closing | {engagement} --score {score-here} [--session {session-here}] -- {prose}
review follow-up | {engagement} --score {score-here}
review edit | {review} [--score {score-here}] [--text {prose}] [--on {day}] [--session none]
    [--reason {line}]
review edit | {review} --text none
review remove | {review}
review restore | {gone-review}
stakeholder add | {engagement} {person} --relation {peer|board|customer} [--effect amplifies]
    [--influence 4] [--shift {prose}] [--dynamic {prose}] [--strategy {prose}]
stakeholder edit | {stakeholder} [--relation hr] [--effect {constrains|none}] [--influence {2|none}]
    [--shift {prose}] [--strategy none] [--reason {line}]
stakeholder remove | {stakeholder}
stakeholder restore | {gone-stakeholder}
stakeholder feedback add | {stakeholder} --round {baseline|mid} [--behaviour {prose}] [--situation
    {prose}] [--effect {prose}] [--on 2026-11-20] -- {prose}
stakeholder feedback add | {stakeholder} --goal {goal-here} --score {0|5|10} --round {baseline|final}
stakeholder feedback edit | {feedback} [--score none] [--behaviour {prose}] --text {prose} [--reason
    {line}]
stakeholder feedback round | {engagement} {open|close} {mid|final}
stakeholder feedback remove | {feedback}
stakeholder feedback restore | {gone-feedback}
person add | {line} [--email a@example.org] [--phone +49-30-1] [--org {org}] [--role CFO]
person edit | {person-ref} [--name {line}] [--email b@example.org] [--email none] [--phone 12]
    [--org {org}] [--org none] [--role {line}] [--role none] [--reason {line}]
person remove | {idle-person}
person restore | {gone-person}
org add | {line}
org edit | {org-ref} --name {line} [--reason {line}]
org remove | {idle-org}
org restore | {gone-org}";

/// Records by the state they are in: kind | table | condition. `:here` is the engagement of the
/// record that was drawn before in the same command.
const KINDS: &str = "
person | person
person-ref | person
sponsor-here | person | t.id IN (SELECT person_id FROM participant WHERE removed_at IS NULL AND engagement_id = :here AND part = 'sponsor')
coachee-here | person | t.id IN (SELECT person_id FROM participant WHERE removed_at IS NULL AND engagement_id = :here AND part = 'coachee')
idle-person | person | t.id NOT IN (SELECT person_id FROM participant) AND t.id NOT IN (SELECT person_id FROM stakeholder)
org-ref | organisation
idle-org | organisation | NOT EXISTS (SELECT 1 FROM person p WHERE p.organisation_id = t.id) AND NOT EXISTS (SELECT 1 FROM engagement e WHERE t.id IN (e.organisation_id, e.payer_organisation_id))
engagement | engagement
loose-engagement | engagement | t.id NOT IN (SELECT a.engagement_id FROM agreement a JOIN signature s ON s.agreement_id = a.id WHERE s.removed_at IS NULL) AND t.id NOT IN (SELECT engagement_id FROM paper WHERE removed_at IS NULL) AND t.id NOT IN (SELECT w.engagement_id FROM worksheet w JOIN worksheet_version v ON v.worksheet_id = w.id WHERE v.removed_at IS NULL)
active | engagement | t.status = 'active'
inactive | engagement | t.status <> 'active'
running | engagement | t.status IN ('proposed', 'active', 'phase-down')
running-free | engagement | t.status IN ('proposed', 'active', 'phase-down') AND t.id NOT IN (SELECT engagement_id FROM session WHERE status = 'open' AND removed_at IS NULL)
busy | engagement | t.id IN (SELECT engagement_id FROM session WHERE status = 'open' AND removed_at IS NULL)
sponsored | engagement | t.id IN (SELECT engagement_id FROM participant WHERE part = 'sponsor' AND removed_at IS NULL)
session | session
began | session | t.status IN ('open', 'held')
planned | session | t.status = 'planned'
note | note
action | action
action-here | action | t.engagement_id = :here AND t.status = 'open'
open-action | action | t.status = 'open'
closed-action | action | t.status <> 'open'
goal | goal
goal-here | goal | t.engagement_id = :here
goal-with-criterion | goal | t.id IN (SELECT goal_id FROM criterion WHERE removed_at IS NULL)
key-result | key_result
session-here | session | t.engagement_id = :here AND t.status IN ('open', 'held')
review | review
habit | habit
ticked-habit | habit | t.id IN (SELECT habit_id FROM tick WHERE ticked_on = '2026-11-20' AND removed_at IS NULL)
agreement | agreement
stakeholder | stakeholder
feedback | feedback
gone-stakeholder | stakeholder | GONE
gone-feedback | feedback | GONE
gone-agreement | agreement | GONE
gone-habit | habit | GONE
gone-review | review | GONE
worksheet | worksheet
roadmap | worksheet | t.definition = 'roadmap'
by-values | engagement | t.method = 'identity-aligned'
roadmap-with-row | worksheet | t.definition = 'roadmap' AND t.id IN (SELECT worksheet_id FROM worksheet_row WHERE number = 1 AND removed_at IS NULL)
rules | worksheet | t.definition = 'values'
rules-with-row | worksheet | t.definition = 'values' AND t.id IN (SELECT worksheet_id FROM worksheet_row WHERE number = 1 AND removed_at IS NULL)
sheet-with-row | worksheet | t.id IN (SELECT worksheet_id FROM worksheet_row WHERE number = 1 AND removed_at IS NULL)
sheet-without-row | worksheet | t.id IN (SELECT worksheet_id FROM worksheet_row WHERE number = 1 AND removed_at IS NOT NULL)
gone-worksheet | worksheet | GONE
gone-engagement | engagement | GONE
gone-session | session | GONE
gone-note | note | GONE
gone-action | action | GONE
gone-goal | goal | GONE
gone-key-result | key_result | GONE
gone-person | person | GONE
gone-org | organisation | GONE";

/// Each command with a form of its arguments.
pub(crate) fn forms() -> Vec<(String, String)> {
    let lines = WRITES.replace("\n    ", " ");
    let forms = lines.lines().filter_map(|line| line.split_once(" | "));
    forms.map(|(leaf, form)| (leaf.to_owned(), form.to_owned())).collect()
}

pub(crate) fn texts(db: &Connection, sql: &str) -> Vec<String> {
    let mut rows = db.prepare_cached(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let rows = rows.query_map([], |row| row.get(0)).expect("rows");
    rows.map(|row| row.expect("a text")).collect()
}

/// Draws commands that the journal can take, by the state it is in.
pub(crate) struct Draw {
    random: u64,
    /// The id of the engagement that the command's first argument belongs to.
    scope: String,
}

impl Draw {
    /// Commands of one seed; the same seed draws the same commands.
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: seed.wrapping_mul(0x94d0_49bb_1331_11eb), scope: String::new() }
    }

    /// A number below `limit` (splitmix64).
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % u64::from(limit)) as u32
    }

    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let count = u32::try_from(of.len()).ok().filter(|count| *count > 0)?;
        of.get(self.below(count) as usize).cloned()
    }

    /// The arguments of a form, if the journal has what it names.
    pub(crate) fn command(
        &mut self,
        db: &Connection,
        leaf: &str,
        form: &str,
    ) -> Option<Vec<String>> {
        self.scope.clear();
        let mut args: Vec<String> = leaf.split(' ').map(str::to_owned).collect();
        let (mut optional, mut wanted) = (false, true);
        for word in form.split_whitespace() {
            if word.starts_with('[') {
                (optional, wanted) = (true, self.below(3) == 0);
            }
            let bare = word.trim_matches(['[', ']']);
            if !optional || wanted {
                let (before, rest) = bare.split_once('{').unwrap_or((bare, ""));
                let drawn = match rest.trim_end_matches('}') {
                    "" => String::new(),
                    kind => self.kind(db, kind)?,
                };
                args.push(format!("{before}{drawn}"));
            }
            optional &= !word.ends_with(']');
        }
        Some(args)
    }

    /// One value of a kind: made up, or the name of a record that is there.
    pub(crate) fn kind(&mut self, db: &Connection, kind: &str) -> Option<String> {
        let some = self.below(1000);
        let mut records = KINDS.lines().filter_map(|line| line.split_once(" | "));
        let record = records.find(|(name, _)| *name == kind).map(|(_, record)| record);
        let (table, condition) = match (kind, record) {
            ("new-slug", _) => return Some(format!("client-{some}")),
            ("reference", _) => return Some(format!("X-{some}")),
            ("number", _) => return Some(some.to_string()),
            ("earlier", _) => {
                return Some(format!("2026-{:02}-{:02} 09:30", 1 + some % 10, 1 + some % 28));
            }
            ("later", _) => {
                return Some(format!("2027-{:02}-{:02} 14:00", 1 + some % 12, 1 + some % 28));
            }
            ("person", _) if !some.is_multiple_of(3) => {
                return Some(format!("Person {}", some % 40));
            }
            ("org" | "payer", _) => return Some(format!("Org {}", some % 9)),
            ("score-here", _) => {
                return Some(format!("{}={}", self.kind(db, "goal-here")?, some % 11));
            }
            ("rate", _) => return self.kind(db, "450 EUR/session|300.50 EUR/hour|9000 JPY/hour"),
            ("day", _) => return self.kind(db, "today|+10d|2026-12-24|eom|fri"),
            ("line", _) => {
                let text = self.kind(db, "Größe: 3 °C 👩‍💻|it's \"so\"; DROP TABLE goal|日本")?;
                return Some(format!("{text} {some}"));
            }
            ("prose", _) => {
                let text = self.kind(db, "one\ntwo\n\nfour|Straße|a\tb|e\u{301}")?;
                return Some(format!("{text} {some}"));
            }
            (_, Some(record)) => record.split_once(" | ").unwrap_or((record, "1")),
            (choice, None) => {
                return self.one(&choice.split('|').map(str::to_owned).collect::<Vec<_>>());
            }
        };
        let condition = condition.replace(":here", &format!("'{}'", self.scope));
        let (name, scope) = match table {
            "engagement" => ("t.slug", "t.id"),
            "person" | "organisation" => ("r.prefix || r.number", "''"),
            "key_result" | "feedback" => ("r.prefix || r.number", "''"),
            _ => ("r.prefix || r.number", "t.engagement_id"),
        };
        let standing = match condition.as_str() {
            "GONE" => "NOT NULL".to_owned(),
            condition => format!("NULL AND {condition}"),
        };
        let found = texts(
            db,
            &format!(
                "SELECT {name} || '/' || {scope} FROM {table} t LEFT JOIN ref r ON r.record = t.id
             WHERE t.removed_at IS {standing}"
            ),
        );
        let drawn = self.one(&found)?;
        let (name, scope) = drawn.split_once('/')?;
        if !scope.is_empty() {
            scope.clone_into(&mut self.scope);
        }
        Some(name.to_owned())
    }

    /// A command with something wrong, or one that is only rehearsed.
    pub(crate) fn spoilt(&mut self, mut args: Vec<String>) -> Vec<String> {
        match self.below(5) {
            0 => args.insert(0, "--dry-run".to_owned()),
            1 => args.push("--due=2026-02-30".to_owned()),
            2 => args.extend(["--reason".to_owned(), String::new()]),
            3 => drop(args.pop()),
            _ => {
                let reference = |arg: &&mut String| {
                    arg.get(1..).is_some_and(|rest| rest.parse::<u32>().is_ok())
                };
                args.iter_mut().filter(reference).for_each(|arg| arg.push_str("99"));
            }
        }
        args
    }
}
