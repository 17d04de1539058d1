"""A backup is tested by restoring it; one that was tampered with changes nothing."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

import cli
from practice import attempts, backup
from practice.backup_manifest import BackupError, in_words
from practice.store import Store
from tests.stand_ins import a_scenario

SOUNDS = (b"one reply" * 1000, b"another reply" * 500)


@pytest.fixture
def store(tmp_path: Path, at: datetime) -> Store:
    opened = Store(tmp_path / "data")
    attempts.add_person(opened, "me", "You", at)
    for sound in SOUNDS:
        attempts.start(opened, person="me", scenario=a_scenario(), at=at, recording=sound)
    attempts.start(opened, person="me", scenario=a_scenario(), at=at, typed="What would help?")
    (opened.folder / "bank").mkdir()
    (opened.folder / "bank" / "own-1.mp3").write_bytes(b"a clip")
    return opened


@pytest.fixture
def made(store: Store, tmp_path: Path, at: datetime) -> Path:
    backup.write(store, tmp_path / "b.zip", at)
    return tmp_path / "b.zip"


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("between.db")
    }


def test_what_was_backed_up_comes_back_whole(store: Store, made: Path, at: datetime) -> None:
    target = store.folder.parent / "elsewhere"
    backup.restore(made, target, at)
    again = Store(target)
    assert attempts.newest(again, None, 10) == attempts.newest(store, None, 10)
    assert len(attempts.newest(again, None, 10)) == 3
    assert files(target) == files(store.folder)
    assert [again.recording_path(hashlib.sha256(one).hexdigest()).read_bytes() for one in SOUNDS] \
        == list(SOUNDS)  # fmt: skip


def test_a_backup_is_made_while_another_connection_is_writing(
    store: Store, tmp_path: Path, at: datetime
) -> None:
    with store.change() as db:
        db["people"].insert({"id": "late", "name": "Late", "created_at": at.isoformat()})
        other = Store(store.folder)  # what is not committed yet is not in the copy
        other.copy_database(tmp_path / "copy.db")
    (tmp_path / "c").mkdir()
    (tmp_path / "copy.db").replace(tmp_path / "c" / "between.db")
    assert Store(tmp_path / "c").rows("SELECT id FROM people") == [{"id": "me"}]
    assert len(store.rows("SELECT id FROM people")) == 2


def test_a_folder_with_something_in_it_is_refused_unless_told_and_then_put_aside(
    store: Store, made: Path, at: datetime
) -> None:
    attempts.start(store, person="me", scenario=a_scenario(), at=at, typed="After the backup.")
    before = files(store.folder)
    with pytest.raises(BackupError, match="not empty"):
        backup.restore(made, store.folder, at)
    assert files(store.folder) == before
    store.close()
    backup.restore(made, store.folder, at, replace=True)
    assert len(attempts.newest(Store(store.folder), None, 10)) == 3
    aside = store.folder.with_name("data-before-20261124-100000")
    assert len(attempts.newest(Store(aside), None, 10)) == 4


def test_an_existing_file_is_never_written_over(store: Store, made: Path, at: datetime) -> None:
    before = made.read_bytes()
    with pytest.raises(BackupError, match="already a file"):
        backup.write(store, made, at)
    assert made.read_bytes() == before
    assert list(made.parent.glob(".backup-*")) == []


def test_a_recording_already_damaged_or_missing_is_named_and_the_rest_saved(
    store: Store, tmp_path: Path, at: datetime
) -> None:
    first, second = (hashlib.sha256(one).hexdigest() for one in SOUNDS)
    store.recording_path(first).write_bytes(b"rotten")
    store.recording_path(second).unlink()
    made = backup.write(store, tmp_path / "b.zip", at)
    assert (made.damaged, made.missing) == ((first,), (second,))
    restored = backup.restore(tmp_path / "b.zip", tmp_path / "elsewhere", at)
    assert first in in_words(restored) and second in in_words(restored)


Change = Callable[[dict[str, bytes]], None]


def _other_recording(held: dict[str, bytes]) -> None:
    name = next(name for name in held if name.startswith("recordings/"))
    held[name] = b"x" * len(held[name])
    manifest = json.loads(held["manifest.json"])
    manifest["files"][name]["sha256"] = hashlib.sha256(held[name]).hexdigest()
    held["manifest.json"] = json.dumps(manifest).encode()


def _less(held: dict[str, bytes]) -> None:
    name = next(name for name in held if name.startswith("recordings/"))
    del held[name]
    manifest = json.loads(held["manifest.json"])
    del manifest["files"][name]
    held["manifest.json"] = json.dumps(manifest).encode()


def _broken_database(held: dict[str, bytes]) -> None:
    rotten = bytearray(held["between.db"])
    rotten[4096:8192] = b"\xff" * 4096
    held["between.db"] = bytes(rotten)
    manifest = json.loads(held["manifest.json"])
    manifest["files"]["between.db"]["sha256"] = hashlib.sha256(rotten).hexdigest()
    held["manifest.json"] = json.dumps(manifest).encode()


ALTERED: dict[str, Change] = {
    "a path out of the folder": lambda held: held.update({"../../evil": b"x"}),
    "an absolute path": lambda held: held.update({"/tmp/evil": b"x"}),
    "a file no backup holds": lambda held: held.update({"recordings/evil.sh": b"x"}),
    "a file that is not in the manifest": lambda held: held.update(
        {"recordings/" + "0" * 64: b"x"}
    ),
    "a changed database": lambda held: held.update({"between.db": held["between.db"] + b"x"}),
    "a broken database with a manifest to match": _broken_database,
    "another recording with a manifest to match": _other_recording,
    "a recording left out with a manifest to match": _less,
    "no manifest": lambda held: held.pop("manifest.json") and None,
    "a manifest that is no manifest": lambda held: held.update({"manifest.json": b"[]"}),
}


@pytest.mark.parametrize("change", ALTERED.values(), ids=ALTERED)
def test_an_altered_backup_is_refused_and_nothing_is_written(
    made: Path, at: datetime, change: Change
) -> None:
    with zipfile.ZipFile(made) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    change(held)
    altered = made.with_name("altered.zip")
    with zipfile.ZipFile(altered, "w") as out:
        for name, content in held.items():
            out.writestr(name, content)
    before = sorted(made.parent.rglob("*"))
    with pytest.raises(BackupError, match="cannot be trusted"):
        backup.restore(altered, made.parent / "elsewhere", at)
    assert sorted(made.parent.rglob("*")) == before


def test_a_link_in_a_backup_is_refused(made: Path, at: datetime) -> None:
    link = zipfile.ZipInfo("recordings/" + "0" * 64)
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(made, "a") as out:
        out.writestr(link, "/etc/passwd")
    with pytest.raises(BackupError, match="link"):
        backup.restore(made, made.parent / "elsewhere", at)


@pytest.mark.parametrize("keep", [0, 100, 5000])
def test_a_backup_cut_short_is_refused(made: Path, at: datetime, keep: int) -> None:
    made.write_bytes(made.read_bytes()[:keep])
    with pytest.raises(BackupError, match="not a whole backup"):
        backup.restore(made, made.parent / "elsewhere", at)
    assert not (made.parent / "elsewhere").exists()


def test_the_commands_say_what_they_did_and_refuse_in_one_line(
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def between(*args: str) -> int:
        monkeypatch.setattr("sys.argv", ["between", *args])
        try:
            cli.main()
        except SystemExit as exc:
            return int(exc.code or 0)
        return 0

    monkeypatch.setenv("BETWEEN_DATA", str(store.folder))
    assert between("backup", str(tmp_path / "c.zip")) == 0
    assert "the database and 2 recordings" in capsys.readouterr().out
    assert between("restore", str(tmp_path / "c.zip")) == 2
    said = capsys.readouterr().err
    assert "not empty" in said and said.count("\n") == 1
    monkeypatch.setenv("BETWEEN_DATA", str(tmp_path / "new"))
    assert between("restore", str(tmp_path / "c.zip")) == 0
    assert len(attempts.newest(Store(tmp_path / "new"), None, 10)) == 3
