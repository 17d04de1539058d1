"""What instructors ask for: vignettes in order, for a cohort or some people, with dates and a goal.

An assignment is never a test: nothing closes when it is due, it only shows as late.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from practice import access, audit, cohorts, completion
from practice.access import AccessError
from practice.accounts import AccountError, Person
from practice.store import Store
from scenarios.models import DimensionId, Slug

MAX_SCENARIOS = 40
MAX_DAYS = 400
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Goal(BaseModel):
    """When a vignette counts as done: after the attempts, or once a dimension was reached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["attempts", "dimension"] = "attempts"
    dimension: DimensionId | None = None
    level: int | None = Field(default=None, ge=1, le=4)

    @model_validator(mode="after")
    def _whole(self) -> "Goal":
        if (self.kind == "dimension") != (self.dimension is not None and self.level is not None):
            raise ValueError("a goal by dimension names the dimension and the level, no other does")
        return self


class Plan(BaseModel):
    """What is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    scenarios: tuple[Slug, ...] = Field(min_length=1, max_length=MAX_SCENARIOS)
    opens_at: AwareDatetime
    due_at: AwareDatetime
    n_attempts: int = Field(default=1, ge=1, le=20)
    examples_open: bool = False  # whether examples may be read before the first try
    goal: Goal = Goal()


class Assignment(BaseModel):
    """A plan, for a cohort or for some people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    cohort: str | None
    plan: Plan
    made_at: AwareDatetime
    withdrawn_at: AwareDatetime | None

    def open_at(self, at: datetime) -> bool:
        """Returns whether it has begun and was not withdrawn."""
        return self.withdrawn_at is None and self.plan.opens_at <= at


class Standing(BaseModel):
    """How far somebody is with one vignette of an assignment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str
    n_tried: int
    done: bool
    reviewed: bool
    overdue: bool

    @property
    def word(self) -> Literal["not started", "tried", "done", "reviewed"]:
        """How it is said in the class grid."""
        if self.reviewed:
            return "reviewed"
        return "done" if self.done else "tried" if self.n_tried else "not started"


def assign(
    store: Store,
    actor: Person,
    plan: Plan,
    at: datetime,
    *,
    known: Collection[str],
    cohort: str | None = None,
    people: Sequence[Person] = (),
) -> Assignment:
    """Asks a cohort, or some people, for a plan.

    Args:
        store: the data folder.
        actor: the instructor.
        plan: what is asked for.
        at: now.
        known: the ids of the scenarios there are.
        cohort: everybody in it now and later; exactly one of ``cohort`` and ``people``.
        people: who, if it is not a cohort.

    Raises:
        AccessError: the cohort or somebody in ``people`` is not the instructor's.
        AccountError: the plan cannot be: an unknown scenario, dates the wrong way round.
    """
    if (cohort is None) == (not people):
        raise AccountError("Choose a cohort, or at least one person.")
    _check_plan(plan, known)
    if cohort is not None:
        cohorts.check_theirs(store, actor, cohort, at)
    for person in people:
        access.check(store, actor, "assign", person.id, at)
    made = Assignment(id=uuid.uuid4().hex, cohort=cohort, plan=plan, made_at=at, withdrawn_at=None)
    with store.change() as db:
        db["assignments"].insert(
            {
                "id": made.id,
                "cohort": cohort,
                "body": plan.model_dump_json(),
                "made_by": actor.id,
                "made_at": at.isoformat(),
            }
        )
        db["assignment_people"].insert_all(
            {"assignment": made.id, "person": person.id} for person in people
        )
    audit.note(store, actor.id, "assigned", at, subject=made.id)
    return made


def _check_plan(plan: Plan, known: Collection[str]) -> None:
    unknown = [one for one in plan.scenarios if one not in known]
    if unknown:
        raise AccountError(f"There is no vignette {unknown[0]!r} here.")
    if len(set(plan.scenarios)) < len(plan.scenarios):
        raise AccountError("A vignette is in the set twice; ask for more attempts instead.")
    if plan.due_at <= plan.opens_at:
        raise AccountError("It is due before it opens; please change one of the dates.")
    if plan.due_at - plan.opens_at > timedelta(days=MAX_DAYS):
        raise AccountError(f"Please have it due within {MAX_DAYS} days of opening.")


def withdraw(store: Store, actor: Person, assignment: str, at: datetime) -> None:
    """Takes an assignment back; attempts made for it stay their trainees'.

    Raises:
        AccessError: it is not the instructor's, or there is none.
    """
    found = next((one for one in of_instructor(store, actor, at) if one.id == assignment), None)
    if found is None:
        raise AccessError(access.NOT_YOURS)
    with store.change() as db:
        db.execute(
            "UPDATE assignments SET withdrawn_at = ? WHERE id = ?", (at.isoformat(), assignment)
        )
    audit.note(store, actor.id, "withdrew an assignment", at, subject=assignment)


def of_instructor(store: Store, actor: Person, at: datetime) -> list[Assignment]:
    """Returns what the actor's cohorts were asked for, and what the actor asked of people."""
    access.check(store, actor, "manage_people", "everyone", at)
    rows = store.rows(
        "SELECT * FROM assignments WHERE withdrawn_at IS NULL AND (made_by = ? OR cohort IN"
        " (SELECT cohort FROM cohort_people WHERE person = ? AND part = 'instructor'))"
        " ORDER BY made_at DESC",
        *(actor.id, actor.id),
    )
    return [_of(row) for row in rows]


def of_trainee(store: Store, person: str, at: datetime) -> list[Assignment]:
    """Returns what somebody has been asked for and is open now, soonest due first."""
    rows = store.rows(
        "SELECT * FROM assignments WHERE withdrawn_at IS NULL AND (id IN"
        " (SELECT assignment FROM assignment_people WHERE person = ?) OR cohort IN"
        " (SELECT cohort FROM cohort_people WHERE person = ? AND part = 'trainee'))",
        *(person, person),
    )
    found = [one for one in map(_of, rows) if one.open_at(at)]
    return sorted(found, key=lambda one: (one.plan.due_at, one.id))


def people_of(store: Store, assignment: Assignment) -> list[str]:
    """Returns the ids of those asked by name; none if a cohort was asked."""
    rows = store.rows("SELECT person FROM assignment_people WHERE assignment = ?", assignment.id)
    return [row["person"] for row in rows]


def standing(store: Store, person: str, assignment: Assignment, at: datetime) -> list[Standing]:
    """Returns how far somebody is, vignette by vignette in the set's order."""
    return standings(store, [person], assignment, at)[person]


def standings(
    store: Store, people: Sequence[str], assignment: Assignment, at: datetime
) -> dict[str, list[Standing]]:
    """Returns how far each of some people is, vignette by vignette in the set's order."""
    plan = assignment.plan
    tried = completion.of_people(store, people, plan.scenarios, plan.opens_at, plan.goal.dimension)
    found: dict[str, list[Standing]] = {person: [] for person in people}
    for person, scenario in product(people, plan.scenarios):
        one = tried.get((person, scenario), completion.NEVER)
        done = one.n >= plan.n_attempts and _reached(plan.goal, one.best)
        found[person].append(
            Standing(
                scenario=scenario,
                n_tried=one.n,
                done=done,
                reviewed=one.reviewed,
                overdue=not done and at > plan.due_at,
            )
        )
    return found


def still_asked(store: Store, person: str, at: datetime) -> list[str]:
    """Returns the scenarios somebody was asked for and has not done, soonest due first, in order.

    This is what "what next" begins with.
    """
    asked = [
        one.scenario
        for assignment in of_trainee(store, person, at)
        for one in standing(store, person, assignment, at)
        if not one.done
    ]
    return list(dict.fromkeys(asked))


def examples_closed(store: Store, person: str, scenario: str, at: datetime) -> bool:
    """Returns whether an instructor who asked for a vignette keeps its examples for after a try."""
    asked = [one for one in of_trainee(store, person, at) if scenario in one.plan.scenarios]
    return bool(asked) and not any(one.plan.examples_open for one in asked)


def _reached(goal: Goal, best: float | None) -> bool:
    if goal.level is None:
        return True
    return best is not None and round(best) >= goal.level


def _of(row: dict[str, str]) -> Assignment:
    return Assignment(
        id=row["id"],
        cohort=row["cohort"],
        plan=Plan.model_validate_json(row["body"]),
        made_at=datetime.fromisoformat(row["made_at"]),
        withdrawn_at=(datetime.fromisoformat(row["withdrawn_at"]) if row["withdrawn_at"] else None),
    )
