"""Who has done what of an assignment: the class grid, and the same as CSV for a gradebook.

Completion only: no score and nothing that anybody said. A goal by dimension shows as done or not
yet, which the trainee was told when it was asked for.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from practice import access, access_each, accounts, assignments, cohorts
from practice.access import AccessError
from practice.accounts import Person
from practice.assignments import Assignment, Standing
from practice.safe_csv import csv_text
from practice.store import Store


class Row(BaseModel):
    """One trainee's standing in an assignment, vignette by vignette."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trainee: Person
    standing: tuple[Standing, ...]

    @property
    def n_done(self) -> int:
        """How many vignettes are done."""
        return sum(one.done for one in self.standing)


def rows(store: Store, actor: Person, assignment: Assignment, at: datetime) -> list[Row]:
    """Returns the grid, trainee by trainee.

    Raises:
        AccessError: the assignment, or somebody in it, is not the instructor's.
    """
    if assignment.id not in {one.id for one in assignments.of_instructor(store, actor, at)}:
        raise AccessError(access.NOT_YOURS)
    if assignment.cohort is not None:
        people = cohorts.get(store, actor, assignment.cohort, at).trainees
    else:
        named = assignments.people_of(store, assignment)
        people = tuple(accounts.get(store, one) for one in named)
    ids = [one.id for one in people]
    access_each.check_all(store, actor, "see_completion", ids, at, subject=assignment.id)
    found = assignments.standings(store, ids, assignment, at)
    return [Row(trainee=one, standing=tuple(found[one.id])) for one in people]


def as_csv(store: Store, actor: Person, assignment: Assignment, at: datetime) -> str:
    """Returns the grid as CSV: a line each, how many of the vignettes are done, and each one.

    Raises:
        AccessError: the assignment is not the instructor's.
    """
    return csv_of(assignment, rows(store, actor, assignment, at))


def csv_of(
    assignment: Assignment, grid: Sequence[Row], titles: Mapping[str, str] | None = None
) -> str:
    """Returns a grid, as `rows` gave it, as CSV.

    Args:
        assignment: what was asked for.
        grid: who has done what of it.
        titles: of the vignettes, by id; a heading is the id, which no title can make a formula,
            and then the title.
    """
    plan, named = assignment.plan, titles or {}
    heads = [f"{one} ({named[one]})" if one in named else one for one in plan.scenarios]
    head = ["name", "assignment", "due", "done", "of", "late", *heads]
    return csv_text(
        head,
        [
            [
                row.trainee.name,
                plan.title,
                plan.due_at.date().isoformat(),
                row.n_done,
                len(plan.scenarios),
                "yes" if any(one.overdue for one in row.standing) else "no",
                *(one.word for one in row.standing),
            ]
            for row in grid
        ],
    )
