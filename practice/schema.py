"""The tables, as migrations: append to the list, never change what is in it.

Each is a name and its statements; `practice/store.py` applies those that a database has not had.
"""

from practice.schema_first import FIRST

SCHEMA: tuple[tuple[str, str], ...] = (
    *FIRST,
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
)
