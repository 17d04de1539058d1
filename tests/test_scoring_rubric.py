"""The rubric as data says what the shared ids mean, kindly and completely."""

import re
from typing import get_args

import pytest

from scenarios.load import load_library
from scenarios.models import BehaviourId, DimensionId, WatchOutId
from scoring.encode import LABELS
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS

FIELDS = {"name", "goal", "takeaway", "activity", "line"}
SHOWN = [
    *((name, text) for name, one in BEHAVIOURS.items() for text in vars(one).values()),
    *((name, text) for name, one in WATCH_OUTS.items() for text in vars(one).values()),
    *((name, text) for name, one in DIMENSIONS.items() for text in (one.name, *one.anchors)),
]


def test_the_rubric_explains_exactly_the_ids_that_scenarios_may_use_in_their_order() -> None:
    assert tuple(BEHAVIOURS) == get_args(BehaviourId)
    assert tuple(WATCH_OUTS) == get_args(WatchOutId)
    assert tuple(DIMENSIONS) == get_args(DimensionId)


def test_every_behaviour_counts_towards_one_of_the_dimensions() -> None:
    assert {one.dimension for one in BEHAVIOURS.values()} == set(DIMENSIONS)


def test_the_network_labels_are_all_ids_but_the_one_that_is_a_matter_of_a_word() -> None:
    assert (*LABELS, "says_homework") == (*BEHAVIOURS, *WATCH_OUTS)


def test_every_score_from_nought_to_four_has_a_description_of_its_own() -> None:
    for one in DIMENSIONS.values():
        assert len(set(one.anchors)) == 5


def test_no_two_behaviours_share_a_name_or_an_advice() -> None:
    both = [*BEHAVIOURS.values(), *WATCH_OUTS.values()]
    assert len({one.name for one in both}) == len(both)
    assert len({one.next_move for one in both}) == len(both)


@pytest.mark.parametrize(("name", "text"), SHOWN)
def test_what_people_read_is_plain_and_no_verdict(name, text) -> None:
    assert text.strip() == text != ""
    assert not re.search(r"\b(fail\w*|grade|wrong answer|bad|poor|must)\b", text.lower()), name


@pytest.mark.parametrize("scenario", load_library().values(), ids=lambda one: one.id)
def test_every_advice_can_be_filled_in_for_every_client(scenario) -> None:
    fillings = dict.fromkeys(FIELDS, "…") | {"name": scenario.client.name}
    for one in [*BEHAVIOURS.values(), *WATCH_OUTS.values()]:
        filled = one.next_move.format(**fillings)
        assert "{" not in filled
        assert not filled.endswith((".", "?", "!")), "the sentence around it ends it"


def test_most_advice_names_this_client_or_what_is_theirs() -> None:
    def personal(text: str) -> bool:
        return any("{" + field + "}" in text for field in FIELDS)

    impersonal = {name for name, one in BEHAVIOURS.items() if not personal(one.next_move)}
    assert impersonal <= {"owns_part"}  # what the trainee did is nothing of the client's
