"""Item statistics: right by hand, of at least five people, and nobody's can be worked out."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import access, accounts, cohorts, consent, items, privacy, reviews
from practice.accounts import Person
from practice.items import Item
from practice.store import Store
from tests.full_place import an_attempt_of
from tests.people import Place, a_place, a_rating
from tests.stand_ins import a_scenario

OVERALL = (1.0, 1.5, 2.0, 2.5, 3.0)


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    return a_place(Store(tmp_path), at)


def learner(place: Place, number: int, at: datetime, *purposes: consent.Purpose) -> Person:
    person = accounts.add(place.store, f"Learner {number}", ("trainee",), at)
    cohorts.put_in(place.store, place.ines, place.cohort.id, person, "trainee", at)
    for purpose in purposes or ("practice", "research"):
        consent.give(place.store, person, purpose, at)
    return person


def five(place: Place, at: datetime) -> list[Person]:
    """Five people who agree, each with one try."""
    people = [learner(place, number, at) for number in range(5)]
    for person, overall in zip(people, OVERALL, strict=True):
        an_attempt_of(place, person, a_scenario(), at, overall=overall, reaction="too_hard")
    return people


def told(place: Place, at: datetime) -> Item | None:
    found = items.of_instructor(place.store, place.ines, at)
    return found[0] if found else None


def test_first_tries_of_five_people_as_worked_by_hand(place: Place, at: datetime) -> None:
    people = five(place, at)
    again = at + timedelta(minutes=10)
    for person, overall in zip(people, OVERALL, strict=True):  # a second try changes no first one
        an_attempt_of(place, person, a_scenario(), again, overall=overall + 0.5)
    found = told(place, again)
    assert found is not None and found.first is not None and found.changed is not None
    overall = found.first.overall
    # mean 10/5; squares 1 + .25 + 0 + .25 + 1 = 2.5, sd = sqrt(2.5/4) = .791
    assert (overall.mean, overall.n) == (2.0, 5)
    assert overall.sd == pytest.approx(0.7906, abs=1e-4)
    # t(4) = 2.132; 2.132 × .7906 / sqrt(5) = .7538
    assert overall.within() == pytest.approx((1.2462, 2.7538), abs=1e-3)
    # a_scenario expects reflection, open_question and choice; each reply showed only the first
    shares = {name: (one.n, one.of) for name, one in found.first.expected.items()}
    assert shares == {"choice": (0, 5), "open_question": (0, 5), "reflection": (5, 5)}
    assert list(shares)[-1] == "reflection"
    # Wilson, z = 1.645: 0 of 5 lies below 2.706 / (5 + 2.706) = .351
    assert found.first.expected["choice"].high == pytest.approx(0.351, abs=1e-3)
    assert (found.changed.overall.mean, found.changed.overall.sd) == (0.5, 0.0)
    assert found.reacted is not None and found.reacted.said == {"too_hard": 5}


def test_tries_that_could_not_be_scored_are_counted_with_their_reasons(
    place: Place, at: datetime
) -> None:
    people = five(place, at)
    an_attempt_of(place, people[0], a_scenario(), at, state="unscored")
    found = told(place, at)
    assert found is not None and found.unscored is not None
    assert (found.unscored.share.n, found.unscored.share.of) == (1, 6)
    assert found.unscored.reasons == {"too_short": 1}


def test_of_four_people_nothing_is_told(place: Place, at: datetime) -> None:
    for number in range(4):
        an_attempt_of(place, learner(place, number, at), a_scenario(), at)
    found = told(place, at)
    assert found is not None
    assert (found.first, found.rated, found.reacted, found.unscored, found.changed) == (None,) * 5


def test_who_does_not_agree_is_not_counted(place: Place, at: datetime) -> None:
    people = five(place, at)
    an_attempt_of(place, learner(place, 9, at, "practice"), a_scenario(), at, overall=4.0)
    an_attempt_of(place, place.una, a_scenario(), at, overall=4.0)  # in no cohort of hers
    found = told(place, at)
    assert found is not None and found.first is not None and found.first.overall.n == 5
    consent.take_back(place.store, people[0], "research", at)
    found = told(place, at)
    assert found is not None and found.first is None


def test_a_sixth_person_cannot_be_read_off_by_looking_before_and_after(
    place: Place, at: datetime
) -> None:
    five(place, at)
    before = told(place, at)
    for number in (5, 6, 7, 8):
        an_attempt_of(place, learner(place, number, at), a_scenario(), at, overall=4.0)
        assert told(place, at) == before
    an_attempt_of(place, learner(place, 9, at), a_scenario(), at, overall=4.0)
    after = told(place, at)  # now five more have added to it
    assert after is not None and after.first is not None and after.first.overall.n == 10


def test_taking_somebody_out_shows_nothing_until_five_have_changed(
    place: Place, at: datetime
) -> None:
    people = five(place, at)
    sixth = learner(place, 5, at)
    an_attempt_of(place, sixth, a_scenario(), at, overall=4.0)
    found = told(place, at)
    assert found is not None and found.first is not None and found.first.overall.n == 6
    cohorts.take_out(place.store, place.ines, place.cohort.id, sixth.id, at)
    found = told(place, at)
    assert found is not None and found.first is None
    cohorts.put_in(place.store, place.ines, place.cohort.id, sixth, "trainee", at)
    privacy.delete_person(place.store, people[0], people[0].id, at)
    found = told(place, at)
    assert found is not None and found.first is None


def test_one_persons_rating_changes_no_figure_of_ratings(place: Place, at: datetime) -> None:
    people = [*five(place, at), learner(place, 5, at)]
    for number, person in enumerate(people):
        consent.give(place.store, person, "supervision", at)
        access.look_after(place.store, place.ines, person, place.sunniva, at)
        attempt = an_attempt_of(place, person, a_scenario(), at)
        reviews.submit(place.store, person, attempt.id, at)
        reviews.rate(place.store, place.sunniva, attempt.id, a_rating(number % 5, 2, 2), at)
        if number == 4:
            found = told(place, at)  # four are returned, and the fifth is not yet
            assert found is not None and found.rated is None
        reviews.give_back(place.store, place.sunniva, attempt.id, "", at)
        if number >= 4:
            found = told(place, at)
            assert found is not None and found.rated is not None
            # levels 0 1 2 3 4; the sixth's 0 would tell itself by making it 10/6
            assert found.rated.dimensions["rationale"].mean == 2.0


def test_parallel_forms_together_say_what_their_parts_say(place: Place, at: datetime) -> None:
    people = five(place, at)
    other = a_scenario().model_copy(update={"id": "refusal-other", "title": "Another"})
    for person, overall in zip(people, OVERALL, strict=True):
        an_attempt_of(place, person, other, at, overall=overall + 1)
    found = items.of_instructor(place.store, place.ines, at)
    assert [one.scenario for one in found] == ["refusal-diary", "refusal-other"]  # hardest first
    (family,) = items.families(found)
    # means 2 and 3; squares 2.5 + 2.5 + 10 × .25 = 7.5; sd = sqrt(7.5/9)
    assert (family.overall.mean, family.overall.n) == (2.5, 10)
    assert family.overall.sd == pytest.approx((7.5 / 9) ** 0.5)
    assert (family.expected["choice"].n, family.expected["choice"].of) == (0, 10)


def test_only_the_newest_look_is_kept_and_it_goes_with_its_instructor(
    place: Place, at: datetime
) -> None:
    five(place, at)
    told(place, at)
    assert place.store.rows("SELECT count(*) AS n FROM item_sources")[0]["n"] > 0
    privacy.delete_person(place.store, place.ines, place.ines.id, at)
    for table in ("item_figures", "item_sources"):
        assert place.store.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] == 0
