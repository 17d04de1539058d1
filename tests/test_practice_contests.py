"""A contested score is answered by a person, in words, and nothing that was said is lost."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import asked_again, contests, outcomes, review_records, reviews
from practice.attempts import Attempt
from practice.review_records import Rating
from practice.reviews import NotYet
from practice.store import Store
from tests.people import Place, a_place, a_rating, an_attempt, submitted

MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    return a_place(Store(tmp_path), at)


def contested(place: Place, at: datetime) -> Attempt:
    """Rated, returned, and contested a minute later."""
    attempt = submitted(place, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(1, 1, 1), at)
    reviews.give_back(place.store, place.sunniva, attempt.id, "Slower.", at)
    reviews.contest(place.store, place.tom, attempt.id, "I did ask.", at + MINUTE)
    return attempt


def test_what_is_contested_comes_first_in_the_queue_until_it_is_answered(
    place: Place, at: datetime
) -> None:
    late = an_attempt(place, place.tom, at, sound=b"RIFF another")
    attempt = contested(place, at)
    reviews.submit(place.store, place.tom, late.id, at - MINUTE)  # it has waited for longer
    queue = [one.id for _, one in reviews.queue(place.store, place.sunniva)]
    assert queue == [attempt.id, late.id]
    contests.answer(place.store, place.sunniva, attempt.id, "You did.", at + 2 * MINUTE)
    assert [one.id for _, one in reviews.queue(place.store, place.sunniva)] == [late.id]


def test_the_answer_and_its_rating_stand_beside_all_that_was_said_before(
    place: Place, at: datetime
) -> None:
    attempt = contested(place, at)
    before = outcomes.score_of(place.store, attempt)
    contests.answer(
        *(place.store, place.sunniva, attempt.id, "You did; I missed it.", at + 2 * MINUTE),
        rating=a_rating(1, 3, 1),
    )
    kept, steps = reviews.outcome(place.store, place.tom, attempt.id, at + 3 * MINUTE)
    assert [(one.blind, one.rating) for one in kept] == [
        (True, a_rating(1, 1, 1)),
        (False, a_rating(1, 3, 1)),
    ]
    assert [(one.did, one.note) for one in steps][-3:] == [
        ("contested", "I did ask."),
        ("rated_again", None),
        ("answered", "You did; I missed it."),
    ]
    assert outcomes.score_of(place.store, attempt) == before
    exchange = contests.exchange(steps)
    assert [(said.note, heard and heard.note) for said, heard in exchange] == [
        ("I did ask.", "You did; I missed it.")
    ]


def test_a_contested_reply_does_not_go_back_without_an_answer(place: Place, at: datetime) -> None:
    attempt = contested(place, at)
    with pytest.raises(NotYet, match="contested"):
        reviews.give_back(place.store, place.sunniva, attempt.id, "Fine.", at)
    with pytest.raises(NotYet, match="in a sentence"):
        contests.answer(place.store, place.sunniva, attempt.id, " ", at)
    with pytest.raises(NotYet, match="all three"):
        half = Rating(dimensions={"rationale": 1})
        contests.answer(place.store, place.sunniva, attempt.id, "Yes.", at, rating=half)
    assert (
        contests.exchange(reviews.outcome(place.store, place.tom, attempt.id, at)[1])[0][1] is None
    )
    contests.answer(place.store, place.sunniva, attempt.id, "Yes.", at)
    with pytest.raises(NotYet, match="answered"):
        contests.answer(place.store, place.sunniva, attempt.id, "Yes.", at)


def test_a_contest_is_read_and_answered_only_after_an_own_blind_rating(
    place: Place, at: datetime
) -> None:
    attempt = submitted(place, at)
    reviews.contest(place.store, place.tom, attempt.id, "I deserved a 4.", at)
    with pytest.raises(NotYet, match="Rate it first"):
        contests.answer(place.store, place.sunniva, attempt.id, "No.", at)


def test_one_answer_answers_all_that_was_contested_before_it(place: Place, at: datetime) -> None:
    attempt = contested(place, at)
    reviews.contest(place.store, place.tom, attempt.id, "And twice.", at + MINUTE)
    contests.answer(place.store, place.sunniva, attempt.id, "Yes.", at + 2 * MINUTE)
    reviews.contest(place.store, place.tom, attempt.id, "Still.", at + 3 * MINUTE)
    _, steps = reviews.outcome(place.store, place.tom, attempt.id, at + 4 * MINUTE)
    assert [(said.note, heard and heard.note) for said, heard in contests.exchange(steps)] == [
        ("I did ask.", "Yes."),
        ("And twice.", "Yes."),
        ("Still.", None),
    ]


def test_a_wish_for_another_try_stands_until_that_try_is_made(place: Place, at: datetime) -> None:
    attempt = contested(place, at)
    assert asked_again.of_trainee(place.store, place.tom, at) == []
    contests.answer(
        *(place.store, place.sunniva, attempt.id, "Try it slower.", at + 2 * MINUTE), again=True
    )
    (wish,) = asked_again.of_trainee(place.store, place.tom, at)
    assert (wish.attempt.id, wish.note, wish.asked_by) == (
        attempt.id,
        "Try it slower.",
        place.sunniva.id,
    )
    assert asked_again.of_trainee(place.store, place.una, at) == []
    an_attempt(place, place.tom, at + 3 * MINUTE, sound=b"RIFF slower")
    assert asked_again.of_trainee(place.store, place.tom, at) == []


def asked_and_contested(place: Place, at: datetime) -> Attempt:
    """Rated, returned with the wish for another try, and contested a minute later."""
    attempt = submitted(place, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(1, 1, 1), at)
    reviews.give_back(place.store, place.sunniva, attempt.id, "Slower.", at, again=True)
    reviews.contest(place.store, place.tom, attempt.id, "I did ask.", at + MINUTE)
    return attempt


def test_a_wish_for_another_try_outlasts_a_contest_and_its_answer(
    place: Place, at: datetime
) -> None:
    attempt = asked_and_contested(place, at)
    contests.answer(place.store, place.sunniva, attempt.id, "You did.", at + 2 * MINUTE)
    (wish,) = asked_again.of_trainee(place.store, place.tom, at)
    assert (wish.attempt.id, wish.note) == (attempt.id, "You did.")
    _, steps = reviews.outcome(place.store, place.tom, attempt.id, at + 3 * MINUTE)
    assert [one.did for one in steps].count("asked_again") == 1  # it was asked for once


def test_a_supervisor_can_take_the_wish_for_another_try_back(place: Place, at: datetime) -> None:
    attempt = asked_and_contested(place, at)
    assert review_records.again_stands(place.store, review_records.get(place.store, attempt.id))
    contests.answer(
        *(place.store, place.sunniva, attempt.id, "You did.", at + 2 * MINUTE), again=False
    )
    assert asked_again.of_trainee(place.store, place.tom, at) == []


def test_a_try_made_while_the_score_was_contested_is_not_asked_for_again(
    place: Place, at: datetime
) -> None:
    attempt = asked_and_contested(place, at)
    an_attempt(place, place.tom, at + 2 * MINUTE, sound=b"RIFF slower")
    review = review_records.get(place.store, attempt.id)
    assert not review_records.again_stands(place.store, review)
    contests.answer(place.store, place.sunniva, attempt.id, "You did.", at + 3 * MINUTE)
    assert asked_again.of_trainee(place.store, place.tom, at) == []
