"""Supervision of one attempt: submitted, rated blind, revealed, talked over, returned.

An attempt is its trainee's alone until they submit it. A supervisor rates it before the machine's
score or the self-rating can be seen, and neither ever replaces the other. Every step stays in the
trail.
"""

import uuid
from datetime import datetime

from practice import access, consent, outcomes, review_records
from practice.accounts import AccountError, Person
from practice.attempts import Attempt
from practice.review_records import Kept, Rating, Review, Step
from practice.store import Store
from scenarios.models import DimensionId
from scoring.models import Score


class NotYet(AccountError):
    """Something has to come first; the message says what."""


def submit(store: Store, actor: Person, attempt_id: str, at: datetime) -> Review:
    """Submits an attempt of one's own for review; from now on one's supervisors may see it.

    Raises:
        AccessError: it is another's.
        NotYet: it is not finished, there is no supervisor, or no consent to supervision.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "submit_for_review", attempt, at)
    if attempt.state not in ("scored", "unscored"):
        raise NotYet("This reply is not finished yet; it can be submitted once it is.")
    if not store.rows("SELECT 1 FROM supervision WHERE trainee = ? LIMIT 1", actor.id):
        raise NotYet("You have no supervisor here yet. Your instructor can name one.")
    if not consent.given_by(store, actor.id, "supervision"):
        raise NotYet("Your supervisors need your consent first, that they may see what you submit.")
    review_records.begin(store, uuid.uuid4().hex, attempt, actor, at)
    return of_attempt(store, actor, attempt.id, at)


def withdraw(store: Store, actor: Person, attempt_id: str, at: datetime) -> None:
    """Takes a submitted attempt back: it is one's own again. What was said of it is kept.

    Raises:
        AccessError: it is another's.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "submit_for_review", attempt, at)
    steps: list[tuple[review_records.Did, str | None]] = [("withdrew", None)]
    review_records.move(store, _found(store, attempt.id), actor, "withdrawn", steps, at)


def contest(store: Store, actor: Person, attempt_id: str, reason: str, at: datetime) -> Review:
    """Contests the score of one's own attempt, with a reason, which a supervisor answers.

    Raises:
        AccessError: it is another's.
        NotYet: there is no reason, or it cannot be submitted.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "contest", attempt, at)
    if not reason.strip():
        raise NotYet("Please say in a sentence what you see differently.")
    review = review_records.find(store, attempt.id)
    if review is None or review.state == "withdrawn":
        review = submit(store, actor, attempt.id, at)
    review_records.move(store, review, actor, "submitted", [("contested", reason)], at)
    return of_attempt(store, actor, attempt.id, at)


def queue(store: Store, actor: Person) -> list[tuple[Review, Attempt]]:
    """Returns what the supervisor's own supervisees have submitted, longest waiting first.

    Contested scores come before all others until somebody answers.
    """
    rows = store.rows(
        "SELECT r.* FROM reviews r JOIN attempts a ON a.id = r.attempt"
        " JOIN supervision s ON s.trainee = a.person WHERE s.supervisor = ?"
        " AND r.state = 'submitted' ORDER BY r.changed_at",
        actor.id,
    )
    found = [(review_records.of_row(row), access.attempt(store, row["attempt"])) for row in rows]
    theirs = [(one, attempt) for one, attempt in found if _may_review(store, actor, attempt)]
    return sorted(theirs, key=lambda pair: review_records.open_contest(store, pair[0]) is None)


def to_hear(store: Store, actor: Person, attempt_id: str, at: datetime) -> tuple[Review, Attempt]:
    """Returns a submitted attempt to be heard and read, with no rating of anybody's.

    Raises:
        AccessError: it is not a supervisee's, or not submitted.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "review", attempt, at)
    return _found(store, attempt.id), attempt


def rate(store: Store, actor: Person, attempt_id: str, rating: Rating, at: datetime) -> Kept:
    """Keeps a supervisor's rating: blind the first time, after the reveal a second one beside it.

    Raises:
        AccessError: it is not a supervisee's, or not submitted.
        NotYet: a dimension was left out.
    """
    review, _ = to_hear(store, actor, attempt_id, at)
    check_whole(rating)
    # Blind is not what the caller says but what has happened: nothing was revealed to them before.
    blind = not review_records.has_revealed(store, review, actor)
    if blind and own_blind(store, actor, attempt_id, at) is not None:
        raise NotYet("You have rated this reply already; reveal the others to rate it once more.")
    kept = Kept(rater=actor.id, blind=blind, rating=rating, made_at=at)
    review_records.keep_rating(store, review, actor, kept)
    return kept


def check_whole(rating: Rating) -> None:
    """Lets a rating of all three dimensions pass.

    Raises:
        NotYet: one was left out.
    """
    if set(rating.dimensions) != {"rationale", "collaboration", "obstacles"}:
        raise NotYet("Please rate all three dimensions.")


def own_blind(store: Store, actor: Person, attempt_id: str, at: datetime) -> Kept | None:
    """Returns the supervisor's own blind rating, or ``None`` before they have given it."""
    review, _ = to_hear(store, actor, attempt_id, at)
    own = [
        one for one in review_records.ratings(store, review) if one.rater == actor.id and one.blind
    ]
    return own[0] if own else None


def reveal(
    store: Store, actor: Person, attempt_id: str, at: datetime
) -> tuple[Score | None, dict[DimensionId, int] | None, list[Kept]]:
    """Returns the machine's score, the self-rating and every person's rating, side by side.

    Raises:
        AccessError: it is not a supervisee's, or not submitted.
        NotYet: the supervisor has not rated it yet.
    """
    review, attempt = to_hear(store, actor, attempt_id, at)
    access.check_attempt(store, actor, "see_machine_score", attempt, at)
    if own_blind(store, actor, attempt_id, at) is None:
        raise NotYet("Rate it first; the machine's score and the self-rating show after that.")
    if not review_records.has_revealed(store, review, actor):
        with store.change() as db:
            review_records.add_step(db, review.id, actor, "revealed", at)
    own_view = review_records.self_rating(store, attempt.id)
    return outcomes.score_of(store, attempt), own_view, review_records.ratings(store, review)


def comment(
    store: Store, actor: Person, attempt_id: str, note: str, at: datetime, moment_s: float | None
) -> None:
    """Keeps a supervisor's comment on a moment of the reply, or on the whole of it.

    Raises:
        AccessError: it is not a supervisee's, or not submitted.
        NotYet: there is nothing in it.
    """
    review, _ = to_hear(store, actor, attempt_id, at)
    if not note.strip():
        raise NotYet("There is nothing in the comment yet.")
    with store.change() as db:
        review_records.add_step(db, review.id, actor, "commented", at, note, moment_s)


def give_back(
    store: Store,
    actor: Person,
    attempt_id: str,
    note: str,
    at: datetime,
    *,
    again: bool | None = None,
) -> None:
    """Returns the attempt to its trainee, with a few words, asking for another try or not.

    Left at ``None``, an earlier wish for another try stays until that try is made.

    Raises:
        AccessError: it is not a supervisee's, or not submitted.
        NotYet: the supervisor has not rated it, or it is contested and not answered.
    """
    review, _ = to_hear(store, actor, attempt_id, at)
    if own_blind(store, actor, attempt_id, at) is None:
        raise NotYet("Rate it before it goes back.")
    if review_records.open_contest(store, review) is not None:
        raise NotYet("Its score is contested: answer that, and it goes back with your answer.")
    review_records.send_back(store, review, actor, ("returned", note), at, again)


def of_attempt(store: Store, actor: Person, attempt_id: str, at: datetime) -> Review:
    """Returns where the review of an attempt stands.

    Raises:
        AccessError: the actor may not see it, or there is none.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "see_review", attempt, at)
    return _found(store, attempt.id)


def outcome(
    store: Store, actor: Person, attempt_id: str, at: datetime
) -> tuple[list[Kept], list[Step]]:
    """Returns the ratings and the trail of a review; a trainee sees ratings once it is returned.

    Raises:
        AccessError: the actor may not see it.
    """
    review = of_attempt(store, actor, attempt_id, at)
    attempt = access.attempt(store, attempt_id)
    steps = review_records.trail(store, review)
    if actor.id != attempt.person:
        if own_blind(store, actor, attempt_id, at) is not None:
            return review_records.ratings(store, review), steps
        # What others wrote or asked may give away a score, so before the blind rating it is hidden.
        return [], [
            one if one.person == actor.id else one.model_copy(update={"note": None})
            for one in steps
            if one.person == actor.id or one.did != "asked_again"
        ]
    returned = [one.at for one in steps if one.did in ("returned", "answered")]
    if not returned:
        return [], [one for one in steps if one.person == actor.id]
    kept = [one for one in review_records.ratings(store, review) if one.made_at <= returned[-1]]
    return kept, [one for one in steps if one.at <= returned[-1] or one.person == actor.id]


def _may_review(store: Store, actor: Person, attempt: Attempt) -> bool:
    submitted = access.is_submitted(store, attempt)
    return access.may(store, actor, "review", attempt.person, submitted=submitted)


def _found(store: Store, attempt_id: str) -> Review:
    found = review_records.find(store, attempt_id)
    if found is None:
        raise NotYet("This reply has not been submitted for review.")
    return found
