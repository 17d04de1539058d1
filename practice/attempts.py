"""Attempts: one reply to one clip, from the moment it is saved to its score.

The state moves ``recorded → transcribed → scored | unscored | failed`` and every move leaves a
row in the log. A typed reply starts at ``transcribed``. Time is always an argument.
"""

import hashlib
import uuid
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice import outcomes
from practice.store import Store
from scenarios.models import Scenario
from scoring.models import Score
from speech.models import Transcript

State = Literal["recorded", "transcribed", "scored", "unscored", "failed"]
UNFINISHED: tuple[State, ...] = ("recorded", "transcribed")
NEXT: dict[State, tuple[State, ...]] = {
    "recorded": ("transcribed", "unscored", "failed"),
    "transcribed": ("scored", "unscored", "failed"),
    "scored": (),
    "unscored": (),
    "failed": (),
}
LOCAL_PERSON = "me"  # the one person on their own computer, where there are no accounts


class Attempt(BaseModel):
    """One reply to one clip and where it stands.

    ``reason`` says, by a short name, why an attempt is unscored or could not be finished, and
    ``detail`` says it in one sentence where there is more to say.
    Exactly one of ``recording`` (its sha256) and ``typed`` is there. ``after`` is the attempt that
    the client's line answers, in the second turn of a scenario; see `practice.two_turns`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    person: str
    scenario: str
    scenario_version: str
    recording: str | None
    typed: str | None
    retry_of: str | None
    after: str | None = None
    state: State
    reason: str | None
    detail: str | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in UNFINISHED


class AttemptError(ValueError):
    """An attempt was asked for, or to move, in a way that cannot be."""


def add_person(store: Store, person: str, name: str, at: datetime) -> None:
    """Makes sure the person is known; knowing them already changes nothing."""
    with store.change() as db:
        db["people"].insert({"id": person, "name": name, "created_at": at.isoformat()}, ignore=True)


def start(
    store: Store,
    *,
    person: str,
    scenario: Scenario,
    at: datetime,
    recording: bytes | None = None,
    typed: str | None = None,
    retry_of: str | None = None,
    after: str | None = None,
    key: str | None = None,
) -> Attempt:
    """Saves a reply: the recording first, then, in one transaction, the attempt that owns it.

    Args:
        store: the data folder.
        person: who replied.
        scenario: the scenario as it stood when it was answered; kept whole, by its sha256.
        at: now, aware.
        recording: the sound, in any format; exactly one of ``recording`` and ``typed``.
        typed: the words, for those who cannot speak.
        retry_of: the attempt this one tries to better; nothing if it is not the same person's.
        after: the first turn's attempt, if this reply answers the client's next line.
        key: names this submission; giving the same key again returns the first attempt, so a
            form sent twice makes one attempt.

    Returns:
        the attempt, at ``recorded`` (or ``transcribed`` if it was typed).

    Raises:
        AttemptError: neither or both of ``recording`` and ``typed`` were given.
        StoreError: it could not be saved.
    """
    if (recording is None) == (typed is None):
        raise AttemptError("A reply is either a recording or typed words: give exactly one.")
    attempt_id = uuid.uuid4().hex
    if key is not None:
        attempt_id = hashlib.sha256(f"{person}/{scenario.id}/{key}".encode()).hexdigest()[:32]
        known = find(store, attempt_id)
        if known is not None:
            return known
    earlier = find(store, retry_of) if retry_of is not None else None
    retry_of = earlier.id if earlier is not None and earlier.person == person else None
    turn = find(store, after) if after is not None else None
    after = turn.id if turn is not None and turn.person == person else None
    sha256 = None if recording is None else store.save_recording(recording)
    body = scenario.model_dump_json()
    version = hashlib.sha256(body.encode()).hexdigest()
    attempt = Attempt(
        id=attempt_id,
        person=person,
        scenario=scenario.id,
        scenario_version=version,
        recording=sha256,
        typed=typed,
        retry_of=retry_of,
        after=after,
        state="recorded" if recording is not None else "transcribed",
        reason=None,
        created_at=at,
        updated_at=at,
    )
    now = at.isoformat()
    with store.change() as db:
        db["scenario_versions"].insert(
            {"sha256": version, "scenario": scenario.id, "body": body, "first_used_at": now},
            ignore=True,
        )
        if recording is not None:
            db.execute(
                "INSERT INTO recordings (sha256, n_bytes, saved_at) VALUES (?, ?, ?)"
                " ON CONFLICT (sha256) DO UPDATE SET deleted_at = NULL",
                (sha256, len(recording), now),
            )
        row = attempt.model_dump(mode="json")
        added = db.execute(
            f"INSERT INTO attempts ({', '.join(row)})"
            f" SELECT {', '.join(f':{name}' for name in row)}"
            " WHERE NOT EXISTS (SELECT 1 FROM attempts WHERE id = :id)",
            row,
        ).rowcount
        if added:
            _log(db, attempt.id, None, attempt.state, None, at)
    return attempt if added else get(store, attempt.id)


def move(
    store: Store,
    attempt: Attempt,
    state: State,
    at: datetime,
    *,
    reason: str | None = None,
    detail: str | None = None,
    transcript: Transcript | None = None,
    score: Score | None = None,
    raw: Score | None = None,
) -> Attempt:
    """Moves an attempt on, with what the step made, in one transaction.

    A step repeated after a crash changes nothing: if the attempt is no longer where the caller
    saw it, what is stored wins and is returned.

    Raises:
        AttemptError: the rules know no such move.
    """
    if state not in NEXT[attempt.state]:
        raise AttemptError(f"An attempt cannot go from {attempt.state} to {state}.")
    with store.change() as db:
        moved = db.execute(
            "UPDATE attempts SET state = ?, reason = ?, detail = ?, updated_at = ?"
            " WHERE id = ? AND state = ?",
            (state, reason, detail, at.isoformat(), attempt.id, attempt.state),
        ).rowcount
        if moved:
            _log(db, attempt.id, attempt.state, state, reason, at)
            if transcript is not None:
                outcomes.keep_transcript(db, attempt.id, transcript, at)
            if score is not None:
                outcomes.keep_score(db, attempt.id, score, at, raw)
    return get(store, attempt.id)


def _log(
    db: Any, attempt: str, was: str | None, became: str, reason: str | None, at: datetime
) -> None:
    db["attempt_log"].insert(
        {"attempt": attempt, "was": was, "became": became, "reason": reason, "at": at.isoformat()}
    )


def find(store: Store, attempt_id: str) -> Attempt | None:
    """Returns the attempt, or ``None`` if there is none of that id."""
    rows = store.rows("SELECT * FROM attempts WHERE id = ?", attempt_id)
    return Attempt.model_validate(rows[0]) if rows else None


def get(store: Store, attempt_id: str) -> Attempt:
    """Returns the attempt.

    Raises:
        AttemptError: there is none of that id.
    """
    attempt = find(store, attempt_id)
    if attempt is None:
        raise AttemptError(f"There is no attempt {attempt_id!r}; it may have been deleted.")
    return attempt


def newest(store: Store, person: str | None, limit: int) -> list[Attempt]:
    """Returns a person's attempts (everybody's for ``None``), newest first, at most ``limit``."""
    # Two queries rather than one with coalesce(), which would read everybody's attempts.
    theirs, who = ("", ()) if person is None else ("WHERE person = ?", (person,))
    rows = store.rows(
        f"SELECT * FROM attempts {theirs} ORDER BY created_at DESC, rowid DESC LIMIT ?",
        *(*who, limit),
    )
    return [Attempt.model_validate(row) for row in rows]


def unfinished(store: Store) -> list[Attempt]:
    """Returns every attempt that is still on its way, oldest first."""
    rows = store.rows(
        "SELECT * FROM attempts WHERE state IN (?, ?) ORDER BY created_at, rowid", *UNFINISHED
    )
    return [Attempt.model_validate(row) for row in rows]


def scenario_answered(store: Store, attempt: Attempt) -> Scenario:
    """Returns the scenario exactly as it stood when this attempt answered it."""
    rows = store.rows(
        "SELECT body FROM scenario_versions WHERE sha256 = ?", attempt.scenario_version
    )
    return Scenario.model_validate_json(rows[0]["body"])


def history(store: Store, attempt: Attempt) -> list[dict[str, Any]]:
    """Returns the attempt's log: each move with its time and reason, oldest first."""
    return store.rows(
        "SELECT was, became, reason, at FROM attempt_log WHERE attempt = ? ORDER BY id", attempt.id
    )
