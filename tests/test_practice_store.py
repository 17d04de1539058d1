"""The store keeps what it is given, and leaves alone what it does not understand."""

import hashlib
import sqlite3
import threading
from pathlib import Path

import pytest

from practice import store as store_module
from practice.store import Store, StoreError


def test_a_new_folder_gets_a_database_in_wal_mode_with_foreign_keys(tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "folder")
    assert store.rows("PRAGMA journal_mode")[0]["journal_mode"] == "wal"
    assert store.rows("PRAGMA foreign_keys")[0]["foreign_keys"] == 1


def test_opening_twice_applies_each_migration_once(tmp_path: Path) -> None:
    Store(tmp_path)
    store = Store(tmp_path)
    names = [row["name"] for row in store.rows("SELECT name FROM _sqlite_migrations")]
    assert len(names) == len(set(names)) >= 1


def test_a_recording_is_kept_under_its_sha256_and_saving_it_twice_is_one_file(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path)
    sha256 = store.save_recording(b"sound")
    assert sha256 == hashlib.sha256(b"sound").hexdigest() == store.save_recording(b"sound")
    assert store.recording_path(sha256).read_bytes() == b"sound"
    assert [path.name for path in store.recordings.iterdir()] == [sha256]


def test_a_recording_that_a_crash_cut_short_is_written_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sha256 = store.save_recording(b"sound")
    store.recording_path(sha256).write_bytes(b"so")
    store.save_recording(b"sound")
    assert store.recording_path(sha256).read_bytes() == b"sound"


def test_a_full_disk_is_said_in_one_sentence_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store_module.os, "fsync", full)
    with pytest.raises(StoreError, match=r"No space left on device.*free some space"):
        store.save_recording(b"sound")
    assert list(store.recordings.iterdir()) == []


def test_a_full_database_is_said_in_one_sentence_and_the_change_is_undone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    pages = store.rows("PRAGMA page_count")[0]["page_count"]
    store.db.conn.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreError, match="is full; free some space"), store.change() as db:
        for n in range(1000):
            db["people"].insert({"id": f"{n}" * 100, "name": "x", "created_at": "now"})
    assert store.rows("SELECT count(*) AS n FROM people")[0]["n"] == 0


def test_a_database_from_a_newer_version_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.change() as db:
        db["_sqlite_migrations"].insert(
            {"migration_set": "between-sessions", "name": "m999_later", "applied_at": "2030"}
        )
    store.close()
    before = (tmp_path / "between.db").read_bytes()
    with pytest.raises(
        StoreError, match=r"newer Between Sessions \(it has m999_later\).*BETWEEN_DATA"
    ):
        Store(tmp_path)
    assert (tmp_path / "between.db").read_bytes() == before


def test_a_file_that_is_no_database_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "between.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match=r"cannot be used.*restore it from a backup"):
        Store(tmp_path)


def test_a_data_folder_that_is_a_file_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreError, match="set BETWEEN_DATA to a folder you can write to"):
        Store(tmp_path / "data")


def test_many_threads_can_write_at_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    troubles: list[BaseException] = []

    def add(n: int) -> None:
        try:
            for m in range(20):
                with store.change() as db:
                    db["people"].insert({"id": f"{n}-{m}", "name": "x", "created_at": "now"})
        except sqlite3.Error as exc:
            troubles.append(exc)
        finally:
            store.close()

    threads = [threading.Thread(target=add, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert store.rows("SELECT count(*) AS n FROM people")[0]["n"] == 8 * 20


def test_a_change_that_meets_an_error_is_undone_whole(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(RuntimeError), store.change() as db:
        db["people"].insert({"id": "a", "name": "x", "created_at": "now"})
        raise RuntimeError
    assert store.rows("SELECT * FROM people") == []
