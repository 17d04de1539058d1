"""The tables, as migrations: append to the list, never change what is in it.

Each is a name and its statements; `practice/store.py` applies those that a database has not had.
"""

SCHEMA: tuple[tuple[str, str], ...] = (
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
