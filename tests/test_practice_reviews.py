"""Supervision: private until submitted, rated blind, revealed, contested, returned."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import access, agreement_so_far, consent, reviews
from practice.access import AccessError
from practice.review_records import Rating
from practice.reviews import NotYet
from practice.store import Store
from tests.people import Place, a_place, a_rating, an_attempt, submitted

MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    return a_place(Store(tmp_path), at)


def test_an_attempt_is_its_trainees_alone_until_it_is_submitted(place: Place, at: datetime) -> None:
    attempt = an_attempt(place, place.tom, at)
    with pytest.raises(AccessError):
        reviews.to_hear(place.store, place.sunniva, attempt.id, at)
    assert reviews.queue(place.store, place.sunniva) == []
    consent.give(place.store, place.tom, "supervision", at)
    with pytest.raises(AccessError):
        reviews.to_hear(place.store, place.sunniva, attempt.id, at)
    reviews.submit(place.store, place.tom, attempt.id, at)
    assert [one.id for _, one in reviews.queue(place.store, place.sunniva)] == [attempt.id]
    assert reviews.queue(place.store, place.otto) == []


def test_submitting_needs_consent_and_a_supervisor(place: Place, at: datetime) -> None:
    attempt = an_attempt(place, place.tom, at)
    with pytest.raises(NotYet, match="consent"):
        reviews.submit(place.store, place.tom, attempt.id, at)
    other = an_attempt(place, place.una, at)
    with pytest.raises(NotYet, match="no supervisor"):
        reviews.submit(place.store, place.una, other.id, at)


def test_taking_consent_or_the_attempt_back_closes_it_again(place: Place, at: datetime) -> None:
    attempt = submitted(place, at)
    consent.take_back(place.store, place.tom, "supervision", at)
    with pytest.raises(AccessError):
        reviews.to_hear(place.store, place.sunniva, attempt.id, at)
    consent.give(place.store, place.tom, "supervision", at)
    assert reviews.to_hear(place.store, place.sunniva, attempt.id, at)[1] == attempt
    reviews.withdraw(place.store, place.tom, attempt.id, at)
    with pytest.raises(AccessError):
        reviews.to_hear(place.store, place.sunniva, attempt.id, at)
    assert reviews.queue(place.store, place.sunniva) == []


def test_nothing_is_revealed_before_a_blind_rating(place: Place, at: datetime) -> None:
    attempt = submitted(place, at)
    with pytest.raises(NotYet, match="Rate it first"):
        reviews.reveal(place.store, place.sunniva, attempt.id, at)
    kept = reviews.rate(place.store, place.sunniva, attempt.id, a_rating(1, 2, 3), at)
    assert kept.blind
    score, own_view, ratings = reviews.reveal(place.store, place.sunniva, attempt.id, at)
    assert score is not None and score.dimensions["collaboration"].score == 3.0
    assert own_view is None
    assert [one.rating for one in ratings] == [a_rating(1, 2, 3)]


def test_a_rating_after_the_reveal_is_kept_beside_the_blind_one_and_marked(
    place: Place, at: datetime
) -> None:
    attempt = submitted(place, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(1, 1, 1), at)
    with pytest.raises(NotYet, match="rated this reply already"):
        reviews.rate(place.store, place.sunniva, attempt.id, a_rating(4, 4, 4), at)
    reviews.reveal(place.store, place.sunniva, attempt.id, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(2, 3, 1), at)
    _, _, ratings = reviews.reveal(place.store, place.sunniva, attempt.id, at)
    assert [(one.blind, one.rating) for one in ratings] == [
        (True, a_rating(1, 1, 1)),
        (False, a_rating(2, 3, 1)),
    ]


def test_a_rating_needs_all_three_dimensions(place: Place, at: datetime) -> None:
    attempt = submitted(place, at)
    with pytest.raises(NotYet, match="all three"):
        rating = Rating(dimensions={"rationale": 2})
        reviews.rate(place.store, place.sunniva, attempt.id, rating, at)


def test_a_supervisor_who_has_not_rated_yet_reads_no_note_that_may_give_a_score_away(
    place: Place, at: datetime
) -> None:
    attempt = submitted(place, at)
    access.look_after(place.store, place.ines, place.tom, place.otto, at)
    reviews.contest(place.store, place.tom, attempt.id, "I deserved a 4.", at)
    reviews.comment(place.store, place.sunniva, attempt.id, "A clear 1 to me.", at, 0.5)
    ratings, steps = reviews.outcome(place.store, place.otto, attempt.id, at)
    assert ratings == []
    assert {one.note for one in steps} == {None}
    reviews.rate(place.store, place.otto, attempt.id, a_rating(), at)
    _, steps = reviews.outcome(place.store, place.otto, attempt.id, at)
    assert {one.note for one in steps} >= {"I deserved a 4.", "A clear 1 to me."}


def test_the_trainee_sees_ratings_and_comments_only_once_it_is_returned(
    place: Place, at: datetime
) -> None:
    attempt = submitted(place, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(3, 3, 3), at + MINUTE)
    reviews.comment(place.store, place.sunniva, attempt.id, "Here!", at + MINUTE, 1.5)
    ratings, steps = reviews.outcome(place.store, place.tom, attempt.id, at + 2 * MINUTE)
    assert (ratings, [one.did for one in steps]) == ([], ["submitted"])
    reviews.give_back(
        place.store, place.sunniva, attempt.id, "Try once more.", at + 3 * MINUTE, again=True
    )
    ratings, steps = reviews.outcome(place.store, place.tom, attempt.id, at + 4 * MINUTE)
    assert [one.rating for one in ratings] == [a_rating(3, 3, 3)]
    assert [(one.did, one.note, one.moment_s) for one in steps] == [
        ("submitted", None, None),
        ("rated", None, None),
        ("commented", "Here!", 1.5),
        ("asked_again", None, None),
        ("returned", "Try once more.", None),
    ]
    assert reviews.of_attempt(place.store, place.tom, attempt.id, at).again_wanted


def test_it_is_not_returned_unrated(place: Place, at: datetime) -> None:
    attempt = submitted(place, at)
    with pytest.raises(NotYet, match="Rate it"):
        reviews.give_back(place.store, place.sunniva, attempt.id, "Fine.", at)


def test_contesting_brings_it_back_to_the_queue_and_leaves_the_machines_score(
    place: Place, at: datetime
) -> None:
    attempt = submitted(place, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(), at)
    reviews.give_back(place.store, place.sunniva, attempt.id, "", at)
    assert reviews.queue(place.store, place.sunniva) == []
    with pytest.raises(NotYet, match="in a sentence"):
        reviews.contest(place.store, place.tom, attempt.id, "  ", at)
    reviews.contest(place.store, place.tom, attempt.id, "I did ask.", at + MINUTE)
    assert [one.id for _, one in reviews.queue(place.store, place.sunniva)] == [attempt.id]
    score, _, ratings = reviews.reveal(place.store, place.sunniva, attempt.id, at)
    assert score is not None and len(ratings) == 1


def test_submitting_twice_is_one_review(place: Place, at: datetime) -> None:
    attempt = submitted(place, at)
    reviews.submit(place.store, place.tom, attempt.id, at)
    assert len(place.store.rows("SELECT * FROM reviews")) == 1
    _, steps = reviews.outcome(place.store, place.tom, attempt.id, at)
    assert [one.did for one in steps] == ["submitted"]


def test_only_blind_ratings_count_for_agreement(place: Place, at: datetime) -> None:
    attempt = submitted(place, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(), at)
    reviews.reveal(place.store, place.sunniva, attempt.id, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(), at)
    assert [one.n for one in agreement_so_far.so_far(place.store)] == [1, 1, 1]
