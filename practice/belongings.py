"""What belongs to a person or an attempt, in every table there is, found by the foreign keys.

A column that names its owner may not be NULL, or says ON DELETE CASCADE: its rows go when the
owner goes. Another column that may be NULL only mentions somebody (who rated, who assigned): it is
emptied and the row stays. So a new table needs nothing said here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from practice.store import Store

SECRETS = frozenset({"password", "token_sha256", "cookie_sha256", "session", "one_time_link"})


@dataclass(frozen=True)
class Reference:
    """A column of a table that refers to another table."""

    table: str
    column: str
    to_table: str
    to_column: str
    owns: bool  # whether the row belongs to what it refers to


def references(store: Store) -> list[Reference]:
    """Returns every reference between tables."""
    found = []
    for table in store.db.table_names():
        columns = {row["name"]: row for row in store.rows(f"PRAGMA table_info([{table}])")}
        for row in store.rows(f"PRAGMA foreign_key_list([{table}])"):
            column = columns[row["from"]]
            must = column["notnull"] or column["pk"] or row["on_delete"] == "CASCADE"
            owns = bool(must) and row["table"] != table
            to_column = row["to"] or _key(store, row["table"])
            found.append(Reference(table, row["from"], row["table"], to_column, owns))
    return found


def _key(store: Store, table: str) -> str:
    keys = [row["name"] for row in store.rows(f"PRAGMA table_info([{table}])") if row["pk"]]
    return keys[0] if len(keys) == 1 else "rowid"


def owned(store: Store, table: str, ids: Sequence[Any]) -> dict[str, list[dict[str, Any]]]:
    """Returns the rows of every table that belong to the given ones, themselves among them."""
    found: dict[str, dict[Any, dict[str, Any]]] = {}
    for at_table, row in _walk(store, references(store), table, _key(store, table), ids):
        found.setdefault(at_table, {})[row["_rowid"]] = row
    return {
        name: [
            {key: value for key, value in row.items() if key != "_rowid" and key not in SECRETS}
            for row in rows.values()
        ]
        for name, rows in found.items()
    }


def mentions(store: Store, person: str) -> dict[str, list[dict[str, Any]]]:
    """Returns the rows that are another's and name the person: ratings they gave, say."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in references(store):
        if one.to_table == "people" and not one.owns:
            rows = store.rows(f"SELECT * FROM [{one.table}] WHERE [{one.column}] = ?", person)
            if rows:
                found.setdefault(one.table, []).extend(rows)
    return found


def erase(db: Any, store: Store, table: str, ids: Sequence[Any]) -> None:
    """Deletes the rows and all that belongs to them, within a change."""
    refs = references(store)
    rows = list(_walk(store, refs, table, _key(store, table), ids))
    for at_table, row in rows:
        for one in refs:
            if one.to_table == at_table and not one.owns:
                db.execute(
                    f"UPDATE [{one.table}] SET [{one.column}] = NULL WHERE [{one.column}] = ?",
                    (row[one.to_column],),
                )
    for at_table, row in reversed(rows):  # what belongs before what it belongs to
        db.execute(f"DELETE FROM [{at_table}] WHERE rowid = ?", (row["_rowid"],))


def _walk(
    store: Store, refs: Sequence[Reference], table: str, column: str, ids: Sequence[Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Gives each row before the rows that belong to it; a row may come more than once."""
    for value in ids:
        for row in store.rows(
            f"SELECT rowid AS _rowid, * FROM [{table}] WHERE [{column}] = ?", value
        ):
            yield table, row
            for one in refs:
                if one.to_table == table and one.owns:
                    yield from _walk(store, refs, one.table, one.column, [row[one.to_column]])
