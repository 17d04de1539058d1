"""Attempts: saved before anything else, moved one step at a time, never twice."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import attempts, outcomes
from practice.attempts import AttemptError
from practice.store import Store
from scoring.models import DimensionScore, Score
from tests.stand_ins import a_scenario, a_transcript


def scored(version: str = "v1") -> Score:
    value = DimensionScore(score=2.0, low=1.0, high=3.0)
    return Score(
        status="scored",
        reason=None,
        dimensions={"rationale": value, "collaboration": value, "obstacles": value},
        overall=2.0,
        behaviours={},
        watch_outs={},
        keep="k",
        change="c",
        model_version=version,
    )


@pytest.fixture
def store(tmp_path: Path, at: datetime) -> Store:
    opened = Store(tmp_path)
    attempts.add_person(opened, "me", "You", at)
    return opened


def spoken(store: Store, at: datetime, key: str | None = None) -> attempts.Attempt:
    return attempts.start(
        store, person="me", scenario=a_scenario(), at=at, recording=b"sound", key=key
    )


def test_a_recording_is_on_disk_before_its_attempt_exists(
    store: Store, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    save = store.save_recording

    def watched(data: bytes) -> str:
        sha256 = save(data)
        seen.append(len(attempts.newest(store, "me", 10)))
        assert store.recording_path(sha256).read_bytes() == data
        return sha256

    monkeypatch.setattr(store, "save_recording", watched)
    spoken(store, at)
    assert seen == [0]


def test_a_spoken_reply_starts_recorded_and_a_typed_one_transcribed(
    store: Store, at: datetime
) -> None:
    typed = attempts.start(store, person="me", scenario=a_scenario(), at=at, typed="Hello.")
    assert (spoken(store, at).state, typed.state) == ("recorded", "transcribed")


def test_a_reply_is_either_spoken_or_typed(store: Store, at: datetime) -> None:
    with pytest.raises(AttemptError, match="exactly one"):
        attempts.start(store, person="me", scenario=a_scenario(), at=at)
    with pytest.raises(AttemptError, match="exactly one"):
        attempts.start(store, person="me", scenario=a_scenario(), at=at, recording=b"x", typed="x")


def test_a_form_sent_twice_makes_one_attempt(store: Store, at: datetime) -> None:
    first = spoken(store, at, key="upload-7")
    again = spoken(store, at + timedelta(seconds=1), key="upload-7")
    assert again == first
    assert len(attempts.newest(store, "me", 10)) == 1


def test_every_move_leaves_a_row_in_the_log(store: Store, at: datetime) -> None:
    attempt = spoken(store, at)
    later = at + timedelta(seconds=3)
    attempt = attempts.move(store, attempt, "transcribed", later, transcript=a_transcript("Hi."))
    attempts.move(store, attempt, "scored", later, score=scored())
    assert [(row["was"], row["became"]) for row in attempts.history(store, attempt)] == [
        (None, "recorded"),
        ("recorded", "transcribed"),
        ("transcribed", "scored"),
    ]
    assert attempts.history(store, attempt)[1]["at"] == "2026-11-24T10:00:03+00:00"


def test_a_step_repeated_after_a_crash_changes_nothing(store: Store, at: datetime) -> None:
    attempt = spoken(store, at)
    attempts.move(store, attempt, "transcribed", at, transcript=a_transcript("First."))
    again = attempts.move(store, attempt, "transcribed", at, transcript=a_transcript("Second."))
    assert again.state == "transcribed"
    assert outcomes.reply_text(store, again) == "First."
    assert len(attempts.history(store, again)) == 2


@pytest.mark.parametrize("state", ["recorded", "scored"])
def test_an_attempt_cannot_skip_a_state_or_go_back(
    store: Store, at: datetime, state: attempts.State
) -> None:
    with pytest.raises(AttemptError, match=f"cannot go from recorded to {state}"):
        attempts.move(store, spoken(store, at), state, at)


def test_a_new_score_is_added_and_the_old_one_stays(store: Store, at: datetime) -> None:
    attempt = attempts.start(store, person="me", scenario=a_scenario(), at=at, typed="Hello.")
    attempt = attempts.move(store, attempt, "scored", at, score=scored("v1"))
    with store.change() as db:
        outcomes.keep_score(db, attempt.id, scored("v2"), at)
    newest = outcomes.score_of(store, attempt)
    assert newest is not None and newest.model_version == "v2"
    kept = store.rows("SELECT model_version FROM scores WHERE attempt = ?", attempt.id)
    assert [row["model_version"] for row in kept] == ["v1", "v2"]


def test_an_attempt_shows_the_scenario_as_it_stood_when_answered(
    store: Store, at: datetime
) -> None:
    attempt = spoken(store, at)
    changed = a_scenario().model_copy(update={"title": "A new title"})
    newer = attempts.start(store, person="me", scenario=changed, at=at, typed="Hello.")
    assert attempts.scenario_answered(store, attempt).title == a_scenario().title
    assert attempts.scenario_answered(store, newer).title == "A new title"


def test_unfinished_attempts_are_found_oldest_first(store: Store, at: datetime) -> None:
    second = spoken(store, at + timedelta(minutes=1))
    first = spoken(store, at)
    done = attempts.start(store, person="me", scenario=a_scenario(), at=at, typed="Hello.")
    attempts.move(store, done, "unscored", at, reason="too_short", score=scored())
    assert [one.id for one in attempts.unfinished(store)] == [first.id, second.id]


def test_an_unknown_attempt_is_said_by_name(store: Store) -> None:
    with pytest.raises(AttemptError, match="no attempt 'abc'"):
        attempts.get(store, "abc")
