"""A small place for tests: an instructor, two trainees, two supervisors, one cohort."""

from dataclasses import dataclass
from datetime import datetime

from practice import access, accounts, attempts, cohorts, consent, reviews
from practice.accounts import Person
from practice.attempts import Attempt
from practice.cohorts import Cohort
from practice.review_records import Rating
from practice.store import Store
from scoring.models import DimensionScore, Score
from tests.stand_ins import a_scenario, a_transcript

PASSWORD = "quiet harbour lantern 7"


@dataclass(frozen=True)
class Place:
    """Ines has a cohort with Tom in it; Sunniva supervises Tom; Una and Otto are strangers."""

    store: Store
    ines: Person  # instructor
    tom: Person  # trainee
    sunniva: Person  # supervisor of Tom
    una: Person  # another trainee
    otto: Person  # supervisor of nobody
    iris: Person  # instructor of nobody
    cohort: Cohort


def a_place(store: Store, at: datetime) -> Place:
    def added(name: str, *roles: accounts.Role) -> Person:
        person = accounts.add(store, name, roles, at)
        with store.change() as db:
            db.execute("UPDATE accounts SET password = 'x' WHERE person = ?", (person.id,))
        consent.give(store, person, "practice", at)
        return person

    ines, tom = added("Ines Maar", "instructor"), added("Tom Weller", "trainee")
    sunniva, una = added("Sunniva Berg", "supervisor"), added("Una Holt", "trainee")
    otto, iris = added("Otto Lind", "supervisor"), added("Iris Falk", "instructor")
    cohort = cohorts.make(store, ines, "Autumn group", at)
    cohorts.put_in(store, ines, cohort.id, tom, "trainee", at)
    access.look_after(store, ines, tom, sunniva, at)
    cohort = cohorts.get(store, ines, cohort.id, at)
    return Place(store, ines, tom, sunniva, una, otto, iris, cohort)


def a_score(*values: float) -> Score:
    found = values or (2.0, 3.0, 1.0)
    names = ("rationale", "collaboration", "obstacles")
    return Score(
        status="scored",
        reason=None,
        dimensions={
            name: DimensionScore(score=value, low=max(0, value - 1), high=min(4, value + 1))
            for name, value in zip(names, found, strict=True)
        },
        overall=2.0,
        behaviours={},
        watch_outs={},
        keep="k",
        change="c",
        model_version="v1",
    )


def an_attempt(
    place: Place, person: Person, at: datetime, sound: bytes = b"RIFF sound of a reply"
) -> Attempt:
    """A spoken reply, heard and scored."""
    attempt = attempts.start(
        place.store, person=person.id, scenario=a_scenario(), at=at, recording=sound
    )
    attempt = attempts.move(
        place.store, attempt, "transcribed", at, transcript=a_transcript("A marmalade sentence.")
    )
    return attempts.move(place.store, attempt, "scored", at, score=a_score())


def a_rating(*levels: int) -> Rating:
    first, second, third = levels or (2, 2, 2)
    return Rating(dimensions={"rationale": first, "collaboration": second, "obstacles": third})


def submitted(place: Place, at: datetime) -> Attempt:
    """A reply of Tom's that he has submitted for review."""
    attempt = an_attempt(place, place.tom, at)
    consent.give(place.store, place.tom, "supervision", at)
    reviews.submit(place.store, place.tom, attempt.id, at)
    return attempt
