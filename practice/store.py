"""The database and the recordings folder: the only place that knows SQLite.

One folder holds everything (``BETWEEN_DATA``, else the user's data folder): ``between.db`` in
WAL mode and ``recordings/``, one file a recording, named by the sha256 of its sound and locked if
there is a key (`practice.vault`). Migrations are append-only; a database that a newer version has
changed is left untouched.
"""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import platformdirs
from sqlite_utils import Database, Migrations

from practice.durable import write_synced
from practice.schema import SCHEMA
from practice.vault import KeyWanted, Vault, VaultError, from_environment, mark_in, wanted

BUSY_TIMEOUT_S = 10.0  # how long a writer waits for another before saying the database is busy

migrations = Migrations("between-sessions")


class StoreError(Exception):
    """The data folder or its database cannot be used; the message says why and what to do."""


def _run_all(db: Database, statements: str) -> None:
    # Not executescript(): it commits first, and a migration must happen whole or not at all.
    statement = ""
    for piece in statements.split(";"):
        statement += piece + ";"  # a trigger has semicolons inside it
        if sqlite3.complete_statement(statement):
            if piece.strip():
                db.conn.execute(statement)
            statement = ""


for _name, _statements in SCHEMA:
    migrations(name=_name)(partial(_run_all, statements=_statements))


def default_folder() -> Path:
    """Returns the data folder: ``BETWEEN_DATA`` if set, else the user's own data folder."""
    named = os.environ.get("BETWEEN_DATA")
    return Path(named) if named else Path(platformdirs.user_data_dir("between-sessions", False))


class Store:
    """One data folder, open for use from any thread (each thread has its own connection)."""

    def __init__(self, folder: Path | None = None, vault: Vault | None = None) -> None:
        """Opens the folder, making it and bringing its database up to date where needed.

        Args:
            folder: the data folder; ``None`` means `default_folder()`.
            vault: the recordings' keys; ``None`` means those of the environment.

        Raises:
            StoreError: the folder cannot be written, the database is damaged or newer, or a
                recording key cannot be read.
        """
        self.folder = folder or default_folder()
        try:
            self.vault = from_environment() if vault is None else vault
        except VaultError as exc:
            raise StoreError(str(exc)) from exc
        self.recordings = self.folder / "recordings"
        self.path = self.folder / "between.db"
        self._local = threading.local()
        try:
            self.recordings.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise StoreError(
                f"The data folder {self.folder} cannot be made ({exc.strerror}); "
                "set BETWEEN_DATA to a folder you can write to."
            ) from exc
        try:
            self._migrate()
        except (sqlite3.DatabaseError, OSError) as exc:
            raise StoreError(_open_trouble(self.path, exc)) from exc

    def _migrate(self) -> None:
        known = {migration.name for migration in migrations._migrations}
        newer = {migration.name for migration in migrations.applied(self.db)} - known
        if newer:
            raise StoreError(
                f"The database {self.path} was made by a newer Between Sessions "
                f"(it has {', '.join(sorted(newer))}); install that version, "
                "or set BETWEEN_DATA to another folder. Nothing was changed."
            )
        if migrations.pending(self.db):
            migrations.apply(self.db)

    @property
    def db(self) -> Database:
        """This thread's connection, made on first use."""
        held: Database | None = getattr(self._local, "db", None)
        if held is None:
            connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S)
            held = Database(connection)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")  # a saved attempt survives power loss
            connection.execute("PRAGMA foreign_keys=ON")
            self._local.db = held
        return held

    @contextmanager
    def change(self) -> Iterator[Database]:
        """A transaction that takes the write lock at once: all of it happens, or none.

        Raises:
            StoreError: the disk is full, or the database cannot be written.
        """
        db = self.db
        try:
            db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.conn.rollback()
                raise
            db.conn.commit()
        except sqlite3.IntegrityError:
            raise
        except sqlite3.OperationalError as exc:
            if db.conn.in_transaction:
                db.conn.rollback()
            raise StoreError(_open_trouble(self.path, exc)) from exc

    def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """Returns the rows of one query, each as a dict by column name."""
        return list(self.db.query(sql, args))

    def save_recording(self, data: bytes) -> str:
        """Puts a recording on disk, synced, under its own sha256; saving it twice is one file.

        Args:
            data: the recording as the browser or the caller gave it, any format.

        Returns:
            the sha256 in hex, by which the recording is found again.

        Raises:
            StoreError: the disk is full or the folder cannot be written; nothing is left behind.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if self._has(sha256, data):
            return sha256
        try:
            self._note_key()
            write_synced(self.recording_path(sha256), self.vault.lock(data, sha256))
        except OSError as exc:
            raise StoreError(
                f"The recording could not be saved in {self.recordings} ({exc.strerror}); "
                "free some space there and save it again."
            ) from exc
        return sha256

    def _has(self, sha256: str, data: bytes) -> bool:
        """Whether a recording is on disk whole, and locked if there is a key."""
        path = self.recording_path(sha256)
        if not path.exists() or (self.vault.locks and mark_in(path) is None):
            return False
        try:
            return self.recording(sha256) == data
        except KeyWanted:  # it is there; without any key it is better left locked
            return not self.vault.locks
        except VaultError:
            return False

    def _note_key(self) -> None:
        mark = self.vault.marks[:1]
        if mark and not self.rows("SELECT 1 FROM recording_keys WHERE mark = ?", *mark):
            with self.change() as db:
                db["recording_keys"].insert({"mark": mark[0]}, ignore=True)

    def recording(self, sha256: str) -> bytes:
        """Returns a recording as it was given: the one way in which any is read.

        Raises:
            FileNotFoundError: it is no longer there.
            KeyWanted: it is locked with a key that is not here.
            DamagedRecording: it is locked and no longer as it was saved.
        """
        return self.vault.unlock(self.recording_path(sha256).read_bytes(), sha256)

    def recording_path(self, sha256: str) -> Path:
        """Returns where a saved recording lies; it may be locked: see `recording`."""
        return self.recordings / sha256

    def has_recording(self, sha256: str | None) -> bool:
        """Returns whether a recording is still on disk, locked or not."""
        return sha256 is not None and self.recording_path(sha256).exists()

    def key_trouble(self) -> str | None:
        """Returns one sentence if recordings are locked with keys that are not here."""
        marks = {str(row["mark"]) for row in self.rows("SELECT mark FROM recording_keys")}
        missing = marks - set(self.vault.marks)
        return wanted(missing, self.vault.marks) if missing else None

    def copy_database(self, path: Path) -> None:
        """Writes a whole copy of the database to a new file, while others read and write it.

        Raises:
            StoreError: the database cannot be read, or the copy not written.
        """
        copy = sqlite3.connect(path)
        try:
            self.db.conn.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        except sqlite3.DatabaseError as exc:
            raise StoreError(_open_trouble(self.path, exc)) from exc
        finally:
            copy.close()

    def scrub(self) -> bool:
        """Makes what was deleted unreadable in the database's files too.

        Returns:
            whether it could be done; not while another program reads the database.
        """
        try:
            self.db.conn.execute("VACUUM")
            busy = self.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:
            return False
        return not busy

    def close(self) -> None:
        """Closes this thread's connection; the next use opens a new one."""
        held: Database | None = getattr(self._local, "db", None)
        if held is not None:
            held.conn.close()
            self._local.db = None


def problems_of(path: Path) -> list[str]:
    """Returns what is wrong inside a database file, a few words each; nothing if it is whole."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as exc:
        return [str(exc)]
    finally:
        connection.close()
    lost = [f"{one[0]} row {one[1]} points to nothing in {one[2]}" for one in orphans[:5]]
    return [one for one in said if one != "ok"] + lost


def _open_trouble(path: Path, exc: Exception) -> str:
    said = str(exc)
    if "full" in said:
        return f"The disk that holds {path} is full; free some space and try again."
    if "locked" in said or "busy" in said:
        return f"The database {path} is busy with another program; try again in a moment."
    if "readonly" in said or "unable to open" in said:
        return f"The database {path} cannot be written ({said}); check the folder's permissions."
    return f"The database {path} cannot be used ({said}); restore it from a backup."
