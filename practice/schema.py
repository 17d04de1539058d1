"""The tables, as migrations: append to the list, never change what is in it.

Each is a name and its statements; `practice/store.py` applies those that a database has not had.
"""

from practice.schema_first import FIRST

SCHEMA: tuple[tuple[str, str], ...] = (*FIRST,)
