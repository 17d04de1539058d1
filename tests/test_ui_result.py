"""What stands beside a reply: what this client needs first, and words instead of bare numbers."""

import pytest

from scenarios.models import Focus
from scoring.feedback import PLAINLY_ABSENT
from scoring.models import Detected, DimensionScore, Score
from tests.practised import a_score
from tests.stand_ins import a_scenario
from ui import loop, one_by_one, progress, result


def scored(rationale: DimensionScore, **others: DimensionScore) -> Score:
    made = a_score(2.0)
    return made.model_copy(
        update={"dimensions": {**made.dimensions, "rationale": rationale, **others}}
    )


def value(score: float, low: float, high: float) -> DimensionScore:
    return DimensionScore(score=score, low=low, high=high)


def test_what_the_client_needs_most_stands_first() -> None:
    # Ada's focus: rationale 1, collaboration 3, obstacles 2.
    assert result.in_order(a_scenario()) == ["collaboration", "obstacles", "rationale"]
    even = a_scenario().model_copy(
        update={"focus": Focus(rationale=2, collaboration=2, obstacles=2)}
    )
    assert result.in_order(even) == ["rationale", "collaboration", "obstacles"]


def test_that_it_is_not_the_main_thing_is_said_before_how_little_was_there() -> None:
    said = result._dimension("rationale", scored(value(0.0, 0.0, 0.8)), a_scenario())
    main, little = said.index("Not the main thing Ada needs here"), said.index("No reason given")
    assert main < little
    needed = result._dimension("collaboration", a_score(0.0), a_scenario())
    assert "Not the main thing" not in needed


@pytest.mark.parametrize(("high", "unclear"), [(3.0, False), (3.1, True)])
def test_a_range_wider_than_two_and_a_half_is_unclear(high: float, unclear: bool) -> None:
    said = result._dimension("rationale", scored(value(1.6, 0.5, high)), a_scenario())
    assert ("Unclear: the machine cannot tell" in said) is unclear
    assert ("About 1.6 of 4" in said) is not unclear


@pytest.mark.parametrize(
    ("present", "probability", "said"),
    [
        (True, 0.36, "found"),
        (False, 0.35, "perhaps: the machine is unsure"),
        (False, 0.25, "perhaps: the machine is unsure"),
        (False, 0.24, "not found"),  # 0.6 x 0.4 = 0.24
        (False, 0.05, "not found"),
    ],
)
def test_a_behaviour_is_found_perhaps_or_not_found(
    present: bool, probability: float, said: str
) -> None:
    assert PLAINLY_ABSENT == 0.6
    seen = Detected(present=present, probability=probability)
    assert one_by_one.found_in_words(seen, 0.4) == said


def test_every_behaviour_is_told_without_a_percentage() -> None:
    made = a_score(2.0).model_copy(
        update={
            "behaviours": {
                "reflection": Detected(present=True, probability=0.39),
                "choice": Detected(present=False, probability=0.26),  # its threshold is about 0.27
                "owns_part": Detected(present=False, probability=0.01),
            }
        }
    )
    said = one_by_one.behaviours(made)
    assert "%" not in said
    assert said.count(": found<") == said.count(": perhaps") == said.count(": not found<") == 1


def test_self_ratings_are_compared_in_one_sentence() -> None:
    ratings = {"rationale": 3, "collaboration": 3, "obstacles": 2}
    score = scored(value(1.0, 0.5, 2.0), collaboration=value(1.0, 0.5, 2.0))
    assert loop.in_one_sentence(loop.seen_of(ratings, score)) == (
        "You said 3 for rationale and collaboration, more than the machine found; 2 for obstacle"
        " handling, within the machine’s likely range."
    )


def test_a_self_rating_is_not_compared_with_what_is_unclear() -> None:
    ratings = {"rationale": 4, "collaboration": 1, "obstacles": 2}
    seen = loop.seen_of(ratings, scored(value(1.0, 0.0, 3.2)))  # 3.2 wide
    assert seen["unclear"] == {"rationale": 4}
    assert loop.in_one_sentence(seen) == (
        "You said 4 for rationale, where the machine cannot tell; 1 for collaboration, less than"
        " the machine found; 2 for obstacle handling, within the machine’s likely range."
    )


def test_progress_says_kindly_what_it_leaves_out() -> None:
    assert progress.left_out_in_words(0, 5) == ""
    assert progress.left_out_in_words(1, 5).startswith("1 of 5 first tries is not drawn here:")
    assert progress.left_out_in_words(2, 5).startswith("2 of 5 first tries are not drawn here:")
