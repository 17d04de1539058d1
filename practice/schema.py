"""The tables, as migrations: append to the list, never change what is in it.

Each is a name and its statements; `practice/store.py` applies those that a database has not had.
"""

from practice.schema_first import FIRST

SCHEMA: tuple[tuple[str, str], ...] = (
    *FIRST,
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
)
