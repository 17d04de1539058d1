"""The tables, as migrations: append to the list, never change what is in it.

Each is a name and its statements; `practice/store.py` applies those that a database has not had.
"""

from practice.schema_first import FIRST

ITEMS = (
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
)
SCHEMA: tuple[tuple[str, str], ...] = (*FIRST, ITEMS)
