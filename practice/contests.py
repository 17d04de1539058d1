"""The answer to a contested score: a person's words, and a rating if they see it otherwise now.

The machine's score stays as it was, and so does every earlier rating.
"""

from datetime import datetime

from practice import access, review_records, reviews
from practice.accounts import Person
from practice.review_records import Kept, Rating, Step
from practice.reviews import NotYet
from practice.store import Store


def answer(
    store: Store,
    actor: Person,
    attempt_id: str,
    words: str,
    at: datetime,
    *,
    rating: Rating | None = None,
    again: bool | None = None,
) -> None:
    """Answers what a trainee contests, which returns the reply to them.

    Args:
        store: the data folder.
        actor: the supervisor.
        attempt_id: whose score is contested.
        words: the answer.
        at: now, aware.
        rating: a further rating, if they rate it otherwise now; it stands above the machine's.
        again: whether to ask for another try; ``None`` leaves it as it stands.

    Raises:
        AccessError: it is not a supervisee's, or not submitted.
        NotYet: nothing is contested, the supervisor has not rated it, or something is left out.
    """
    attempt = access.attempt(store, attempt_id)
    access.check_attempt(store, actor, "answer_contest", attempt, at)
    review = review_records.get(store, attempt.id)
    if review_records.open_contest(store, review) is None:
        raise NotYet("Nothing is contested here, or it has been answered.")
    if reviews.own_blind(store, actor, attempt.id, at) is None:
        raise NotYet("Rate it first, before you read what is contested.")
    if not words.strip():
        raise NotYet("Please say in a sentence how you see it.")
    if rating is not None:
        reviews.check_whole(rating)
        kept = Kept(rater=actor.id, blind=False, rating=rating, made_at=at)
        review_records.keep_rating(store, review, actor, kept)
    review_records.send_back(store, review, actor, ("answered", words), at, again)


def exchange(steps: list[Step]) -> list[tuple[Step, Step | None]]:
    """Returns what was contested, oldest first, each with its answer, or ``None`` before one."""
    found: list[tuple[Step, Step | None]] = []
    for one in steps:
        if one.did == "contested":
            found.append((one, None))
        elif one.did == "answered":
            found = [(said, answered or one) for said, answered in found]
    return found
