"""A row of somebody's in every table there is, each text with a word that is nowhere else."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from practice.store import Store

# What a column must hold for its table's checks, where that cannot be read from the schema.
PINNED: dict[tuple[str, str], Any] = {
    ("attempts", "typed"): None,  # either a recording or typed words
    ("accounts", "blocked_at"): None,  # who is blocked may do nothing, not even leave
    ("attempts", "retry_of"): None,
    ("attempts", "after"): None,
    ("self_ratings", "skipped"): 0,
    ("self_ratings", "rationale"): 1,
    ("self_ratings", "collaboration"): 1,
    ("self_ratings", "obstacles"): 1,
}
NOT_FILLED = ("audit_log", "_sqlite_migrations", "recordings")  # the last: by a real recording
CHOICE = r"\b{column}\s+IN\s*\(\s*('[^']+'|\d+)"
WHEN = "2026-11-24T10:00:00+00:00"


@dataclass
class Filled:
    """The markers written, by table and column, and each table's row by its rowid."""

    markers: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def fill(
    store: Store,
    person: str,
    named: str,
    recording: str,
    rows: dict[str, int] | None = None,
    only: Collection[str] | None = None,
) -> Filled:
    """Adds a row of the person's to every table, or to those named.

    Args:
        store: the data folder, in which the person is already.
        person: their id.
        named: begins every marker.
        recording: the name of a recording of theirs that is saved.
        rows: rows made before, by table; a table that has one gets no other.
        only: the tables to fill.
    """
    made = Filled(rows=dict(rows or {}))
    tables = [one for one in only or store.db.table_names() if one not in NOT_FILLED]
    waiting = [one for one in tables if one not in made.rows and one != "people"]
    while waiting:
        ready = [one for one in waiting if not set(_refers(store, one).values()) & set(waiting)]
        ready = ready or [one for one in waiting if set(_needs(store, one)) <= set(made.rows)]
        assert ready, f"no order in which to fill {waiting}"
        for table in ready:
            _row(store, table, person, named, recording, made)
        waiting = [one for one in waiting if one not in ready]
    return made


def _keys(store: Store, table: str) -> list[dict[str, Any]]:
    return store.rows(f"PRAGMA foreign_key_list([{table}])")


def _refers(store: Store, table: str) -> dict[str, str]:
    """Columns that refer to another table, but people and recordings, which are there."""
    return {
        row["from"]: row["table"]
        for row in _keys(store, table)
        if row["table"] not in ("people", "recordings", table)
    }


def _needs(store: Store, table: str) -> list[str]:
    must = {row["name"] for row in store.rows(f"PRAGMA table_info([{table}])") if row["notnull"]}
    return [other for column, other in _refers(store, table).items() if column in must]


def _row(store: Store, table: str, person: str, named: str, recording: str, made: Filled) -> None:
    sql = store.rows("SELECT sql FROM sqlite_master WHERE name = ?", table)[0]["sql"]
    keys = {row["from"]: (row["table"], row["to"]) for row in _keys(store, table)}
    values: dict[str, Any] = {}
    for column in store.rows(f"PRAGMA table_info([{table}])"):
        name = column["name"]
        if (table, name) in PINNED:
            values[name] = PINNED[(table, name)]
        elif name in keys:
            other, to = keys[name]
            values[name] = _key_of(store, other, to, person, recording, made)
        elif choice := re.search(CHOICE.format(column=name), sql):
            values[name] = choice[1].strip("'") if "'" in choice[1] else int(choice[1])
        elif name.endswith(("_at", "_until")) or name == "at":
            values[name] = WHEN
        elif column["type"] == "TEXT":
            values[name] = made.markers[(table, name)] = f"{named}x{table}x{name}x"
        elif column["type"] == "BLOB":
            made.markers[(table, name)] = f"{named}x{table}x{name}x"
            values[name] = made.markers[(table, name)].encode()
        elif column["notnull"] and column["dflt_value"] is None:
            values[name] = 1
    with store.change() as db:
        names = ", ".join(f"[{one}]" for one in values)
        marks = ", ".join("?" * len(values))
        try:
            cursor = db.execute(
                f"INSERT OR REPLACE INTO [{table}] ({names}) VALUES ({marks})",
                tuple(values.values()),
            )
        except Exception as exc:
            raise AssertionError(
                f"the table {table} cannot be filled ({exc}); say in tests/filled.py what a row of"
                f" it must hold: {values}"
            ) from exc
        made.rows[table] = cursor.lastrowid


def _key_of(
    store: Store, other: str, to: str | None, person: str, recording: str, made: Filled
) -> Any:
    if other == "people":
        return person
    if other == "recordings":
        return recording
    if other not in made.rows:
        return None
    where = store.rows(f"SELECT * FROM [{other}] WHERE rowid = ?", made.rows[other])[0]
    return where[to] if to else next(iter(where.values()))
