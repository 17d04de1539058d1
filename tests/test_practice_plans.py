"""The written plan: checked for gaps against what was said, never scored."""

from datetime import datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from practice import attempts, plans
from practice.plans import PART_CHARS, Plan
from practice.store import Store
from tests.practised import a_score, practised

WHOLE = Plan(
    what="two lines",
    when="Wednesday after dinner",
    where="kitchen table",
    how_long="two minutes",
    why="to see what lifts the mood",
    what_if="leave it and tell me what got in the way",
)


def test_a_whole_plan_gets_no_remark() -> None:
    assert plans.left_open(WHOLE) == ()
    assert plans.remarks(WHOLE, {}) == []


def test_each_open_part_gets_one_remark() -> None:
    plan = WHOLE.model_copy(update={"where": "", "why": ""})
    assert [part for part, _ in plans.remarks(plan, {})] == ["where", "why"]


def test_blank_is_open() -> None:
    assert "when" in plans.left_open(Plan(when="   "))


def test_what_was_said_aloud_is_offered_back_in_the_trainees_words() -> None:
    score = a_score(
        3.0,
        {
            "specifics": "Say Wednesday after dinner, at the kitchen table?",
            "how_it_helps": "It shows us what lifts your mood.",
        },
    )
    said = plans.said_aloud(score)
    assert said == {
        "when": "Say Wednesday after dinner, at the kitchen table?",
        "where": "Say Wednesday after dinner, at the kitchen table?",
        "why": "It shows us what lifts your mood.",
    }
    told = dict(plans.remarks(Plan(), said))
    assert "You said “It shows us what lifts your mood.”" in told["why"]
    assert told["what_if"].startswith("Not said or written yet.")


def test_words_without_a_time_or_place_are_not_offered_as_one() -> None:
    said = plans.said_aloud(a_score(3.0, {"specifics": "Shall we settle it now?"}))
    assert said == {}


def test_a_plan_is_kept_and_replaced(tmp_path: Path, at: datetime) -> None:
    store = Store(tmp_path)
    attempts.add_person(store, "me", "You", at)
    attempt = practised(store, at, 2.0)
    assert plans.of_attempt(store, attempt.id) is None
    plans.keep(store, attempt.id, Plan(what="a line"), at)
    plans.keep(store, attempt.id, WHOLE, at)
    assert plans.of_attempt(store, attempt.id) == WHOLE


def test_a_part_has_its_length() -> None:
    with pytest.raises(ValidationError):
        Plan(what="x" * (PART_CHARS + 1))
