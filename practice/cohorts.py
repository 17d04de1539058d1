"""Cohorts: trainees who learn together, and the instructors who look after them."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from practice import access, accounts, audit
from practice.access import AccessError
from practice.accounts import AccountError, Person
from practice.store import Store

Part = Literal["trainee", "instructor"]
MAX_TITLE_CHARS = 80


class Cohort(BaseModel):
    """Some people who learn together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    trainees: tuple[Person, ...]
    instructors: tuple[Person, ...]


def make(store: Store, actor: Person, title: str, at: datetime) -> Cohort:
    """Makes a cohort with the actor as its instructor.

    Raises:
        AccessError: the actor is no instructor.
        AccountError: it has no title, or one that is too long.
    """
    access.check(store, actor, "manage_people", "everyone", at)
    tidy = " ".join(title.split())
    if not tidy or len(tidy) > MAX_TITLE_CHARS or not tidy.isprintable():
        raise AccountError(f"A cohort needs a title of 1 to {MAX_TITLE_CHARS} characters.")
    made = uuid.uuid4().hex
    with store.change() as db:
        db["cohorts"].insert({"id": made, "title": tidy, "made_at": at.isoformat()})
        db["cohort_people"].insert({"cohort": made, "person": actor.id, "part": "instructor"})
    audit.note(store, actor.id, "made a cohort", at, subject=made)
    return get(store, actor, made, at)


def of_instructor(store: Store, actor: Person, at: datetime) -> list[Cohort]:
    """Returns the cohorts that the actor looks after, by title."""
    access.check(store, actor, "manage_people", "everyone", at)
    rows = store.rows(
        "SELECT c.id FROM cohorts c JOIN cohort_people p ON p.cohort = c.id"
        " WHERE p.person = ? AND p.part = 'instructor' ORDER BY c.title",
        actor.id,
    )
    return [get(store, actor, row["id"], at) for row in rows]


def get(store: Store, actor: Person, cohort: str, at: datetime) -> Cohort:
    """Returns a cohort that the actor looks after.

    Raises:
        AccessError: it is not theirs, or there is none.
    """
    check_theirs(store, actor, cohort, at)
    title = store.rows("SELECT title FROM cohorts WHERE id = ?", cohort)[0]["title"]
    people: dict[str, list[Person]] = {"trainee": [], "instructor": []}
    for row in store.rows(
        "SELECT cp.person, cp.part FROM cohort_people cp JOIN people p ON p.id = cp.person"
        " WHERE cp.cohort = ? ORDER BY p.name",
        cohort,
    ):
        people[row["part"]].append(accounts.get(store, row["person"]))
    return Cohort(
        id=cohort,
        title=title,
        trainees=tuple(people["trainee"]),
        instructors=tuple(people["instructor"]),
    )


def put_in(
    store: Store, actor: Person, cohort: str, person: Person, part: Part, at: datetime
) -> None:
    """Puts somebody in a cohort.

    Raises:
        AccessError: the cohort is not the actor's.
        AccountError: they have not the role for it.
    """
    check_theirs(store, actor, cohort, at)
    if part not in person.roles:
        raise AccountError(f"{person.name} has not the role of {part} here.")
    with store.change() as db:
        db["cohort_people"].insert(
            {"cohort": cohort, "person": person.id, "part": part}, ignore=True
        )
    audit.note(store, actor.id, "put in a cohort", at, owner=person.id, subject=cohort)


def take_out(store: Store, actor: Person, cohort: str, person: str, at: datetime) -> None:
    """Takes a trainee out of a cohort; what they did stays theirs.

    Raises:
        AccessError: the cohort is not the actor's.
    """
    check_theirs(store, actor, cohort, at)
    with store.change() as db:
        db.execute(
            "DELETE FROM cohort_people WHERE cohort = ? AND person = ? AND part = 'trainee'",
            (cohort, person),
        )
    audit.note(store, actor.id, "took out of a cohort", at, owner=person, subject=cohort)


def check_theirs(store: Store, actor: Person, cohort: str, at: datetime) -> None:
    """Refuses a cohort that the actor does not look after.

    Raises:
        AccessError: it is not theirs, or there is none.
    """
    access.check(store, actor, "manage_people", "everyone", at)
    if not store.rows(
        "SELECT 1 FROM cohort_people WHERE cohort = ? AND person = ? AND part = 'instructor'",
        *(cohort, actor.id),
    ):
        audit.note(store, actor.id, "see_cohort", at, subject=cohort[:64], allowed=False)
        raise AccessError(access.NOT_YOURS)
