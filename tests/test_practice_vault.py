"""Recordings locked at rest: nothing plain on disk, nothing lost, and every trouble told apart."""

import base64
import hashlib
import logging
import os
import sqlite3
import time
from datetime import datetime
from pathlib import Path

import pytest

import cli
from practice import attempts, backup, doctor, health, lanes, pipeline, recordings, vault
from practice.backup_manifest import in_words
from practice.schema import SCHEMA
from practice.schema_first import FIRST
from practice.store import Store, StoreError
from practice.vault import DamagedRecording, Key, KeyWanted, Vault, VaultError
from speech.models import Transcript
from tests.faults_child import Engine, Scorer
from tests.stand_ins import a_scenario, a_transcript, voice_like, wav

OLD, NEW = Key(b"o" * 32), Key(b"n" * 32)
SOUND = b"RIFF" + b"a voice that can be recognised " * 50
NAME = hashlib.sha256(SOUND).hexdigest()
OTHER = b"OggS another voice" * 40


def opened(folder: Path, *keys: Key) -> Store:
    return Store(folder, Vault(keys))


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def setting(*keys: Key) -> str:
    return ",".join(base64.urlsafe_b64encode(key.secret).decode().rstrip("=") for key in keys)


def test_a_locked_recording_is_read_as_it_was_given_and_is_not_on_disk(tmp_path: Path) -> None:
    store = opened(tmp_path, OLD)
    assert store.save_recording(SOUND) == store.save_recording(SOUND) == NAME
    assert store.recording(NAME) == SOUND
    assert b"can be recognised" not in on_disk(tmp_path)
    assert [path.name for path in store.recordings.iterdir()] == [NAME]
    assert store.recording_path(NAME).stat().st_size == len(SOUND) + vault.OVERHEAD_BYTES


def test_without_a_key_recordings_are_as_before(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.save_recording(SOUND)
    assert store.recording_path(NAME).read_bytes() == store.recording(NAME) == SOUND
    assert store.key_trouble() is None


@pytest.mark.parametrize("keys", [(), (NEW,)], ids=["no key", "another key"])
def test_a_missing_key_is_said_in_one_sentence_and_told_apart_from_damage(
    tmp_path: Path, keys: tuple[Key, ...]
) -> None:
    opened(tmp_path, OLD).save_recording(SOUND)
    store = opened(tmp_path, *keys)
    with pytest.raises(KeyWanted, match=OLD.mark):
        store.recording(NAME)
    said = store.key_trouble() or ""
    assert OLD.mark in said and "No recording is lost" in said and "\n" not in said
    assert opened(tmp_path, NEW, OLD).key_trouble() is None


@pytest.mark.parametrize("where", [2, 9, 17, 25, 40, -1])
def test_a_changed_byte_anywhere_is_damage_or_no_longer_a_locked_file(
    tmp_path: Path, where: int
) -> None:
    store = opened(tmp_path, OLD)
    store.save_recording(SOUND)
    path = store.recording_path(NAME)
    data = bytearray(path.read_bytes())
    data[where] ^= 1
    path.write_bytes(bytes(data))
    if where == 2:  # the file no longer says that it is locked; its name still tells
        assert store.recording(NAME) != SOUND
    else:
        with pytest.raises(DamagedRecording):
            store.recording(NAME)
    with store.change() as db:
        db.execute("INSERT INTO recordings VALUES (?, ?, '2026', NULL)", (NAME, len(SOUND)))
    assert health.recordings(store) == (1, [], [NAME])
    store.save_recording(SOUND)  # the same sound once more puts it right
    assert store.recording(NAME) == SOUND


def test_a_locked_file_cut_short_or_put_in_anothers_place_is_damage(tmp_path: Path) -> None:
    store = opened(tmp_path, OLD)
    first, second = store.save_recording(SOUND), store.save_recording(OTHER)
    whole = store.recording_path(first).read_bytes()
    store.recording_path(second).write_bytes(whole)
    with pytest.raises(DamagedRecording):
        store.recording(second)
    for n in (10, 25, 36, len(whole) - 1):
        store.recording_path(first).write_bytes(whole[:n])
        with pytest.raises(DamagedRecording):
            store.recording(first)


@pytest.mark.parametrize("text", ["short", "a" * 44, "ä" * 43, "=" * 43, "a" * 42])
def test_a_setting_that_is_no_key_is_refused_without_showing_it(text: str, tmp_path: Path) -> None:
    with pytest.raises(VaultError) as refused:
        vault.from_environment({vault.SETTING: text})
    assert text not in str(refused.value) and vault.SETTING in str(refused.value)


def test_a_new_key_can_be_set_and_two_locked_files_are_never_alike() -> None:
    made = vault.from_environment({vault.SETTING: f" {vault.new_key()}, {vault.new_key()} ,"})
    assert len(set(made.marks)) == 2
    assert made.lock(SOUND, NAME) != made.lock(SOUND, NAME)
    assert "kkkk" not in repr(Key(b"k" * 32))


def test_a_folder_is_locked_rotated_and_unlocked_and_each_may_be_done_again(
    tmp_path: Path,
) -> None:
    plain = opened(tmp_path)
    names = {plain.save_recording(SOUND), plain.save_recording(OTHER)}
    born = plain.recording_path(NAME).stat().st_mtime_ns
    store = opened(tmp_path, OLD)
    assert [recordings.lock_all(store).n_changed for _ in range(2)] == [2, 0]
    assert b"recognised" not in on_disk(tmp_path / "recordings")
    assert store.recording_path(NAME).stat().st_mtime_ns == born
    turned = opened(tmp_path, NEW, OLD)
    assert [recordings.lock_all(turned).n_changed for _ in range(2)] == [2, 0]
    assert opened(tmp_path, NEW).key_trouble() is None
    assert {name for name in names if opened(tmp_path, NEW).recording(name)} == names
    assert [recordings.unlock_all(opened(tmp_path, NEW)).n_changed for _ in range(2)] == [2, 0]
    assert opened(tmp_path).recording(NAME) == SOUND
    assert opened(tmp_path).key_trouble() is None


def test_a_conversion_that_is_cut_off_loses_nothing_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = opened(tmp_path)
    sounds = [SOUND + bytes([n]) for n in range(6)]
    names = [plain.save_recording(one) for one in sounds]
    write, n_left = recordings.write_synced, 3

    def dies(path: Path, data: bytes) -> None:
        nonlocal n_left
        n_left -= 1
        if n_left < 0:
            raise OSError(28, "No space left on device")
        write(path, data)

    monkeypatch.setattr(recordings, "write_synced", dies)
    store = opened(tmp_path, OLD)
    with pytest.raises(StoreError, match="goes on from here"):
        recordings.lock_all(store)
    assert [store.recording(name) for name in names] == sounds
    assert health.open_recordings(store) == 3
    assert store.key_trouble() is None and opened(tmp_path).key_trouble() is not None
    monkeypatch.undo()
    assert recordings.lock_all(store).n_changed == 3
    assert [store.recording(name) for name in names] == sounds


def test_what_cannot_be_opened_is_left_and_named(tmp_path: Path) -> None:
    opened(tmp_path, OLD).save_recording(SOUND)
    other = opened(tmp_path, NEW).save_recording(OTHER)
    before = (tmp_path / "recordings" / NAME).read_bytes()
    changed = recordings.lock_all(opened(tmp_path, NEW))
    assert (changed.wanting, changed.n_already, changed.well) == ((NAME,), 1, False)
    assert NAME in recordings.in_words(changed, "Locked")
    assert (tmp_path / "recordings" / NAME).read_bytes() == before
    assert other != NAME


def test_a_recording_deleted_meanwhile_does_not_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(tmp_path).save_recording(SOUND)
    store = opened(tmp_path, OLD)
    read = Store.recording

    def deleted_after_reading(self: Store, name: str) -> bytes:
        data = read(self, name)
        self.recording_path(name).unlink()
        return data

    monkeypatch.setattr(Store, "recording", deleted_after_reading)
    assert recordings.lock_all(store).n_changed == 0
    assert list(store.recordings.iterdir()) == []


def test_a_reply_whose_key_is_missing_waits_and_is_scored_once_it_is_there(
    tmp_path: Path, at: datetime
) -> None:
    store = opened(tmp_path, OLD)
    attempts.add_person(store, "me", "You", at)
    made = attempts.start(
        store, person="me", scenario=a_scenario(), at=at, recording=wav(voice_like())
    )
    with pytest.raises(StoreError, match=OLD.mark):
        pipeline.finish(opened(tmp_path), made, Engine, Scorer, lambda: at)
    assert attempts.get(store, made.id).state == "recorded"
    assert pipeline.finish(store, made, Engine, Scorer, lambda: at).state == "scored"


def test_a_locked_reply_that_is_damaged_is_said_to_be_so(tmp_path: Path, at: datetime) -> None:
    store = opened(tmp_path, OLD)
    attempts.add_person(store, "me", "You", at)
    made = attempts.start(store, person="me", scenario=a_scenario(), at=at, recording=SOUND)
    path = store.recording_path(made.recording or "")
    path.write_bytes(path.read_bytes()[:-1])
    done = pipeline.finish(store, made, Engine, Scorer, lambda: at)
    assert (done.state, done.reason) == ("failed", "unreadable")
    assert "damaged on the disk" in (done.detail or "")


def test_a_backup_holds_the_locked_files_and_says_that_the_key_is_apart(
    tmp_path: Path, at: datetime
) -> None:
    store = opened(tmp_path / "data", OLD)
    attempts.add_person(store, "me", "You", at)
    for sound in (SOUND, OTHER):
        attempts.start(store, person="me", scenario=a_scenario(), at=at, recording=sound)
    damaged = store.recording_path(hashlib.sha256(OTHER).hexdigest())
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    made = backup.write(store, tmp_path / "b.zip", at)
    assert made.damaged == (damaged.name,) and made.marks == (OLD.mark,)
    assert "keep that key in another place" in in_words(made)
    assert b"recognised" not in (tmp_path / "b.zip").read_bytes()
    backup.restore(tmp_path / "b.zip", tmp_path / "new", at)
    assert opened(tmp_path / "new").key_trouble() is not None
    assert opened(tmp_path / "new", OLD).recording(NAME) == SOUND


def test_what_goes_to_other_machines_is_locked_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    locks = Vault([OLD])
    heard: lanes.Heard = {"transcript": a_transcript("A tangerine.").model_dump(mode="json")}
    back = lanes._locked(locks, heard)
    assert "tangerine" not in str(back)
    assert lanes._unlocked(locks, back) == heard
    assert OLD.mark in lanes._unlocked(Vault([NEW]), back)["trouble"]
    assert lanes._unlocked(Vault(), heard) == lanes._locked(Vault(), heard) == heard
    assert isinstance(lanes.transcript(lanes._unlocked(locks, back)), Transcript)


def test_the_doctor_tells_a_missing_key_and_recordings_that_are_not_locked_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> doctor.Finding:
        return next(one for one in doctor._data() if one.name == "recording key")

    monkeypatch.setenv("BETWEEN_DATA", str(tmp_path))
    assert found().ok and "not locked" in found().found
    opened(tmp_path).save_recording(SOUND)
    monkeypatch.setenv(vault.SETTING, setting(OLD))
    assert found().remedy == "between recordings encrypt"
    recordings.lock_all(Store(tmp_path))
    assert found().ok and OLD.mark in found().found
    monkeypatch.delenv(vault.SETTING)
    assert not found().ok and OLD.mark in found().found


def test_the_commands_lock_rotate_and_unlock_and_refuse_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def between(*args: str) -> int:
        monkeypatch.setattr("sys.argv", ["between", "recordings", *args])
        try:
            cli.main()
        except SystemExit as exc:
            return int(exc.code or 0)
        return 0

    monkeypatch.setenv("BETWEEN_DATA", str(tmp_path))
    opened(tmp_path).save_recording(SOUND)
    assert between("new-key") == 0
    assert len(vault.from_environment({vault.SETTING: capsys.readouterr().out}).marks) == 1
    assert between("encrypt") == 2
    assert "is not set" in capsys.readouterr().err
    monkeypatch.setenv(vault.SETTING, "nonsense")
    assert between("encrypt") == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "nonsense" not in said
    for keys, command in (((OLD,), "encrypt"), ((NEW, OLD), "rotate"), ((NEW,), "decrypt")):
        monkeypatch.setenv(vault.SETTING, setting(*keys))
        assert between(command) == 0
        assert ": 1; already so: 0." in capsys.readouterr().out
    monkeypatch.setenv(vault.SETTING, setting(OLD))
    between("encrypt")
    monkeypatch.setenv(vault.SETTING, setting(NEW))
    assert between("rotate") == 1


def test_locking_a_reply_of_45_seconds_costs_next_to_nothing(tmp_path: Path) -> None:
    sound = os.urandom(45 * 32_000)  # 45 s of a browser's 16 kHz wav
    store = opened(tmp_path, OLD)
    began = time.perf_counter()
    locked = store.vault.lock(sound, NAME)
    assert store.vault.unlock(locked, NAME) == sound
    cost_ms = (time.perf_counter() - began) * 1000
    logging.getLogger(__name__).info("locking and unlocking 45 s: %.1f ms", cost_ms)
    assert cost_ms < 250  # 1 to 2 ms on a quiet machine; feedback takes 3.8 s


def test_recordings_are_read_in_one_place_only() -> None:
    """So that a new reader cannot forget that they may be locked."""
    root = Path(vault.__file__).parent.parent
    may_name_the_file = {
        *("store.py", "retention.py", "health.py", "recordings.py", "backup.py"),  # no sound read
    }
    sources = [path for part in ("practice", "ui") for path in (root / part).glob("*.py")]
    names = {one.name for one in sources if "recording_path(" in one.read_text()}
    assert names <= may_name_the_file
    folder = {one.name for one in sources if ".recordings" in one.read_text()}
    assert folder - may_name_the_file <= {"doctor.py", "well_kept.py"}


def test_the_migration_keeps_every_consent(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "old.db")
    for _, statements in FIRST:
        db.executescript(statements)
    db.execute("PRAGMA foreign_keys=ON")
    db.execute("INSERT INTO people VALUES ('p', 'P', '2026')")
    rows = [(1, "p", "research", 1, "2026-01"), (2, "p", "research", 0, "2026-02")]
    db.executemany("INSERT INTO consents VALUES (?, ?, ?, ?, ?)", rows)
    db.executescript(dict(SCHEMA)["m009_privacy"])
    assert db.execute("SELECT * FROM consents ORDER BY id").fetchall() == rows
    db.execute("INSERT INTO consents VALUES (3, 'p', 'research_voice', 1, '2026-03')")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO consents VALUES (4, 'nobody', 'research', 1, '2026-03')")
    db.close()
