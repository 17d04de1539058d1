"""Replies as examples: asked for one by one, unnamed, and gone as soon as they are taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import access, assignments, cohorts, consent, corrections, examples, privacy, reviews
from practice.access import AccessError
from practice.assignments import Plan
from practice.attempts import Attempt
from practice.examples import Answer
from practice.reviews import NotYet
from practice.store import Store
from tests.people import Place, a_place, an_attempt, submitted

MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    """Una learns in Tom's cohort here."""
    made = a_place(Store(tmp_path), at)
    cohorts.put_in(made.store, made.ines, made.cohort.id, made.una, "trainee", at)
    return made


def given(place: Place, at: datetime, said: Answer = "words") -> Attempt:
    attempt = submitted(place, at)
    examples.ask(place.store, place.sunniva, attempt.id, "It hears her first.", at)
    examples.answer(place.store, place.tom, attempt.id, said, at)
    return attempt


def seen(place: Place, who: str, attempt: Attempt, at: datetime) -> list[str]:
    found = examples.of_scenario(place.store, getattr(place, who), attempt.scenario, at)
    return [one.text for one in found]


def test_nothing_is_shown_before_the_trainee_says_yes_to_this_reply(
    place: Place, at: datetime
) -> None:
    attempt = submitted(place, at)
    consent.give(place.store, place.tom, "example", at)  # in general is not to this one
    an_attempt(place, place.una, at)
    examples.ask(place.store, place.sunniva, attempt.id, "Warm.", at)
    assert seen(place, "una", attempt, at) == []
    assert [one.attempt for one in examples.asked_of(place.store, place.tom, at)] == [attempt.id]
    examples.answer(place.store, place.tom, attempt.id, "words", at)
    assert seen(place, "una", attempt, at) == ["A marmalade sentence."]
    assert examples.asked_of(place.store, place.tom, at) == []


def test_saying_yes_gives_the_consent_where_it_was_not_given(place: Place, at: datetime) -> None:
    attempt = submitted(place, at)
    examples.ask(place.store, place.sunniva, attempt.id, "Warm.", at)
    assert not consent.given_by(place.store, place.tom.id, "example")
    examples.answer(place.store, place.tom, attempt.id, "no", at)
    assert not consent.given_by(place.store, place.tom.id, "example")
    with pytest.raises(NotYet, match="rather keep"):
        examples.ask(place.store, place.sunniva, attempt.id, "Please!", at)
    examples.answer(place.store, place.tom, attempt.id, "words", at)
    assert consent.given_by(place.store, place.tom.id, "example")


def test_a_colleague_sees_it_after_an_own_try_and_never_whose_it_is(
    place: Place, at: datetime
) -> None:
    attempt = given(place, at)
    assert seen(place, "una", attempt, at) == []
    an_attempt(place, place.una, at)
    (one,) = examples.of_scenario(place.store, place.una, attempt.scenario, at)
    assert (one.text, one.why, one.heard, one.own) == (
        *("A marmalade sentence.", "It hears her first.", False, False),
    )
    for name in ("Tom", "Weller", place.tom.id, attempt.id):
        assert name not in one.model_dump_json()


def test_an_assignment_that_opens_examples_opens_these_before_the_first_try(
    place: Place, at: datetime
) -> None:
    attempt = given(place, at)
    due = at + timedelta(days=7)
    for opened, expected in ((False, []), (True, ["A marmalade sentence."])):
        plan = Plan(
            title="t", scenarios=(attempt.scenario,), opens_at=at, due_at=due, examples_open=opened
        )
        assignments.assign(
            *(place.store, place.ines, plan, at), known={attempt.scenario}, cohort=place.cohort.id
        )
        assert seen(place, "una", attempt, at + MINUTE) == expected


def test_strangers_see_none_and_those_who_teach_see_them_at_once(
    place: Place, at: datetime
) -> None:
    attempt = given(place, at)
    found = {who: len(seen(place, who, attempt, at)) for who in ("sunniva", "ines", "tom")}
    assert found == {"sunniva": 1, "ines": 1, "tom": 1}
    assert seen(place, "otto", attempt, at) == []
    assert seen(place, "iris", attempt, at) == []
    cohorts.take_out(place.store, place.ines, place.cohort.id, place.una.id, at)
    an_attempt(place, place.una, at)
    assert seen(place, "una", attempt, at) == []
    access.look_after(place.store, place.ines, place.una, place.sunniva, at)  # colleagues again
    assert seen(place, "una", attempt, at) == ["A marmalade sentence."]


def test_the_voice_is_heard_only_if_that_was_given(place: Place, at: datetime) -> None:
    attempt = given(place, at, "words")
    an_attempt(place, place.una, at)
    (one,) = examples.of_scenario(place.store, place.una, attempt.scenario, at)
    with pytest.raises(AccessError):
        examples.to_hear(place.store, place.una, one.id, at)
    examples.answer(place.store, place.tom, attempt.id, "sound", at)
    (one,) = examples.of_scenario(place.store, place.una, attempt.scenario, at)
    assert one.heard
    assert examples.to_hear(place.store, place.una, one.id, at).id == attempt.id
    with pytest.raises(AccessError):
        examples.to_hear(place.store, place.otto, one.id, at)


def taking_back(place: Place, attempt: Attempt) -> dict[str, Callable[[datetime], None]]:
    store, tom = place.store, place.tom
    return {
        "this reply": lambda at: examples.answer(store, tom, attempt.id, "no", at) and None,
        "consent to examples": lambda at: consent.take_back(store, tom, "example", at),
        "consent to supervision": lambda at: consent.take_back(store, tom, "supervision", at),
        "the review": lambda at: reviews.withdraw(store, tom, attempt.id, at),
        "deleted": lambda at: privacy.delete_attempt(store, tom, attempt.id, at),
        "put away": lambda at: examples.put_away(store, place.sunniva, attempt.id, at),
    }


@pytest.mark.parametrize(
    "what",
    ["this reply", "consent to examples", "consent to supervision", "the review", "deleted",
     "put away"],
)  # fmt: skip
def test_taken_back_it_is_gone_at_once_for_everybody_and_does_not_come_back_by_itself(
    what: str, place: Place, at: datetime
) -> None:
    attempt = given(place, at, "sound")
    an_attempt(place, place.una, at)
    (one,) = examples.of_scenario(place.store, place.una, attempt.scenario, at)
    taking_back(place, attempt)[what](at + MINUTE)
    for who in ("una", "ines", "sunniva", "tom"):
        assert seen(place, who, attempt, at + MINUTE) == []
        with pytest.raises(AccessError):
            examples.to_hear(place.store, getattr(place, who), one.id, at + MINUTE)
    if what == "deleted":
        assert place.store.rows("SELECT * FROM example_replies") == []
        return
    for purpose in ("example", "supervision"):  # given again, for something else
        consent.give(place.store, place.tom, purpose, at + 2 * MINUTE)
    reviews.submit(place.store, place.tom, attempt.id, at + 2 * MINUTE)
    assert seen(place, "una", attempt, at + 2 * MINUTE) == []


def test_after_consent_was_taken_back_it_can_be_asked_for_anew(place: Place, at: datetime) -> None:
    attempt = given(place, at)
    with pytest.raises(NotYet, match="asked already"):
        examples.ask(place.store, place.sunniva, attempt.id, "Again.", at)
    consent.take_back(place.store, place.tom, "example", at + MINUTE)
    assert examples.standing(place.store, place.sunniva, attempt.id, at + MINUTE) is None
    examples.ask(place.store, place.sunniva, attempt.id, "Again.", at + 2 * MINUTE)
    examples.answer(place.store, place.tom, attempt.id, "words", at + 3 * MINUTE)
    assert seen(place, "tom", attempt, at + 3 * MINUTE) == ["A marmalade sentence."]


def test_it_shows_the_corrected_words_and_a_name_in_them_is_noticed(
    place: Place, at: datetime
) -> None:
    attempt = given(place, at)
    assert not examples.names_somebody(place.store, attempt, place.tom.name)
    corrections.correct(place.store, place.sunniva, attempt.id, "I am Tom, hello.", at)
    assert seen(place, "tom", attempt, at) == ["I am Tom, hello."]
    assert examples.names_somebody(place.store, attempt, place.tom.name)


def test_asking_needs_a_word_on_what_is_good_about_it(place: Place, at: datetime) -> None:
    attempt = submitted(place, at)
    with pytest.raises(NotYet, match="learn from it"):
        examples.ask(place.store, place.sunniva, attempt.id, " ", at)
    with pytest.raises(NotYet, match="Nobody has asked"):
        examples.answer(place.store, place.tom, attempt.id, "words", at)
