"""A second line is chosen as the scenario's file says, in order, and there is always one."""

import pytest
from pydantic import ValidationError

from scenarios.follow_up import follow_up
from scenarios.models import ClipReference, FollowUp, Scenario
from tests.stand_ins import a_scenario


def line(stance, **conditions):
    clip = ClipReference(id=f"refusal-diary-{stance}".replace("_", "-"), transcript="…", tone="…")
    return FollowUp(stance=stance, clip=clip, **conditions)


PUSHES = line("pushes_harder", when_any=("pressures", "directs"))
OPENS = line("opens", when_all=("reflection",), when_any=("open_question", "choice"))
HOLDS = line("holds_back")


def with_lines(*follow_ups):
    return Scenario.model_validate({**a_scenario().model_dump(), "follow_ups": follow_ups})


@pytest.mark.parametrize(
    ("shown", "stance"),
    [
        ({"pressures"}, "pushes_harder"),
        ({"directs", "reflection", "choice"}, "pushes_harder"),  # the first that fits wins
        ({"reflection", "choice"}, "opens"),
        ({"reflection"}, "holds_back"),  # all of when_all, but none of when_any
        ({"open_question"}, "holds_back"),  # one of when_any, but not when_all
        (set(), "holds_back"),
    ],
)
def test_the_first_line_whose_conditions_the_reply_meets_is_said(shown, stance):
    chosen = follow_up(with_lines(PUSHES, OPENS, HOLDS), shown)
    assert chosen is not None
    assert chosen.stance == stance


def test_a_scenario_of_one_turn_has_no_second_line():
    assert follow_up(a_scenario(), {"reflection"}) is None


@pytest.mark.parametrize("lines", [(PUSHES,), (HOLDS, PUSHES), (HOLDS, HOLDS)])
def test_only_the_last_line_is_for_whatever_is_left(lines):
    with pytest.raises(ValidationError, match="the last of follow_ups needs no when_all"):
        with_lines(*lines)
