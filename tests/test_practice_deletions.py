"""Who deletes everything leaves no byte, in any table there is or will be; nor after a restore."""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import (
    accounts,
    attempts,
    audit,
    backup,
    belongings,
    consent,
    deletions,
    ledger,
    privacy,
)
from practice.accounts import ALONE, AccountError
from practice.backup_manifest import LEDGER, BackupError, again_in_words
from practice.lanes import Lanes
from practice.store import Store, StoreError
from tests.filled import fill
from tests.people import Place, a_place, an_attempt
from tests.stand_ins import a_scenario

DAY = timedelta(days=1)
SOUND = b"RIFF" + bytes(range(256)) * 20
# Tables that belong to the place and not to a person; what stays there of a person is nothing.
THE_PLACES = {
    "clock",  # what this computer said the time was
    *("calibrations", "cohorts", "assignments", "scenario_versions", "recording_keys"),
    *("bank_scenarios", "bank_versions", "bank_clips", "bank_sets", "bank_log", "sign_in_misses"),
}


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def owned_tables(store: Store) -> set[str]:
    """The tables whose rows go with a person or an attempt, told by the schema alone."""
    owned = {"people", "recordings", "audit_log", "_sqlite_migrations"}
    refs = belongings.references(store)
    while True:
        more = {one.table for one in refs if one.owns and one.to_table in owned} - owned
        if not more:
            return owned
        owned |= more


def test_every_table_belongs_to_a_person_or_is_named_here_as_the_places(tmp_path: Path) -> None:
    store = Store(tmp_path)
    apart = set(store.db.table_names()) - owned_tables(store)
    mention = {one.table for one in belongings.references(store)} - owned_tables(store)
    assert apart - mention <= THE_PLACES, "a new table: whose are its rows when somebody leaves?"


def test_deleting_a_person_leaves_no_byte_of_theirs_in_any_table_or_file(
    tmp_path: Path, at: datetime
) -> None:
    place = a_place(Store(tmp_path / "data"), at)
    store, tom = place.store, place.tom
    attempt = an_attempt(place, tom, at, SOUND)
    recording = attempt.recording or ""
    shared = fill(store, place.ines.id, "zqplace", recording, only=sorted(THE_PLACES))
    filled = fill(store, tom.id, "zqtom", recording, shared.rows)
    with store.change() as db:
        for table in ("bank_scenarios", "bank_clips", "bank_sets"):
            db.execute(f"UPDATE [{table}] SET made_by = ?", (tom.id,))
        db.execute("UPDATE bank_log SET person = ?", (tom.id,))
    Lanes(store.folder).put(attempt.id, "recording")  # in the middle of its work
    left = store.recordings / ".saving-left"
    left.write_bytes(b"zqtom half a recording")
    later = at.fromtimestamp(left.stat().st_mtime + 120, at.tzinfo)
    theirs = set(filled.markers.values())
    before = everything(store.folder)
    assert [one for one in theirs if one.encode() not in before] == []
    assert len(theirs) > 25 and tom.id.encode() in before

    privacy.delete_person(store, tom, tom.id, later)

    after = everything(store.folder)
    of_rows = {(t, c): m for (t, c), m in filled.markers.items() if m.encode() in after}
    assert of_rows == {}
    for word in (b"zqtom", b"Tom Weller", b"tom weller", SOUND[:300], b"marmalade"):
        assert word not in after, word
    assert accounts.sha256("tom weller").encode() not in after
    assert recording.encode() not in after
    kept = {
        table
        for table in store.db.table_names()
        for row in store.rows(f"SELECT * FROM [{table}]")
        if any(tom.id in str(value) for value in row.values())
    }
    assert kept == {"audit_log"}  # a random id that is nobody's any more
    assert tom.id not in (store.folder / LEDGER).read_text()
    assert b"zqplacexcohorts" in after and b"Ines Maar" in after  # the rest stays


def test_the_audit_log_holds_no_names_and_no_words(tmp_path: Path, at: datetime) -> None:
    place = a_place(Store(tmp_path), at)
    names = [row["name"] for row in place.store.rows("SELECT name FROM people")]
    rows = json.dumps(place.store.rows("SELECT * FROM audit_log"))
    assert rows != "[]" and [one for one in names if one in rows] == []


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    """Tom, Una and Sunniva, each with a reply; Tom agrees to research."""
    found = a_place(Store(tmp_path / "data"), at)
    for person in (found.tom, found.una, found.sunniva):
        an_attempt(found, person, at, SOUND + person.name.encode())
    consent.give(found.store, found.tom, "research", at)
    accounts_link = accounts.sha256("a token")
    with found.store.change() as db:
        db["sessions"].insert(
            {
                "token_sha256": accounts_link,
                "person": found.una.id,
                **{name: at.isoformat() for name in ("made_at", "seen_at", "ends_at")},
            }
        )
    backup.write(found.store, tmp_path / "b.zip", at + DAY)
    return found


def test_a_restore_into_the_same_folder_deletes_again_what_was_deleted_since(
    place: Place, tmp_path: Path, at: datetime
) -> None:
    store = place.store
    una = attempts.newest(store, place.una.id, 1)[0]
    privacy.delete_person(store, place.sunniva, place.sunniva.id, at + 2 * DAY)
    privacy.delete_attempt(store, place.una, una.id, at + 2 * DAY)
    consent.take_back(store, place.tom, "research", at + 2 * DAY)
    store.close()
    restored = backup.restore(tmp_path / "b.zip", store.folder, at + 3 * DAY, replace=True)
    assert (restored.n_people, restored.n_attempts, restored.n_consents) == (1, 1, 1)
    assert "1 people and 1 further replies" in again_in_words(restored)
    again = Store(store.folder)
    with pytest.raises(AccountError):
        accounts.get(again, place.sunniva.id)
    found = everything(store.folder)
    assert b"Sunniva" not in found and b"Una Holt" in found
    assert SOUND + b"Una Holt" not in found and SOUND + b"Tom Weller" in found
    assert attempts.find(again, una.id) is None
    assert not consent.given_by(again, place.tom.id, "research")
    assert again.rows("SELECT * FROM sessions") == []  # some may have been ended since
    again.close()
    # And once more, from the backup that does not know: the ledger came along.
    restored = backup.restore(tmp_path / "b.zip", store.folder, at + 4 * DAY, replace=True)
    assert (restored.n_people, restored.n_attempts, restored.n_consents) == (1, 1, 1)


def test_a_new_machine_says_that_it_cannot_know_and_takes_the_old_ledger(
    place: Place, tmp_path: Path, at: datetime
) -> None:
    privacy.delete_person(place.store, place.sunniva, place.sunniva.id, at + 2 * DAY)
    unknowing = backup.restore(tmp_path / "b.zip", tmp_path / "new", at + 3 * DAY)
    assert "whoever was deleted after it is back" in again_in_words(unknowing)
    assert accounts.get(Store(tmp_path / "new"), place.sunniva.id).name == "Sunniva Berg"
    told = backup.restore(
        *(tmp_path / "b.zip", tmp_path / "newer", at + 3 * DAY),
        deleted=place.store.folder / LEDGER,
    )
    assert told.n_people == 1 and told.knows_later
    assert b"Sunniva" not in everything(tmp_path / "newer")
    (tmp_path / "none.txt").write_text("hello")
    for wrong in ("none.txt", "not-there.jsonl"):
        with pytest.raises(BackupError, match="no ledger"):
            backup.restore(
                tmp_path / "b.zip", tmp_path / "x", at + 3 * DAY, deleted=tmp_path / wrong
            )
    assert not (tmp_path / "x").exists()


def test_a_backup_made_after_a_deletion_carries_the_ledger(
    place: Place, tmp_path: Path, at: datetime
) -> None:
    privacy.delete_person(place.store, place.sunniva, place.sunniva.id, at + 2 * DAY)
    backup.write(place.store, tmp_path / "later.zip", at + 3 * DAY)
    backup.restore(tmp_path / "later.zip", tmp_path / "new", at + 4 * DAY)
    assert len(ledger.read(tmp_path / "new" / LEDGER)) == 1
    restored = backup.restore(tmp_path / "b.zip", tmp_path / "new", at + 5 * DAY, replace=True)
    assert restored.n_people == 1


def test_a_consent_given_again_after_it_was_taken_back_stands(
    place: Place, tmp_path: Path, at: datetime
) -> None:
    consent.take_back(place.store, place.tom, "research", at + DAY)
    consent.give(place.store, place.tom, "research", at + 2 * DAY)
    backup.write(place.store, tmp_path / "later.zip", at + 3 * DAY)
    restored = backup.restore(tmp_path / "later.zip", tmp_path / "new", at + 4 * DAY)
    assert restored.n_consents == 0
    assert consent.given_by(Store(tmp_path / "new"), place.tom.id, "research")


def test_the_ledger_names_nobody_and_survives_a_line_cut_short(place: Place, at: datetime) -> None:
    file = place.store.folder / LEDGER
    ledger.note(place.store, "person", place.tom.id, at)
    with file.open("ab") as out:
        out.write(b'\n{"kind": "pers')
    ledger.note(place.store, "attempt", "b" * 32, at)
    lines = ledger.read(file)
    assert [one.kind for one in lines] == ["person", "attempt"]
    assert (
        lines[0].sha256
        == hashlib.sha256(f"{lines[0].salt}/person/{place.tom.id}".encode()).hexdigest()
    )
    assert place.tom.id not in file.read_text() and "Tom" not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_nothing_is_deleted_that_could_not_be_noted(
    place: Place, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ledger, "append_synced", full)
    with pytest.raises(StoreError, match="nothing was deleted"):
        privacy.delete_person(place.store, place.tom, place.tom.id, at)
    assert accounts.get(place.store, place.tom.id).name == "Tom Weller"


def test_alone_a_new_beginning_under_the_same_id_is_not_taken_for_the_deleted_one(
    tmp_path: Path, at: datetime
) -> None:
    store = Store(tmp_path / "data")
    attempts.add_person(store, "me", "You", at)
    privacy.delete_person(store, ALONE, "me", at + DAY)
    attempts.add_person(store, "me", "You", at + 2 * DAY)
    attempts.start(
        store, person="me", scenario=a_scenario(), at=at + 2 * DAY, typed="What would help?"
    )
    backup.write(store, tmp_path / "b.zip", at + 3 * DAY)
    restored = backup.restore(tmp_path / "b.zip", tmp_path / "new", at + 4 * DAY)
    assert restored.n_people == 0
    assert len(attempts.newest(Store(tmp_path / "new"), "me", 9)) == 1
    assert deletions.Again().n_people == 0 and audit.all_about(store, "me")
