"""Eight weeks of invented trainees: moved up, held, moved down, and re-tested when due."""

from functools import cache
from pathlib import Path
from statistics import median

import pytest

from practice.simulate import (
    CLIENTS_A_SESSION,
    SESSION_DAYS,
    TRAINEES,
    Practised,
    figure,
    invented_library,
    practise,
)
from scenarios.load import load_library

LIBRARY = invented_library()
SEEDS = range(10)
A_WEEK = CLIENTS_A_SESSION * len(SESSION_DAYS)
FIGURE = Path(__file__).parent.parent / "docs" / "figures" / "schedule-simulation.svg"


@cache
def runs(name: str) -> list[Practised]:
    trainee = next(one for one in TRAINEES if one.name == name)
    return [practise(trainee, LIBRARY, seed) for seed in SEEDS]


def test_the_able_are_moved_up_within_two_weeks_and_stay() -> None:
    for run in runs("able"):
        assert run.rows[2 * A_WEEK].level == "advanced"
        assert all(row.level == "advanced" for row in run.rows[4 * A_WEEK :])


def test_the_struggling_are_held_at_the_beginning() -> None:
    for run in runs("struggling"):
        assert {row.level for row in run.rows} == {"beginner"}


def test_the_steady_are_held_and_never_reach_the_hardest() -> None:
    ends = [run.rows[-1].level for run in runs("steady")]
    assert "advanced" not in ends
    for run in runs("steady"):
        assert sum(row.move == "hold" for row in run.rows) >= 0.9 * len(run.rows)


def test_those_who_learn_are_moved_up_step_by_step() -> None:
    for run in runs("learning"):
        assert run.rows[A_WEEK].level == "beginner"
        assert run.rows[-1].level == "advanced"
        assert "down" not in [row.move for row in run.rows[4 * A_WEEK :]]


def test_after_a_hard_month_clients_become_easier() -> None:
    for run in runs("after a hard month"):
        assert run.rows[4 * A_WEEK - 1].level == "advanced"
        assert run.rows[-1].level == "beginner"


@pytest.mark.parametrize("name", [one.name for one in TRAINEES])
def test_a_retest_is_on_a_new_client_wherever_the_family_has_one(name: str) -> None:
    trainee = next(one for one in TRAINEES if one.name == name)
    shipped = practise(trainee, load_library(), seed=0)
    for run in [*runs(name), shipped]:
        for purpose, new, could_be in zip(run.purposes, run.new, run.could_be_new, strict=True):
            if purpose == "retest" and could_be:
                assert new


@pytest.mark.parametrize("name", [one.name for one in TRAINEES])
def test_families_are_met_again_when_due(name: str) -> None:
    for run in runs(name):
        running = 0
        for purpose, was_due in zip(run.purposes, run.was_due, strict=True):
            assert purpose != "retest" or was_due  # never before they are due
            assert purpose == "retest" or not was_due or running == 2  # and then at once
            running = running + 1 if purpose == "retest" else 0
        assert min(run.overdue_days) >= 0


def test_the_able_wait_no_longer_than_for_the_next_session() -> None:
    # Three sessions a week are at most three days apart. Those for whom more is hard have more
    # families due than a session holds, and for them the longest overdue comes first.
    assert median(days for run in runs("able") for days in run.overdue_days) <= 3


@pytest.mark.parametrize("name", [one.name for one in TRAINEES])
def test_no_session_is_all_looking_back(name: str) -> None:
    for run in runs(name):
        running = 0
        for purpose in run.purposes:
            running = running + 1 if purpose == "retest" else 0
            assert running <= 2


def test_the_committed_figure_is_what_the_simulation_draws() -> None:
    drawn = figure([practise(one, LIBRARY, seed) for seed, one in enumerate(TRAINEES)])
    assert FIGURE.read_text("utf-8") == drawn, "run: python -m practice.simulate " + FIGURE.name
