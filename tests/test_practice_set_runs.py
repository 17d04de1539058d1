"""A set is practised in its order, and where one is lies in what was answered."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import assignments, attempts, set_runs, standings
from practice.assignments import Plan
from practice.store import Store
from scenarios.load import load_library, load_sets
from tests.people import a_place
from tests.practised import a_score, practised

LIBRARY = load_library()
FIRST_STEPS = load_sets(LIBRARY)["first-steps"]


@pytest.fixture
def store(tmp_path: Path, at: datetime) -> Store:
    made = Store(tmp_path)
    attempts.add_person(made, "me", "You", at)
    return made


def test_its_clients_come_in_order_each_once_it_is_answered(store: Store, at: datetime) -> None:
    before = at - timedelta(days=1)  # what was tried before the set began does not count
    practised(store, before, 2.0, scenario=LIBRARY[FIRST_STEPS.scenarios[1]])
    set_runs.start(store, "me", FIRST_STEPS, at)
    met = []
    for minute in range(len(FIRST_STEPS.scenarios)):
        found, _ = standings.next_up(store, "me", LIBRARY, at)
        met.append(found.scenario)
        later = at + timedelta(minutes=1 + minute)
        practised(store, later, 2.0, scenario=LIBRARY[found.scenario])
    assert tuple(met) == FIRST_STEPS.scenarios
    run = set_runs.current(store, "me", LIBRARY)
    assert run is not None and (run.n_done, run.to_come) == (5, ())


def test_the_next_client_says_where_one_is(store: Store, at: datetime) -> None:
    set_runs.start(store, "me", FIRST_STEPS, at)
    practised(store, at, 2.0, scenario=LIBRARY[FIRST_STEPS.scenarios[0]])
    found, _ = standings.next_up(store, "me", LIBRARY, at)
    assert (found.purpose, found.because) == ("set", "number 2 of 5 in the set “First steps”")


def test_another_set_ends_the_first_and_stopping_ends_it_too(store: Store, at: datetime) -> None:
    refusal = load_sets(LIBRARY)["refusal"]
    set_runs.start(store, "me", FIRST_STEPS, at)
    set_runs.start(store, "me", refusal, at)
    run = set_runs.current(store, "me", LIBRARY)
    assert run is not None and run.set_id == "refusal"
    set_runs.end(store, "me", at)
    assert set_runs.current(store, "me", LIBRARY) is None


def test_a_client_who_has_left_the_library_is_left_out(store: Store, at: datetime) -> None:
    set_runs.start(store, "me", FIRST_STEPS, at)
    fewer = [one for one in LIBRARY if one != FIRST_STEPS.scenarios[0]]
    run = set_runs.current(store, "me", fewer)
    assert run is not None and run.scenarios == FIRST_STEPS.scenarios[1:]


def test_what_an_instructor_asked_for_comes_before_a_set_and_counts_in_it(
    tmp_path: Path, at: datetime
) -> None:
    place = a_place(Store(tmp_path), at)
    second = FIRST_STEPS.scenarios[1]
    later = at + timedelta(days=7)
    plan = Plan(title="Week one", scenarios=(second,), opens_at=at, due_at=later)
    cohort = place.cohort.id
    assignments.assign(place.store, place.ines, plan, at, known=LIBRARY, cohort=cohort)
    set_runs.start(place.store, place.tom.id, FIRST_STEPS, at)
    found, _ = standings.next_up(place.store, place.tom.id, LIBRARY, at)
    assert (found.scenario, found.purpose) == (second, "assigned")

    made = attempts.start(
        place.store, person=place.tom.id, scenario=LIBRARY[second], at=at, typed="I hear you."
    )
    attempts.move(place.store, made, "scored", at, score=a_score(2.0))
    found, _ = standings.next_up(place.store, place.tom.id, LIBRARY, at)
    assert (found.scenario, found.purpose) == (FIRST_STEPS.scenarios[0], "set")
    run = set_runs.current(place.store, place.tom.id, LIBRARY)
    assert run is not None and (run.n_done, second in run.to_come) == (1, False)
