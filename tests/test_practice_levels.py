"""Harder, the same or easier: from how it went and how it was found, and only with a reason."""

import pytest

from practice import levels
from practice.levels import Move, Standing
from practice.selfview import Reaction
from scenarios.models import Difficulty


def judged(
    first: float,
    reaction: Reaction | None = "good_challenge",
    *,
    best: float | None = None,
    level: Difficulty = "intermediate",
    difficulty: Difficulty | None = None,
    n_strong: int = 0,
    n_thin: int = 0,
) -> tuple[Standing, Move, str]:
    standing = Standing(level=level, n_strong=n_strong, n_thin=n_thin)
    best = first if best is None else best
    return levels.judge(standing, difficulty or level, first, best, reaction)


@pytest.mark.parametrize(
    ("overall", "grade"),
    [(4.0, "strong"), (2.75, "strong"), (2.74, "middling"), (1.5, "middling"), (1.49, "thin")],
)
def test_a_grade_is_told_by_two_lines(overall: float, grade: str) -> None:
    assert levels.grade(overall) == grade


@pytest.mark.parametrize(
    ("first", "reaction", "move"),
    [
        (3.0, "too_easy", "up"),
        (3.0, "good_challenge", "hold"),
        (3.0, None, "hold"),
        (3.0, "too_hard", "hold"),
        (2.0, "too_easy", "hold"),
        (2.0, "good_challenge", "hold"),
        (2.0, "too_hard", "hold"),
        (1.0, "too_easy", "hold"),
        (1.0, "good_challenge", "hold"),
        (1.0, None, "hold"),
        (1.0, "too_hard", "down"),
    ],
)
def test_performance_and_reaction_decide_together(
    first: float, reaction: Reaction | None, move: Move
) -> None:
    assert judged(first, reaction)[1] == move


def test_two_of_a_kind_in_a_row_weigh_as_much_as_the_trainees_word() -> None:
    assert judged(3.0, n_strong=1)[1] == "up"
    assert judged(1.0, n_thin=1)[1] == "down"


def test_a_middling_try_ends_a_row() -> None:
    after, move, _ = judged(2.0, n_strong=1, n_thin=1)
    assert (after.n_strong, after.n_thin, move) == (0, 0, "hold")


def test_a_move_starts_the_counting_again() -> None:
    after, _, _ = judged(3.0, n_strong=1)
    assert (after.level, after.n_strong) == ("advanced", 0)


def test_trying_again_with_success_keeps_the_level_from_going_down() -> None:
    assert judged(1.0, "too_hard", best=2.0)[1] == "hold"


def test_an_easier_client_says_nothing_for_going_up() -> None:
    after, move, _ = judged(4.0, "too_easy", difficulty="beginner", n_strong=1)
    assert (move, after.n_strong) == ("hold", 1)


def test_a_harder_client_says_nothing_for_going_down() -> None:
    after, move, _ = judged(0.5, "too_hard", difficulty="advanced", n_thin=1)
    assert (move, after.n_thin) == ("hold", 1)


def test_there_is_nothing_above_advanced_or_below_beginner() -> None:
    after, move, because = judged(3.5, "too_easy", level="advanced")
    assert (after.level, move) == ("advanced", "hold")
    assert "hardest" in because
    after, move, because = judged(0.5, "too_hard", level="beginner")
    assert (after.level, move) == ("beginner", "hold")
    assert "where one starts" in because
