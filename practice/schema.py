"""The tables, as migrations: append to the list, never change what is in it.

Each is a name and its statements; `practice/store.py` applies those that a database has not had.
"""

from practice.schema_first import FIRST

SCHEMA: tuple[tuple[str, str], ...] = (
    *FIRST,
    (
        # Who somebody is at their institution, and those on their way there to sign in (they go
        # after ten minutes, and with the session or the one-time link they set out with).
        "m006_oidc",
        """
CREATE TABLE identities (
    issuer TEXT NOT NULL, subject TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people(id), linked_at TEXT NOT NULL,
    PRIMARY KEY (issuer, subject), UNIQUE (person, issuer)
) STRICT;
CREATE TABLE sign_in_trips (
    cookie_sha256 TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('sign_in', 'one_time_link', 'account')),
    session TEXT REFERENCES sessions(token_sha256) ON DELETE CASCADE,
    one_time_link TEXT REFERENCES one_time_links(token_sha256) ON DELETE CASCADE,
    name TEXT, target TEXT NOT NULL, ends_at TEXT NOT NULL
) STRICT;
CREATE INDEX sign_in_trips_by_session ON sign_in_trips(session);
CREATE INDEX sign_in_trips_by_link ON sign_in_trips(one_time_link);
        """,
    ),
    (
        # A place's own map of the machine's scores. `raw` is the machine's score where `body` was
        # adjusted; who made a calibration is kept without a reference, to outlive their account.
        "m008_calibration",
        """
ALTER TABLE scores ADD COLUMN raw TEXT;
CREATE TABLE calibrations (
    version INTEGER PRIMARY KEY, made_at TEXT NOT NULL, made_by TEXT NOT NULL,
    model_version TEXT NOT NULL, n_replies INTEGER NOT NULL, n_ratings INTEGER NOT NULL,
    maps TEXT NOT NULL, report TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX calibrations_one_active ON calibrations(active) WHERE active = 1;
        """,
    ),
    (
        # Which keys recordings are locked with (their marks, never the keys), which recordings'
        # time is over, and consent to the voice being exported, apart from the words.
        "m009_privacy",
        """
CREATE TABLE recording_keys (mark TEXT PRIMARY KEY) STRICT;
ALTER TABLE recordings ADD COLUMN deleted_at TEXT;
CREATE TABLE consents_with_voice (
    id INTEGER PRIMARY KEY, person TEXT NOT NULL REFERENCES people(id),
    purpose TEXT NOT NULL CHECK (
        purpose IN ('practice', 'supervision', 'research', 'research_voice', 'example')
    ),
    given INTEGER NOT NULL CHECK (given IN (0, 1)), at TEXT NOT NULL
) STRICT;
INSERT INTO consents_with_voice SELECT id, person, purpose, given, at FROM consents;
DROP TABLE consents;
ALTER TABLE consents_with_voice RENAME TO consents;
CREATE INDEX consents_by_person ON consents(person, purpose);
        """,
    ),
    (
        # Figures given to instructors, and of whom and what each was made (practice/released.py);
        # sets being practised, one after the other (practice/set_runs.py).
        "m010_items",
        """
CREATE TABLE item_figures (
    instructor TEXT NOT NULL REFERENCES people(id), item TEXT NOT NULL,
    body TEXT NOT NULL, n_people INTEGER NOT NULL, made_at TEXT NOT NULL,
    PRIMARY KEY (instructor, item)
) STRICT;
CREATE TABLE item_sources (
    instructor TEXT NOT NULL REFERENCES people(id), item TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people(id), of_sha256 TEXT NOT NULL,
    PRIMARY KEY (instructor, item, person)
) STRICT;
CREATE INDEX item_sources_by_person ON item_sources(person);
CREATE TABLE set_runs (
    id INTEGER PRIMARY KEY, person TEXT NOT NULL REFERENCES people(id),
    set_id TEXT NOT NULL, title TEXT NOT NULL, scenarios TEXT NOT NULL,
    started_at TEXT NOT NULL, ended_at TEXT
) STRICT;
CREATE INDEX set_runs_by_person ON set_runs(person, id);
        """,
    ),
    (
        # A supervisor's corrected words beside the machine's, what the machine makes of those, and
        # replies that colleagues may learn from. Why apart from `scores`: docs/decisions/0010.
        "m007_supervision",
        """
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY, attempt TEXT NOT NULL REFERENCES attempts(id),
    version INTEGER NOT NULL, text TEXT NOT NULL,
    made_by TEXT REFERENCES people(id), made_at TEXT NOT NULL,
    wanted_at TEXT, n_tries INTEGER NOT NULL DEFAULT 0, trouble TEXT,
    UNIQUE (attempt, version)
) STRICT;
CREATE TABLE correction_scores (
    correction INTEGER NOT NULL REFERENCES corrections(id),
    model_version TEXT NOT NULL, body TEXT NOT NULL, made_at TEXT NOT NULL,
    PRIMARY KEY (correction, model_version)
) STRICT;
CREATE TABLE example_replies (
    id TEXT PRIMARY KEY, attempt TEXT NOT NULL UNIQUE REFERENCES attempts(id),
    asked_by TEXT REFERENCES people(id), why TEXT NOT NULL, asked_at TEXT NOT NULL,
    answer TEXT CHECK (answer IN ('words', 'sound', 'no')), answered_at TEXT,
    CHECK ((answer IS NULL) = (answered_at IS NULL))
) STRICT;
        """,
    ),
    (
        # Without the indices a page reads everybody's rows to find one person's (decisions/0016).
        # When work met a trouble that may pass; what the clock said when it was last looked at.
        "m011_scale",
        """
ALTER TABLE work ADD COLUMN troubled_at TEXT;
CREATE TABLE clock (
    id INTEGER PRIMARY KEY CHECK (id = 1), seen_at TEXT NOT NULL, doubted_until TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_first_turns ON attempts(scenario, person) WHERE after IS NULL;
CREATE INDEX attempts_by_recording ON attempts(recording) WHERE recording IS NOT NULL;
CREATE INDEX attempts_by_retry ON attempts(retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX audit_log_by_look ON audit_log(actor, action, subject, owner, id);
CREATE INDEX reviews_waiting ON reviews(changed_at) WHERE state = 'submitted';
CREATE INDEX cohort_people_by_person ON cohort_people(person, part);
CREATE INDEX supervision_by_supervisor ON supervision(supervisor, trainee);
CREATE INDEX assignment_people_by_person ON assignment_people(person);
        """,
    ),
)
