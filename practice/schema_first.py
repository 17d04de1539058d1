"""The first tables, as migrations. What is added later stands in `practice/schema.py`."""

FIRST: tuple[tuple[str, str], ...] = (
    (
        # People, the scenario versions they answered, attempts, and all that follows from them.
        "m001_attempts",
        """
CREATE TABLE people (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at TEXT NOT NULL
) STRICT;
CREATE TABLE scenario_versions (
    sha256 TEXT PRIMARY KEY, scenario TEXT NOT NULL, body TEXT NOT NULL,
    first_used_at TEXT NOT NULL
) STRICT;
CREATE TABLE recordings (
    sha256 TEXT PRIMARY KEY, n_bytes INTEGER NOT NULL, saved_at TEXT NOT NULL
) STRICT;
CREATE TABLE attempts (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people(id),
    scenario TEXT NOT NULL,
    scenario_version TEXT NOT NULL REFERENCES scenario_versions(sha256),
    recording TEXT REFERENCES recordings(sha256),
    typed TEXT,
    retry_of TEXT REFERENCES attempts(id),
    state TEXT NOT NULL
        CHECK (state IN ('recorded', 'transcribed', 'scored', 'unscored', 'failed')),
    reason TEXT,
    detail TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK ((recording IS NULL) <> (typed IS NULL))
) STRICT;
CREATE INDEX attempts_by_person ON attempts(person, created_at);
CREATE INDEX attempts_by_state ON attempts(state, created_at);
CREATE TABLE attempt_log (
    id INTEGER PRIMARY KEY, attempt TEXT NOT NULL REFERENCES attempts(id),
    was TEXT, became TEXT NOT NULL, reason TEXT, at TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_log_by_attempt ON attempt_log(attempt);
CREATE TABLE transcripts (
    id INTEGER PRIMARY KEY, attempt TEXT NOT NULL REFERENCES attempts(id),
    engine TEXT NOT NULL, model TEXT NOT NULL, body TEXT NOT NULL, made_at TEXT NOT NULL,
    UNIQUE (attempt, engine, model)
) STRICT;
CREATE TABLE scores (
    id INTEGER PRIMARY KEY, attempt TEXT NOT NULL REFERENCES attempts(id),
    model_version TEXT NOT NULL, body TEXT NOT NULL, made_at TEXT NOT NULL,
    UNIQUE (attempt, model_version)
) STRICT;
        """,
    ),
    (
        # The loop: what trainees make of their own replies, and what is practised next.
        "m002_loop",
        """
CREATE TABLE self_ratings (
    attempt TEXT PRIMARY KEY REFERENCES attempts(id) ON DELETE CASCADE,
    rationale INTEGER CHECK (rationale BETWEEN 0 AND 4),
    collaboration INTEGER CHECK (collaboration BETWEEN 0 AND 4),
    obstacles INTEGER CHECK (obstacles BETWEEN 0 AND 4),
    skipped INTEGER NOT NULL CHECK (skipped IN (0, 1)),
    at TEXT NOT NULL,
    CHECK (skipped = (rationale IS NULL)),
    CHECK ((rationale IS NULL) = (collaboration IS NULL)),
    CHECK ((rationale IS NULL) = (obstacles IS NULL))
) STRICT;
CREATE TABLE reactions (
    attempt TEXT PRIMARY KEY REFERENCES attempts(id) ON DELETE CASCADE,
    reaction TEXT NOT NULL CHECK (reaction IN ('too_easy', 'good_challenge', 'too_hard')),
    at TEXT NOT NULL
) STRICT;
CREATE TABLE practice_standing (
    person TEXT PRIMARY KEY REFERENCES people(id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE practice_families (
    person TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE,
    family TEXT NOT NULL,
    body TEXT NOT NULL,
    due_at TEXT NOT NULL,
    PRIMARY KEY (person, family)
) STRICT;
CREATE TABLE schedule_log (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE,
    attempt TEXT NOT NULL UNIQUE REFERENCES attempts(id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX schedule_log_by_person ON schedule_log(person, id);
CREATE TABLE written_plans (
    attempt TEXT PRIMARY KEY REFERENCES attempts(id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE TABLE reflections (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX reflections_by_person ON reflections(person, at);
CREATE TABLE checks (
    id INTEGER PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE,
    scenarios TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE INDEX checks_by_person ON checks(person, id);
        """,
    ),
    (
        # The second turn of a scenario; scenarios, clips and sets of an instructor's own.
        # Who made them is kept without a reference: it outlives that person's account.
        "m003_bank",
        """
ALTER TABLE attempts ADD COLUMN after TEXT REFERENCES attempts(id);
CREATE INDEX attempts_by_after ON attempts(after);
CREATE INDEX attempts_by_scenario ON attempts(scenario, person);
CREATE TABLE bank_scenarios (
    id TEXT PRIMARY KEY, draft TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'archived')),
    version INTEGER NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;
CREATE TABLE bank_versions (
    scenario TEXT NOT NULL REFERENCES bank_scenarios(id), version INTEGER NOT NULL,
    body TEXT NOT NULL, published_at TEXT NOT NULL,
    PRIMARY KEY (scenario, version)
) STRICT;
CREATE TABLE bank_clips (
    id TEXT PRIMARY KEY, body TEXT NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL
) STRICT;
CREATE TABLE bank_sets (
    id TEXT PRIMARY KEY, body TEXT NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL
) STRICT;
CREATE TABLE bank_log (
    id INTEGER PRIMARY KEY, subject TEXT NOT NULL, did TEXT NOT NULL,
    person TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
        """,
    ),
    (
        # Accounts, who looks after whom, assignments, reviews, consent, and who saw what.
        # A column that may be NULL and names a person keeps the row when that person leaves.
        "m004_people",
        """
CREATE TABLE accounts (
    person TEXT PRIMARY KEY REFERENCES people(id),
    sign_in_name TEXT NOT NULL UNIQUE, password TEXT, blocked_at TEXT
) STRICT;
CREATE TABLE roles (
    person TEXT NOT NULL REFERENCES people(id),
    role TEXT NOT NULL CHECK (role IN ('trainee', 'instructor', 'supervisor')),
    PRIMARY KEY (person, role)
) STRICT;
CREATE TABLE sessions (
    token_sha256 TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people(id),
    made_at TEXT NOT NULL, seen_at TEXT NOT NULL, ends_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_person ON sessions(person);
CREATE TABLE one_time_links (
    token_sha256 TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('invite', 'reset')),
    person TEXT NOT NULL REFERENCES people(id), made_at TEXT NOT NULL, ends_at TEXT NOT NULL
) STRICT;
CREATE INDEX one_time_links_by_person ON one_time_links(person);
CREATE TABLE sign_in_misses (
    id INTEGER PRIMARY KEY, name_sha256 TEXT NOT NULL, address TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX sign_in_misses_by_time ON sign_in_misses(at);
CREATE TABLE supervision (
    trainee TEXT NOT NULL REFERENCES people(id), supervisor TEXT NOT NULL REFERENCES people(id),
    PRIMARY KEY (trainee, supervisor)
) STRICT;
CREATE TABLE cohorts (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, made_at TEXT NOT NULL
) STRICT;
CREATE TABLE cohort_people (
    cohort TEXT NOT NULL REFERENCES cohorts(id), person TEXT NOT NULL REFERENCES people(id),
    part TEXT NOT NULL CHECK (part IN ('trainee', 'instructor')),
    PRIMARY KEY (cohort, person, part)
) STRICT;
CREATE TABLE assignments (
    id TEXT PRIMARY KEY, cohort TEXT REFERENCES cohorts(id),
    body TEXT NOT NULL, made_by TEXT REFERENCES people(id), made_at TEXT NOT NULL,
    withdrawn_at TEXT
) STRICT;
CREATE TABLE assignment_people (
    assignment TEXT NOT NULL REFERENCES assignments(id),
    person TEXT NOT NULL REFERENCES people(id), PRIMARY KEY (assignment, person)
) STRICT;
CREATE TABLE reviews (
    id TEXT PRIMARY KEY, attempt TEXT NOT NULL UNIQUE REFERENCES attempts(id),
    state TEXT NOT NULL CHECK (state IN ('submitted', 'returned', 'withdrawn')),
    again_wanted INTEGER NOT NULL DEFAULT 0, submitted_at TEXT NOT NULL, changed_at TEXT NOT NULL
) STRICT;
CREATE TABLE review_ratings (
    id INTEGER PRIMARY KEY, review TEXT NOT NULL REFERENCES reviews(id),
    rater TEXT REFERENCES people(id), blind INTEGER NOT NULL CHECK (blind IN (0, 1)),
    body TEXT NOT NULL, made_at TEXT NOT NULL
) STRICT;
CREATE INDEX review_ratings_by_review ON review_ratings(review);
CREATE TABLE review_trail (
    id INTEGER PRIMARY KEY, review TEXT NOT NULL REFERENCES reviews(id),
    person TEXT REFERENCES people(id), did TEXT NOT NULL, note TEXT, moment_s REAL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX review_trail_by_review ON review_trail(review);
CREATE TABLE consents (
    id INTEGER PRIMARY KEY, person TEXT NOT NULL REFERENCES people(id),
    purpose TEXT NOT NULL CHECK (purpose IN ('practice', 'supervision', 'research', 'example')),
    given INTEGER NOT NULL CHECK (given IN (0, 1)), at TEXT NOT NULL
) STRICT;
CREATE INDEX consents_by_person ON consents(person, purpose);
CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    owner TEXT, subject TEXT, allowed INTEGER NOT NULL CHECK (allowed IN (0, 1))
) STRICT;
CREATE INDEX audit_log_by_owner ON audit_log(owner, id);
CREATE INDEX audit_log_by_actor ON audit_log(actor, id);
CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log BEGIN
    SELECT RAISE(ABORT, 'the audit log is only ever added to');
END;
CREATE TRIGGER audit_log_is_not_deleted BEFORE DELETE ON audit_log BEGIN
    SELECT RAISE(ABORT, 'the audit log is only ever added to');
END;
        """,
    ),
    (
        # What is still to be done, and who is doing it until when; a row goes when it is done.
        "m005_queue",
        """
CREATE TABLE work (
    attempt TEXT PRIMARY KEY REFERENCES attempts(id) ON DELETE CASCADE,
    lane TEXT NOT NULL CHECK (lane IN ('recording', 'words')),
    queued_at TEXT NOT NULL,
    holder TEXT,
    leased_until TEXT,
    stage TEXT CHECK (stage IN ('transcribing', 'scoring')),
    n_tries INTEGER NOT NULL DEFAULT 0,
    trouble TEXT,
    CHECK ((holder IS NULL) = (leased_until IS NULL))
) STRICT;
CREATE INDEX work_by_lane ON work(lane, queued_at);
        """,
    ),
)
