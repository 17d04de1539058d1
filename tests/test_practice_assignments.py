"""What is asked for: sets in order, dates, goals, the class grid and its CSV."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from practice import accounts, assignments, class_grid, cohorts, consent, reviews
from practice.access import AccessError
from practice.accounts import AccountError
from practice.assignments import Assignment, Goal, Plan
from practice.safe_csv import csv_text
from practice.store import Store
from tests.people import Place, a_place, a_rating, an_attempt

DAY = timedelta(days=1)
KNOWN = {"refusal-diary", "toohard-phone"}


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    return a_place(Store(tmp_path), at)


def a_plan(at: datetime, **changes: Any) -> Plan:
    return Plan(
        **{
            "title": "Week one",
            "scenarios": ("refusal-diary", "toohard-phone"),
            "opens_at": at,
            "due_at": at + 7 * DAY,
            **changes,
        }
    )


def asked(place: Place, at: datetime, **changes: Any) -> Assignment:
    return assignments.assign(
        place.store, place.ines, a_plan(at, **changes), at, known=KNOWN, cohort=place.cohort.id
    )


def test_a_cohort_is_asked_in_order_and_each_done_one_leaves_the_list(
    place: Place, at: datetime
) -> None:
    asked(place, at)
    assert assignments.still_asked(place.store, place.tom.id, at) == [
        "refusal-diary",
        "toohard-phone",
    ]
    assert assignments.still_asked(place.store, place.una.id, at) == []
    an_attempt(place, place.tom, at + DAY)
    assert assignments.still_asked(place.store, place.tom.id, at + DAY) == ["toohard-phone"]


def test_what_has_not_opened_or_was_withdrawn_is_not_asked_for(place: Place, at: datetime) -> None:
    later = asked(place, at, opens_at=at + DAY)
    assert assignments.of_trainee(place.store, place.tom.id, at) == []
    assert assignments.of_trainee(place.store, place.tom.id, at + DAY) == [later]
    assignments.withdraw(place.store, place.ines, later.id, at + DAY)
    assert assignments.of_trainee(place.store, place.tom.id, at + DAY) == []


def test_tries_before_it_opened_do_not_count(place: Place, at: datetime) -> None:
    an_attempt(place, place.tom, at - DAY)
    one = asked(place, at)
    found = assignments.standing(place.store, place.tom.id, one, at)
    assert [(two.n_tried, two.done) for two in found] == [(0, False), (0, False)]


def test_a_goal_by_dimension_is_met_once_it_was_reached(place: Place, at: datetime) -> None:
    # The stand-in's score is rationale 2, collaboration 3, obstacles 1.
    goals = [("collaboration", 3, True), ("rationale", 3, False)]
    for dimension, level, _ in goals:
        goal = Goal.model_validate({"kind": "dimension", "dimension": dimension, "level": level})
        asked(place, at, goal=goal, title=dimension)
    an_attempt(place, place.tom, at + DAY)
    found = {
        one.plan.title: assignments.standing(place.store, place.tom.id, one, at + DAY)[0].done
        for one in assignments.of_trainee(place.store, place.tom.id, at + DAY)
    }
    assert found == {dimension: met for dimension, _, met in goals}


def test_the_grid_says_not_started_tried_reviewed_and_late(place: Place, at: datetime) -> None:
    one = asked(place, at, n_attempts=2)
    attempt = an_attempt(place, place.tom, at + DAY)
    row = class_grid.rows(place.store, place.ines, one, at + DAY)[0]
    assert [two.word for two in row.standing] == ["tried", "not started"]
    assert not any(two.overdue for two in row.standing)
    consent.give(place.store, place.tom, "supervision", at)
    reviews.submit(place.store, place.tom, attempt.id, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(), at)
    reviews.give_back(place.store, place.sunniva, attempt.id, "", at)
    row = class_grid.rows(place.store, place.ines, one, at + 8 * DAY)[0]
    assert [(two.word, two.overdue) for two in row.standing] == [
        ("reviewed", True),
        ("not started", True),
    ]


def test_the_csv_has_completion_and_no_score(place: Place, at: datetime) -> None:
    one = asked(place, at)
    an_attempt(place, place.tom, at + DAY)
    text = class_grid.as_csv(place.store, place.ines, one, at + DAY)
    rows = list(csv.reader(io.StringIO(text)))
    assert rows == [
        ["name", "assignment", "due", "done", "of", "late", "refusal-diary", "toohard-phone"],
        ["Tom Weller", "Week one", "2026-12-01", "1", "2", "no", "done", "not started"],
    ]
    grid = class_grid.rows(place.store, place.ines, one, at + DAY)
    named = class_grid.csv_of(one, grid, {"toohard-phone": "Ellie: Too much at once"})
    heads = named.splitlines()[0].split(",")
    assert heads[-2:] == ["refusal-diary", "toohard-phone (Ellie: Too much at once)"]


@pytest.mark.parametrize("name", ["=1+1", "+SUM(A1)", "-2", "@cmd", "  =HYPERLINK(1)", "＝1+1"])
def test_no_name_becomes_a_formula_in_the_csv(place: Place, at: datetime, name: str) -> None:
    person = accounts.add(place.store, name, ("trainee",), at)
    cohorts.put_in(place.store, place.ines, place.cohort.id, person, "trainee", at)
    text = class_grid.as_csv(place.store, place.ines, asked(place, at), at)
    names = [row[0] for row in csv.reader(io.StringIO(text))]
    assert "'" + person.name in names


@pytest.mark.parametrize("value", ["\t=1", "\r=1", "=1"])
def test_every_cell_that_could_be_a_formula_gets_a_quote(value: str) -> None:
    assert (
        next(csv.reader(io.StringIO(csv_text(["a"], [[value]]).split("\r\n", 1)[1])))[0][0] == "'"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scenarios": ("nobody",)}, "no vignette 'nobody'"),
        ({"scenarios": ("refusal-diary", "refusal-diary")}, "twice"),
        ({"due_at": datetime(2026, 1, 1).astimezone()}, "before it opens"),
        ({"due_at": datetime(2099, 1, 1).astimezone()}, "within 400 days"),
    ],
)
def test_a_plan_that_cannot_be_is_said_in_one_sentence(
    place: Place, at: datetime, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(AccountError, match=said):
        asked(place, at, **changes)
    assert assignments.of_instructor(place.store, place.ines, at) == []


def test_a_plan_needs_a_title_a_vignette_and_a_whole_goal(at: datetime) -> None:
    for changes in ({"title": " "}, {"scenarios": ()}, {"n_attempts": 0}):
        with pytest.raises(ValidationError):
            a_plan(at, **changes)
    with pytest.raises(ValidationError):
        Goal(kind="dimension", dimension="rationale")


def test_an_instructor_reaches_neither_anothers_cohort_nor_a_stranger(
    place: Place, at: datetime
) -> None:
    one = asked(place, at)
    for refused in (
        lambda: cohorts.get(place.store, place.iris, place.cohort.id, at),
        lambda: class_grid.rows(place.store, place.iris, one, at),
        lambda: assignments.withdraw(place.store, place.iris, one.id, at),
        lambda: assignments.assign(
            place.store, place.ines, a_plan(at), at, known=KNOWN, people=[place.una]
        ),
    ):
        with pytest.raises(AccessError):
            refused()


def test_one_person_can_be_asked_alone(place: Place, at: datetime) -> None:
    one = assignments.assign(
        place.store, place.ines, a_plan(at), at, known=KNOWN, people=[place.tom]
    )
    assert assignments.of_trainee(place.store, place.tom.id, at) == [one]
    assert [row.trainee for row in class_grid.rows(place.store, place.ines, one, at)] == [place.tom]


def test_examples_wait_for_a_try_only_where_the_instructor_asked_so(
    place: Place, at: datetime
) -> None:
    asked(place, at, scenarios=("refusal-diary",), examples_open=True)
    asked(place, at, scenarios=("toohard-phone",))
    found = [
        assignments.examples_closed(place.store, place.tom.id, one, at)
        for one in ("refusal-diary", "toohard-phone", "nobody")
    ]
    assert found == [False, True, False]


def test_the_grid_stands_where_the_first_of_two_replies_was_reviewed(
    place: Place, at: datetime
) -> None:
    one = asked(place, at)
    first = an_attempt(place, place.tom, at + DAY)
    an_attempt(place, place.tom, at + 2 * DAY)
    consent.give(place.store, place.tom, "supervision", at)
    reviews.submit(place.store, place.tom, first.id, at)
    reviews.rate(place.store, place.sunniva, first.id, a_rating(), at)
    reviews.give_back(place.store, place.sunniva, first.id, "", at)
    (standing, _) = assignments.standing(place.store, place.tom.id, one, at + 3 * DAY)
    assert (standing.word, standing.n_tried) == ("reviewed", 2)
