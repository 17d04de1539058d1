"""Corrected words: beside the machine's, versioned, and scored without touching its first score."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import correction_records, corrections, differences, outcomes, privacy, reviews
from practice.access import AccessError
from practice.attempts import Attempt
from practice.finisher import Finisher
from practice.reviews import NotYet
from practice.store import Store
from practice.worker import Worker
from scenarios.models import Scenario
from scoring.models import Score
from tests.people import Place, a_place, a_rating, a_score, submitted

MINUTE = timedelta(minutes=1)
CORRECTED = "A marvellous sentence."


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    return a_place(Store(tmp_path), at)


class Scorer:
    """Keeps what it was given and says the same of everything."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def score(self, text: str, scenario: Scenario, breaks: tuple[int, ...] = ()) -> Score:
        self.texts.append(text)
        return a_score(1.0, 1.0, 4.0)


def revealed(place: Place, at: datetime) -> Attempt:
    attempt = submitted(place, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(), at)
    reviews.reveal(place.store, place.sunniva, attempt.id, at)
    return attempt


def test_a_correction_stands_beside_what_the_machine_heard_with_who_and_when(
    place: Place, at: datetime
) -> None:
    attempt = submitted(place, at)
    first = corrections.correct(place.store, place.sunniva, attempt.id, f" {CORRECTED}\n", at)
    second = corrections.correct(
        place.store, place.sunniva, attempt.id, "A marble sentence.", at + MINUTE
    )
    assert [first.version, second.version] == [1, 2]
    assert (first.text, first.made_by, first.made_at) == (CORRECTED, place.sunniva.id, at)
    kept = corrections.of_attempt(place.store, place.sunniva, attempt.id, at)
    assert [one.text for one in kept] == [CORRECTED, "A marble sentence."]
    heard = outcomes.transcript_of(place.store, attempt)
    assert heard is not None and heard.text == "A marmalade sentence."


def test_words_that_are_the_same_or_none_are_no_correction(place: Place, at: datetime) -> None:
    attempt = submitted(place, at)
    for words, said in (
        ("A  marmalade sentence. ", "different"),
        ("  ", "no words"),
        ("x" * 20001, "20001"),
    ):
        with pytest.raises(NotYet, match=said):
            corrections.correct(place.store, place.sunniva, attempt.id, words, at)
    assert correction_records.of_attempt(place.store, attempt.id) == []


def test_the_trainee_sees_it_once_it_is_returned_and_then_it_stays_as_it_was(
    place: Place, at: datetime
) -> None:
    attempt = revealed(place, at)
    corrections.correct(place.store, place.sunniva, attempt.id, CORRECTED, at)
    assert corrections.of_attempt(place.store, place.tom, attempt.id, at) == []
    reviews.give_back(place.store, place.sunniva, attempt.id, "", at + MINUTE)
    seen = corrections.of_attempt(place.store, place.tom, attempt.id, at + MINUTE)
    assert [one.text for one in seen] == [CORRECTED]
    with pytest.raises(NotYet, match="back with its trainee"):
        corrections.correct(place.store, place.sunniva, attempt.id, "Another.", at + MINUTE)


def test_corrected_words_keep_the_times_at_which_they_were_said(place: Place, at: datetime) -> None:
    attempt = submitted(place, at)
    kept = corrections.correct(place.store, place.sunniva, attempt.id, CORRECTED, at)
    heard = outcomes.transcript_of(place.store, attempt)
    assert heard is not None
    corrected = correction_records.transcript(heard, kept)
    assert [one.word for one in corrected.words] == ["A", "marvellous", "sentence."]
    assert corrected.words[0].start_s == heard.words[0].start_s
    assert corrected.words[2].start_s == heard.words[2].start_s
    assert heard.words[0].end_s <= corrected.words[1].start_s <= heard.words[2].start_s


def test_what_differs_is_shown_word_by_word() -> None:
    assert differences.between("I did ask her view .", "I did not ask for her view .") == [
        ("same", "I did"),
        ("new", "not"),
        ("same", "ask"),
        ("new", "for"),
        ("same", "her view ."),
    ]
    assert differences.between("a phone", "the phone") == [
        ("gone", "a"),
        ("new", "the"),
        ("same", "phone"),
    ]
    assert differences.between("", "") == []


def test_scoring_corrected_words_waits_for_the_reveal_and_for_the_return(
    place: Place, at: datetime
) -> None:
    attempt = submitted(place, at)
    kept = corrections.correct(place.store, place.sunniva, attempt.id, CORRECTED, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(), at)
    for actor, said in ((place.sunniva, "reveal"), (place.tom, "not come back")):
        with pytest.raises(NotYet, match=said):
            corrections.want_score(place.store, actor, attempt.id, kept.id, at)
        with pytest.raises(NotYet, match=said):
            corrections.score_of(place.store, actor, attempt.id, kept.id, at)
    with pytest.raises(AccessError):
        corrections.want_score(place.store, place.otto, attempt.id, kept.id, at)


def test_the_score_of_corrected_words_is_added_and_the_machines_first_stays(
    place: Place, at: datetime
) -> None:
    attempt = revealed(place, at)
    kept = corrections.correct(place.store, place.sunniva, attempt.id, CORRECTED, at)
    corrections.want_score(place.store, place.sunniva, attempt.id, kept.id, at)
    scorer = Scorer()
    finisher = Finisher(place.store, pytest.fail, lambda: scorer, lambda: at, "w")
    queued = finisher.forgotten()  # as after a crash between asking and putting it in the lane
    assert queued == [(correction_records.name(kept.id), "words")]
    for _ in range(2):
        finisher.finish(queued[0][0])
    assert scorer.texts == [CORRECTED]  # the second time there was nothing more to do
    assert finisher.forgotten() == []
    score = corrections.score_of(place.store, place.sunniva, attempt.id, kept.id, at)
    assert score is not None and score.dimensions["obstacles"].score == 4.0
    first = outcomes.score_of(place.store, attempt)
    assert first is not None and first.dimensions["obstacles"].score == 1.0
    assert len(place.store.rows("SELECT * FROM scores")) == 1


def test_words_that_cannot_be_scored_say_so_and_can_be_asked_for_again(
    place: Place, at: datetime
) -> None:
    attempt = revealed(place, at)
    kept = corrections.correct(place.store, place.sunniva, attempt.id, CORRECTED, at)
    corrections.want_score(place.store, place.sunniva, attempt.id, kept.id, at)

    def broken() -> Scorer:
        raise ValueError("no model here")

    correction_records.finish(place.store, kept.id, broken, lambda: at)
    again = correction_records.find(place.store, kept.id)
    assert (
        again is not None and again.trouble is not None and "could not be scored" in again.trouble
    )
    assert correction_records.waiting(place.store) == []
    corrections.want_score(place.store, place.sunniva, attempt.id, kept.id, at)
    worker = Worker(place.store, pytest.fail, Scorer)
    worker.recover()
    worker._words.shutdown(wait=True)
    assert corrections.score_of(place.store, place.sunniva, attempt.id, kept.id, at) is not None


def test_deleting_the_attempt_deletes_corrections_and_their_scores(
    place: Place, at: datetime
) -> None:
    attempt = revealed(place, at)
    kept = corrections.correct(place.store, place.sunniva, attempt.id, CORRECTED, at)
    corrections.want_score(place.store, place.sunniva, attempt.id, kept.id, at)
    correction_records.finish(place.store, kept.id, Scorer, lambda: at)
    privacy.delete_attempt(place.store, place.tom, attempt.id, at)
    assert place.store.rows("SELECT * FROM corrections") == []
    assert place.store.rows("SELECT * FROM correction_scores") == []


def test_a_supervisor_who_leaves_leaves_the_correction_without_their_name(
    place: Place, at: datetime
) -> None:
    attempt = submitted(place, at)
    corrections.correct(place.store, place.sunniva, attempt.id, CORRECTED, at)
    privacy.delete_person(place.store, place.sunniva, place.sunniva.id, at)
    assert [one.made_by for one in correction_records.of_attempt(place.store, attempt.id)] == [None]


@pytest.mark.parametrize("queued", ["0" * 32, "correction:", "correction:x", "correction:-1", "7"])
def test_only_a_corrections_own_name_means_one(queued: str) -> None:
    assert correction_records.number(queued) is None
    assert correction_records.number(correction_records.name(7)) == 7
