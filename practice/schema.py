"""The tables, as migrations: append to the list, never change what is in it.

Each is a name and its statements; `practice/store.py` applies those that a database has not had.
"""

from practice.schema_first import FIRST

ITEMS = (
    # Figures given to instructors, and of whom and what each was made; see practice/released.py.
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
    """,
)
SCHEMA: tuple[tuple[str, str], ...] = (*FIRST, ITEMS)
