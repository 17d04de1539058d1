"""A supervisor's correction of what the machine heard, and the score of the corrected words."""

import re
from datetime import datetime

from practice import access, correction_records, outcomes, review_records
from practice.accounts import Person
from practice.correction_records import Correction
from practice.reviews import NotYet
from practice.store import Store
from scoring.models import Score

MAX_CHARS = 20_000  # as for a typed reply


def correct(store: Store, actor: Person, attempt_id: str, text: str, at: datetime) -> Correction:
    """Keeps a supervisor's words for what was said, as a version beside the machine's.

    Raises:
        AccessError: it is not a supervisee's, or not submitted.
        NotYet: there is nothing to correct, or nothing was changed.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "correct_transcript", attempt, at)
    heard = outcomes.transcript_of(store, attempt)
    if heard is None:
        raise NotYet("This reply was typed: these are the trainee’s own words.")
    words = re.sub(r"\s+", " ", text).strip()
    if not words:
        raise NotYet("There are no words left. If nothing was said, say so in a comment.")
    if len(words) > MAX_CHARS:
        raise NotYet(f"That is {len(words)} characters; please keep to {MAX_CHARS}.")
    versions = correction_records.of_attempt(store, attempt.id)
    before = versions[-1].text if versions else heard.text
    if words == " ".join(before.split()):
        raise NotYet("Nothing is different from the words there are.")
    review = review_records.get(store, attempt.id)
    if review.state != "submitted":
        raise NotYet("It is back with its trainee, so its words stay as they were returned.")
    kept = correction_records.keep(store, attempt, words, actor.id, at)
    with store.change() as db:
        review_records.add_step(db, review.id, actor, "corrected", at)
    return kept


def of_attempt(store: Store, actor: Person, attempt_id: str, at: datetime) -> list[Correction]:
    """Returns the corrections of a reply, oldest first; its trainee sees those that came back.

    Raises:
        AccessError: the actor may not see them.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "see_review", attempt, at)
    found = correction_records.of_attempt(store, attempt.id)
    if actor.id != attempt.person:
        return found
    back = review_records.last_back(store, attempt.id)
    return [one for one in found if back is not None and one.made_at <= back]


def want_score(
    store: Store, actor: Person, attempt_id: str, correction: int, at: datetime
) -> Correction:
    """Asks the machine what it makes of corrected words; its score of what it heard stays.

    Raises:
        AccessError: the actor may not see the reply.
        NotYet: it has not come back yet, or a supervisor has not seen the other ratings.
    """
    found = _seen(store, actor, attempt_id, correction, at)
    if correction_records.score_of(store, found) is None:
        correction_records.want(store, found, at)
    return found


def score_of(
    store: Store, actor: Person, attempt_id: str, correction: int, at: datetime
) -> Score | None:
    """Returns the machine's score of corrected words, or ``None`` before there is one.

    Raises:
        AccessError: the actor may not see the reply.
        NotYet: it has not come back yet, or a supervisor has not seen the other ratings.
    """
    return correction_records.score_of(store, _seen(store, actor, attempt_id, correction, at))


def _seen(
    store: Store, actor: Person, attempt_id: str, correction: int, at: datetime
) -> Correction:
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "see_machine_score", attempt, at)
    versions = of_attempt(store, actor, attempt_id, at)
    found = next((one for one in versions if one.id == correction), None)
    if found is None:
        raise NotYet("There is no such correction of this reply, or it has not come back yet.")
    review = review_records.get(store, attempt.id)
    if actor.id != attempt.person and not review_records.has_revealed(store, review, actor):
        raise NotYet("Rate it first and reveal the machine’s score; then its words can be scored.")
    return found
