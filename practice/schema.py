"""The tables, as migrations: append to the list, never change what is in it.

Each is a name and its statements; `practice/store.py` applies those that a database has not had.
"""

from practice.schema_first import FIRST

SCHEMA: tuple[tuple[str, str], ...] = (
    *FIRST,
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
)
