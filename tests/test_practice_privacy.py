"""Everything about a person can be taken along, and none of it stays when they delete it."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import (
    accounts,
    assignments,
    attempts,
    belongings,
    consent,
    outcomes,
    privacy,
    retention,
    reviews,
)
from practice.access import SHELL
from practice.accounts import AccountError, SignInError
from practice.assignments import Plan
from practice.store import Store
from tests.people import Place, a_place, a_rating, an_attempt

SOUND = b"RIFF" + bytes(range(256)) * 20
DAY = timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    """Tom has been reviewed, has contested, and was mistyped once."""
    found = a_place(Store(tmp_path), at)
    attempt = an_attempt(found, found.tom, at, SOUND)
    consent.give(found.store, found.tom, "supervision", at)
    reviews.submit(found.store, found.tom, attempt.id, at)
    reviews.rate(found.store, found.sunniva, attempt.id, a_rating(), at)
    reviews.comment(found.store, found.sunniva, attempt.id, "A tangerine remark.", at, 1.0)
    reviews.give_back(found.store, found.sunniva, attempt.id, "", at)
    reviews.contest(found.store, found.tom, attempt.id, "A kumquat reason.", at)
    plan = Plan(title="t", scenarios=("refusal-diary",), opens_at=at, due_at=at + DAY)
    known = {"refusal-diary"}
    assignments.assign(found.store, found.ines, plan, at, known=known, people=[found.tom])
    with pytest.raises(SignInError):
        accounts.sign_in(found.store, "Tom Weller", "wrong", "192.0.2.1", at)
    return found


def everything(store: Store) -> bytes:
    """Every byte of the data folder: the database, its journal, recordings, leftovers."""
    return b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())


def test_deleting_a_person_leaves_no_byte_of_theirs(place: Place, at: datetime) -> None:
    theirs = [
        b"Tom Weller",
        b"tom weller",
        b"marmalade",  # what he said
        b"tangerine",  # what was said of it
        b"kumquat",
        SOUND[:300],
        accounts.sha256("tom weller").encode(),
    ]
    assert [one for one in theirs if one not in everything(place.store)] == []
    privacy.delete_person(place.store, place.tom, place.tom.id, at)
    assert [one for one in theirs if one in everything(place.store)] == []
    assert list(place.store.recordings.iterdir()) == []
    left = {
        table
        for table in place.store.db.table_names()
        for row in place.store.rows(f"SELECT * FROM [{table}]")
        if place.tom.id in row.values()
    }
    assert left == {"audit_log"}  # a random id that is nobody's any more
    assert b"Sunniva Berg" in everything(place.store)


def test_deleting_a_supervisor_keeps_what_they_said_of_others_without_their_name(
    place: Place, at: datetime
) -> None:
    privacy.delete_person(place.store, place.sunniva, place.sunniva.id, at)
    assert b"Sunniva" not in everything(place.store)
    attempt = attempts.newest(place.store, place.tom.id, 1)[0]
    ratings, steps = reviews.outcome(place.store, place.tom, attempt.id, at)
    assert [one.rater for one in ratings] == [None]
    assert "A tangerine remark." in {one.note for one in steps}


def test_deleting_one_attempt_takes_its_review_and_sound_and_leaves_the_rest(
    place: Place, at: datetime
) -> None:
    other = an_attempt(place, place.tom, at, b"RIFF another")
    attempt = next(
        one for one in attempts.newest(place.store, place.tom.id, 9) if one.id != other.id
    )
    privacy.delete_attempt(place.store, place.tom, attempt.id, at)
    kept = everything(place.store)
    assert [one for one in (b"tangerine", b"kumquat", SOUND[:300]) if one in kept] == []
    assert [one.id for one in attempts.newest(place.store, place.tom.id, 9)] == [other.id]
    assert outcomes.reply_text(place.store, other) == "A marmalade sentence."


def test_a_try_that_bettered_a_deleted_one_stays(place: Place, at: datetime) -> None:
    first = attempts.newest(place.store, place.tom.id, 1)[0]
    again = attempts.start(
        place.store,
        person=place.tom.id,
        scenario=attempts.scenario_answered(place.store, first),
        at=at,
        typed="Once more.",
        retry_of=first.id,
    )
    assert again.retry_of == first.id
    privacy.delete_attempt(place.store, place.tom, first.id, at)
    assert attempts.get(place.store, again.id).retry_of is None


def test_a_recording_that_two_people_share_stays_until_both_are_gone(
    place: Place, at: datetime
) -> None:
    an_attempt(place, place.una, at, SOUND)
    privacy.delete_person(place.store, place.tom, place.tom.id, at)
    assert SOUND in everything(place.store)
    privacy.delete_person(place.store, place.una, place.una.id, at)
    assert SOUND[:300] not in everything(place.store)


def test_the_download_has_words_scores_reviews_sound_and_no_secret(
    place: Place, at: datetime
) -> None:
    data = privacy.download(place.store, place.tom, place.tom.id, at)
    with zipfile.ZipFile(io.BytesIO(data)) as folder:
        attempt = attempts.newest(place.store, place.tom.id, 1)[0]
        assert folder.read(f"recordings/{attempt.id}.wav") == SOUND
        assert "marmalade" in folder.read("attempts.csv").decode()
        text = folder.read("everything.json").decode()
        found = json.loads(text)["yours"]
    assert {"attempts", "transcripts", "scores", "reviews", "review_ratings", "consents"} <= set(
        found
    )
    assert "tangerine" in text and "kumquat" in text
    assert '"password"' not in text and "token_sha256" not in text
    assert "Una" not in text


def test_every_column_that_names_somebody_is_a_reference(place: Place) -> None:
    """So that a new table cannot be forgotten when somebody deletes or downloads everything."""
    known = {(one.table, one.column) for one in belongings.references(place.store)}
    names = {"person", "attempt", "review", "rater", "trainee", "supervisor", "cohort"}
    columns = {
        (table, row["name"])
        for table in place.store.db.table_names()
        for row in place.store.rows(f"PRAGMA table_info([{table}])")
        if row["name"] in names
    }
    assert columns - known <= {("bank_log", "person")}  # who changed a scenario outlives them


def test_recordings_go_when_their_time_is_over_and_words_stay(place: Place, at: datetime) -> None:
    alone = an_attempt(place, place.una, at, b"RIFF of una")
    days = {"practice": 10, "supervision": 20, "research": 30}
    assert retention.sweep(place.store, at + 9 * DAY, days) == 0
    assert retention.sweep(place.store, at + 10 * DAY, days) == 1
    assert not place.store.recording_path(alone.recording or "").exists()
    assert outcomes.reply_text(place.store, alone) == "A marmalade sentence."
    toms = attempts.newest(place.store, place.tom.id, 1)[0]
    assert place.store.recording_path(toms.recording or "").exists()
    assert retention.sweep(place.store, at + 20 * DAY, days) == 1
    assert retention.sweep(place.store, at + 20 * DAY, days) == 0


def test_the_retention_setting_is_read_and_a_wrong_one_is_said() -> None:
    assert retention.keep_days({retention.SETTING: "practice=7, supervision=9"}) == {
        "practice": 7,
        "supervision": 9,
        "research": 1825,
    }
    with pytest.raises(AccountError, match="'practise=7'"):
        retention.keep_days({retention.SETTING: "practise=7"})


def test_the_shell_can_delete_somebody_who_cannot_sign_in(place: Place, at: datetime) -> None:
    privacy.delete_person(place.store, SHELL, place.tom.id, at)
    with pytest.raises(AccountError):
        accounts.get(place.store, place.tom.id)
