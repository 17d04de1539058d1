"""Replies that colleagues may learn from: asked for one by one, given by their trainee, unnamed.

A reply is shown for as long as its trainee consents to examples, has said yes to this one since,
and leaves it with their supervisors; whichever of these is taken back, it is gone at once.
"""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice import access, assignments, attempts, consent, correction_records, outcomes
from practice.access import AccessError
from practice.accounts import Person
from practice.attempts import Attempt
from practice.reviews import NotYet
from practice.store import Store

MAX_WHY_CHARS = 1000
Answer = Literal["words", "sound", "no"]  # sound: the words and the voice


class Asked(BaseModel):
    """That a reply was asked for as an example, and what its trainee said; ``None`` before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    attempt: str
    asked_by: str | None
    why: str
    asked_at: AwareDatetime
    answer: Answer | None
    answered_at: AwareDatetime | None


class Shown(BaseModel):
    """A colleague's reply as others see it: never whose it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    text: str
    why: str
    heard: bool  # whether its recording may be played, and is still there
    own: bool


def ask(store: Store, actor: Person, attempt_id: str, why: str, at: datetime) -> Asked:
    """Asks the trainee whether this reply may be shown to others, with what is good about it.

    Raises:
        AccessError: it is not a supervisee's, or not submitted.
        NotYet: it has no words, or it was asked for already.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "ask_example", attempt, at)
    if not words(store, attempt):
        raise NotYet("This reply has no words that others could read.")
    if not why.strip():
        raise NotYet("Please say in a sentence what others can learn from it.")
    known = _find(store, attempt.id)
    if known is not None and known.answer == "no":
        raise NotYet("Its trainee was asked, and would rather keep this one to themselves.")
    if known is not None and (known.answer is None or is_shown(store, attempt)):
        raise NotYet("Its trainee has been asked already.")
    with store.change() as db:  # a yes that was taken back with the consent is asked for anew
        db.execute("DELETE FROM example_replies WHERE attempt = ?", (attempt.id,))
        db["example_replies"].insert(
            {
                "id": uuid.uuid4().hex,
                "attempt": attempt.id,
                "asked_by": actor.id,
                "why": why.strip()[:MAX_WHY_CHARS],
                "asked_at": at.isoformat(),
            }
        )
    return _asked(store, attempt)


def put_away(store: Store, actor: Person, attempt_id: str, at: datetime) -> None:
    """Shows a reply no more, or asks for it no more. A no of the trainee's stays.

    Raises:
        AccessError: it is not a supervisee's, or not submitted.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "ask_example", attempt, at)
    with store.change() as db:
        db.execute(
            "DELETE FROM example_replies WHERE attempt = ? AND answer IS NOT 'no'", (attempt.id,)
        )


def answer(store: Store, actor: Person, attempt_id: str, said: Answer, at: datetime) -> Asked:
    """Says yes or no to one's own reply being an example; a no after a yes takes it back.

    Raises:
        AccessError: it is another's.
        NotYet: nobody has asked.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "give_example", attempt, at)
    _asked(store, attempt)
    if said != "no":
        consent.give(store, actor, "example", at)
    with store.change() as db:
        db.execute(
            "UPDATE example_replies SET answer = ?, answered_at = ? WHERE attempt = ?",
            (said, at.isoformat(), attempt.id),
        )
    return _asked(store, attempt)


def standing(store: Store, actor: Person, attempt_id: str, at: datetime) -> Asked | None:
    """Returns whether a reply was asked for as an example and what was said, or ``None``.

    A yes that no longer holds (consent was taken back since) counts as not asked.

    Raises:
        AccessError: the actor may not see the review.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "see_review", attempt, at)
    known = _find(store, attempt.id)
    if known is not None and known.answer in ("words", "sound") and not is_shown(store, attempt):
        return None
    return known


def asked_of(store: Store, actor: Person, at: datetime) -> list[Asked]:
    """Returns the actor's own replies that were asked for and not answered yet, oldest first."""
    access.check(store, actor, "give_example", actor.id, at)
    rows = store.rows(
        "SELECT e.* FROM example_replies e JOIN attempts a ON a.id = e.attempt"
        " WHERE a.person = ? AND e.answer IS NULL ORDER BY e.asked_at",
        actor.id,
    )
    return [Asked.model_validate(row) for row in rows]


def of_scenario(store: Store, actor: Person, scenario: str, at: datetime) -> list[Shown]:
    """Returns the examples of a client that the actor may see now, oldest first.

    A colleague sees them after an own try, or before if who asked for the client opened examples.
    Source: domain.md, rule 4.
    """
    rows = store.rows(
        "SELECT e.* FROM example_replies e JOIN attempts a ON a.id = e.attempt"
        " WHERE a.scenario = ? AND e.answer IN ('words', 'sound') ORDER BY e.answered_at",
        scenario,
    )
    found = []
    for asked in map(Asked.model_validate, rows):
        attempt = attempts.get(store, asked.attempt)
        if not (_may_see(store, actor, attempt) and _is_open_to(store, actor, attempt, at)):
            continue
        heard = asked.answer == "sound" and store.has_recording(attempt.recording)
        text = words(store, attempt)
        own = attempt.person == actor.id
        found.append(Shown(id=asked.id, text=text, why=asked.why, heard=heard, own=own))
    return found


def to_hear(store: Store, actor: Person, example: str, at: datetime) -> Attempt:
    """Returns the attempt whose recording may be played as an example.

    Raises:
        AccessError: there is none, its voice was not given, or the actor may not hear it now.
    """
    rows = store.rows("SELECT * FROM example_replies WHERE id = ? AND answer = 'sound'", example)
    attempt = attempts.find(store, rows[0]["attempt"]) if rows else None
    if attempt is None:
        raise AccessError(access.NOT_YOURS)
    shown = is_shown(store, attempt)
    access.check(store, actor, "see_example", attempt.person, at, subject=attempt.id, shown=shown)
    if not _is_open_to(store, actor, attempt, at):
        raise AccessError("This opens after your own try.")
    return attempt


def is_shown(store: Store, attempt: Attempt) -> bool:
    """Returns whether a reply is an example now: asked, given, and nothing taken back since."""
    return access.is_submitted(store, attempt) and bool(
        store.rows(
            "SELECT 1 FROM example_replies e JOIN consents c ON c.id ="
            " (SELECT max(id) FROM consents WHERE person = ?1 AND purpose = 'example')"
            " WHERE e.attempt = ?2 AND e.answer IN ('words', 'sound') AND c.given = 1"
            # What was taken back and given again since was given for something else.
            " AND NOT EXISTS (SELECT 1 FROM consents WHERE person = ?1 AND given = 0"
            " AND purpose IN ('example', 'supervision') AND julianday(at) >="
            " julianday(e.answered_at)) AND NOT EXISTS (SELECT 1 FROM review_trail t"
            " JOIN reviews r ON r.id = t.review WHERE r.attempt = e.attempt"
            " AND t.did = 'withdrew' AND julianday(t.at) >= julianday(e.answered_at))",
            *(attempt.person, attempt.id),
        )
    )


def words(store: Store, attempt: Attempt) -> str:
    """Returns a reply's words as an example shows them: corrected, where they were."""
    corrected = correction_records.of_attempt(store, attempt.id)
    return corrected[-1].text if corrected else outcomes.reply_text(store, attempt) or ""


def names_somebody(store: Store, attempt: Attempt, name: str) -> bool:
    """Returns whether a reply's words seem to say its trainee's name."""
    said = {word.strip(".,;:!?…'’\"") for word in words(store, attempt).split()}
    return any(part in said for part in name.split() if len(part) > 1)


def _may_see(store: Store, actor: Person, attempt: Attempt) -> bool:
    shown = is_shown(store, attempt)
    return access.may(store, actor, "see_example", attempt.person, shown=shown)


def _is_open_to(store: Store, actor: Person, attempt: Attempt, at: datetime) -> bool:
    if access.relations(store, actor, attempt.person) & {"self", "supervisee", "cohort"}:
        return True
    if store.rows(
        "SELECT 1 FROM attempts WHERE person = ? AND scenario = ?"
        " AND state IN ('scored', 'unscored') LIMIT 1",
        *(actor.id, attempt.scenario),
    ):
        return True
    asked = assignments.of_trainee(store, actor.id, at)
    return any(attempt.scenario in one.plan.scenarios and one.plan.examples_open for one in asked)


def _find(store: Store, attempt_id: str) -> Asked | None:
    rows = store.rows("SELECT * FROM example_replies WHERE attempt = ?", attempt_id)
    return Asked.model_validate(rows[0]) if rows else None


def _asked(store: Store, attempt: Attempt) -> Asked:
    found = _find(store, attempt.id)
    if found is None:
        raise NotYet("Nobody has asked for this reply as an example.")
    return found
